"""The rules in the order they are applied."""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate

from chronology.casualties import rows
from chronology.casualties.by_day import Reckoning
from chronology.casualties.homes import Home, Tree, homes_of
from chronology.casualties.joint_regions import contradict_inside, lies_below, share_out, shares_of
from chronology.casualties.operations import Field, Operation, settle_totals
from chronology.casualties.policy import CAUTIOUS, Policy
from chronology.casualties.regions import Item, Region, regions_of
from chronology.casualties.results import Result
from chronology.casualties.spans import Span
from chronology.casualties.standing import Entry, Names
from chronology.casualties.statements import Decided, Series, Statement, decided_in, statements_of
from chronology.casualties.voices import Slip, settle_voices

__all__ = ["Reckoned", "reckon"]


@dataclass(slots=True)
class Reckoned:
    """All that was reckoned, before it is written as rows."""

    entries: Sequence[Entry]
    names: Names
    policy: Policy
    decided: Decided
    tree: Tree
    homes: dict[str, Home]
    statements: list[Statement]
    slips: list[Slip]
    on_anothers: list[Statement]
    regions: dict[Series, list[Region]]
    operations: dict[tuple[str, Series], Operation]
    contradicted: list[Item]


def reckon(entries: Sequence[Entry], names: Names, policy: Policy = CAUTIOUS) -> Result:
    """Return all rows of one component, or of several whole ones: their union, in any order of the entries."""
    with _collector_at_rest():
        return _reckon(entries, names, policy)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let Python not look for cycles meanwhile: all that is made here lives to the end, and looking took a third."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()


def _reckon(entries: Sequence[Entry], names: Names, policy: Policy) -> Result:
    entries = sorted(entries, key=lambda entry: entry.position)
    decided = decided_in(entries)
    statements = statements_of(entries, decided, names, policy)
    slips, on_anothers = settle_voices(statements, entries)
    tree, homes = Tree(decided.parents), homes_of(entries, decided)
    done = Reckoned(
        entries, names, policy, decided, tree, homes, statements, slips, on_anothers, {}, {}, []
    )  # fmt: skip
    by_series: dict[Series, list[Statement]] = defaultdict(list)
    for one in statements:
        if one.reason is None and one.replaced_by is None:
            by_series[one.series].append(one)
    for series in _parts_before_wholes(by_series):
        _reckon_series(done, series, by_series)
    return rows.result_of(done)


def _parts_before_wholes(by_series: dict[Series, list[Statement]]) -> list[Series]:
    """Groups before what they are part of; `all` last, and only where it is stated or two groups can meet."""
    groups: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    part_of: dict[Series, set[str]] = defaultdict(set)
    for (category, victims, definition), some in by_series.items():
        groups[category, definition].add(victims)
        part_of[category, victims, definition] |= {one.part_of for one in some if one.part_of is not None}
    ordered: list[Series] = []
    for category, definition in sorted(groups, key=str):
        named = groups[category, definition]
        left = sorted(named - {"all"})
        while left:
            free = [
                v for v in left if not any(v in part_of[category, other, definition] for other in left if other != v)
            ]
            ordered += [(category, each, definition) for each in free or left]
            left = [v for v in left if v not in (free or left)]
        if "all" in named or len(named) > 1:
            ordered.append((category, "all", definition))
    return ordered


def _reckon_series(done: Reckoned, series: Series, by_series: dict[Series, list[Statement]]) -> None:
    statements = by_series.get(series, [])
    choice = done.policy.choice
    regions = regions_of(series, [one for one in statements if one.kind != "total"], done.homes, done.tree, choice)
    done.regions[series] = regions
    items = [item for region in regions for item in region.items]
    for item in items:
        item.weight = item.low or 0
    shares = shares_of(items, done.homes, done.tree, done.names)
    done.contradicted += contradict_inside(items, shares, done.tree)
    for n, item in enumerate(items):
        item.covered = any(
            m_inside and items[m].high is not None and items[m].kind != "died"
            for m, m_inside in _held_by(n, shares, items)
            if items[m].kind != "period" or lies_below(item, items[m], done.tree)
        )
    totals = [one for one in statements if one.kind == "total"]
    numbered = {(one.operation, one.excludes) for one in totals if one.has_number}
    for one in totals:
        if not one.has_number and (one.operation, one.excludes) in numbered:
            one.fate = "imputed, a number is known" if one.imputed else "not known, a number is known"
    f = Field(series, items, shares, done.homes, done.tree, done.names, done.decided.baselines, choice)
    _reckon_operations(done, f, [one for one in totals if not one.fate])
    share_out(items, shares)
    _lift(done, series, by_series)


