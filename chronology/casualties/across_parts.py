"""Rule 7: joint figures that reach from one part of an operation into another, beside the totals of parts."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from chronology.casualties.operations import Field, Operation, starts
from chronology.casualties.packing import EXACT, packed
from chronology.casualties.statements import MOMENTARY, Statement

__all__ = ["AcrossParts"]

LARGEST = 200
"""Of more items than this the sum of the parts, or of the items, counts."""


class AcrossParts:
    """The largest sum of items and of totals of parts of which no two can share a person."""

    def __init__(self, found: Operation, items: list[int], f: Field) -> None:
        """`items` are those of the operation that count."""
        self._found, self._f = found, f
        self._items = [n for n in items if f.items[n].weight]
        self._parts = [part for part in _below(found) if any(self._totals_of(part, inf))]
        self.is_needed = (
            bool(self._parts)
            and f.series[0] not in MOMENTARY
            and len(self._items) <= LARGEST
            and any(self._reaches_across(n) for n in self._items)
        )

    def _reaches_across(self, n: int) -> bool:
        item = self._f.items[n]
        return len({home.operation for i in item.region.incidents if (home := self._f.homes.get(i))}) > 1

    def _totals_of(self, part: Operation, day: float) -> Iterator[Statement]:
        """The totals of a part that count by a day: of those that exclude each other the one that decides."""
        some = [one for one in part.counted if one.low and not one.is_part]
        agree = part.answer is None or len(part.answer[1].groups) == 1
        if not agree or len(some) > EXACT:
            some = [one for one in some if one is part.decides]
        yield from (one for one in some if one.moment.last <= day)

    def low(self, day: float) -> int:
        """How many there surely were by a day."""
        f = self._f
        weights = {n: f.items[n].weight for n in self._items if f.items[n].days.last <= day}
        shares = {n: {*f.shares[n]} for n in weights}
        totals: list[tuple[Operation, Statement]] = []
        for part in self._parts:
            totals += [(part, one) for one in self._totals_of(part, day)]
        for at, (part, total) in enumerate(totals, len(f.items)):
            weights[at] = min(total.low or 0, part.low or 0)
            shares[at] = {n for n in self._items if self._may_share(n, part, total)}
            shares[at].update(
                other for other, (beside, _) in enumerate(totals[: at - len(f.items)], len(f.items))
                if f.tree.related(part.operation, beside.operation)
            )  # fmt: skip
            for n in shares[at]:
                if n in shares:
                    shares[n].add(at)
        return packed(weights, {n: dict.fromkeys(near, False) for n, near in shares.items()})

    def _may_share(self, n: int, part: Operation, total: Statement) -> bool:
        """Whether some of an item may lie inside a total of a part: that of its incidents which are in the part."""
        f, item = self._f, self._f.items[n]
        if not item.region.incidents:
            return f.tree.related(item.region.operation, part.operation) and (
                starts(item, part.operation, f) <= total.moment.last
            )
        if item.included_by <= total.moment.last:
            return True
        days = [item.days] if item.kind == "died" else []
        for incident in set(item.region.incidents).difference(total.excludes):
            home = f.homes.get(incident)
            if home is None or home.operation is None or part.operation in f.tree.above(home.operation):
                days_here = days or [home.days if home is not None else item.days]
                if any(each.first <= total.moment.last for each in days_here):
                    return True
        return False


def _below(operation: Operation) -> Iterator[Operation]:
    for part in operation.parts:
        yield part
        yield from _below(part)
