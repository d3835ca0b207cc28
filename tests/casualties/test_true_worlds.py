"""Random true worlds: whatever is truly said, in whatever order, the figures hold the truth, and nobody is blamed.

Many worlds share one chronology, since a run of the chain costs the same for one as for a hundred; their names differ.
A failing world is run again alone, made smaller as long as it fails in the same way, and printed, to be read and
repeated. The seed is fixed; CHRONOLOGY_SEED takes another.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from world_maker import make_world, make_world_of_late_deaths
from worlds import (
    Region,
    Series,
    World,
    day_number,
    smaller_worlds,
    with_a_falsehood,
)

from chronology.log import Folder, Log
from projections.asking.opening import open_session
from projections.store.refresh import rebuild
from projections.views.catalogue import Catalogue

SEED = int(os.environ.get("CHRONOLOGY_SEED", "1"))
TOGETHER = 100
"""Worlds in one chronology."""

Row = dict[str, Any]
Problem = tuple[str, str]
"""A short name of what is wrong, and the words for it."""


@dataclass
class Answer:
    """What the views say about one world; names without its prefix."""

    operations: list[Row] = field(default_factory=list)
    figures: list[Row] = field(default_factory=list)
    contradictions: list[Row] = field(default_factory=list)
    daily: list[Row] = field(default_factory=list)
    homes: list[Row] = field(default_factory=list)


@cache
def there_is(view: str) -> bool:
    return view in Catalogue().views


def ask(worlds: dict[str, World], *, times: int = 1) -> dict[str, Answer]:
    """What the views say of each world, by its prefix; all worlds stand in one log, appended so many times."""
    with tempfile.TemporaryDirectory(prefix="worlds-") as path:
        folder = Folder.create(Path(path) / "worlds", "worlds")
        with Log.open(folder.log_path) as log:
            drafts = [draft for prefix, world in worlds.items() for draft in world.drafts(prefix)]
            for _ in range(times):
                log.append(drafts)
                assert len(drafts) == log.head
            rebuild(log, folder.views_path, Catalogue(folder.projections_path))
        return read(folder)


def read(folder: Folder) -> dict[str, Answer]:
    answers: dict[str, Answer] = defaultdict(Answer)
    with open_session(folder, say=pytest.fail) as session:
        for view, key, many in (
            ("casualties_by_operation", "operation", "operations"),
            ("figures", "fact", "figures"),
            ("contradictions", "operation", "contradictions"),
            ("casualties_daily", "operation", "daily"),
            ("incident_homes", "incident", "homes"),
        ):
            if there_is(view):
                answer = session.ask(f"select * from {view}")
                for values in answer.rows:
                    row = dict(zip(answer.columns, values, strict=True))
                    prefix, _, name = (row[key] or "").partition(":")
                    row[key] = name if key != "incident" else row[key]
                    getattr(answers[f"{prefix}:"], many).append(row)
    for answer in answers.values():
        for rows in vars(answer).values():
            rows.sort(key=repr)
    return answers


# --- what must hold of a true world


def problems_of(world: World, answer: Answer) -> Iterator[Problem]:
    """Whatever is wrong with the figures of a true world."""
    yield from ((bound, text) for _, bound, text in missed(world, answer))
    yield from incoherent(world, answer)
    for row in answer.operations:
        if row["contradiction"]:
            yield "contradiction", f"{named(row)}: a contradiction is reported"
    for row in answer.contradictions:
        yield "contradictions", f"a contradiction is reported: {row}"
    yield from daily_problems(world, answer)


def missed(world: World, answer: Answer) -> Iterator[tuple[Row, str, str]]:
    """The figures that the truth lies outside of, with which bound it misses."""
    for row in answer.operations:
        series = Series(row["category"], row["victims"])
        n = world.truth(Region(row["operation"]), series)
        if row["low"] is not None and row["low"] > n:
            yield row, "low", f"{named(row)}: low {row['low']} is above the truth, {n}"
        # A high is of the moment of the figure it comes from.
        if (day := earliest_moment(answer, series)) is not None:
            n = min(n, world.happened_by(row["operation"], day_number(day), series))
        if row["high"] is not None and row["high"] < n and is_covered(world, answer, row["operation"], series):
            yield row, "high", f"{named(row)}: high {row['high']} is below the truth, {n}"


def earliest_moment(answer: Answer, series: Series) -> dt.date | None:
    """The first moment of a closed total that counts; None without one."""
    closed = (row for row in answer.figures if row["counted"] and row["high"] is not None and is_of(row, series))
    return min((row["total_as_of"] for row in closed if row["total_as_of"] is not None), default=None)


def is_covered(world: World, answer: Answer, operation: str, series: Series) -> bool:
    """Whether a figure that counts speaks of each incident of the operation, and it is known to belong there."""
    housed = {world.true_name(row["incident"].partition(":")[2]) for row in answer.homes if row["operation"]}
    regions = [
        region
        for region in counted_regions(world, answer, series)
        if world.is_inside(region, operation) and (region.incidents or set()) <= housed
    ]
    return all(
        any(world.holds(region, harm) for region in regions)
        for harm in world.harms
        if harm.series == series and world.of(operation)(harm)
    )


def counted_regions(world: World, answer: Answer, series: Series) -> Iterator[Region]:
    facts = defaultdict(list)
    for row in sorted(answer.figures, key=lambda row: row["figure"]):
        if is_of(row, series):
            facts[row["fact"]].append(row)
    for (fact, of), regions in world.claims().items():
        if of == series:
            for row, region in zip(facts[fact], regions, strict=True):
                if row["counted"]:
                    yield region


def incoherent(world: World, answer: Answer) -> Iterator[Problem]:
    """Where the columns do not agree with each other."""
    for row in answer.operations:
        low, best, high, itemised = row["low"], row["best"], row["high"], row["itemised_low"]
        if low is not None and low != (itemised or 0) + row["not_itemised"]:
            yield "sum", f"{named(row)}: low {low} is not itemised {itemised} + not itemised {row['not_itemised']}"
        if low is not None and (best is None or best < low):
            yield "best", f"{named(row)}: best {best} is below low {low}"
        if low is not None and high is not None and low > high:
            yield "crossed", f"{named(row)}: low {low} is above high {high}"
        if best is not None and high is not None and best > high:
            yield "best above", f"{named(row)}: best {best} is above high {high}"
        for item, least in stated_inside(world, answer, row).items():
            if low is None or low < least:
                yield "under", f"{named(row)}: low {low} is below what is stated of {item}, {least}"
    for row in answer.figures:
        if not row["reason"]:
            yield "unexplained", f"{row['fact']}, {row['category']}: counted {row['counted']}, and no reason"


def stated_inside(world: World, answer: Answer, of: Row) -> dict[str, int]:
    """The least that speakers state about each region known to lie in an operation."""
    homes = {row["incident"]: row["operation"] for row in answer.homes}
    lows = defaultdict(list)
    for row in answer.figures:
        operations = {homes.get(each) for each in row["incidents"]} or {row["operation"]}
        inside = all(each and world.lies_in(each.partition(":")[2], of["operation"]) for each in operations)
        if row["counted"] and row["low"] is not None and inside and is_of(row, Series(of["category"], of["victims"])):
            lows[row["item"]].append(row["low"])
    return {item: min(stated) for item, stated in lows.items()}


def daily_problems(world: World, answer: Answer) -> Iterator[Problem]:
    """By day, the low is never above what had happened, and the last day says what the undated view says."""
    last: dict[tuple[str, Series], Row] = {}
    for row in sorted(answer.daily, key=lambda row: row["day"] or dt.date.max):
        series = Series(row["category"], row["victims"])
        last[row["operation"], series] = row
        n = world.happened_by(row["operation"], day_number(row["day"]) if row["day"] else None, series)
        if row["low"] is not None and row["low"] > n:
            yield "daily low", f"{named(row)}: low {row['low']} by {row['day']} is above the truth, {n}"
    for row in answer.operations:
        daily = last.get((row["operation"], Series(row["category"], row["victims"])))
        if answer.daily and daily and any(daily[key] != row[key] for key in ("low", "best", "high")):
            yield "last day", f"{named(row)}: {bounds(row)}, but by {daily['day']} {bounds(daily)}"


def bounds(row: Row) -> str:
    return f"{row['low']}, {row['best']}, {row['high']}"


def named(row: Row) -> str:
    return f"{row['operation']}, {row['victims']} {row['category']}"


# --- of one with a falsehood in it


def problems_of_false(world: World, answer: Answer) -> Iterator[Problem]:
    """Where the truth is missed, and neither a contradiction nor a single voice is named."""
    assert world.falsehood is not None
    fact, series = world.falsehood
    if answer.contradictions or any(row["contradiction"] for row in answer.operations if is_of(row, series)):
        return
    speakers = {row["speaker"] for row in answer.figures if row["fact"] == fact}
    for row, bound, text in missed(world, answer):
        if is_of(row, series) and not speakers & set(row["single_voices"]):
            yield bound, f"{text}, and nobody is named but {row['single_voices']} as a single voice"


def is_of(row: Row, series: Series) -> bool:
    return (row["category"], row["victims"]) == series


# --- running many, and telling of the one that fails


def run(seeds: Iterable[object], make=make_world, problems=problems_of) -> None:
    """Run worlds together; where some fail, tell of one of them, as small as it gets."""
    worlds = {f"w{n}:": world for n, world in enumerate(map(make, seeds)) if world is not None}
    answers = ask(worlds)
    for prefix, world in worlds.items():
        for kind, text in problems(world, answers[prefix]):
            pytest.fail(told(world, kind, text, problems), pytrace=False)


def told(world: World, kind: str, text: str, problems) -> str:
    again = next((said for other, said in problems(world, ask({"w:": world})["w:"]) if other == kind), None)
    if again is None:
        return f"{text}\n(not when this world is run alone)\n\n{world}"
    small, text = smallest(world, kind, again, problems)
    return f"{text}\n\n{small}\n\n{shown(ask({'w:': small})['w:'])}"


def smallest(world: World, kind: str, text: str, problems) -> tuple[World, str]:
    """Leave out of a failing world whatever it fails without."""
    while True:
        smaller = {f"w{n}:": each for n, each in enumerate(smaller_worlds(world))}
        answers = ask(smaller) if smaller else {}
        for prefix, each in smaller.items():
            said = next((said for other, said in problems(each, answers[prefix]) if other == kind), None)
            if said is not None:
                world, text = each, said
                break
        else:
            return world, text


def shown(answer: Answer) -> str:
    """What the views say, for people."""
    lines = [
        f"# {named(row)}: {bounds(row)} (itemised {row['itemised_low']}, not itemised {row['not_itemised']}, "
        f"contradiction {row['contradiction']})"
        for row in answer.operations
    ]
    lines += [
        f"# {row['fact']}: {'counted' if row['counted'] else 'not counted'}, {row['reason']}" for row in answer.figures
    ]
    return "\n".join(lines)


def seeds(batch: int) -> list[str]:
    return [f"{SEED}.{batch}.{n}" for n in range(TOGETHER)]


@pytest.mark.parametrize("batch", range(4))
def test_whatever_is_truly_said_the_figures_hold_the_truth_and_nobody_is_blamed(batch):
    run(seeds(batch))


def test_of_those_who_died_of_their_wounds_later_each_is_counted_once():
    run(seeds(200), make_world_of_late_deaths)


@pytest.mark.parametrize("batch", range(2))
def test_with_one_falsehood_the_truth_is_held_or_a_contradiction_or_a_single_voice_is_named(batch):
    def make(seed: str) -> World | None:
        return with_a_falsehood(make_world(seed), seed)

    run((f"{seed}.false" for seed in seeds(batch)), make, problems_of_false)


def comparable(answer: Answer) -> dict[str, list[Any]]:
    """What must not depend on the order of the log."""
    return {
        "operations": [{k: v for k, v in row.items() if k != "facts"} for row in answer.operations],
        "figures": sorted((row["fact"], row["figure"], row["counted"]) for row in answer.figures),
        "daily": answer.daily,
    }


def test_the_order_in_which_entries_were_appended_changes_no_figure():
    worlds = {f"w{n}:": make_world(seed) for n, seed in enumerate(seeds(100))}
    others = {prefix: world.shuffled(random.Random(prefix)) for prefix, world in worlds.items()}
    one, other = ask(worlds), ask(others)
    for prefix, world in worlds.items():
        assert comparable(one[prefix]) == comparable(other[prefix]), f"{world}\n\n# the other order\n{others[prefix]}"


def test_what_is_appended_twice_counts_once():
    worlds = {f"w{n}:": make_world(seed) for n, seed in enumerate(seeds(101))}
    assert ask(worlds) == ask(worlds, times=2)


@pytest.mark.torture
@pytest.mark.parametrize("batch", range(1000, 1100))
def test_ten_thousand_worlds_more(batch):
    run(seeds(batch))
