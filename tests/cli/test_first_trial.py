"""What a first user ran into, and must not again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from given import KIDAL, Given

from chronology.cli import run
from chronology.errors import Unavailable
from chronology.log import Log
from projections.store import refresh
from projections.views.catalogue import Catalogue


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """The article, in a chronology of its own."""
    case = Given(tmp_path / "case")
    case.append(KIDAL / "article.toml")
    case.rows("select 1")
    return case


@pytest.mark.parametrize("name", ["log.db", "chronology.toml", "views.duckdb", "a-link-to-the-log"])
def test_an_answer_never_replaces_the_chronology_itself(
    given: Given, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = given.folder.path / name
    if not out.exists():
        out.symlink_to(given.folder.log_path)
    before = out.read_bytes()
    assert run(["-C", str(given.folder.path), "query", "from facts", "--format", "csv", "-o", str(out)]) == 2
    assert "name another file" in capsys.readouterr().err
    assert out.read_bytes() == before


def test_a_new_number_by_option_keeps_what_the_figure_covers(given: Given) -> None:
    arguments = ["correct", "atlas-22", "--nature", "reading", "--reason", "typo", "--injured", "23 peacekeepers"]
    assert run(["-C", str(given.folder.path), *arguments]) == 0
    assert given.row("select low, itemised_low, stated_total_low, not_itemised from injuries_by_convoy") == (
        23,
        8,
        23,
        15,
    )


def test_why_of_a_row_that_is_not_there_names_the_near_one(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(given.folder.path), "why", "injuries_by_convoy", "convoy=kidal-goa"]) == 1
    assert "did you mean kidal-gao?" in capsys.readouterr().err


def test_what_a_killed_refresh_left_is_cleared_away(given: Given) -> None:
    left = given.folder.path / "views.duckdb.new-123"
    left.write_bytes(b"half a file")
    given.append('[[statement_made]]\nsource = "AP"\nactor = "UN"\nabout = "x"\n')
    given.rows("select 1")
    assert not left.exists()


def test_storage_that_refuses_the_views_is_one_line(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, own: bool) -> None:
        raise duckdb.TransactionException('Cannot open file "views.duckdb.wal": Operation not permitted')

    monkeypatch.setattr(refresh, "_rebuild", full)
    with (
        Log.open(given.folder.log_path, read_only=True) as log,
        pytest.raises(Unavailable, match=r"views\.duckdb cannot be written .*free some space"),
    ):
        refresh.rebuild(log, given.folder.views_path, Catalogue(), pytest.fail)


def test_interrupted_while_views_are_made_is_one_line(
    given: Given, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, own: bool) -> None:
        msg = "Query interrupted"
        raise RuntimeError(msg)

    monkeypatch.setattr(refresh, "_rebuild", interrupted)
    given.folder.views_path.unlink()
    assert run(["-C", str(given.folder.path), "query", "select 1"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_largest_figures_there_can_be_add_up(given: Given) -> None:
    strike = '[[ied_strike]]\nsource = "{}"\npublished = "2023-01-01"\noperation = "war"\nincidents = ["{}"]\n'
    strike += "killed = 1000000000000\n"
    given.append("".join(strike.format(n, n) for n in ("a", "b")))
    assert given.rows("select low from casualties_by_operation where operation = 'war'") == [(2 * 10**12,)]
