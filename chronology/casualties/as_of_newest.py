"""Rule 7: totals as voices of one region as of the moment of the newest; which of them can be right together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf

from chronology.casualties.joint_regions import said_by_then
from chronology.casualties.operations import Field, starts, surely_inside, surely_since
from chronology.casualties.statements import Statement
from chronology.casualties.totals import Best, BestAtEnd

__all__ = ["AsOfNewest", "Begun", "Totals", "at_most"]


@dataclass(slots=True)
class Totals:
    """The totals of one region, in the order of their moments, and those of them that count so far."""

    excludes: tuple[str, ...]
    voices: list[Statement]
    best: Best | BestAtEnd
    count: int = 0
    newest: float = -inf
    closed: tuple[Statement, ...] = ()
    compared: tuple[float, bool] = (-inf, False)
    """As of which moment they were compared last, and whether two of them may exclude each other."""

    def count_until(self, day: float) -> None:
        """Count the totals whose moment is surely by a day; of closed ones only the newest can bound."""
        start = self.count
        while self.count < len(self.voices) and self.voices[self.count].moment.last <= day:
            low = self.voices[self.count].low
            if low is not None:
                self.best.count(self.count, low)
            self.count += 1
        some = [one for one in self.voices[start : self.count] if one.high is not None]
        if some:
            self.newest = max(self.newest, *(one.moment.first for one in some))
            self.closed = tuple(one for one in (*self.closed, *some) if one.moment.last >= self.newest)
        if start < self.count:
            self.compared = (-inf, False)


@dataclass(slots=True)
class Begun:
    """The items that may have begun: the sum of their highs, whether one is open, and their ends in order."""

    members: frozenset[int]
    """The items of the operation."""
    ends: list[tuple[float, int]] = field(default_factory=list)
    said_from: list[tuple[float, int]] = field(default_factory=list)
    """By when the last of it was told, of the killed."""
    summed: int = 0
    is_open: bool = False
    bare_until: float = -inf
    has_bare: bool = False


def at_most(total: Statement, begun: Begun, operation: str, f: Field, until: float = inf) -> int | None:
    """Return the high of a total with what may have come after it, and have begun by `until`; None where open.

    That is the highs of what is not surely inside it; of the killed also what was said of its items later.
    """
    if total.high is None:
        return None
    most, surely_before = total.high, bisect_left(begun.ends, (total.moment.first, -1))
    if total.excludes or operation in f.baselines:
        surely_before = 0
    for _, n in begun.ends[surely_before:]:
        item = f.items[n]
        if item.is_covered(begun.members) or item.days.first > until or surely_inside(item, total, f):
            continue
        if item.high is None:
            return None
        most += item.high
    for _, n in begun.said_from[bisect_right(begun.said_from, (total.moment.surely, inf)) :]:
        item = f.items[n]
        if surely_inside(item, total, f):
            by_then = item.weight if until == inf else min(item.weight, said_by_then(item, until))
            most += max(0, by_then - said_by_then(item, total.moment.surely))
    return most


class AsOfNewest:
    """Totals as statements up to the moment of the newest: "at least" theirs, plus what surely came since."""

    def __init__(self, totals: Totals, newest: Statement, items: Iterable[int], operation: str, f: Field) -> None:
        self._totals, self._newest = totals, newest
        excludes = frozenset(totals.excludes)
        some = [f.items[n] for n in items]
        later = []
        for item in some:
            start, not_yet = (
                starts(item, operation, f, excludes),
                max(0, item.weight - said_by_then(item, newest.moment.surely)),
            )
            is_later = item.days.last >= newest.moment.first and not surely_inside(item, newest, f)
            if is_later or start == inf or not surely_since(item, operation, f):
                not_yet = item.weight
            if not_yet:
                later.append((start, not_yet))
        later.sort()
        self.has_later = bool(later)
        """Whether there are items that do not surely lie before the newest."""
        self._starts = [start for start, _ in later]
        self._left = [*accumulate((weight for _, weight in reversed(later)), initial=0)][::-1]

    def low(self, at: int) -> int:
        """The low of the total at `at`, with what surely came after it and before the moment of the newest."""
        return (self._totals.voices[at].low or 0) + max(0, self._totals.best.after(at) - self._not_yet(at))

    def _not_yet(self, at: int) -> int:
        """The items that came after a total, but may not have come before the moment of the newest."""
        return self._left[bisect_right(self._starts, self._totals.voices[at].moment.last)]

    def high(self, one: Statement, begun: Begun, operation: str, f: Field) -> int | None:
        """The high of a total with what may have come after it, and before the moment of the newest."""
        if one.moment.last >= self._newest.moment.last:
            return one.high
        return at_most(one, begun, operation, f, until=self._newest.moment.last)

    def may_exceed(self, highs: Collection[int]) -> bool:
        """True if the low of one of the totals is above one of these highs; in doubt, yes."""
        if not highs:
            return False
        least, totals = min(highs), self._totals
        if totals.best.most <= least:
            return False
        begins = self._starts[0] if self._starts else inf
        if totals.best.most - self._left[0] > least:
            return True
        for at in range(totals.count - 1, -1, -1):
            if totals.voices[at].moment.last < begins:
                break
            if self.low(at) > least:
                return True
        return False
