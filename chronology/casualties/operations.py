"""Rules 6 to 8: the items and totals of an operation, and which totals count."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf

from chronology.casualties.consistent_groups import Answer, Voice
from chronology.casualties.homes import Home, Tree
from chronology.casualties.joint_regions import disjoint_of, said_by_then
from chronology.casualties.packing import knots_of, packed
from chronology.casualties.regions import Item
from chronology.casualties.spans import Span, day_start
from chronology.casualties.standing import Names
from chronology.casualties.statements import MOMENTARY, Series, Statement
from chronology.casualties.totals import INSTANT, longest_series
from chronology.vocabulary import name_key
from chronology.vocabulary.kinds.policies import PolicyChoice

__all__ = [
    "LARGEST_KNOT",
    "Day",
    "Field",
    "Operation",
    "disjoint",
    "own_items",
    "settle_totals",
    "starts",
    "surely_inside",
]


LARGEST_KNOT = 40
"""Larger knots are packed once: by day, and after a moment, those of one packing count."""


@dataclass(slots=True)
class Day:
    """The figures of an operation by the end of a day."""

    day: float
    low: int | None
    best: int | None
    high: int | None
    itemised: int | None
    stated: Statement | None


@dataclass(slots=True)
class Operation:
    """One series of one operation with its parts."""

    operation: str
    series: Series
    items: list[int]
    totals: list[Statement]
    days: list[Day] = field(default_factory=list)
    low: int | None = None
    best: int | None = None
    high: int | None = None
    itemised_low: int | None = None
    itemised_high: int | None = None
    decides: Statement | None = None
    answer: tuple[list[Voice], Answer] | None = None
    slips: list[tuple[Statement, Statement]] = field(default_factory=list)
    stale: list[tuple[Statement, int]] = field(default_factory=list)
    doubtful: list[Statement] = field(default_factory=list)
    parts: list[Operation] = field(default_factory=list)
    counted: list[Statement] = field(default_factory=list)
    moments: list[tuple[list[Voice], Answer]] = field(default_factory=list)
    """Of people who are so at a moment, what the totals of each moment leave."""
    bare: Sequence[Home] = ()
    """Incidents of which no source gives a figure."""

    @property
    def any_counted(self) -> bool:
        """True if a total of it or of a part counts."""
        return bool(self.counted) or any(part.any_counted for part in self.parts)


@dataclass(slots=True)
class Field:
    """The inputs to the figures of an operation."""

    series: Series
    items: Sequence[Item]
    shares: list[dict[int, bool]]
    homes: dict[str, Home]
    tree: Tree
    names: Names
    baselines: dict[str, Span]
    choice: PolicyChoice
    every_day: bool = True
    """Whether the figures by the end of each day are wanted, or only those of the last."""


def settle_totals(found: Operation, f: Field) -> None:
    """Leave out the totals that are slips or stale, and the imputed items that give way to a number."""
    for item in (f.items[n] for n in found.items if f.items[n].kind == "died"):
        held = [one.moment.last for one in found.totals if holds_by_name(one, item)]
        item.included_by = min(held, default=inf)
    if f.series[0] not in MOMENTARY:
        _withdraw(found, f)
        _stale(found, f)
        _give_way(found, f)
    found.counted = [one for one in found.totals if not one.fate]


def starts(item: Item, operation: str, f: Field, excludes: frozenset[str] = frozenset()) -> float:
    """From when an item counts: what is surely before the baseline, or excluded, is after every total."""
    baseline = f.baselines.get(operation)
    if baseline is not None and item.days.last < baseline.first:
        return inf
    if excludes and item.region.incidents and excludes.issuperset(item.region.incidents):
        return inf
    return min(item.days.first, item.included_by)


def _withdraw(found: Operation, f: Field) -> None:
    """Of one speaker's totals the longest series that agrees counts; the others are slips."""
    by_speaker: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in found.totals:
        by_speaker[one.speaker, one.excludes, one.place if one.is_part else None].append(one)
    chosen = disjoint(found.items, f) if any(len(totals) > 1 for totals in by_speaker.values()) else []
    for totals in by_speaker.values():
        if len(totals) < 2:
            continue
        # What happened between two totals of a town may have happened elsewhere.
        ended, begun = _between(totals, chosen if not totals[0].is_part else (), found.operation, f)
        kept, fallen = longest_series(totals, ended, begun)
        newest = max(totals, key=lambda one: (one.said, one.position, one.figure))
        if len(fallen) >= 3 and _slips_without(kept, newest, totals):
            found.doubtful.append(newest)
        for one in fallen:
            one.fate = f"withdrawn by {newest.fact if newest.fact != one.fact else kept[-1].fact}"
            found.slips.append((one, newest))


