"""Every function that DuckDB has is called with paths, settings, addresses and SQL: nothing gets out."""

import hashlib
import os
import threading
from collections import Counter

import pytest
from every_function import Bait, calls, one_of_each, statements
from given import KIDAL, Given

from chronology.errors import Refused
from projections.asking.opening import open_session

CONTENT, LISTED, HOME, ENVIRONMENT = "witness-of-file", "name-in-listing", "home-of-reader", "value-in-environment"
LONG = 60
"""Seconds after which a statement is stopped; all take some milliseconds."""


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A folder of the reader's; it is also where the program runs."""
    outside = tmp_path / "outside"
    (outside / HOME / ".duckdb").mkdir(parents=True)
    for name in ("secret.csv", f"{LISTED}.csv", "a", "1"):
        (outside / name).write_text(f"name\n{CONTENT}\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(outside / HOME))
    monkeypatch.setenv("A_SECRET", ENVIRONMENT)
    monkeypatch.chdir(outside)
    return outside


@pytest.fixture
def given(tmp_path, outside):
    given = Given(tmp_path / "locked")
    given.append(KIDAL / "article.toml")
    given.rows("select 1")
    return given


def baits(outside):
    read = f"select content from read_text(''{outside}/secret.csv'')"
    return [
        Bait("a path", f"{outside}/secret.csv"),
        Bait("a pattern of paths", f"{outside}/*.csv"),
        Bait("a setting", "secret_directory"),
        Bait("a name in the environment", "A_SECRET"),
        Bait("an address", "https://example.org/data.csv"),
        Bait("a text of SQL", read),
    ]


def tried(session, every):
    """What became of each statement: what leaked or was stopped is listed, the rest is counted."""
    secret = (CONTENT, LISTED, HOME, ENVIRONMENT, str(session.path_of_views))
    became, harm = Counter(), []
    for sql in every:
        waiting = threading.Timer(LONG, session.connection.interrupt)
        waiting.start()
        try:
            said = repr(list(session.ask(sql).rows))
            became["answered"] += 1
        except Refused as error:
            said = str(error)
            became["refused"] += 1
        finally:
            waiting.cancel()
        if any(each in said for each in secret) or "INTERRUPT" in said or "\n" in said:
            harm.append((sql, said[:300]))
    return became, harm


def hashes(*folders):
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for folder in folders
        for path in sorted(folder.rglob("*"))
    }


def trial(given, outside, chosen):
    before = hashes(given.folder.path, outside)
    with open_session(given.folder, say=given.said.append) as session:
        session.path_of_views = given.folder.path
        every = list(calls(session.connection, baits(outside)))
        became, harm = tried(session, chosen(every))
        # The lock still holds, and the environment of the program is what it was.
        assert session.rows("select 42 as a") == [{"a": 42}]
    assert hashes(given.folder.path, outside) == before
    assert os.environ["A_SECRET"] == ENVIRONMENT
    assert harm == []
    return became


def test_every_function_is_called_once_and_nothing_is_read_leaked_or_written(given, outside):
    became = trial(given, outside, one_of_each)
    assert became.total() > 900
    assert min(became["answered"], became["refused"]) > 100


@pytest.mark.torture
def test_every_function_in_every_position_reads_leaks_and_writes_nothing(given, outside):
    became = trial(given, outside, statements)
    print(dict(became), became.total())
    assert became.total() > 30_000
