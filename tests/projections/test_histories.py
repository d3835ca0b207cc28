"""Which entries of a history stand is the same in Python, of a few entries, as in SQL, of the whole mirror."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from histories import LEISURELY, STEPS, append
from hypothesis import given, settings

from chronology.log import Folder, Log
from projections.asking.session import opened
from projections.store.histories import Past, general, imports_undone, standing
from projections.store.look_back import LookBack, make_ended
from projections.store.refresh import refresh
from projections.views.catalogue import Catalogue

DAYS = [dt.date(2023, 11, day) for day in (3, 4, 5)]


def differences(steps: list[list[dict[str, Any]]]) -> list[str]:
    """The moments at which the two say otherwise, of a history."""
    with tempfile.TemporaryDirectory() as path:
        folder = Folder.create(Path(path) / "case", "case")
        with Log.open(folder.log_path) as log:
            for step in steps:
                for entry in step:
                    append(log, entry)
            refresh(log, folder.views_path, Catalogue(None), pytest.fail)
            head = log.head
        with opened(folder.views_path) as connection:
            columns = ", ".join(Past._fields)
            rows = connection.execute(f"select {columns} from store.mirror order by position").fetchall()
            history = [Past(*row) for row in rows]
            imports = general(connection)
            moments = [LookBack(as_of, day) for as_of in (None, *range(1, head + 1)) for day in (None, *DAYS)]
            return [
                f"{look_back}: {by_sql} in SQL, {by_python} in Python"
                for look_back in moments
                if (by_sql := in_sql(connection, look_back))
                != (by_python := [p.position for p in standing(history, look_back, imports_undone(imports, look_back))])
            ]


def in_sql(connection: Any, look_back: LookBack) -> list[int]:
    make_ended(connection, look_back)
    rows = connection.execute(f"""
        select position from store.mirror
        where {look_back.condition("known_from")} and position not in (select position from ended)
        order by position
    """).fetchall()
    return [position for (position,) in rows]


@settings(LEISURELY, max_examples=4)
@given(STEPS)
def test_what_stands_at_any_moment_is_the_same_in_python_and_in_sql(steps: list[list[dict[str, Any]]]) -> None:
    assert differences(steps) == []


@pytest.mark.torture
@settings(LEISURELY, max_examples=100)
@given(STEPS)
def test_what_stood_in_many_histories_is_the_same_in_python_and_in_sql(steps: list[list[dict[str, Any]]]) -> None:
    assert differences(steps) == []