def _between(
    totals: Sequence[Statement], chosen: Sequence[int], operation: str, f: Field
) -> tuple[Callable[[float], int], Callable[[float], int]]:
    """Count the items between two totals that had ended, and those that had begun, by a moment.

    An item of a total's own day is inside the later ones, and in that one only where it surely is.
    """
    in_order = sorted(totals, key=lambda one: one.moment)
    firsts, lasts = [one.moment.first for one in in_order], sorted(one.moment.last for one in in_order)
    ended, begun = [], []
    for n in (n for n in chosen if surely_since(f.items[n], operation, f)):
        item = f.items[n]
        said_from = min((when for when, low in item.steps if low >= item.weight), default=-inf)
        start, end = starts(item, operation, f), max(item.days.last, said_from)
        # The totals that had not all ended when it began, and had begun by its end: those of its own day.
        own = in_order[bisect_left(lasts, start) : bisect_left(firsts, end + INSTANT)]
        if end == inf or not is_besides(item, totals[0].excludes) or len({one.moment for one in own}) > 1:
            continue
        if own and all(surely_inside(item, one, f) and said_from <= one.moment.surely for one in own):
            end = own[0].moment.first - INSTANT
        ended.append((end, item.weight))
        begun.append((min(start, end), item.weight))
    return _counted_by(ended), _counted_by(begun)


def _counted_by(posts: Iterable[tuple[float, int]]) -> Callable[[float], int]:
    """Count those before a moment."""
    times, sums = [], [0]
    for time, weight in sorted(posts):
        times.append(time)
        sums.append(sums[-1] + weight)
    return lambda moment: sums[bisect_left(times, moment)]


def _slips_without(kept: list[Statement], newest: Statement, totals: list[Statement]) -> bool:
    """True if the newest word alone withdraws three or more."""
    high = inf if newest.high is None else newest.high
    against = [one for one in totals if one is not newest and (one.low or 0) > high]
    return len(against) >= 3 and len(kept) < len(totals)


def disjoint(members: Iterable[int], f: Field) -> list[int]:
    """Items no two of which share, from the few that share least to those that share most."""
    order = sorted(members, key=lambda n: (len(f.shares[n]), -f.items[n].weight, n))
    return disjoint_of(order, f.items, f.shares)


def holds_by_name(total: Statement, item: Item) -> bool:
    """True if a source says that a total holds deaths already (`included_in`)."""
    if item.kind != "died":
        return False
    return any(name_key(total.fact) in each.included_in for each in (*item.region.deaths, *item.region.statements))


def is_besides(item: Item, excludes: Collection[str]) -> bool:
    """True if an item is surely none of the incidents that a residual excludes."""
    return not excludes or (bool(item.region.incidents) and set(excludes).isdisjoint(item.region.incidents))


def surely_since(item: Item, operation: str, f: Field) -> bool:
    """True if an item surely lies after the baseline of an operation: who died later goes by the incident as well."""
    baseline = f.baselines.get(operation)
    if baseline is None:
        return True
    days = [item.days, *(f.homes[incident].days for incident in item.region.incidents if item.kind == "died")]
    return min(each.first for each in days) >= day_start(baseline.last) and (
        item.kind != "died" or bool(item.region.incidents)
    )