def _held_by(n: int, shares: list[dict[int, bool]], items: Sequence[Item]) -> list[tuple[int, bool]]:
    return [(m, shares[m].get(n, False)) for m in shares[n] if not items[m].dropped]


def _reckon_operations(done: Reckoned, f: Field, totals: list[Statement]) -> None:
    """Each operation of the series, the parts of an operation before the whole."""
    above = done.tree.above
    members: dict[str, list[int]] = defaultdict(list)
    for n, item in enumerate(f.items):
        for up in above(item.region.operation) if item.region.operation is not None else ():
            members[up].append(n)
    of: dict[str, list[Statement]] = defaultdict(list)
    for one in totals:
        of[one.operation or ""].append(one)
        for up in above(one.operation or ""):
            members.setdefault(up, [])
    bare = _bare(done, f)
    for operation in sorted(members, key=lambda name: (-len(above(name)), name)):
        below = [name for name in sorted(members) if name != operation and above(name)[1:2] == (operation,)]
        parts = [done.operations[name, f.series] for name in below]
        found = Operation(operation, f.series, members[operation], of[operation], parts=parts, bare=bare[operation])
        settle_totals(found, f)
        Reckoning(found, f).run()
        done.operations[operation, f.series] = found


def _told_and_held(f: Field) -> tuple[dict[str, set[str]], dict[str, tuple[list[float], list[float]]]]:
    """Where figures of each incident count; and of each operation when its bulletins begin, and how far they go."""
    told: dict[str, set[str]] = defaultdict(set)
    periods: dict[str, list[Span]] = defaultdict(list)
    for region in {id(item.region): item.region for item in f.items}.values():
        if region.operation is None:
            continue
        if region.kind == "period" and region.place is None:
            periods[region.operation].append(region.days)
        elif region.kind == "incidents" and region.statements:
            for incident in region.incidents:
                told[incident].add(region.operation)
    holds = {}
    for operation, spans in periods.items():
        spans.sort()
        holds[operation] = ([days.first for days in spans], [*accumulate((days.last for days in spans), max)])
    return told, holds


def _bare(done: Reckoned, f: Field) -> dict[str, list[Home]]:
    """The incidents of each operation and its parts of which no figure counts there, and no bulletin holds them."""
    above = done.tree.above
    told, holds = _told_and_held(f)
    bare: dict[str, list[Home]] = defaultdict(list)
    for home in done.homes.values():
        if home.operation is None:
            continue
        holding = {*told.get(home.incident, ())}
        for operation in above(home.operation):
            firsts, lasts = holds.get(operation, ([], []))
            at = bisect_right(firsts, home.days.first)
            if at and lasts[at - 1] >= home.days.last:
                holding.add(operation)
        for up in above(home.operation):
            if not any(up in above(operation) for operation in holding):
                bare[up].append(home)
    return bare


def _lift(done: Reckoned, series: Series, by_series: dict[Series, list[Statement]]) -> None:
    """Groups: what steps 3 and 7 leave as the low of a group is one voice on its whole, "at least so many"."""
    category, victims, definition = series
    if victims == "all":
        return
    wholes = {one.part_of for one in by_series[series] if one.part_of is not None} | {"all"}
    for whole in sorted(wholes):
        target = (category, whole, definition)
        holding = {one.fact for one in by_series.get(target, ()) if one.kind == "outcome" and not one.lifted}
        lifted: list[Statement] = []
        for region in done.regions[series]:
            told = [one for one in region.statements if one.low == region.low] or region.statements
            if region.kind != "died" and region.low and told and not all(one.imputed for one in told):
                lifted.append(_at_least(min(told, key=lambda one: one.moment.last), whole, _without_deaths(region)))
            deaths = region.statements if region.kind == "died" else region.deaths
            apart = [death for death in deaths if death.fact not in holding]
            lifted += [replace(_at_least(death, whole, death.low or 0), kind="outcome") for death in apart]
        for (_, of_series), operation in done.operations.items():
            if of_series == series and operation.decides is not None and operation.counted:
                low = operation.decides.low
                same = [one for one in operation.counted if one.low == low and not one.excludes] or [operation.decides]
                lifted.append(_at_least(min(same, key=lambda one: one.moment.last), whole, low or 0))
        by_series.setdefault(target, []).extend(lifted)


def _without_deaths(region: Region) -> int:
    return next((item.low or 0 for item in region.items if item.kind != "died"), region.low or 0)


def _at_least(one: Statement, whole: str, low: int) -> Statement:
    return replace(one, victims=whole, low=low, best=None, high=None, lifted=True, imputed=False, part_of=None, fate="")
