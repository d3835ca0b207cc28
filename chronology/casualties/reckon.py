"""The rules in the order they are applied."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import accumulate

from chronology.casualties import rows
from chronology.casualties.by_day import Reckoning
from chronology.casualties.homes import Home
from chronology.casualties.joint_regions import contradict_inside, lies_below, share_out, shares_of
from chronology.casualties.ledger import Ledger
from chronology.casualties.operations import Field, Operation, settle_totals
from chronology.casualties.policy import CAUTIOUS, Policy
from chronology.casualties.regions import Item, Region
from chronology.casualties.results import Result
from chronology.casualties.spans import Span
from chronology.casualties.standing import Entry, Names
from chronology.casualties.statements import Series, Statement
from chronology.casualties.voices import Slip
from chronology.casualties.wholes import at_least
from chronology.collector import collector_paused

__all__ = ["Reckoned", "reckon", "reckon_changed"]


class Reckoned:
    """All that was reckoned of the entries in a ledger, before it is written as rows of the lists that are wanted."""

    def __init__(self, ledger: Ledger, wanted: Collection[str]) -> None:
        self.ledger, self.wanted = ledger, frozenset(wanted)
        self.names, self.policy = ledger.names, ledger.policy
        self.decided, self.tree, self.homes = ledger.decided, ledger.tree, ledger.homes
        self.regions: dict[Series, list[Region]] = ledger.regions()
        self.operations: dict[tuple[str, Series], Operation] = {}
        self.contradicted: list[Item] = []
        totals = ledger.totals()
        for series in self.regions:
            _reckon_series(self, series, totals)
        ledger.settle_again(
            item.region
            for regions in self.regions.values()
            for region in regions
            for item in region.items
            if item.dropped or item.contradicted
        )

    @cached_property
    def groups(self) -> dict[tuple[str, str | None, str], set[str]]:
        """The groups of victims of which each incident has a region of its own, by category and definition."""
        found: dict[tuple[str, str | None, str], set[str]] = defaultdict(set)
        for (category, victims, definition), regions in self.regions.items():
            for region in regions if victims != "all" else ():
                if region.kind == "incidents" and len(region.incidents) == 1:
                    found[category, definition, region.incidents[0]].add(victims)
        return found

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries in force, in the order of the log."""
        return [entry for _, entry in sorted(self.ledger.entries.items())]

    @cached_property
    def statements(self) -> list[Statement]:
        """All figures in force, in the order of the log."""
        found = [one for subject in self.ledger.subjects.values() for one in subject.statements]
        return sorted(found, key=lambda one: (one.position, one.figure))

    @property
    def slips(self) -> list[Slip]:
        """Words that lie below their speaker's own earlier ones."""
        return [slip for subject in self.ledger.subjects.values() for slip in subject.slips]

    @property
    def on_anothers(self) -> list[Statement]:
        """Each "one more" that added to another's figure."""
        return [one for subject in self.ledger.subjects.values() for one in subject.on_anothers]


def reckon(
    entries: Sequence[Entry], names: Names, policy: Policy = CAUTIOUS, *, wanted: Collection[str] = Result._fields
) -> Result:
    """Return the rows of one component, or of several whole ones: their union, in any order of the entries.

    Of the lists of the result only those `wanted` are filled.
    """
    with collector_paused():
        ledger = Ledger(names, policy)
        result = _result(ledger, (), entries, wanted)
        # Where nothing points in a circle all is gone at once, and the collector has nothing to look through.
        ledger.let_go()
        del ledger
        return result


def reckon_changed(
    ledger: Ledger, gone: Collection[Entry], came: Collection[Entry], *, wanted: Collection[str] = Result._fields
) -> Result:
    """Return the rows of a component after entries went and came: those that `reckon` gives of what stands then."""
    with collector_paused():
        return _result(ledger, gone, came, wanted)


