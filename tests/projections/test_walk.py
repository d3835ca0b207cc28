"""A walk through the days gives on each day what is asked of that day alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from given import KIDAL, Given
from histories import LEISURELY, STEPS, published_day_by_day
from hypothesis import Phase, given, settings

from chronology.log import Folder
from projections.asking.moments import KEYS, named
from projections.asking.opening import open_at, open_session
from projections.asking.session import Session
from projections.asking.walk import Walk, can_walk
from projections.explaining.affected_days import days_concerning
from projections.explaining.series import FIGURES
from projections.views.view_file import View


def differing(folder: Folder) -> list[str]:
    """The views and days of which a walk says something else than a question as of that day."""
    walked: dict[dt.date, list[tuple[str, str, list[tuple[Any, ...]]]]] = defaultdict(list)
    with open_session(folder, say=pytest.fail) as session:
        names = [view.name for view in session.catalogue.shipped.values() if is_walked(session, view)]
    for name in names:
        with open_session(folder, say=pytest.fail) as session:
            view = session.catalogue.view(name)
            key = next(key for key in view.keys if key in KEYS)
            said = session.rows(f"select min({key}) as name from {name}")[0]["name"] or "none"
            select = f"select {', '.join((*view.grain, *FIGURES))} from {name} where {key} = '{said}' order by all"
            days = days_concerning(session, view, {key: said}, None, None)
            among = named(session.connection, view, {key: said})
            assert among is not None
            before: list[tuple[Any, ...]] = []
            for day, rows in Walk(session, [name], among.positions).rows(select, days):
                before = before if rows is None else rows
                walked[day].append((name, select, before))
    found = []
    for day, asked in walked.items():
        with open_at(folder, day) as session:
            found += [
                f"{name} {day}" for name, select, rows in asked
                if rows != [tuple(row) for row in session.ask(select).rows]
            ]  # fmt: skip
    return found


def is_walked(session: Session, view: View) -> bool:
    """Whether a series of a view, by a key that names a component, is walked through."""
    has_figures = bool(view.grain) and {*FIGURES} <= {*session.ask(f"select * from {view.name} limit 0").columns}
    return has_figures and bool({*view.keys} & KEYS.keys()) and can_walk(session, view.name)


def test_of_the_kidal_case_every_view_with_figures_is_as_on_each_day(tmp_path: Path) -> None:
    case = Given(tmp_path / "case")
    for name in ("article", "reports", "curation"):
        case.append(KIDAL / f"{name}.toml")
    assert differing(case.folder) == []


def of_history(steps: list[list[dict[str, Any]]]) -> list[str]:
    """The same of a history in which each entry is published on a day of its own."""
    with published_day_by_day(steps) as folder:
        return differing(folder)


@settings(LEISURELY, max_examples=2, phases=(Phase.explicit, Phase.generate))
@given(STEPS)
def test_in_any_history_a_walk_is_as_on_each_day(steps: list[list[dict[str, Any]]]) -> None:
    assert of_history(steps) == []


@pytest.mark.torture
@settings(LEISURELY, max_examples=60)
@given(STEPS)
def test_in_many_histories_a_walk_is_as_on_each_day(steps: list[list[dict[str, Any]]]) -> None:
    assert of_history(steps) == []
