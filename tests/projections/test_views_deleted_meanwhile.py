"""`views.duckdb` and `views.lock` may be deleted at any time, also while others read and write: questions go on."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
from given import KIDAL, Given

from chronology.api import Chronology
from chronology.errors import Busy, Unavailable
from projections.asking import opening
from projections.explaining import series
from projections.store import refresh


@pytest.fixture
def given(tmp_path):
    given = Given(tmp_path / "given")
    given.append(KIDAL / "article.toml")
    return given


def _delete(folder):
    for name in ("views.duckdb", "views.lock"):
        (folder.path / name).unlink(missing_ok=True)


def test_views_deleted_before_they_are_opened_or_in_the_hands_of_another_are_waited_for(given, monkeypatch) -> None:
    bring_up, others = opening.bring_up, ["another refreshes", "another deletes", "another deletes and makes", "nobody"]

    def disturbed(log, folder, catalogue, say):
        match other := others.pop(0):
            case "another refreshes":
                raise Busy(other)
            case "another deletes and makes":
                bring_up(log, folder, catalogue, say)
                _delete(folder)
                refresh.rebuild(log, folder.views_path, catalogue)
                raise Unavailable("as it was opened, it was not there")
            case _:
                bring_up(log, folder, catalogue, say)
                if other != "nobody":
                    _delete(folder)

    monkeypatch.setattr(opening, "bring_up", disturbed)
    assert given.value("select count(*) from injuries_by_convoy") == 1
    assert others == []


def test_what_nobody_else_is_at_fault_for_is_said_at_once(given, monkeypatch) -> None:
    tried = []

    def full(*_):
        tried.append(1)
        raise Unavailable("the disk is full")

    monkeypatch.setattr(opening, "bring_up", full)
    with pytest.raises(Unavailable, match="disk is full"):
        given.rows("select 1")
    assert tried == [1]


@pytest.mark.parametrize("step", ["_own", "_write_out"])
def test_a_refresher_whose_file_is_cleared_away_tries_again(given, monkeypatch, step) -> None:
    proper, times = getattr(refresh, step), [1]

    def cleared(path, *rest):
        if times:
            times.pop()
            path.unlink()
        return proper(path, *rest)

    given.folder.views_path.unlink()
    monkeypatch.setattr(refresh, step, cleared)
    assert given.value("select count(*) from injuries_by_convoy") == 1
    assert (times, list(given.folder.path.glob("views.duckdb.new*"))) == ([], [])


def test_a_series_and_a_diff_go_on_where_the_views_are_deleted_between_their_questions(given, monkeypatch) -> None:
    chronology = Chronology.open(given.folder.path)
    before = chronology.series("injuries_by_convoy").rows(), chronology.diff(1, "now", "injuries_by_convoy")
    open_session = opening.open_session

    def after_a_deletion(folder, **asked):
        _delete(folder)
        return open_session(folder, **asked)

    monkeypatch.setattr(series, "open_session", after_a_deletion)
    _delete(given.folder)
    assert (chronology.series("injuries_by_convoy").rows(), chronology.diff(1, "now", "injuries_by_convoy")) == before
    assert before[0]


def test_views_that_do_not_fit_into_their_file_are_not_put_in_place(given) -> None:
    given.rows("select 1")
    before = given.folder.views_path.read_bytes()
    whole = len(before)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole * 2 // 3, limit[1]))
    try:
        with pytest.raises(Unavailable, match=r"views.duckdb cannot be written .*; free some space"):
            Chronology.open(given.folder.path).rebuild()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert given.folder.views_path.read_bytes() == before


def test_what_a_refresher_leaves_is_cleared_away_once_its_process_is_gone(given) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        for process in (gone, running):
            (given.folder.path / f"views.duckdb.new-{process.pid}-1").touch()
        given.rows("select 1")
        running.kill()
        assert [path.name for path in given.folder.path.glob("*.new-*")] == [f"views.duckdb.new-{running.pid}-1"]
