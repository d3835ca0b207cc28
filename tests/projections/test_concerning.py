"""The days on which figures may have changed: no day is left out on which they did."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from given import KIDAL, Given
from histories import LEISURELY, STEPS, published_day_by_day
from hypothesis import given, settings

from chronology.log import Folder
from projections.asking.opening import open_at, open_session
from projections.explaining.affected_days import days_concerning

VIEWS = {
    "casualties_by_operation": "operation", "casualties_daily": "operation", "casualties_by_incident": "incident",
    "figures": "fact",
}  # fmt: skip


def missed(folder: Folder) -> list[str]:
    """The days on which rows of a name changed, but that were not said to concern it."""
    with open_session(folder, say=pytest.fail) as session:
        days = days_concerning(session, session.catalogue.view("figures"), {}, None, None)
    changed = defaultdict(list)
    before: dict[tuple[str, str], list[str]] = {}
    for day in days:
        now = figures_known(folder, day)
        for name in before.keys() | now.keys():
            if now.get(name) != before.get(name):
                changed[name].append(day)
        before = now
    with open_session(folder, say=pytest.fail) as session:
        return [
            f"{view} {name} {day}"
            for (view, name), on in changed.items()
            for day in set(on).difference(
                days_concerning(session, session.catalogue.view(view), {VIEWS[view]: name}, None, None)
            )
        ]


def figures_known(folder: Folder, day: dt.date) -> dict[tuple[str, str], list[str]]:
    """By view and name, the figures known by a day."""
    known = defaultdict(list)
    with open_at(folder, day) as session:
        for view, key in VIEWS.items():
            for row in session.rows(f"select * from {view} where {key} is not null order by all"):
                said = f"{row['category']} {row['victims']} {row['low']} {row['best']} {row['high']}"
                known[view, row[key]].append(said)
    return known


def missed_in(steps: list[list[dict[str, Any]]]) -> list[str]:
    """The same of a history in which each entry is published on a day of its own."""
    with published_day_by_day(steps) as folder:
        return missed(folder)


@settings(LEISURELY, max_examples=3)
@given(STEPS)
def test_in_any_history_figures_change_on_no_day_but_those_that_concern_them(
    steps: list[list[dict[str, Any]]],
) -> None:
    assert missed_in(steps) == []


@pytest.mark.torture
@settings(LEISURELY, max_examples=100)
@given(STEPS)
def test_in_many_histories_figures_change_on_no_day_but_those_that_concern_them(
    steps: list[list[dict[str, Any]]],
) -> None:
    assert missed_in(steps) == []


def test_of_the_kidal_case_no_day_is_missed(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    for name in ("article", "reports", "curation"):
        case.append(KIDAL / f"{name}.toml")
    assert missed(case.folder) == []


def test_days_of_another_operation_are_left_out(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    strike = "[[ied_strike]]\nsource = 'AP'\npublished = 2023-11-0{day}\noperation = '{operation}'\ninjured = {day}\n"
    for day, operation in enumerate(("march", "retreat", "march"), start=1):
        case.append(strike.format(day=day, operation=operation))
    with open_session(case.folder, say=pytest.fail) as session:
        view = session.catalogue.view("casualties_by_operation")
        days = days_concerning(session, view, {"operation": "march"}, None, None)
        assert [day.isoformat() for day in days] == ["2023-11-01", "2023-11-03"]
        assert len(days_concerning(session, view, {"category": "injured"}, None, None)) == 3


def test_a_word_on_an_incident_concerns_the_operation_it_is_part_of(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    case.append("""
        [[ied_strike]]
        source = 'AP'
        published = 2023-11-01
        operation = 'march'
        incidents = ['bridge']
        injured = 2

        [[casualty_update]]
        source = 'AFP'
        published = 2023-11-05
        incidents = ['bridge']
        injured = 9
    """)
    asked = "select low, high from casualties_by_operation"
    assert case.row(asked, known_by="2023-11-04") == (2, 2)
    assert case.row(asked) == (2, 9)
    assert missed(case.folder) == []