def surely_inside(item: Item, total: Statement, f: Field) -> bool:
    """True if an item surely lies inside a total of its operation, by its days, its speaker or an `included_in`.

    A residual holds only what is surely none of the incidents it excludes; none holds what may be before the baseline.
    """
    if not is_besides(item, total.excludes):
        return False
    if holds_by_name(total, item):
        return True
    if not surely_since(item, total.operation or "", f):
        return False
    if item.days.last < total.moment.first:
        return True
    said = item.region.statements or item.region.deaths
    return item.days.last <= total.moment.surely and all(
        each.speaker == total.speaker and (each.fact == total.fact or each.said < day_start(total.said))
        for each in said
    )


def _stale(found: Operation, f: Field) -> None:
    """A total whose high is under the numbers that surely lie inside it does not count."""
    closed = [one for one in found.totals if not one.fate and one.high is not None and not one.is_part]
    if not closed:
        return
    members = [n for n in found.items if f.items[n].weight and not f.items[n].is_word]
    members = [n for n in members if surely_since(f.items[n], found.operation, f)]
    in_order = sorted(members, key=lambda n: f.items[n].days.last)
    lasts = [f.items[n].days.last for n in in_order]
    sums = [0, *accumulate(f.items[n].weight for n in in_order)]
    of_parts = _OfParts(found, f)
    if not members and not found.parts:
        return
    times, insides = _inside_by(members, f)
    for total in closed:
        high = total.high or 0
        before, upto = bisect_left(lasts, total.moment.first), bisect_left(lasts, total.moment.last + 1e-9)
        inside = insides[bisect_left(times, total.moment.first)]
        if total.excludes or inside <= high < inside + sums[upto] - sums[before]:
            weights = {
                n: min(f.items[n].weight, said_by_then(f.items[n], total.moment.surely))
                for n in in_order[:upto]
                if surely_inside(f.items[n], total, f)
            }
            inside = packed(weights, f.shares) if sum(weights.values()) > high else 0
        inside = max(inside, of_parts.inside(total))
        if inside > high:
            total.fate = f"stale: below {inside}"
            found.stale.append((total, inside))


class _OfParts:
    """The items that surely lie inside a total of an operation by the totals of its parts, if they have any."""

    def __init__(self, found: Operation, f: Field) -> None:
        self._found, self._f = found, f
        self._steps: dict[str, tuple[tuple[list[float], list[int]], ...]] = {}
        self._is_needed = any(part.any_counted for part in found.parts)

    def inside(self, total: Statement) -> int:
        """The least that lies inside, told before its moment."""
        if not self._is_needed or total.excludes:
            return 0
        return self._least(self._found, total.moment.first)

    def _least(self, operation: Operation, moment: float) -> int:
        of_parts = sum(self._least(part, moment) for part in operation.parts)
        own, totals = (_by(steps, moment) for steps in self._steps_of(operation))
        return max(of_parts + own, 0 if operation is self._found else totals)

    def _steps_of(self, operation: Operation) -> tuple[tuple[list[float], list[int]], ...]:
        """The steps of what had surely happened in no part of an operation, and in all by its totals, and been said."""
        f, name = self._f, operation.operation
        if name not in self._steps:
            members = [n for n in own_items(operation, f) if f.items[n].weight and not f.items[n].is_word]
            members = [n for n in members if surely_since(f.items[n], self._found.operation, f)]
            whole = [one for one in operation.counted if not one.excludes and self._begins_later(name)]
            whole.sort(key=lambda one: one.moment.last)
            lows = [*accumulate((one.low or 0 for one in whole), max)]
            self._steps[name] = _inside_by(members, f), ([one.moment.last for one in whole], [0, *lows])
        return self._steps[name]

    def _begins_later(self, part: str) -> bool:
        """True if all that the totals of a part speak of surely lies after the baseline of the whole."""
        begins, begins_there = self._f.baselines.get(self._found.operation), self._f.baselines.get(part)
        return begins is None or (begins_there is not None and begins_there.first >= day_start(begins.last))


