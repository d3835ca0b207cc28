"""A refresh that is killed at any of its steps leaves views that the next question puts right."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from histories import append
from processes import processes

from chronology.log import Folder, Log
from projections.asking.opening import open_session
from projections.asking.verify_views import verify
from projections.store.refresh import refresh
from projections.views.catalogue import Catalogue

STEPS = (
    (duckdb.DuckDBPyConnection, "execute"), (duckdb.DuckDBPyConnection, "close"), (os, "replace"), (os, "unlink"),
)  # fmt: skip
"""The calls before each of which a refresh is killed."""


def told(number: int) -> dict[str, Any]:
    return {
        "kind": "ied_strike", "id": f"told-{number}", "source": f"paper {number}", "published": "2023-11-04",
        "occurred": "2023-10-31", "operation": f"march {number % 3}", "incidents": [f"i{number % 5}"],
        "killed": [{"low": number % 7}],
    }  # fmt: skip


def entries() -> Iterator[dict[str, Any]]:
    """Entries without end, each of which changes figures of a component: one more, corrected, merged, taken back."""
    for number in count():
        again = {name: value for name, value in told(number).items() if name != "id"} | {"killed": [{"low": 9}]}
        yield told(number)
        yield {"kind": "fact_corrected", "fact": f"told-{number}", "nature": "entry", "now": again, "reason": "so"}
        yield {"kind": "incidents_merged", "incidents": [f"i{number % 5}", f"i{(number + 1) % 5}"], "reason": "one"}
        yield {"kind": "fact_retracted", "fact": f"told-{number}", "reason": "not so"}


def killed_before(step: int, folder: Path, state: str) -> bool:
    """Whether a refresh was killed before a step; it had fewer where not."""
    child = processes.Process(target=_refresh_and_die, args=(step, folder, state))
    child.start()
    child.join()
    assert child.exitcode in {0, -signal.SIGKILL}
    return child.exitcode != 0


def _refresh_and_die(step: int, path: Path, state: str) -> None:
    os.environ["XDG_STATE_HOME"] = state
    left = count(step, -1)

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def die_or_call(*args: Any, **named: Any) -> Any:
            if next(left) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **named)

        return die_or_call

    folder = Folder.find(path)
    with Log.open(folder.log_path, read_only=True) as log:
        for owner, name in STEPS:
            setattr(owner, name, dying(getattr(owner, name)))
        refresh(log, folder.views_path, Catalogue(None), print)


def wrong_after_kills(path: Path, steps: Iterator[int]) -> tuple[list[str], int]:
    """What is wrong with the views once a question was asked after each kill; and how many kills there were.

    It ends after the first step that a refresh has not.
    """
    folder = Folder.create(path, "case")
    coming = entries()
    state = os.environ["XDG_STATE_HOME"]
    found: list[str] = []
    with Log.open(folder.log_path) as log:
        for _ in range(8):
            append(log, next(coming))
        kills = 0
        for kills, step in enumerate(steps):
            refresh(log, folder.views_path, Catalogue(None), pytest.fail)
            append(log, next(coming))
            if not killed_before(step, path, state):
                return found, kills
            with open_session(folder, say=lambda _: None) as session:
                assert session.rows("select head from about") == [{"head": log.head}]
            checks = verify(log, folder, Catalogue(None))
            found += [f"killed before step {step}: {each.view}: {each.problem}" for each in checks if each.problem]
    return found, kills + 1


def test_views_are_right_after_a_refresh_was_killed(tmp_path: Path) -> None:
    assert wrong_after_kills(tmp_path / "case", iter([40])) == ([], 1)


@pytest.mark.torture
def test_views_are_right_after_a_refresh_was_killed_at_any_step(tmp_path: Path) -> None:
    found, kills = wrong_after_kills(tmp_path / "case", count(1))
    assert found == []
    assert kills > 50
