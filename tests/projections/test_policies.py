"""Figures by other policies: one question by one of them, one's own, one adopted, and all side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from given import Given

from chronology import Chronology
from chronology.cli import run
from chronology.errors import Refused

THREE = """
    [[operation_named]]
    name = "march"
    type = "convoy"
    [[ied_strike]]
    id = "one"
    source = "A"
    published = "2023-10-05"
    occurred = "2023-10-05"
    operation = "march"
    incidents = ["blast"]
    injured = 10
    [[casualty_update]]
    source = "B"
    published = "2023-10-05"
    operation = "march"
    incidents = ["blast"]
    injured = 20
    [[casualty_update]]
    source = "C"
    published = "2023-10-06"
    operation = "march"
    incidents = ["blast"]
    injured = ">=15"
"""
CONVOY = "select low, best, high from injuries_by_convoy where convoy = 'march'"


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Two exact numbers for one strike, and a third speaker who says at least fifteen."""
    case = Given(tmp_path / "case")
    case.append(THREE)
    return case


@pytest.fixture
def chronology(given: Given) -> Chronology:
    return Chronology.open(given.folder.path)


@pytest.mark.parametrize(
    ("policy", "figures"),
    [(None, (10, None, 20)), ("cautious-2", (10, None, 20)), ("majority-1", (20, 20, 20)), ("latest-1", (20, 20, 20))],
)
def test_a_question_is_answered_by_the_policy_it_names(
    chronology: Chronology, policy: str | None, figures: tuple[int | None, ...]
) -> None:
    assert chronology.query(CONVOY, policy=policy).rows() == [figures]
    assert chronology.query("select policy from about", policy=policy).rows() == [(policy or "cautious-2",)]
    assert chronology.query(CONVOY, policy=policy, timeout=60).rows() == [figures]
    (row,) = chronology.why("injuries_by_convoy", convoy="march", policy=policy).rows
    assert (row.row["low"], row.row["high"]) == (figures[0], figures[2])
    *_, last = chronology.series("injuries_by_convoy", convoy="march", policy=policy).rows()
    assert last[-3:] == figures


def test_policies_stand_side_by_side_where_sources_disagree(given: Given) -> None:
    compared = "select policy, low, best, high from casualties_by_policy where {} order by policy"
    assert given.rows(compared.format("operation = 'march'")) == [
        ("assessed-1", 10, None, 20),
        ("cautious-2", 10, None, 20),
        ("latest-1", 20, 20, 20),
        ("majority-1", 20, 20, 20),
    ]
    assert given.rows(compared.format("incident = 'blast'")) == given.rows(compared.format("operation = 'march'"))
    assert {row[1] for row in given.rows(compared.format("operation = 'march'"), as_of="2")} == {10}


def test_a_policy_that_is_adopted_makes_the_figures_from_then_on(given: Given) -> None:
    (adopted,) = given.append('[[policy_adopted]]\nname = "majority-1"\nreason = "what most sources say"')
    assert given.row(CONVOY) == (20, 20, 20)
    assert given.row("select distinct policy from injuries_by_convoy") == ("majority-1",)
    assert given.row(CONVOY, as_of=str(adopted.position - 1)) == (10, None, 20)
    given.append(f'[[fact_retracted]]\nfact = "{adopted.position}"\nreason = "not agreed"')
    assert given.row(CONVOY) == (10, None, 20)


def test_a_policy_of_ones_own_is_a_file_of_the_same_few_choices(
    given: Given, chronology: Chronology, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", "majority-1"]) == 0
    own = json.loads(capsys.readouterr().out) | {"name": "ours"}
    (tmp_path / "ours.json").write_text(json.dumps(own), encoding="utf-8")
    assert chronology.query(CONVOY, policy=str(tmp_path / "ours.json")).rows() == [(20, 20, 20)]
    assert (
        run(["-C", str(given.folder.path), "query", CONVOY, "--policy", str(tmp_path / "ours.json"), "--format", "csv"])
        == 0
    )
    assert capsys.readouterr().out.splitlines() == ["low,best,high", "20,20,20"]


def test_a_policy_is_explained_in_words_and_one_that_is_none_is_refused(
    given: Given, chronology: Chronology, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(given.folder.path), "policy", "--explain"]) == 0
    assert capsys.readouterr().out.startswith("# How the figures are made: policy cautious-2")
    with pytest.raises(Refused, match="did you mean majority-1"):
        chronology.query(CONVOY, policy="majority-2")
