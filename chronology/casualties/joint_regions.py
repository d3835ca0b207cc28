"""Rules 4 and 5: which items may share people, which lie surely inside another, and who contradicts what is inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import inf, isfinite

from chronology.casualties.homes import Home, Tree
from chronology.casualties.packing import knots_of, packed
from chronology.casualties.regions import Item
from chronology.casualties.spans import Span
from chronology.casualties.standing import Names

__all__ = ["said_by_then", "shares_of"]

SHARED_OUT = 40
"""In larger knots the items of one packing add what they state, and the others nothing."""
WIDE = 62
"""Periods of more days than this are held against everything."""


def shares_of(items: Sequence[Item], homes: dict[str, Home], tree: Tree, names: Names) -> list[dict[int, bool]]:
    """For each item those it may share people with, and whether that one lies surely inside it."""
    shares: list[dict[int, bool]] = [{} for _ in items]
    by_incident: dict[str, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        if item.kind == "incidents":
            for incident in item.region.incidents:
                by_incident[incident].append(n)
    for some in by_incident.values():
        for at, n in enumerate(some):
            for m in some[:at]:
                _share(shares, items, n, m)
    for n, near in _near_periods(items):
        for m in near:
            if m != n and m not in shares[n] and _in_period(items[n], items[m], homes, tree, names):
                _share(shares, items, n, m)
    _share_deaths(shares, items, by_incident, homes, tree)
    return shares


def _share_deaths(
    shares: list[dict[int, bool]],
    items: Sequence[Item],
    by_incident: dict[str, list[int]],
    homes: dict[str, Home],
    tree: Tree,
) -> None:
    """A figure of a moment that is not surely before a death may hold it, by the incident or by the day."""
    periods = [n for n, item in enumerate(items) if item.kind == "period"]
    for n, item in enumerate(items):
        if item.kind == "died":
            near: Iterable[int] = range(len(items))
            if item.region.incidents:
                near = _of(item, by_incident).union(m for m in periods if _lies_in(item, items[m], homes, tree))
            for m in near:
                if m != n and _may_hold(items[m], item, tree):
                    _share(shares, items, m, n)


def _near_periods(items: Sequence[Item]) -> Iterator[tuple[int, Iterable[int]]]:
    """For each period the items that may lie on its days."""
    dated: dict[int, list[int]] = defaultdict(list)
    wide: list[int] = []
    if not any(item.kind == "period" for item in items):
        return
    for n, item in enumerate(items):
        if _is_short(item.days):
            for day in _days(item.days):
                dated[day].append(n)
        else:
            wide.append(n)
    for n, item in enumerate(items):
        if item.kind == "period":
            short = _is_short(item.days)
            yield n, {m for day in _days(item.days) for m in dated[day]}.union(wide) if short else range(len(items))


def _is_short(days: Span) -> bool:
    return isfinite(days.first) and days.last - days.first < WIDE


def _days(days: Span) -> range:
    return range(int(days.first), int(days.last) + 1)


def _of(item: Item, by_incident: dict[str, list[int]]) -> set[int]:
    return {m for incident in item.region.incidents for m in by_incident[incident]}


def _share(shares: list[dict[int, bool]], items: Sequence[Item], n: int, m: int) -> None:
    shares[n][m] = _inside(items[m], items[n])
    shares[m][n] = _inside(items[n], items[m])


def _in_period(period: Item, other: Item, homes: dict[str, Home], tree: Tree, names: Names) -> bool:
    """True if some of `other` may lie in the days, the operation and the place of a period."""
    if other.kind == "incidents":
        return _lies_in(other, period, homes, tree)
    if not (other.days.first <= period.days.last and other.days.last >= period.days.first):
        return False
    if not tree.related(other.region.operation, period.region.operation):
        return False
    return not disjoint_places(period, other, names)


def _lies_in(item: Item, period: Item, homes: dict[str, Home], tree: Tree) -> bool:
    """True if an incident of an item may lie in the days and the operation of a period."""
    first, last = period.days
    for incident in item.region.incidents:
        home = homes.get(incident)
        if home is None:
            return True
        days = home.days
        if days.first <= last and days.last >= first and tree.related(home.operation, period.region.operation):
            return True
    return False


def disjoint_places(one: Item, other: Item, names: Names) -> bool:
    """Parts by place: by one speaker for the same days they are disjoint; else where a larger place holds both."""
    together = {each.speaker for each in one.region.statements} & {each.speaker for each in other.region.statements}
    tells_apart = bool(together) and one.days == other.days
    return names.apart(one.region.place, other.region.place, by_one_speaker=tells_apart)


def _may_hold(other: Item, death: Item, tree: Tree) -> bool:
    """True if a figure may hold a death of a later day: one of a moment that is not surely before it."""
    if other.region is death.region or other.kind == "died":
        return False
    if not death.region.incidents and not tree.related(other.region.operation, death.region.operation):
        return False
    return any(voice.last >= death.days.first for voice in other.region.voices) or not other.region.voices


def _inside(inner: Item, outer: Item) -> bool:
    """True if all of one item surely lies inside another."""
    if outer.kind == "incidents":
        is_later = inner.kind == "died" and not all(v.first > inner.days.last for v in outer.region.voices)
        return inner.kind != "period" and not is_later and {*inner.region.incidents} < {*outer.region.incidents}
    # A bulletin may go by the day of the incident or by that of the death: a death is not surely inside it.
    if outer.kind != "period" or inner.kind == "died" or outer.region.place not in {None, inner.region.place}:
        return False
    return outer.days.first <= inner.days.first and inner.days.last <= outer.days.last


def said_by_then(item: Item, moment: float) -> int:
    """The low of an item, so far as it was told by a moment."""
    return max((low for when, low in item.steps if when <= moment), default=0)


def contradict_inside(items: Sequence[Item], shares: list[dict[int, bool]], tree: Tree) -> list[Item]:
    """A figure below what surely was inside it by its moment is a contradicting voice: the smaller low holds."""
    found = []
    for n in sorted(range(len(items)), key=lambda n: (len(shares[n]), n)):
        item = items[n]
        if item.high is None or item.kind == "died":
            continue
        inner = [m for m, inside in shares[n].items() if inside and not items[m].is_word]
        if item.kind == "period":
            inner = [m for m in inner if lies_below(items[m], item, tree)]
        closed = [voice for voice in item.region.voices if voice.high is not None]
        moment = max((Span(voice.first, voice.last).surely for voice in closed), default=inf)
        inside = (
            packed({m: min(items[m].weight, said_by_then(items[m], moment)) for m in inner}, shares) if inner else 0
        )
        item.inside_low = inside if inner else None
        if item.high < inside:
            item.contradicted = item.region.undecided = True
            found.append(item)
            for m in inner:
                items[m].weight = 0
            item.weight = min(item.low or 0, inside)
    return found


def lies_below(inner: Item, outer: Item, tree: Tree) -> bool:
    operation = inner.region.operation
    return operation is not None and outer.region.operation in tree.above(operation)


def share_out(items: Sequence[Item], shares: list[dict[int, bool]]) -> None:
    """Step 6: what each item adds, so that they sum to what is itemised and none adds more than it states."""
    for knot in knots_of(range(len(items)), shares):
        if len(knot) == 1:
            items[knot[0]].adds = items[knot[0]].weight
            continue
        order = sorted(knot, key=lambda n: _in_line(items[n], n))
        if len(order) > SHARED_OUT:
            kept = set(disjoint_of(order, items, shares))
            for n in order:
                items[n].adds = items[n].weight if n in kept else 0
            continue
        before, counted = 0, {}
        for n in order:
            counted[n] = items[n].weight
            now = packed(counted, shares)
            items[n].adds, before = now - before, now


def _in_line(item: Item, n: int) -> tuple[object, ...]:
    kinds = {"died": 0, "incidents": 1, "period": 2}
    return (kinds[item.kind], len(item.region.incidents), item.days.last - item.days.first, -item.weight, n)


def disjoint_of(order: Iterable[int], items: Sequence[Item], shares: list[dict[int, bool]]) -> list[int]:
    """Items in this order, no two of which share."""
    taken: set[int] = set()
    for n in order:
        if items[n].weight and taken.isdisjoint(shares[n]):
            taken.add(n)
    return sorted(taken)
