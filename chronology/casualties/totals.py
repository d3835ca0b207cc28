"""Rule 7: totals. One speaker's slips, what lies surely inside a total, and the best of many totals by day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, groupby
from math import inf
from operator import le
from typing import Final

from chronology.casualties.packing import packed
from chronology.casualties.spans import day_start
from chronology.casualties.standing import Names
from chronology.casualties.statements import Statement

__all__ = ["INSTANT", "Best", "longest_series", "parts_together"]


INSTANT: Final = 1e-9


class Best:
    """The largest of (low of a total + what surely came after it), kept up as days pass.

    Totals stand in the order of their moments; an item adds to all totals before it. A tree over the totals: in each
    node what was added to the totals up to it, and the best of those below.
    """

    def __init__(self, moments: Sequence[float]) -> None:
        self._moments = moments
        self._size = 1 << max(0, (len(moments) - 1).bit_length())
        self._added = [0] * (2 * self._size)
        self._best = [-inf] * (2 * self._size)

    def count(self, at: int, low: int) -> None:
        """From now on the total at `at` counts."""
        node = at + self._size
        self._best[node] = low + self._added[node]
        self._up(node)

    def add(self, first: float, more: int) -> None:
        """`more` people surely came after every total whose moment is before `first`."""
        at = bisect_right(self._moments, first - 1e-9) - 1
        if at < 0 or not more:
            return
        node = at + self._size
        self._added[node] += more
        self._best[node] += more
        self._up(node)

    def _up(self, node: int) -> None:
        added, best = self._added, self._best
        node >>= 1
        while node:
            left, right = 2 * node, 2 * node + 1
            added[node] = added[left] + added[right]
            best[node] = max(best[left] + added[right], best[right])
            node >>= 1

    @property
    def most(self) -> float:
        """The best of all totals that count; minus infinite where none does."""
        return self._best[1]

    def after(self, at: int) -> int:
        """Count how many surely came after the total at `at`, so far."""
        node, more = at + self._size, self._added[at + self._size]
        while node > 1:
            if not node & 1:
                more += self._added[node + 1]
            node >>= 1
        return more


class BestAtEnd:
    """The best once all totals count and all items were added: no tree, but sums."""

    def __init__(self, moments: Sequence[float]) -> None:
        self._moments = moments
        self._lows: dict[int, int] = {}
        self._added: list[tuple[float, int]] = []

    def count(self, at: int, low: int) -> None:
        """The total at `at` counts."""
        self._lows[at] = low

    def add(self, first: float, more: int) -> None:
        """`more` people surely came after every total whose moment is before `first`."""
        self._added.append((first - 1e-9, more))

    @cached_property
    def _after(self) -> list[int]:
        """Count how many surely came after each total."""
        self._added.sort()
        firsts = [first for first, _ in self._added]
        left = [*accumulate((more for _, more in reversed(self._added)), initial=0)][::-1]
        return [left[bisect_left(firsts, moment)] for moment in self._moments]

    @cached_property
    def most(self) -> float:
        """The best of all totals; minus infinite where none does."""
        return max((low + self._after[at] for at, low in self._lows.items()), default=-inf)

    def after(self, at: int) -> int:
        """Count how many surely came after the total at `at`."""
        return self._after[at]


def longest_series(
    totals: Sequence[Statement], ended: Callable[[float], int], begun: Callable[[float], int]
) -> tuple[list[Statement], list[Statement]]:
    """Split one speaker's totals into the longest series that agrees and ends in the newest word, and the rest.

    `ended(moment)` and `begun(moment)` are how many surely had come, or had begun to, before a moment, of items that
    lie between two of these totals. A series agrees where no low, with what surely came since, is above a later high.
    """
    low = {id(one): -inf if one.low is None else one.low - begun(one.moment.last + INSTANT) for one in totals}
    high = {id(one): inf if one.high is None else one.high - ended(one.moment.first) for one in totals}
    in_order = sorted(totals, key=lambda one: (one.moment.last, one.moment.first, one.said, one.position, one.figure))
    so_far = accumulate((low[id(one)] for one in in_order), max)
    if all(map(le, so_far, (high[id(one)] for one in in_order))):
        return in_order, []
    newest = max(totals, key=lambda one: (one.said, one.position, one.figure))

    def agree(earlier: Statement, later: Statement) -> bool:
        if low[id(earlier)] <= high[id(later)]:
            return True
        unsure = day_start(earlier.moment.last) > day_start(later.moment.first) and earlier.moment != later.moment
        return unsure or (day_start(earlier.said) == day_start(later.said) and earlier.moment == later.moment)

    at = next(n for n, one in enumerate(in_order) if one is newest)
    left = [one for one in in_order[:at] if agree(one, newest)]
    left += [newest, *(one for one in in_order[at + 1 :] if agree(newest, one))]
    kept = _longest(left, low, high)
    ids = {id(one) for one in kept}
    if any(day_start(one.moment.first) != day_start(one.moment.last) for one in left) or _are_alternatives(left):
        # The series is that of moments one after another; of moments that overlap, either may have been first.
        for n, one in sorted(enumerate(left), key=lambda each: (each[1].said, each[1].position), reverse=True):
            if id(one) not in ids and all(
                agree(other, one) if m < n else agree(one, other) for m, other in enumerate(left) if id(other) in ids
            ):
                ids.add(id(one))
    return [one for one in left if id(one) in ids], [one for one in in_order if id(one) not in ids]


def _are_alternatives(totals: Sequence[Statement]) -> bool:
    """True if two of them were said on one day of one moment: they are alternatives of each other."""
    return len({(one.moment, day_start(one.said)) for one in totals}) < len(totals)


def _longest(totals: Sequence[Statement], low: dict[int, float], high: dict[int, float]) -> list[Statement]:
    """The longest part of the totals in which no low is above a later high; of two as long the one with later words.

    `ends[n]` is the least that the largest low of a series of n+1 totals can be, and `chains[n]` such a series.
    """
    ends: list[float] = []
    chains: list[tuple[Statement, object] | None] = []
    for one in totals:
        least, most = low[id(one)], high[id(one)]
        start, stop = bisect_right(ends, least), bisect_right(ends, most)
        moved = [(ends[n], (one, chains[n])) for n in range(start, stop)]
        ends[start : stop + 1] = [least, *(end for end, _ in moved)]
        chains[start : stop + 1] = [(one, chains[start - 1] if start else None), *(chain for _, chain in moved)]
    found: list[Statement] = []
    chain: object = chains[-1] if chains else None
    while isinstance(chain, tuple):
        found.append(chain[0])
        chain = chain[1]
    return found[::-1]


def parts_together(totals: Sequence[Statement], names: Names, *, at_once: bool) -> list[Statement]:
    """Parts by place as voices on the whole: at each moment the largest sum of parts that share nobody, "at least".

    Of each speaker and place the largest that is known by the moment; `at_once` only those of the moment itself.
    """
    of: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for one in totals:
        if one.is_part:
            of[one.excludes].append(one)
    found = []
    for parts in of.values():
        parts.sort(key=lambda one: (one.moment.last, one.moment.first))
        known: dict[tuple[str, str | None], Statement] = {}
        for _, some in groupby(parts, key=lambda one: one.moment):
            if at_once:
                known.clear()
            for one in some:
                before = known.get((one.speaker, one.place))
                if before is None or (one.low or 0) >= (before.low or 0):
                    known[one.speaker, one.place] = one
            found.append(_added(list(known.values()), names))
    return found


def _added(parts: Sequence[Statement], names: Names) -> Statement:
    """One voice on the whole, of parts of which some may be the same people."""
    apart = [
        {
            m
            for m, other in enumerate(parts)
            if names.apart(one.place, other.place, by_one_speaker=one.speaker == other.speaker)
        }
        for one in parts
    ]
    shares = [dict.fromkeys({*range(len(parts))} - near - {n}, False) for n, near in enumerate(apart)]
    low = packed({n: one.low or 0 for n, one in enumerate(parts)}, shares)
    best = packed({n: (one.best if one.best is not None else one.low) or 0 for n, one in enumerate(parts)}, shares)
    newest = max(parts, key=lambda one: (one.moment.last, one.said, one.low or 0))
    return replace(
        newest,
        low=None if all(one.low is None for one in parts) else low,
        best=best,
        high=None,
        is_part=False,
        lifted=True,
    )