def _by(steps: tuple[list[float], list[int]], moment: float) -> int:
    """Look up a sum before a moment, in a list of moments and of sums from nothing on."""
    times, sums = steps
    return sums[bisect_left(times, moment)]


def own_items(found: Operation, f: Field) -> list[int]:
    """The items of incidents that are in no part of an operation."""
    inside = {n for part in found.parts for n in part.items}
    return [
        n
        for n in found.items
        if n not in inside
        and f.items[n].kind != "period"
        and f.items[n].region.incidents
        and all((home := f.homes.get(i)) and home.operation == found.operation for i in f.items[n].region.incidents)
    ]


def _inside_by(members: Sequence[int], f: Field) -> tuple[list[float], list[int]]:
    """The moments at which something had surely happened and been said, with the count by then, nobody twice."""
    posts: list[tuple[float, int]] = []
    for knot in knots_of(members, f.shares):
        few = knot if len(knot) <= LARGEST_KNOT else disjoint(knot, f)
        alone = len(few) == 1 or few is not knot
        for some in [[n] for n in few] if alone else [few]:
            before = 0
            for time in sorted({max(f.items[n].days.last, when) for n in some for when, _ in f.items[n].steps}):
                by = {
                    n: min(f.items[n].weight, said_by_then(f.items[n], time))
                    for n in some
                    if f.items[n].days.last <= time
                }
                now = packed(by, f.shares)
                posts.append((time, now - before))
                before = now
    posts.sort()
    return [time for time, _ in posts], [0, *accumulate(more for _, more in posts)]


def _give_way(found: Operation, f: Field) -> None:
    """An imputed item never makes a number stale: it gives way, and leaves what is itemised."""
    words = [n for n in found.items if f.items[n].is_word and not f.items[n].dropped]
    closed: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for one in found.totals if words else ():
        if not one.fate and one.high is not None and not one.is_part:
            closed[one.excludes].append(one)
    for excludes, totals in closed.items():
        inside = [n for n in found.items if is_besides(f.items[n], excludes)]
        begins = {n: starts(f.items[n], found.operation, f) for n in inside}
        begun = Begun(sorted((start, n) for n, start in begins.items()), f)
        imputed = sorted((begins[n], n) for n in words if n in begins and not f.items[n].dropped)
        for total in sorted(totals, key=lambda one: one.moment.last):
            at = bisect_right(imputed, (total.moment.last, inf))
            if at and begun.exceeds(total.high or 0, total.moment.last):
                for _, n in imputed[:at]:
                    begun.drop(f.items[n].weight)
                    _drop(f.items[n])
                del imputed[:at]


def _drop(item: Item) -> None:
    item.dropped, item.weight, item.low, item.best = True, 0, None, None
    for one in item.region.statements:
        one.fate = "imputed, a number is known"


class Begun:
    """The count of items that may have begun by a moment, nobody twice; for moments in order."""

    def __init__(self, in_order: Sequence[tuple[float, int]], f: Field) -> None:
        self._in_order, self._f = in_order, f
        self._sums = [0, *accumulate(f.items[n].weight for _, n in in_order)]
        self._at, self._least, self._most = 0, 0, 0

    def exceeds(self, number: int, moment: float) -> bool:
        """True if they are more than `number`; packed anew only where what is known of earlier moments does not say."""
        at = bisect_right(self._in_order, (moment, inf))
        self._most += self._sums[at] - self._sums[self._at]
        self._at = at
        if self._least <= number < self._most:
            weights = {n: self._f.items[n].weight for _, n in self._in_order[:at]}
            self._least = self._most = packed(weights, self._f.shares)
        return self._least > number

    def drop(self, weight: int) -> None:
        """An item of so many that has begun no longer counts."""
        self._least -= weight
