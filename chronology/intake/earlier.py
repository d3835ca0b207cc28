"""Hints on a new figure next to earlier ones: it is below its speaker's own, or of another group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from chronology.log import Draft, Log, decode, now, reading
from chronology.vocabulary import Category, Figure, Kind, Measure, Report, name_key
from chronology.vocabulary.dates import bounds
from chronology.vocabulary.groups import group_of
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["Earlier"]

NEWEST: Final = 5_000
"""So many entries are looked through; the view `contradictions` has what lies further back."""
FEW: Final = 50
"""So many names are looked for in the text of an entry before it is read."""
MOST: Final = 20
"""So many figures of a batch are named."""

_COUNTED_ONCE: Final = (str(Category.KILLED), str(Category.INJURED))


class _Said(NamedTuple):
    """One figure of one fact: of which incidents or operation, by whom, and up to which day."""

    fact: str
    of: tuple[str, ...]
    speaker: str
    category: str
    group: str
    figure: Figure
    day: date


class Earlier:
    """The figures that were given before of what some drafts speak of: by the newest entries, and by other drafts."""

    def __init__(self, log: Log, drafts: Sequence[Draft], new_names: Collection[str]) -> None:
        """`new_names` are those that no entry of the log uses."""
        self._log = log
        self._said: dict[tuple[tuple[str, ...], str], list[_Said]] = defaultdict(list)
        self._doubts = 0
        names = {name for draft in drafts for said in _figures("", draft.fact) for name in said.of}
        known = names.difference(new_names)
        self._in_log = self._look_through(known) if known else set()

    def _look_through(self, names: Collection[str]) -> set[str]:
        """Take in the newest facts that use one of the names, as they read now, and return their ids."""
        # Of many names, to read every entry costs less than to look for each name in it.
        written = [msgspec.json.encode(name) for name in names] if len(names) <= FEW else [b""]
        facts: dict[str, list[_Said]] = {}
        for position, line in self._log.lines(max(0, self._log.head - NEWEST)):
            if any(name in line for name in written):
                entry = decode(line, f"position {position}")
                fact = reading(entry)
                facts[entry.id] = list(_figures(entry.id, now(fact) if isinstance(fact, FactCorrected) else fact))
        for said in facts.values():
            self._take_in(said)
        return {*facts}

    def _take_in(self, said: Sequence[_Said]) -> None:
        for one in said:
            self._said[one.of, one.category].append(one)

    def doubts(self, draft: Draft, called: str) -> Iterator[str]:
        """Yield what is worth a word of a draft, which goes by `called`; it is then one of those before the next."""
        if isinstance(draft.fact, FactCorrected):
            return
        said = list(_figures(called, draft.fact))
        gone = {called, *getattr(draft.fact, "supersedes", ())}
        for one in said:
            before = [each for each in self._said.get((one.of, one.category), ()) if each.fact not in gone]
            if not before:
                continue
            told_apart = {each.group for each in said if (each.of, each.category) == (one.of, one.category)}
            for other, doubt in (*_falls(one, before), *(_meets(one, before) if len(told_apart) == 1 else ())):
                if self._doubts < MOST and self._is_in_force(other.fact):
                    self._doubts += 1
                    yield doubt if self._doubts < MOST else "and there are more such figures: see contradictions"
        self._take_in(said)

    def _is_in_force(self, fact: str) -> bool:
        return fact not in self._in_log or self._log.standing(fact) is not None


def _figures(called: str, fact: Kind) -> Iterator[_Said]:
    """Yield the figures of a report on incidents, or on an operation up to a moment."""
    if not isinstance(fact, Report):
        return
    for category in _COUNTED_ONCE:
        for figure in getattr(fact, category, ()):
            measure = figure.measure or getattr(fact, "measure", None)
            of = tuple(sorted(figure.incidents or fact.incidents))
            if not of and measure is Measure.RUNNING_TOTAL and fact.operation is not None:
                of = (fact.operation,)
            if of and measure is not Measure.ADDITIONAL:
                speaker = name_key(fact.attributed_to or fact.source)
                up_to = figure.as_at or getattr(fact, "as_at", None) or fact.published
                day = (bounds(up_to).latest if up_to is not None else None) or date.max
                yield _Said(called, of, speaker, category, group_of(figure.victims), figure, day)


def _falls(one: _Said, before: Sequence[_Said]) -> Iterator[tuple[_Said, str]]:
    """A figure that is below what its speaker said last of the same people."""
    own = [each for each in before if _is_of_the_same(each, one) and each.day <= one.day]
    last = max(own, key=lambda each: each.day, default=None)
    most, least = one.figure.high, last.figure.low if last is not None else None
    if last is not None and most is not None and least is not None and most < least:
        where = f"{one.category} {most} of {', '.join(one.of)}"
        before_it = f"below the {least} that the same speaker gave in {last.fact}"
        way = (
            "if it takes the place of that, give supersedes; if it counts others, give victims, definition or incidents"
        )
        yield last, f"{where} is {before_it}: {way}"


def _is_of_the_same(one: _Said, other: _Said) -> bool:
    return (one.speaker, one.group, one.figure.definition) == (other.speaker, other.group, other.figure.definition)


def _meets(one: _Said, before: Sequence[_Said]) -> Iterator[tuple[_Said, str]]:
    """The first figure of a group where figures were of all, or of all where they were of groups."""
    groups = {each.group for each in before}
    is_new = bool(groups) and one.group not in groups and one.figure.measure is not Measure.BREAKDOWN
    if is_new and (one.group == "all" or groups == {"all"}):
        other = before[-1]
        both = f"{one.category} counts {one.group} of {', '.join(one.of)}, and {other.fact} counts {other.group}"
        yield other, f"{both}: they are counted apart; if they are the same people, give both the same victims"
