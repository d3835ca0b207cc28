"""An oracle for the lows: the fewest people with which everything that was said can be true, by a solver.

People whom nobody counts apart may have been hurt anywhere: beside the incidents of a world there is, in each operation
and on each day, one that no source names. So the solver knows no more than the rules do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from people import DAYS, GROUPS, World, make_world, text
from reckoned import reckoned
from scipy.optimize import Bounds, LinearConstraint, milp

from chronology.casualties import CAUTIOUS

WORLDS = int(os.environ.get("CHRONOLOGY_WORLDS", "300"))
LAST = DAYS + 9


class Cell(NamedTuple):
    """People who may have been: in an incident of an operation and a day, of a group, who count from a day on."""

    incident: str
    operation: str
    day: int
    group: str
    counts_from: int


class Said(NamedTuple):
    """One number that was said: so many of these cells."""

    inside: frozenset[Cell]
    low: int
    high: float


def cells_of(w: World, category: str) -> list[Cell]:
    """All who may have been. Who is injured is so on the day; one may die later."""
    places = [(name, op, day) for name, (op, day) in w.incidents.items()]
    places += [(f"unknown {op} {day}", op, day) for op in w.parents for day in range(DAYS + 6)]
    return [
        Cell(*place, group, at)
        for place in places
        for group in GROUPS
        for at in range(place[2], LAST if category == "killed" else place[2] + 1)
    ]


def said_in(w: World, facts: list[dict[str, Any]], category: str, cells: list[Cell]) -> Iterator[Said]:
    """Every number that facts of a world give of a category, and what it is about."""
    for fact in facts:
        known = {name.split("-")[0] for name in fact.get("incidents", ())}
        if fact["kind"] == "outcome_reported" and category == "killed":
            first, last = (day_of(each) for each in (fact["occurred"].split("/") * 2)[:2])
            (one,) = fact["count"]
            died = [c for c in cells if c.incident in known and first <= c.counts_from <= last]
            yield Said(frozenset(c for c in died if c.group == one["victims"]), one["low"], np.inf)
        if fact["kind"] != "casualty_update":
            continue
        moment = day_of(fact.get("as_at", fact["published"]))
        first, last = (day_of(each) for each in fact["period"].split("/")) if "period" in fact else (0, moment)
        besides = set(fact.get("excludes", ()))
        inside = [
            c
            for c in cells
            if c.counts_from <= moment
            and (c.incident in known if known else w.within(c.operation, fact["operation"]) and first <= c.day <= last)
            and c.incident not in besides
        ]
        for figure in fact.get(category, ()):
            low = CAUTIOUS.words[figure["words"]][0] if "words" in figure else figure.get("low", 0)
            of = frozenset(c for c in inside if figure["victims"] in {c.group, "all"})
            yield Said(of, low or 0, figure.get("high", np.inf))


def day_of(written: str) -> int:
    return next(day for day in range(-9, LAST + 9) if text(day) == written)


def fewest(cells: list[Cell], said: list[Said], wanted: frozenset[Cell]) -> int:
    """The fewest of the wanted with which all that was said holds. Cells of which the same is said are one."""
    told = np.array([[c in one.inside for c in cells] for one in (*said, Said(wanted, 0, np.inf))])
    columns = np.unique(told, axis=1).astype(float)
    holds = LinearConstraint(columns[:-1], [one.low for one in said], [one.high for one in said]) if said else ()
    found = milp(columns[-1], constraints=holds, integrality=np.ones(columns.shape[1]), bounds=Bounds(0, np.inf))
    assert found.success, found.message
    return int(np.rint(found.fun))


def dated(seed: object, *, more: int = 0) -> World:
    """A world in which the day of every incident is declared."""
    w = make_world(seed, more=more)
    for fact in w.facts:
        if fact["kind"] == "incident_named":
            fact["occurred"] = text(w.incidents[fact["name"]][1])
    return w


def nests(said: list[Said]) -> bool:
    """Whether of any two regions one holds the other, or they share nobody."""
    return all(
        one.inside <= other.inside or other.inside <= one.inside or one.inside.isdisjoint(other.inside)
        for at, one in enumerate(said)
        for other in said[:at]
    )


@pytest.mark.parametrize("start", range(0, WORLDS, 50))
def test_no_low_is_above_the_fewest_people_with_which_all_that_was_said_holds(start: int) -> None:
    for seed in range(start, start + 50):
        w = dated(seed)
        result = reckoned(w.entries())
        for category in ("killed", "injured"):
            cells = cells_of(w, category)
            said = [*said_in(w, w.facts, category, cells)]
            for row in result.by_operation:
                if row.category == category:
                    inside = [c for c in cells if w.within(c.operation, row.operation)]
                    wanted = frozenset(c for c in inside if row.victims in {c.group, "all"})
                    assert (row.low or 0) <= fewest(cells, said, wanted), f"seed {seed}: {row}"


def nested(w: World, cells: list[Cell]) -> list[Said]:
    """What was said of all who were injured; the facts that do not nest with those before leave the world."""
    said: list[Said] = []
    kept = []
    for fact in w.facts:
        if fact["kind"] == "casualty_update":
            fact["injured"] = [f for f in fact.get("injured", ()) if f["victims"] == "all" and "words" not in f]
            fact.pop("killed", None)
            more = [*said, *said_in(w, [fact], "injured", cells)]
            if not fact["injured"] or not nests(more):
                continue
            said = more
        if fact["kind"] != "outcome_reported":
            kept.append(fact)
    w.facts = kept
    return said


def test_where_regions_nest_the_low_is_the_fewest_people() -> None:
    compared = 0
    for seed in range(WORLDS):
        w = dated(seed, more=30)
        root = next(op for op, up in w.parents.items() if up is None)
        cells = cells_of(w, "injured")
        said = nested(w, cells)
        for row in reckoned(w.entries()).by_operation:
            if row.operation == root and len(said) > 1:
                compared += 1
                assert (row.low or 0) == fewest(cells, said, frozenset(cells)), f"seed {seed}: {row}"
    assert compared >= WORLDS // 2
