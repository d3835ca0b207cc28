"""What must hold in every world in which all speakers say what is true."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

import pytest
from fuller_worlds import make_fuller_world, missing_at
from people import START, World, make_world, text
from reckoned import by_component, reckoned

from chronology.casualties import Result, names_of, reckon

Make = Callable[[object], World]
MAKERS = pytest.mark.parametrize("make", [make_world, make_fuller_world], ids=["plain", "fuller"])
WORLDS = int(os.environ.get("CHRONOLOGY_WORLDS", "300"))


def faults(w: World, result: Result) -> list[str]:
    """What is wrong with the figures of a world, in words."""
    found = []
    for row in result.by_operation:
        true = w.count(row.category, row.victims, 99, w.of(row.operation))
        if (row.low or 0) > true:
            found.append(f"{row.operation} {row.category} {row.victims}: low {row.low}, and there were {true}")
        if row.low is not None and row.high is not None and row.low > row.high:
            found.append(f"{row.operation} {row.category} {row.victims}: {row.low} to {row.high}")
        if row.best is not None and not (row.low or 0) <= row.best <= (10**9 if row.high is None else row.high):
            found.append(f"{row.operation} {row.category} {row.victims}: best {row.best} of {row.low} to {row.high}")
    for row in result.by_incident:
        true = w.count(row.category, row.victims, 99, {row.incident})
        if (row.low or 0) > true:
            found.append(f"{row.incident} {row.category} {row.victims}: low {row.low}, and there were {true}")
        if row.category == "injured" and row.high is not None and row.high < true:
            found.append(f"{row.incident} {row.category} {row.victims}: high {row.high}, and there were {true}")
    for row in result.by_day:
        day = 99 if row.day is None else (row.day - START).days
        inside = w.of(row.operation, last=day) if row.operation else {row.incident or ""}
        true = w.count(row.category, row.victims, 99, inside)
        if row.operation and (row.low or 0) > true:
            found.append(
                f"{row.operation} by {row.day} {row.category} {row.victims}: low {row.low}, and there were {true}"
            )
    found += [*_below_a_group(result), *_highs_below(w, result), *_still_missing(w, result)]
    found += [f"contradiction: {row.what}: {row.says} | {row.against}" for row in result.contradictions]
    return found


def _highs_below(w: World, result: Result) -> Iterator[str]:
    """The highs of operations that are below the truth of the first moment of which a closed figure speaks."""
    facts = {fact["id"]: fact for fact in w.facts}
    for row in result.by_operation:
        closed = [
            facts[figure.fact] for figure in result.figures
            if figure.counted and figure.high is not None
            and (figure.category, figure.victims) == (row.category, row.victims)
        ]  # fmt: skip
        first = min((fact.get("as_at", fact["published"])[:10] for fact in closed), default=text(99))
        day = next(day for day in range(-9, 100) if text(day) == first)
        true = w.count(row.category, row.victims, day, w.of(row.operation, last=day))
        if row.high is not None and row.category != "missing" and row.high < true:
            yield f"{row.operation} {row.category} {row.victims}: high {row.high}, and there were {true} by {first}"


def _still_missing(w: World, result: Result) -> Iterator[str]:
    """How many still are missing: as of the newest moment of which somebody speaks, and at most then, at the end."""
    for row in result.current:
        if row.category != "missing" or row.incident is None:
            continue
        said = [
            (f.as_at_day - START).days for f in result.figures
            if f.incidents == (row.incident,) and f.counted and f.category == "missing" and f.as_at_day is not None
            and row.victims in {f.victims, "all"}
        ]  # fmt: skip
        # What is said of all may be said of a group alone, at another moment than the newest.
        moments = said if row.victims == "all" else [max(said, default=0)]
        then, at_last = (
            max(missing_at(w, row.victims, day, {row.incident}) for day in d) for d in (moments or [0], [99])
        )
        if (row.low or 0) > then or (row.high is not None and row.high < at_last):
            yield f"{row.incident} {row.victims}: {row.low} to {row.high} still missing, not {then} and then {at_last}"


def _below_a_group(result: Result) -> list[str]:
    lows = {(row.operation, row.category, row.victims): row.low or 0 for row in result.by_operation}
    return [
        f"{op} {category}: all {lows[op, category, 'all']} below {victims} {low}"
        for (op, category, victims), low in lows.items()
        if lows.get((op, category, "all"), low) < low
    ]


@MAKERS
@pytest.mark.parametrize("start", range(0, WORLDS, 50))
def test_the_low_is_never_above_the_truth_and_nothing_true_contradicts(start: int, make: Make) -> None:
    for seed in range(start, start + 50):
        w = make(seed)
        assert not faults(w, reckoned(w.entries())), f"seed {seed}"


@MAKERS
@pytest.mark.parametrize("start", range(0, WORLDS, 100))
def test_components_reckoned_apart_and_in_any_order_give_the_same_rows(start: int, make: Make) -> None:
    for seed in range(start, start + 20):
        w = make(seed)
        entries = w.entries()
        names, whole = names_of(entries), reckoned(entries)
        parts = [reckon(random.Random(seed).sample(part, len(part)), names) for part in by_component(entries)]
        for field in Result._fields:
            assert sorted(map(repr, getattr(whole, field))) == sorted(
                repr(row) for part in parts for row in getattr(part, field)
            ), f"seed {seed}: {field}"


@MAKERS
@pytest.mark.parametrize("start", range(0, WORLDS, 50))
def test_one_more_true_statement_never_lowers_a_low(start: int, make: Make) -> None:
    for seed in range(start, start + 50):
        w = make(seed)
        # A word gives way to a number, and what the policy puts for it may be above.
        w.facts = [fact for fact in w.facts if "words" not in str(fact)]
        said = [fact for fact in w.facts if fact["kind"] == "casualty_update" and "supersedes" not in fact]
        if not said:
            continue
        last = said[-1]
        before = reckoned(w.entries([fact for fact in w.facts if fact is not last]))
        after = {(r.operation, r.category, r.victims): r.low or 0 for r in reckoned(w.entries()).by_operation}
        for row in before.by_operation:
            key = (row.operation, row.category, row.victims)
            assert after.get(key, 0) >= (row.low or 0), f"seed {seed}: {key} {row.low} fell to {after.get(key)}"


@MAKERS
@pytest.mark.parametrize("start", range(0, WORLDS, 50))
def test_where_one_falsehood_raises_a_low_above_the_truth_somebody_is_named(start: int, make: Make) -> None:
    for seed in range(start, start + 50):
        w = make(seed)
        said = [fact for fact in w.facts if fact["kind"] == "casualty_update"]
        if not said:
            continue
        rng = random.Random(f"false {seed}")
        false, more = rng.choice(said), rng.choice((1, 2, 5, 20))
        for category in false.keys() & {"killed", "injured"}:
            one = false[category][0]
            n = (one.get("high") or one.get("best") or 0) + more
            false[category] = [{"victims": one["victims"], "low": n, "best": n, "high": n}, *false[category][1:]]
        result = reckoned(w.entries())
        grown = any(row.what == "later figure above another's closed one" for row in result.reviews)
        for row in result.by_operation:
            true = w.count(row.category, row.victims, 99, w.of(row.operation))
            named = row.contradiction or row.single_voices or grown or result.contradictions
            assert (row.low or 0) <= true or named, f"seed {seed}: {row}"


@pytest.mark.torture
@MAKERS
def test_in_twenty_thousand_worlds_nothing_is_wrong(make: Make) -> None:
    for seed in range(20_000):
        w = make(seed)
        assert not faults(w, reckoned(w.entries())), f"seed {seed}"