def _result(ledger: Ledger, gone: Collection[Entry], came: Collection[Entry], wanted: Collection[str]) -> Result:
    ledger.change(gone, came)
    done = Reckoned(ledger, wanted)
    if "by_day" not in wanted and rows.is_settled_by_day(done):
        ledger.change((), ())
        done = Reckoned(ledger, {*wanted, "by_day"})
    return rows.result_of(done)


def _reckon_series(done: Reckoned, series: Series, totals_of: dict[Series, list[Statement]]) -> None:
    items = [item for region in done.regions[series] for item in region.items]
    for item in items:
        item.weight = item.low or 0
    shares = shares_of(items, done.homes, done.tree, done.names)
    done.contradicted += contradict_inside(items, shares, done.tree)
    for n, item in enumerate(items):
        item.covered_by = tuple(
            m
            for m in shares[n]
            if shares[m].get(n) and items[m].high is not None and items[m].kind != "died"
            and (items[m].kind != "period" or lies_below(item, items[m], done.tree))
        )  # fmt: skip
    totals = totals_of[series]
    numbered = {(one.operation, one.excludes) for one in totals if one.has_number}
    for one in totals:
        one.fate = ""
        if not one.has_number and (one.operation, one.excludes) in numbered:
            one.fate = "imputed, a number is known" if one.imputed else "not known, a number is known"
    f = Field(series, items, shares, done.homes, done.tree, done.names, done.decided.baselines, done.policy.choice)
    f.every_day = "by_day" in done.wanted
    _reckon_operations(done, f, [one for one in totals if not one.fate])
    if not {"figures", "items"}.isdisjoint(done.wanted):
        share_out(items, shares)
    for whole in done.ledger.wholes.of[series]:
        totals_of[whole] += _lifted_totals(done, series, whole[1])


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


def _stated_and_held(f: Field) -> tuple[dict[str, set[str]], dict[str, tuple[list[float], list[float]]]]:
    """The days from which figures of each incident count; for each operation, the span of its bulletins."""
    stated: dict[str, set[str]] = defaultdict(set)
    periods: dict[str, list[Span]] = defaultdict(list)
    for region in {id(item.region): item.region for item in f.items}.values():
        if region.operation is None:
            continue
        if region.kind == "period" and region.place is None:
            periods[region.operation].append(region.days)
        elif region.kind == "incidents" and region.statements:
            for incident in region.incidents:
                stated[incident].add(region.operation)
    holds = {}
    for operation, spans in periods.items():
        spans.sort()
        holds[operation] = ([days.first for days in spans], [*accumulate((days.last for days in spans), max)])
    return stated, holds


def _bare(done: Reckoned, f: Field) -> dict[str, list[Home]]:
    """The incidents of each operation and its parts of which no figure counts there, and no bulletin holds them."""
    above = done.tree.above
    stated, holds = _stated_and_held(f)
    bare: dict[str, list[Home]] = defaultdict(list)
    for home in done.homes.values():
        if home.operation is None:
            continue
        holding = {*stated.get(home.incident, ())}
        for operation in above(home.operation):
            firsts, lasts = holds.get(operation, ([], []))
            at = bisect_right(firsts, home.days.first)
            if at and lasts[at - 1] >= home.days.last:
                holding.add(operation)
        for up in above(home.operation):
            if not any(up in above(operation) for operation in holding):
                bare[up].append(home)
    return bare


def _lifted_totals(done: Reckoned, series: Series, whole: str) -> list[Statement]:
    """The low of a group for each operation, from step 7: one voice on its whole."""
    lifted = []
    for (_, of_series), operation in done.operations.items():
        if of_series == series and operation.decides is not None and operation.counted:
            low = operation.decides.low
            same = [one for one in operation.counted if one.low == low and not one.excludes] or [operation.decides]
            lifted.append(at_least(min(same, key=lambda one: one.moment.last), whole, low or 0))
    return lifted
