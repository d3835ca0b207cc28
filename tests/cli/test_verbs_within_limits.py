"""Verbs that ask take `--timeout` and `--memory`, and are held to both."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chronology.cli import run

ENDLESS = """-- A view that never ends.
-- stored: yes
select count(*) as n from range(1000000000000000) as a(x) where md5(x::varchar) = 'never'
"""
VERBS = [
    ["timeline"],
    ["why", "figures", "fact=one"],
    ["diff", "1", "2", "figures"],
    ["series", "casualties_by_incident"],
    ["views"],
]


@pytest.fixture
def kidal(folder, recorded, monkeypatch):
    """A chronology of two strikes, in which the command line works."""
    recorded("""
        [[ied_strike]]
        id = "one"
        source = "AFP"
        published = "2023-11-01"
        injured = 8

        [[ied_strike]]
        id = "two"
        source = "AFP"
        published = "2023-11-02"
        injured = 7
    """)
    monkeypatch.chdir(folder.path)
    return folder


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_within_its_limits_a_verb_prints_what_it_prints_without(kidal, capfd, verb):
    assert run(verb) == 0
    printed = capfd.readouterr().out
    assert run([*verb, "--timeout", "60", "--memory", "1GB"]) == 0
    assert capfd.readouterr().out == printed != ""


def test_what_runs_within_limits_ends_as_it_would_without(kidal, capfd):
    assert run(["why", "figures", "fact=three", "--timeout", "60"]) == 1
    assert capfd.readouterr().err.startswith("chronology: figures has no such row")
    assert run(["timeline", "--memory", "lots"]) == 2
    assert capfd.readouterr().err.startswith("chronology: --memory lots: expected")


@pytest.mark.parametrize("verb", [*VERBS, ["rebuild"], ["rebuild", "--verify"]], ids=" ".join)
def test_a_view_that_never_ends_is_ended_by_the_time_given(kidal, capfd, verb):
    (kidal.path / "projections").mkdir()
    (kidal.path / "projections" / "endless.sql").write_text(ENDLESS)
    output = [] if verb[0] == "rebuild" else ["-o", "out.txt"]
    assert run([*verb, "--timeout", "0.3", *output]) == 1
    said = capfd.readouterr().err.splitlines()
    assert said[-1] == "chronology: stopped after 0.3 s (--timeout); ask for less, or allow more time"
    assert not (kidal.path / "out.txt").exists()
    assert not list(kidal.path.glob(".out.txt*"))


def test_memory_is_for_the_question_not_for_the_views_it_asks(kidal, capfd):
    (kidal.path / "projections").mkdir()
    (kidal.path / "projections" / "mine.sql").write_text("-- Mine.\n-- stored: yes\nselect fact, low from figures\n")
    question = ["query", "select low from mine order by low", "--format", "csv", "--timeout", "60", "--memory", "500MB"]
    assert run(question) == 0
    assert capfd.readouterr().out.splitlines() == ["low", "7", "8"]


LARGE = "-- Large.\n-- stored: yes\nselect count(distinct repeat(x::varchar, 40)) as n from range(1000000) as a(x)\n"


@pytest.mark.parametrize("question", [["query", "select n from large"], ["views", "large"]], ids=" ".join)
def test_memory_is_for_the_question_not_for_a_stored_view_made_before_it(kidal, capfd, question):
    assert run(["query", LARGE.rpartition("yes\n")[2], "--memory", "100MB"]) == 1
    (kidal.path / "projections").mkdir()
    (kidal.path / "projections" / "large.sql").write_text(LARGE)
    capfd.readouterr()
    assert run([*question, "--memory", "100MB"]) == 0
    assert capfd.readouterr().err == ""


def seconds_worked(process):
    """The processor time of a process that is still there."""
    user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_verb_ends_with_who_asked_it(kidal):
    (kidal.path / "projections").mkdir()
    (kidal.path / "projections" / "endless.sql").write_text(ENDLESS)
    asked = subprocess.Popen([sys.executable, "-m", "chronology", "views", "--memory", "500MB"])
    children = Path(f"/proc/{asked.pid}/task/{asked.pid}/children")
    if not children.exists():
        asked.kill()
        pytest.skip("this system does not say which processes a process started")
    while not (found := children.read_text().split()):
        time.sleep(0.02)
    child = Path(f"/proc/{found[0]}")
    while seconds_worked(child) < 2:  # to start takes less than one
        time.sleep(0.02)
    asked.kill()
    asked.wait()
    for _ in range(1_000):
        if not child.exists() or "Z" in (child / "stat").read_text().rpartition(")")[2].split()[0]:
            return
        time.sleep(0.02)
    os.kill(int(found[0]), 9)
    pytest.fail("it went on by itself")
