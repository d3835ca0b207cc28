"""Measures of what explains figures of chronologies that people type: series, why, diff; and of the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from by_hand import Desk, desk
from hand_typed import Fact, Typed
from measuring import Measure, Took, chronology, in_turn, once, slower

from chronology.casualties import names_of, reckon
from chronology.log import Folder
from projections.asking.opening import open_session
from projections.store.histories import histories
from projections.store.reckoning import components_where, entry_of

if TYPE_CHECKING:
    from performance import Bench

__all__ = ["explaining", "rules_alone"]

VIEW: Final = "casualties_by_operation"
DAYS: Final = 1_600


def explaining(bench: Bench) -> Iterator[Measure]:
    """Typed by hand: what explains a figure, against the question that gives it; as commands."""
    sizes = bench.sizes.typed
    for shape, size, aim in (("many", sizes.large, "≤ 2"), ("war", sizes.war, "≤ 4")):
        each = desk(bench.place, shape, size)
        each.ask()
        operation, head = each.typed.operation, each.head()
        folder = ("-C", str(each.folder.path))
        asked = chronology(*folder, "query", f"select * from {VIEW} where operation = '{operation}'")
        works = {
            "question": asked,
            "why": chronology(*folder, "why", VIEW, f"operation={operation}", "category=injured"),
            "diff of ten entries": chronology(*folder, "diff", str(head - 10), str(head), VIEW),
        }
        times = in_turn(works, 3)
        question = times.pop("question")
        aims = {"why": aim, "diff of ten entries": "≤ 3"}
        for name, took in times.items():
            yield slower(f"{name}, {shape}, {size:,}", took, "question", question, aims[name])
        if shape == "many":
            took = once(chronology(*folder, "series", VIEW, f"operation={operation}"))
            yield slower(f"series of one operation, {size:,}", took, "question", question, "≤ 6")
    totals = _daily_totals(bench.place)
    took = once(chronology("-C", str(totals.folder.path), "series", VIEW, "operation=siege"))
    yield slower(f"series of {DAYS:,} daily totals", took, "five seconds", Took(5, 5), "≤ 1")


def rules_alone(bench: Bench) -> Iterator[Measure]:
    """Typed by hand: the rules without any storage, a figure."""
    sizes = bench.sizes.typed
    for shape, size in (("many", sizes.large), ("war", sizes.war)):
        each = desk(bench.place, shape, size)
        with open_session(each.folder, say=lambda _: None) as session:
            connection = session.connection
            found = histories(connection, components_where(connection, "true"))
        entries = [[entry_of(past) for past in some if past.ended_by is None] for _, some in found]
        names, figures = names_of(()), 0

        def reckon_all() -> None:
            nonlocal figures
            figures = sum(len(reckon(some, names).figures) for some in entries)  # noqa: B023 - used at once

        took = once(reckon_all)
        yield slower(f"rules alone, a figure: {shape}, {size:,}", took / figures, "50 µs", Took(50e-6, 50e-6), "≤ 1")


def _daily_totals(place: Path) -> Desk:
    """One ministry's total of each day."""
    totals = accumulate((number * 7 + 3) % 41 for number in range(DAYS))
    facts: list[Fact] = [
        {
            "kind": "casualty_update", "id": f"total-{number}", "source": "Ministry of Health", "operation": "siege",
            "published": f"{date(2020, 1, 1) + timedelta(days=number)}", "measure": "running_total",
            "killed": f"{total} civilians",
        }
        for number, total in enumerate(totals)
    ]  # fmt: skip
    found = Desk(Folder.create(place / "daily-totals", "bench"), Typed(facts, {}, "siege", "2022-01-01"))
    found.append(*facts)
    found.ask()
    return found
