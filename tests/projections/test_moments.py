"""Figures of a moment looked back to: of all components or of those named, day after day, and between two moments."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from empty_views import put_empty_views
from given import KIDAL, Given
from histories import LEISURELY, STEPS, append
from hypothesis import given, settings

from chronology.log import Folder, Log
from projections.asking.opening import open_at, open_session, open_two
from projections.asking.session import Session
from projections.explaining.affected_days import days_concerning
from projections.explaining.diff import difference
from projections.explaining.series import series

KEYED = {
    "figures": ("fact", "operation"),
    "casualties_by_incident": ("incident",),
    "casualties_by_operation": ("operation",),
    "casualties_daily": ("operation", "incident"),
    "casualties_current": ("operation", "incident"),
    "contradictions": ("operation", "incident", "fact"),
    "incidents": ("incident", "operation"),
    "items": ("operation",),
}
DAYS = ("2023-11-03", "2023-11-04", "2023-11-05")

Entries = list[dict[str, Any]]


def folder_of(path: str, name: str, entries: Entries) -> Folder:
    """A chronology of these entries."""
    folder = Folder.create(Path(path) / name, name)
    put_empty_views(folder)
    with Log.open(folder.log_path) as log:
        for entry in entries:
            append(log, entry)
    return folder


def rows(folder: Folder, sql: str, **look_back: str) -> list[str]:
    with open_session(folder, say=pytest.fail, **look_back) as session:  # type: ignore[arg-type]
        return sorted(map(str, session.ask(sql).rows))


def moments(head: int) -> list[dict[str, str]]:
    return [*({"as_of": str(position)} for position in range(1, head + 1)), *({"known_by": day} for day in DAYS)]


def head_of(folder: Folder) -> int:
    with Log.open(folder.log_path, read_only=True) as log:
        return log.head


# --- one moment


def unlike_a_shorter_log(entries: Entries) -> list[str]:
    """The views that are otherwise as of a position than in a log that ends there."""
    with tempfile.TemporaryDirectory() as path:
        folder = folder_of(path, "whole", entries)
        found = []
        for head in range(1, head_of(folder)):
            shorter = folder_of(path, f"first-{head}", entries_up_to(entries, head))
            found += [
                f"{view} as of {head}"
                for view in KEYED
                if rows(folder, f"select * from {view}", as_of=str(head)) != rows(shorter, f"select * from {view}")
            ]
        return found


def entries_up_to(entries: Entries, head: int) -> Entries:
    """The first entries, of which the log takes in so many."""
    with tempfile.TemporaryDirectory() as path:
        folder = Folder.create(Path(path) / "case", "case")
        with Log.open(folder.log_path) as log:
            for number, entry in enumerate(entries):
                if log.head == head:
                    return entries[:number]
                append(log, entry)
        return entries


def unlike_by_name(entries: Entries) -> list[str]:
    """The questions by a name that are answered otherwise than a question for all rows is, at any moment."""
    with tempfile.TemporaryDirectory() as path:
        folder = folder_of(path, "whole", entries)
        return [
            f"{view} where {key} = {name} at {moment}"
            for moment in moments(head_of(folder))
            for view, key, name, its_rows in by_any_name(folder, moment)
            if rows(folder, f"select * from {view} where {key} = '{name}'", **moment) != its_rows
        ]


def by_any_name(folder: Folder, moment: dict[str, str]) -> list[tuple[str, str, str, list[str]]]:
    with open_session(folder, say=pytest.fail, **moment) as session:  # type: ignore[arg-type]
        return [
            (view, key, name, its_rows)
            for view, keys in KEYED.items()
            for key in keys
            for name, its_rows in by_name(session, view, key).items()
        ]


def by_name(session: Session, view: str, key: str) -> dict[str, list[str]]:
    answer = session.ask(f"select * from {view} where {key} is not null")
    place = answer.columns.index(key)
    found: dict[str, list[str]] = {}
    for row in answer.rows:
        found.setdefault(row[place], []).append(str(row))
    return {name: sorted(its_rows) for name, its_rows in found.items()}


# --- many moments


def unlike_day_by_day(entries: Entries) -> list[str]:
    """The series that are not what is known by each day."""
    with tempfile.TemporaryDirectory() as path:
        folder = folder_of(path, "whole", entries)
        named = [
            (view, key, name)
            for view, key, name, _ in by_any_name(folder, {})
            if view in {"casualties_by_operation", "casualties_by_incident"}
        ]
        return [
            f"{view} {key}={name}: {walked} and not {asked}"
            for view, key, name in named
            if (walked := walked_through(folder, view, {key: name})) != (asked := asked_by_day(folder, view, key, name))
        ]


def walked_through(folder: Folder, view: str, keys: dict[str, str]) -> list[Any]:
    with open_session(folder, say=pytest.fail) as session:
        days = days_concerning(session, session.catalogue.view(view), keys, None, None)
    return list(series(folder, view, keys, days, None).rows)


def asked_by_day(folder: Folder, view: str, key: str, name: str) -> list[Any]:
    """The same, looked up for each day on which anything was published."""
    with open_session(folder, say=pytest.fail) as session:
        days = days_concerning(session, session.catalogue.view(view), {}, None, None)
        grain = session.catalogue.view(view).grain
    columns = ", ".join((*grain, "low", "best", "high"))
    found, before = [], {}
    for day in days:
        with open_at(folder, day) as session:
            answer = session.ask(f"select {columns} from {view} where {key} || '' = '{name}' order by all").rows
            now = {row[: len(grain)]: row[len(grain) :] for row in answer}
        keys = [*now, *(gone for gone in before if gone not in now)]
        figures = {each: now.get(each, (None,) * 3) for each in keys}
        found += [(day, *each, *figures[each]) for each in keys if figures[each] != before.get(each)]
        before = now
    return found


def unlike_between(entries: Entries) -> list[str]:
    """The views of which a difference does not tell all rows that differ between two moments, and no others."""
    with tempfile.TemporaryDirectory() as path:
        folder = folder_of(path, "whole", entries)
        head = head_of(folder)
        whole = {str(position): views_by_key(folder, as_of=str(position)) for position in range(1, head + 1)}
        whole["now"] = views_by_key(folder)
        return [
            f"{view} between {first} and {second}"
            for first in map(str, range(1, head))
            for second in (str(head // 2 + 1), "now")
            for view, said in told_between(folder, first, second).items()
            if said != differing(whole[first][view], whole[second][view])
        ]


def told_between(folder: Folder, first: str, second: str) -> dict[str, Counter[str]]:
    before, after = open_two(folder, first, second, by_publication=False, say=pytest.fail)
    with before, after:
        return {view: Counter(change.change for change in difference(before, after, view)) for view in KEYED}


def differing(then: dict[str, str], now: dict[str, str]) -> Counter[str]:
    """How many rows differ, by their keys, of a view looked at as a whole."""
    return Counter(
        "added" if key not in then else "removed" if key not in now else "changed"
        for key in then.keys() | now.keys()
        if then.get(key) != now.get(key)
    )


def views_by_key(folder: Folder, **moment: str) -> dict[str, dict[str, str]]:
    with open_session(folder, say=pytest.fail, **moment) as session:  # type: ignore[arg-type]
        return {view: rows_by_key(session, view) for view in KEYED}


def rows_by_key(session: Session, view: str) -> dict[str, str]:
    grain = session.catalogue.view(view).grain
    answer = session.ask(f"select * from {view}")
    keys = [answer.columns.index(column) for column in grain] or list(range(len(answer.columns)))
    return {str([row[key] for key in keys]): str(row) for row in answer.rows}


CHECKS = (unlike_a_shorter_log, unlike_by_name, unlike_day_by_day, unlike_between)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@settings(LEISURELY, max_examples=2)
@given(steps=STEPS)
def test_in_any_history_a_moment_is_looked_at_alike_in_every_way(check: Any, steps: list[Entries]) -> None:
    assert check([entry for step in steps for entry in step]) == []


@pytest.mark.torture
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@settings(LEISURELY, max_examples=40)
@given(steps=STEPS)
def test_in_many_histories_a_moment_is_looked_at_alike_in_every_way(check: Any, steps: list[Entries]) -> None:
    assert check([entry for step in steps for entry in step]) == []


def test_the_kidal_convoy_day_by_day_is_what_was_known_by_each_day(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    for name in ("article", "reports", "curation"):
        case.append(KIDAL / f"{name}.toml")
    days = [
        dt.date.fromisoformat(day) for day in ("2023-11-01", "2023-11-03", "2023-11-05", "2023-11-06", "2023-11-08")
    ]
    rows(case.folder, "select 1")
    rows_of = series(case.folder, "injuries_by_convoy", {"convoy": "kidal-gao", "definition": "null"}, days, None).rows
    assert [row[-3] for row in rows_of] == [10, 17, 39]


def test_an_import_taken_back_and_given_back_is_gone_in_between() -> None:
    row: dict[str, Any] = {
        "kind": "ied_strike", "id": "row-1", "source": "AFP", "published": "2023-11-04", "occurred": "2023-10-31",
        "native": ["id=1"], "killed": [{"best": 9}],
    }  # fmt: skip
    told = {
        "kind": "ied_strike", "id": "told-1", "source": "AP", "published": "2023-11-04", "occurred": "2023-10-31",
        "operation": "march", "incidents": ["row-1"], "killed": [{"low": 2}],
    }  # fmt: skip
    brought = {
        "kind": "dataset_imported", "id": "import-1", "dataset": "x", "file": "x.csv", "sha256": "0" * 64,
        "entries": 1, "reason": "imported", "published": "2023-11-04",
    }  # fmt: skip
    taken_back = {
        "kind": "fact_retracted",
        "id": "back-1",
        "fact": "import-1",
        "reason": "no",
        "published": "2023-11-04",
    }
    given_back = {"kind": "fact_retracted", "fact": "back-1", "reason": "yes", "published": "2023-11-05"}
    entries = [row, brought, told, taken_back, given_back]
    with tempfile.TemporaryDirectory() as path:
        folder = folder_of(path, "whole", entries)
        assert head_of(folder) == len(entries)
        lows = [rows(folder, "select low, best from casualties_by_operation", as_of=str(n)) for n in range(1, 6)]
        assert lows == [[], [], ["(2, 9)"], ["(2, 2)"], ["(2, 9)"]]
        assert rows(folder, "select low, best from casualties_by_operation", known_by="2023-11-04") == ["(2, 2)"]
        by_key = "select low, best from casualties_by_operation where operation = 'march'"
        assert [rows(folder, by_key, as_of=str(position)) for position in (4, 5)] == [["(2, 2)"], ["(2, 9)"]]


def test_a_row_of_a_data_set_is_plain_until_another_entry_names_it() -> None:
    row: dict[str, Any] = {
        "kind": "ied_strike", "id": "row-1", "source": "AFP", "published": "2023-11-04", "occurred": "2023-10-31",
        "native": ["id=1"], "killed": [{"best": 9}],
    }  # fmt: skip
    other = row | {"id": "row-2"}
    tie = {"kind": "incidents_merged", "incidents": ["a", "row-1"], "reason": "one"}
    dispute = {"kind": "fact_disputed", "fact": "row-2", "reason": "not so"}
    same = {"kind": "incidents_merged", "incidents": ["row-1", "row-2"], "reason": "one"}
    assert unlike_a_shorter_log([row, other, tie, dispute, same]) == []
