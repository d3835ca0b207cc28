"""Rules 8 and 10: low, best and high of an operation by the end of each day on which something changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from math import inf
from typing import NamedTuple

from chronology.casualties.across_parts import AcrossParts
from chronology.casualties.as_of_newest import AsOfNewest, Begun, Totals, at_most
from chronology.casualties.consistent_groups import Voice, answer_of
from chronology.casualties.operations import (
    LARGEST_KNOT,
    Day,
    Field,
    Operation,
    disjoint,
    own_items,
    starts,
)  # fmt: skip
from chronology.casualties.packing import knots_of, packed
from chronology.casualties.regions import Item
from chronology.casualties.spans import END, Span, day_start
from chronology.casualties.statements import MOMENTARY, Statement
from chronology.casualties.totals import Best, BestAtEnd, parts_together

__all__ = ["Reckoning"]

Starts = Callable[[frozenset[str]], Iterable[tuple[float, int]]]


_OLDER = 50
"""So many totals older than the newest closed one are looked at for the high of a group; without more it is open."""


class Post(NamedTuple):
    """An addition to the itemised figures of a day: to the lows, to the bests, and after which moment."""

    day: float
    more: int
    best: int
    by_start: Starts


class Left(NamedTuple):
    """The result of step 3 for totals."""

    low: int | None
    decides: Statement | None
    undecided: bool
    best: int | None
    high: float


class Reckoning:
    """The figures of one operation, day by day."""

    def __init__(self, found: Operation, f: Field) -> None:
        self.found, self.f = found, f
        self.items = [n for n in found.items if not f.items[n].dropped]
        self.members = frozenset(self.items)
        by_excludes: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
        for one in self._voiced():
            by_excludes[one.excludes].append(one)
        # The whole comes last: what is left besides some incidents is a voice on it.
        regions = sorted(by_excludes.items(), reverse=True)
        best = Best if f.every_day else BestAtEnd
        self.totals = [Totals(excludes, some, best([one.moment.last for one in some])) for excludes, some in regions]
        self.beside = self._own_items()
        self.across = AcrossParts(found, self.items, f)
        self.lowless = [n for n in self.items if f.items[n].low is None and f.items[n].best]
        self.part_days = [[each.day for each in part.days] for part in found.parts]

    def _voiced(self) -> list[Statement]:
        """The totals as voices on the whole: parts by place are one voice, and at least their sum."""
        whole = [one for one in self.found.counted if not one.is_part]
        at_once = self.f.series[0] in MOMENTARY
        whole += parts_together(self.found.counted, self.f.names, at_once=at_once)
        if at_once:
            whole = self._by_moment(whole)
        return sorted(whole, key=lambda one: (one.moment.last, one.said, one.position, one.figure))

    def _by_moment(self, totals: list[Statement]) -> list[Statement]:
        """Of people who are so at a moment (missing, …), what each moment leaves is "at least so many" ever were."""
        moments: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
        for one in totals:
            moments[one.moment, one.excludes].append(one)
        found = []
        for some in moments.values():
            voices = [Voice(one.low, one.best, one.high, *one.moment, one) for one in some]
            answer = answer_of(voices, grows=False, choice=self.f.choice)
            self.found.moments.append((voices, answer))
            deciding = next((one for one in some if one.low == answer.low), some[0])
            found.append(replace(deciding, low=answer.low, best=answer.best, high=None))
        return found

    def run(self) -> None:
        """Reckon every day on which something changes, and the end."""
        f = self.f
        posts = sorted(self._posts(), key=lambda post: post.day)
        calendar = self._calendar() if f.every_day else [inf]
        starting = sorted(((f.items[n].days.first, n) for n in self.items), reverse=True)
        bare = sorted((self._until(days) for days in self._without_figure()), reverse=True)
        unsure = sorted(f.items[n].days.last for n in self.items if f.items[n].region.undecided)
        known = sorted(f.items[n].days.last for n in self.items if f.items[n].low is not None)
        begun, at, itemised, best = Begun(self.members), 0, 0, 0
        for day in calendar:
            while at < len(posts) and posts[at].day <= day:
                itemised += posts[at].more
                best += posts[at].best
                for totals in self.totals:
                    for first, amount in posts[at].by_start(frozenset(totals.excludes)):
                        totals.best.add(first, amount)
                at += 1
            for totals in self.totals:
                totals.count_until(day)
            while starting and starting[-1][0] <= day:
                self._begin(starting.pop()[1], begun)
            while bare and bare[-1][0] <= day:
                begun.bare_until, begun.has_bare = max(begun.bare_until, bare.pop()[1]), True
            has_items = bool(known) and known[0] <= day
            items_best = None if unsure and unsure[0] <= day else best
            is_last = day == calendar[-1]
            self._day(day, itemised if has_items else None, items_best, begun, is_last=is_last)

    def _without_figure(self) -> Iterable[Span]:
        """The days of incidents of which nobody gives a figure, or a word alone that gave way."""
        yield from (home.days for home in self.found.bare)
        items = [self.f.items[n] for n in self.found.items]
        yield from (item.days for item in items if item.dropped and not item.is_covered(self.members))

    def _until(self, days: Span) -> Span:
        """The days of an incident; one that may be before the baseline is surely in no total, however late."""
        begins = self.f.baselines.get(self.found.operation)
        return Span(days.first, inf) if begins is not None and days.first < day_start(begins.last) else days

    def _begin(self, n: int, begun: Begun) -> None:
        item = self.f.items[n]
        insort(begun.ends, (item.days.last, n))
        if self.f.series[0] == "killed" and item.steps:
            insort(begun.said_from, (item.steps[-1][0], n))
        if item.high is None:
            begun.is_open = True
        elif not item.is_covered(self.members):
            begun.summed += max(item.high, item.inside_low or 0)

    def _calendar(self) -> list[float]:
        """The ends of the days on which something changes; infinite the last where something has no end."""
        days = {day_start(moment) + END for moment in self._moments() if -inf < moment < inf}
        has_open_end = any(self.f.items[n].days.last == inf for n in self.items) or not days
        return [*sorted(days), *([inf] if has_open_end else [])]

    def _moments(self) -> Iterable[float]:
        for n in self.items:
            yield from self.f.items[n].days
        for one in self.found.totals:
            yield one.moment.last
        for home in self.found.bare:
            yield home.days.first
        for days in self.part_days:
            yield from days

    # --- what comes to be itemised

    def _posts(self) -> Iterable[Post]:
        f = self.f
        moments = sorted({one.moment.last for totals in self.totals for one in totals.voices})
        for knot in knots_of([n for n in self.items if f.items[n].weight or f.items[n].best], f.shares):
            if 1 < len(knot) <= LARGEST_KNOT:
                yield from self._knot(knot, moments)
                continue
            chosen = knot if len(knot) == 1 else disjoint(knot, f)
            for n in chosen:
                item = f.items[n]
                yield Post(item.days.last, item.weight, _best(item), self._single(item))
            if len(knot) > 1:
                end = max(f.items[n].days.last for n in knot)
                more = packed({n: f.items[n].weight for n in knot}, f.shares) - sum(f.items[n].weight for n in chosen)
                best = packed({n: _best(f.items[n]) for n in knot}, f.shares) - sum(_best(f.items[n]) for n in chosen)
                yield Post(end, more, best, lambda _: ())

    def _single(self, item: Item) -> Starts:
        return lambda excludes: ((starts(item, self.found.operation, self.f, excludes), item.weight),)

    def _knot(self, knot: list[int], moments: list[float]) -> Iterable[Post]:
        """A knot is packed anew on each day on which one of it has surely happened, and after each moment between."""
        f, before, best_before = self.f, 0, 0
        earlier: dict[frozenset[str], dict[float, int]] = {}
        lasts = sorted({f.items[n].days.last for n in knot})
        for last in lasts if f.every_day else lasts[-1:]:
            weights = {n: f.items[n].weight for n in knot if f.items[n].days.last <= last}
            now, best = packed(weights, f.shares), packed({n: _best(f.items[n]) for n in weights}, f.shares)
            yield Post(last, now - before, best - best_before, self._after(weights, moments, earlier))
            before, best_before = now, best

    def _after(
        self, weights: dict[int, int], moments: list[float], earlier: dict[frozenset[str], dict[float, int]]
    ) -> Starts:
        def by_start(excludes: frozenset[str]) -> list[tuple[float, int]]:
            was, now, adds, beyond = earlier.get(excludes, {}), {}, [], 0
            first_of = {n: starts(self.f.items[n], self.found.operation, self.f, excludes) for n in weights}
            for start in sorted({*first_of.values(), *was}, reverse=True):
                if not moments or start <= moments[0]:
                    break
                now[start] = packed({n: weights[n] for n in weights if first_of[n] >= start}, self.f.shares)
                delta = now[start] - was.get(start, self._known_from(was, start))
                adds.append((start, delta - beyond))
                beyond = delta
            earlier[excludes] = now
            return adds

        return by_start

    @staticmethod
    def _known_from(was: dict[float, int], start: float) -> int:
        """The count before items from a start on: that of the next start there was."""
        later = [each for each in was if each >= start]
        return was[min(later)] if later else 0

    # --- one day

    def _day(self, day: float, itemised: int | None, items_best: int | None, begun: Begun, *, is_last: bool) -> None:
        parts = [
            part.days[at - 1]
            for part, days in zip(self.found.parts, self.part_days, strict=True)
            if (at := bisect_right(days, day))
        ]
        of_parts = [part.low for part in parts if part.low is not None]
        low = itemised
        if of_parts:
            low = max(itemised or 0, sum(of_parts) + self._beside_parts(day))
            low = max(low, self.across.low(day)) if self.across.is_needed else low
        left = self._of_all_totals(begun, is_last=is_last)
        decides = None
        if left.low is not None and (low is None or left.low >= low):
            low, decides = left.low, left.decides
        high = self._high(low, left, begun, parts)
        if items_best is not None:
            # What totals leave not itemised is above the items: those of which nobody gives a low among them.
            held = self._lowless_inside(decides, day) if decides is not None else 0
            items_best += max(0, (low or 0) - (itemised or 0) - held)
        best = self._best_of(low, high, items_best, left)
        self.found.days.append(Day(day, low, best, high, itemised, decides))
        if is_last:
            one = self.found
            one.low, one.best, one.high, one.itemised_low, one.decides = low, best, high, itemised, decides
            one.itemised_high = None if begun.is_open or not begun.ends else begun.summed

    def _beside_parts(self, day: float) -> int:
        """The items that surely had happened by a day in no part: those of the operation's own incidents alone."""
        at = bisect_right(self.beside, (day, inf))
        return self.beside[at - 1][1] if at else 0

    def _own_items(self) -> list[tuple[float, int]]:
        """By day, the items of incidents that are in no part, packed."""
        f = self.f
        posts: list[tuple[float, int]] = []
        for knot in knots_of(own_items(self.found, f), f.shares) if self.found.parts else ():
            before = 0
            for last in sorted({f.items[n].days.last for n in knot}):
                now = packed({n: f.items[n].weight for n in knot if f.items[n].days.last <= last}, f.shares)
                posts.append((last, now - before))
                before = now
        posts.sort()
        sums = accumulate(more for _, more in posts)
        return [(last, so_far) for (last, _), so_far in zip(posts, sums, strict=True)]

    def _of_all_totals(self, begun: Begun, *, is_last: bool) -> Left:
        """The result of totals for the whole; a total without some incidents is "at least so many" of it."""
        left = Left(None, None, undecided=False, best=None, high=inf)
        besides: list[tuple[Voice, int]] = []
        for totals in self.totals:
            if not totals.count:
                continue
            found = self._of_totals(totals, begun, besides if not totals.excludes else [], is_last=is_last)
            if totals.excludes and found.low is not None and found.decides is not None:
                at = totals.voices.index(found.decides)
                later = totals.best.after(at) + (found.decides.low or 0) - self._as_of_newest(totals, begun).low(at)
                voice = Voice(found.low, None, None, *found.decides.moment, found.decides)
                besides.append((voice, max(0, found.low - later)))
            if not totals.excludes or left.low is None or (found.low or 0) > left.low:
                left = found
        return left

    def _of_totals(self, totals: Totals, begun: Begun, besides: Sequence[tuple[Voice, int]], *, is_last: bool) -> Left:
        """The result of step 3 for the totals that count: the largest where all can be right, else what spans them."""
        low = None if totals.best.most == -inf else int(totals.best.most)
        operation, f = self.found.operation, self.f
        highs = {id(one): at_most(one, begun, operation, f) for one in totals.closed}
        most = max((voice.low or 0 for voice, _ in besides), default=0)
        if is_last or most > (low or 0) or self._may_disagree(totals, begun):
            return self._spanned(totals, highs, besides, begun, is_last=is_last)
        recent = totals.voices[max(0, totals.count - 8) : totals.count]
        best = next((one.best for one in reversed(recent) if one.best is not None), None)
        decides = recent[-1]
        for n in range(totals.count - 1, max(-1, totals.count - 9), -1):
            if (stated := totals.voices[n].low) is not None and stated + totals.best.after(n) == low:
                decides = totals.voices[n]
                break
        high = min((inf if high is None else high for high in highs.values()), default=inf)
        return Left(low, decides, undecided=False, best=best, high=high)

    def _newest(self) -> Statement:
        """The total of the newest moment that counts so far, of the whole or besides some incidents."""
        return max((each.voices[each.count - 1] for each in self.totals if each.count), key=lambda one: one.moment.last)

    def _as_of_newest(self, totals: Totals, begun: Begun) -> AsOfNewest:
        newest = self._newest()
        has_outside = bool(totals.excludes) or self.found.operation in self.f.baselines
        ended = 0 if has_outside else bisect_left(begun.ends, (newest.moment.first, -1))
        later = {n for _, n in begun.ends[ended:]}
        later.update(n for _, n in begun.said_from[bisect_left(begun.said_from, (newest.moment.first, -1)) :])
        return AsOfNewest(totals, newest, later, self.found.operation, self.f)

    def _may_disagree(self, totals: Totals, begun: Begun) -> bool:
        """True if two of the totals may exclude each other, as of the moment of the newest."""
        newest = self._newest().moment.last
        if totals.compared[0] != newest:
            then = self._as_of_newest(totals, begun)
            highs = [then.high(one, begun, self.found.operation, self.f) for one in totals.closed]
            totals.compared = newest, then.may_exceed([high for high in highs if high is not None])
        return totals.compared[1]

    def _spanned(
        self,
        totals: Totals,
        highs: dict[int, int | None],
        besides: Sequence[tuple[Voice, int]],
        begun: Begun,
        *,
        is_last: bool,
    ) -> Left:
        then = self._as_of_newest(totals, begun)
        voices, compared = [voice for voice, _ in besides], [voice._replace(low=low) for voice, low in besides]
        for n, one in enumerate(totals.voices[: totals.count]):
            after, is_newest = totals.best.after(n), id(one) in highs
            low = None if one.low is None else one.low + after
            best = None if one.best is None else one.best + after
            high = highs[id(one)] if is_newest else one.high
            voice = Voice(low, best, high, one.moment.first, one.moment.last, one)
            voices.append(voice)
            if then.has_later and low is not None:
                low = then.low(n)
            high = then.high(one, begun, self.found.operation, self.f) if is_newest else one.high
            is_same = low == voice.low and high == voice.high
            compared.append(voice if is_same else voice._replace(low=low, high=high))
        answer = answer_of(voices, grows=True, choice=self.f.choice, compared=compared)
        if len(answer.chosen) > 1 and (is_last or not begun.is_open):
            # A group without the newest closed total is bounded by older ones, and by what may have come after these.
            older = [n for n, voice in enumerate(voices) if voice.high is not None and id(voice.one) not in highs]
            for at, n in enumerate(reversed(older)):
                high = at_most(voices[n].one, begun, self.found.operation, self.f) if at < _OLDER else None
                voices[n] = voices[n]._replace(high=high)
            answer = answer_of(voices, grows=True, choice=self.f.choice, compared=compared)
        if is_last and not totals.excludes:
            self.found.answer = (voices, answer)
        deciding = [voices[n].one for group in answer.chosen for n in group if voices[n].low == answer.low]
        decides = max(deciding, key=lambda one: (one.moment.last, one.said), default=voices[-1].one)
        undecided = len(answer.chosen) > 1 and answer.best is None
        return Left(answer.low, decides, undecided, answer.best, inf if answer.high is None else float(answer.high))

    def _high(self, low: int | None, left: Left, begun: Begun, parts: Sequence[Day]) -> int | None:
        """Open where something that counts is open, or an incident without a figure is not surely in a closed total."""
        newest = max((totals.newest for totals in self.totals if not totals.excludes), default=-inf)
        if begun.is_open or (begun.has_bare and begun.bare_until >= newest):
            return None
        if any(part.high is None and part.low is not None for part in parts):
            return None
        of_parts = sum(part.high or 0 for part in parts)
        highs = [begun.summed] if begun.ends else []
        highs += [of_parts] if of_parts else []
        if any(totals.count for totals in self.totals):
            if left.high == inf:
                return None
            highs.append(int(left.high))
        return max(*highs, low or 0) if highs else None

    def _lowless_inside(self, total: Statement, day: float) -> int:
        """The bests of items without a low that had happened by a day, and may lie inside a total."""
        some = [self.f.items[n] for n in self.lowless]
        return sum(_best(i) for i in some if i.days.last <= day and i.days.first <= total.moment.last)

    @staticmethod
    def _best_of(low: int | None, high: int | None, items_best: int | None, left: Left) -> int | None:
        """The larger of the items' and the totals'; null where the sources leave none."""
        if left.undecided or (left.best is None and items_best is None):
            return None
        options = [left.best or 0, low or 0, items_best or 0]
        if left.best is None and low is None and not items_best:
            return None
        best = max(options)
        return best if high is None else min(best, high)


def _best(item: Item) -> int:
    return item.best if item.best is not None and not item.contradicted else item.weight
