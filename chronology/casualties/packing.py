"""Rule 4: of regions that may share people, the largest sum over some no two of which can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["knots_of", "packed"]

EXACT: Final = 20
"""So many regions in one knot are packed exactly; beyond that the best of several orders counts."""

Shares = Sequence[Mapping[int, bool]] | Mapping[int, Mapping[int, bool]]


def knots_of(members: Sequence[int], shares: Shares | Mapping[int, set[int]]) -> list[list[int]]:
    """The members in knots: regions that hang together by people they may share."""
    left, knots = set(members), []
    for start in members:
        if start not in left:
            continue
        left.discard(start)
        knot, waiting = [], [start]
        while waiting:
            one = waiting.pop()
            knot.append(one)
            near = left.intersection(shares[one])
            left -= near
            waiting += near
        knots.append(sorted(knot))
    return knots


def packed(weights: Mapping[int, int], shares: Shares) -> int:
    """The largest sum of weights over members no two of which share; `weights` holds one knot, or several.

    A region all of whose neighbours share with one another is counted, and each of them adds only what it states above
    it: exact where regions nest or are periods. What is left of a knot is tried out.
    """
    left = {one: weight for one, weight in weights.items() if weight > 0}
    if len(left) > 2:
        return _packed(left, {one: left.keys() & shares[one].keys() for one in left})
    some = [*left]
    return max(left.values()) if len(some) == 2 and some[1] in shares[some[0]] else sum(left.values())


def _packed(left: dict[int, int], near: dict[int, set[int]]) -> int:
    total, waiting = 0, sorted(left, key=lambda one: (len(near[one]), one), reverse=True)
    while waiting:
        one = waiting.pop()
        if one not in left or not _all_share(near[one], near):
            continue
        weight = left[one]
        total += weight
        touched = set()
        for other in (one, *near[one]):
            left[other] -= weight
            if left[other] <= 0:
                touched |= near[other]
                for third in near.pop(other):
                    if third in near:
                        near[third].discard(other)
                del left[other]
        waiting += sorted(touched & left.keys(), key=lambda other: (len(near[other]), other), reverse=True)
    if left:
        for knot in knots_of(sorted(left), near):
            total += _tried(knot, left, near) if len(knot) <= EXACT else _ordered(knot, left, near)
    return total


def _all_share(members: set[int], near: Mapping[int, set[int]]) -> bool:
    return all(members <= near[one] | {one} for one in members)


def _tried(knot: Sequence[int], weights: Mapping[int, int], near: Mapping[int, set[int]]) -> int:
    """Every choice, with or without the region that shares with most."""
    if not knot:
        return 0
    inside = set(knot)
    one = max(knot, key=lambda each: (len(near[each] & inside), each))
    if not near[one] & inside:
        return sum(weights[each] for each in knot)
    without = [each for each in knot if each != one]
    beside = [each for each in without if each not in near[one]]
    return max(weights[one] + _tried(beside, weights, near), _tried(without, weights, near))


def _ordered(knot: Sequence[int], weights: Mapping[int, int], near: Mapping[int, set[int]]) -> int:
    """The best of several orders: the heaviest first, the fewest neighbours first, the most for each neighbour."""
    orders = (
        lambda one: (-weights[one], one),
        lambda one: (len(near[one]), -weights[one], one),
        lambda one: (-weights[one] / (1 + len(near[one])), one),
    )
    best = 0
    for order in orders:
        taken: set[int] = set()
        for one in sorted(knot, key=order):
            if not near[one] & taken:
                taken.add(one)
        best = max(best, sum(weights[one] for one in taken))
    return best
