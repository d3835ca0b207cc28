"""Rule 3: alternatives. Who can be right together about one region, and what that leaves."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from operator import is_
from typing import NamedTuple

from chronology.casualties.spans import day_start
from chronology.casualties.statements import Statement
from chronology.vocabulary.kinds.policies import PolicyChoice

__all__ = ["Answer", "Voice", "answer_of", "effective_highs", "groups_of", "growth_in"]


class Voice(NamedTuple):
    """One statement about a region, as an interval, after deaths reported apart are added to it."""

    low: int | None
    best: int | None
    high: int | None
    first: float
    last: float
    one: Statement


class Answer(NamedTuple):
    """The result of the voices: an interval; who can be right together; and the pairs that cannot."""

    low: int | None
    best: int | None
    high: int | None
    groups: tuple[tuple[int, ...], ...]
    chosen: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int], ...]


def effective_highs(voices: Sequence[Voice], *, grows: bool) -> list[float]:
    """The high of each voice; of what grows, it gives way where a later voice states a high, or a low above it."""
    highs = [inf if voice.high is None else float(voice.high) for voice in voices]
    if not grows or len(voices) == 1:
        return highs
    newest = max((voice.first for voice, high in zip(voices, highs, strict=True) if high < inf), default=-inf)
    found = [high if newest <= voice.last else inf for voice, high in zip(voices, highs, strict=True)]
    for n, voice in enumerate(voices):
        if found[n] == inf:
            continue
        for m, other in enumerate(voices):
            if m == n or not (highs[m] < inf or (other.low or 0) > highs[n]):
                continue
            if other.first > voice.last:
                found[n] = inf
            elif day_start(other.last) > day_start(voice.first) and (other.first, other.last) != (
                voice.first,
                voice.last,
            ):
                found[n] = max(found[n], highs[m])
    return found


def groups_of(lows: Sequence[float], highs: Sequence[float]) -> list[tuple[int, ...]]:
    """The largest sets of intervals that all share a point, from the lowest point to the highest."""
    if not lows:
        return []
    if max(lows) <= min(highs):
        return [tuple(range(len(lows)))]
    events = sorted([(low, 0, n) for n, low in enumerate(lows)] + [(high, 1, n) for n, high in enumerate(highs)])
    found: list[tuple[int, ...]] = []
    active: set[int] = set()
    grew = False
    for _, ends, n in events:
        if ends:
            if grew:
                found.append(tuple(sorted(active)))
            active.discard(n)
            grew = False
        else:
            active.add(n)
            grew = True
    return found


def answer_of(
    voices: Sequence[Voice], *, grows: bool, choice: PolicyChoice, compared: Sequence[Voice] | None = None
) -> Answer:
    """Combine the voices on one region, by the policy's choice where they cannot all be right.

    `compared` is what the same voices say of the region that they all speak of, where what they leave is more.
    """
    if len(voices) == 1 and compared is None:
        return _answer_of_one(voices[0])
    if compared is not None and all(map(is_, voices, compared)):
        compared = None
    lows, highs = _bounds(voices if compared is None else compared, grows=grows)
    groups = groups_of(lows, highs)
    pairs: tuple[tuple[int, int], ...] = ()
    if len(groups) > 1:
        closed = [m for m, high in enumerate(highs) if high < inf]
        pairs = tuple((n, m) for n, low in enumerate(lows) for m in closed if low > highs[m])
    chosen = groups if len(groups) == 1 else _chosen(voices, groups, choice)
    if compared is not None:
        highs = _bounds(voices, grows=grows)[1]
    bounds = [_left_by(voices, highs, group, alone=len(chosen) == 1) for group in chosen]
    low = None if any(bound[0] is None for bound in bounds) else min(bound[0] or 0 for bound in bounds)
    high = None if any(bound[1] is None for bound in bounds) else max(bound[1] or 0 for bound in bounds)
    best = _best(voices, chosen, low, high)
    return Answer(low, best, high, tuple(groups), tuple(chosen), pairs)


def _answer_of_one(voice: Voice) -> Answer:
    high = None if voice.high is None else max(voice.low or 0, voice.high)
    best = voice.best
    if best is not None and not (voice.low or 0) <= best <= (inf if high is None else high):
        best = None
    return Answer(voice.low, best, high, ((0,),), ((0,),), ())


def _bounds(voices: Sequence[Voice], *, grows: bool) -> tuple[list[float], list[float]]:
    lows = [float(voice.low or 0) for voice in voices]
    highs = effective_highs(voices, grows=grows)
    return lows, [max(pair) for pair in zip(lows, highs, strict=True)]


def _left_by(
    voices: Sequence[Voice], highs: Sequence[float], group: Sequence[int], *, alone: bool
) -> tuple[int | None, int | None]:
    """The intersection of a group; where it is open beside others, the least high stated that is not below its low."""
    low = max((low for n in group if (low := voices[n].low) is not None), default=None)
    least = min(highs[n] for n in group)
    if least < inf:
        return low, int(least)
    stated = [high for n in group if (high := voices[n].high) is not None and high >= (low or 0)]
    return low, None if alone else min(stated, default=None)


def _chosen(voices: Sequence[Voice], groups: list[tuple[int, ...]], choice: PolicyChoice) -> list[tuple[int, ...]]:
    if choice is PolicyChoice.MAJORITY:
        sizes = [len({voices[n].one.speaker for n in group}) for group in groups]
        return [group for group, size in zip(groups, sizes, strict=True) if size == max(sizes)]
    if choice is PolicyChoice.LATEST:
        newest = max((voice.one.said, voice.one.position) for voice in voices)
        return [group for group in groups if any((voices[n].one.said, voices[n].one.position) == newest for n in group)]
    if choice is PolicyChoice.ASSESSED:
        first = _ranked_first(voices, groups)
        return groups if first is None else [first]
    return groups


def _ranked_first(voices: Sequence[Voice], groups: list[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The group that assessments rank above all others, by the voices that do not stand in all of them."""
    everywhere = set(groups[0]).intersection(*groups[1:])
    ranks = [min((voices[n].one.grade for n in group if n not in everywhere), default=(9.0, 9.0)) for group in groups]
    best = min(ranks)
    return groups[ranks.index(best)] if ranks.count(best) == 1 else None


def preference(one: Statement) -> tuple[object, ...]:
    """Whose best is preferred: credibility, reliability of the source, then the newest word."""
    return (one.grade, -one.said, -one.moment.last, -one.position, one.figure)


def _best(
    voices: Sequence[Voice],
    chosen: list[tuple[int, ...]],
    low: int | None,
    high: int | None,
) -> int | None:
    if len(chosen) == 1:
        group: tuple[int, ...] | None = chosen[0]
    else:
        group = _ranked_first(voices, chosen)
    if group is None:
        return None
    within = [
        voices[n]
        for n in group
        if (best := voices[n].best) is not None and (low or 0) <= best <= (inf if high is None else high)
    ]
    return min(within, key=lambda voice: preference(voice.one)).best if within else None


def growth_in(voices: Sequence[Voice]) -> tuple[Voice, Voice] | None:
    """The last voice that exceeds another speaker's earlier, closed number, with that one: growth, no contradiction."""
    for later in reversed(voices):
        for earlier in reversed(voices):
            if (
                earlier.high is not None
                and (later.low or 0) > earlier.high
                and later.first > earlier.last
                and later.one.speaker != earlier.one.speaker
            ):
                return later, earlier
    return None
