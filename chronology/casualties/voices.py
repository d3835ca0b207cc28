"""Rule 2: one voice. Which figures a later word replaces, and figures that say "one more"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chronology.casualties.spans import day_of, day_start
from chronology.casualties.standing import Entry
from chronology.casualties.statements import MOMENTARY, Statement
from chronology.vocabulary import Report, name_key

__all__ = ["Slip", "Supersessions", "both_can_be_right", "settle_voices"]


class Slip(NamedTuple):
    """A word that lies below its speaker's own earlier one."""

    earlier: Statement
    later: Statement


def grows(one: Statement) -> bool:
    """True if its number grows with time: of the killed; and a total is "at least" of a later moment."""
    return one.category == "killed" or one.kind == "total"


def both_can_be_right(one: Statement, other: Statement) -> bool:
    """True if two figures of one region and series can both be right; of what grows, in the order of their moments."""
    return _can_follow(one, other) and _can_follow(other, one)


def _can_follow(earlier: Statement, later: Statement) -> bool:
    """True if `later` leaves room for the low of `earlier`."""
    if earlier.low is None or later.high is None or earlier.low <= later.high:
        return True
    return grows(earlier) and day_start(earlier.moment.last) > later.moment.first and earlier.moment != later.moment


def settle_voices(
    statements: Sequence[Statement], superseded_by: Callable[[Statement], str | None]
) -> tuple[list[Slip], list[Statement]]:
    """Mark what is replaced, and by what, of the statements of a subject, in the order of the log.

    Returns the slips, and the "one more" that added to another's figure.
    """
    for_review = _add_more(statements) if any(one.is_additional for one in statements) else []
    for one in statements:
        one.replaced_by = superseded_by(one) or one.replaced_by
    slips: list[Slip] = []
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in statements:
        if one.reason is None and one.has_number and one.kind != "outcome":
            moment = one.moment if one.kind == "total" else None
            groups[one.series, one.region, one.speaker, moment].append(one)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda one: (one.said, one.position))
            slips += _replace_own(group)
    return slips, for_review


def _replace_own(group: list[Statement]) -> list[Slip]:
    """A newer word replaces an older one of the same speaker only where the two cannot both be right."""
    slips = []
    for n, later in enumerate(group):
        for earlier in group[:n]:
            newer = day_of(earlier.said) != day_of(later.said) and earlier.replaced_by is None
            if newer and not both_can_be_right(earlier, later):
                earlier.replaced_by = later.fact
                if later.high is not None and later.high < (earlier.low or 0):
                    slips.append(Slip(earlier, later))
    return slips


def _add_more(statements: Sequence[Statement]) -> list[Statement]:
    """One more: so many on top of what the same speaker last said of the region, else of the newest there is."""
    for_review = []
    by_region: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in statements:
        if one.reason is None and one.kind in {"incidents", "total"}:
            region = one.region[:-1] if one.category in MOMENTARY else one.region
            by_region[one.series, region].append(one)
    for group in by_region.values():
        if not any(one.is_additional for one in group):
            continue
        group.sort(key=lambda one: (one.said, one.position))
        done: list[Statement] = []
        repeated: dict[tuple[str, float, int | None], Statement] = {}
        for n, one in enumerate(group):
            if one.is_additional:
                same = (one.speaker, one.said, one.low)
                if same in repeated:
                    one.low, one.best, one.high = repeated[same].low, repeated[same].best, repeated[same].high
                    one.replaced_by = repeated[same].fact
                    continue
                repeated[same] = one
                own = [each for each in group[:n] if each.speaker == one.speaker]
                numbers = [each for each in done if not own or each.speaker == one.speaker]
                if not own and done:
                    for_review.append(one)
                _add(one, numbers[-1] if numbers else None)
            if one.has_number:
                done.append(one)
    return for_review


def _add(one: Statement, to: Statement | None) -> None:
    if to is None:
        one.high = None
        return
    # "Several more" adds no number: it gives way to the number it is on top of, and leaves that open.
    more = 0 if one.imputed else one.low or 0
    one.imputed, one.best = False, None if one.imputed else one.best
    one.low = more + (to.low or 0)
    one.best = None if to.best is None or one.best is None else to.best + one.best
    one.high = None if to.high is None or one.high is None else to.high + one.high
    one.contributors = (*to.contributors, to.fact)
    to.replaced_by = one.fact


class Supersessions:
    """The facts that replace others: their figures of the same category and group."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._named_by: dict[str, set[str]] = defaultdict(set)

    @property
    def is_empty(self) -> bool:
        """Whether no fact says so."""
        return not self._names

    def add(self, entry: Entry) -> frozenset[str]:
        """Take in what an entry supersedes, and return it: facts by their keys."""
        if not isinstance(entry.fact, Report) or not entry.fact.supersedes:
            return frozenset()
        key = name_key(entry.id)
        self._positions[key] = entry.position
        self._names[key] = frozenset(map(name_key, entry.fact.supersedes)) - {key}
        for other in self._names[key]:
            self._named_by[other].add(key)
        return self._names[key]

    def remove(self, entry: Entry) -> frozenset[str]:
        """Forget an entry, and return what it superseded."""
        key = name_key(entry.id)
        names = self._names.pop(key, frozenset())
        for other in names:
            self._named_by[other].discard(key)
        return names

    def of(self, fact: str) -> list[str]:
        """The facts that take the place of a fact, in the order of the log; of two that name each other the later."""
        position = self._positions.get(fact, -1)
        return sorted(
            (
                later for later in self._named_by.get(fact, ())
                if later not in self._names.get(fact, ()) or position < self._positions[later]
            ),
            key=self._positions.__getitem__,
        )  # fmt: skip
