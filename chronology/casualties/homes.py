"""The operation of each incident, and the days it may have happened (docs/casualties.md, "Incidents")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from chronology.casualties.spans import ALWAYS, Span, day_start, span_of
from chronology.casualties.standing import Entry, figures_of, is_violence
from chronology.casualties.statements import Decided
from chronology.vocabulary import Modality, Report, name_key
from chronology.vocabulary.kinds.casualties import OutcomeReported

__all__ = ["Home", "Mention", "Tree", "mentions_of", "settle_home"]


@dataclass(slots=True)
class Mention:
    """A mention of an incident in one fact: its operation, and its days if it has any."""

    fact: str
    source: str
    operation: str | None
    days: Span | None
    by: float
    alone: bool


@dataclass(slots=True)
class Home:
    """An incident: its operation, its days, and the facts that speak of it."""

    incident: str
    operation: str | None = None
    days: Span = ALWAYS
    mentions: list[Mention] = field(default_factory=list)
    days_clash: bool = False


class Tree:
    """Operations and those they are part of."""

    def __init__(self, parents: dict[str, str]) -> None:
        self._parents = parents
        self._above: dict[str, tuple[str, ...]] = {}
        self._related: dict[tuple[str | None, str | None], bool] = {}

    def above(self, operation: str) -> tuple[str, ...]:
        """The operation and all it is part of, from the nearest."""
        if operation not in self._above:
            found = [operation]
            while (parent := self._parents.get(found[-1])) is not None and parent not in found:
                found.append(parent)
            self._above[operation] = tuple(found)
        return self._above[operation]

    def related(self, one: str | None, other: str | None) -> bool:
        """True if one is the other, or a part of it."""
        found = self._related.get((one, other))
        if found is None:
            found = one is None or other is None or one in self.above(other) or other in self.above(one)
            self._related[one, other] = found
        return found

    def shared(self, operations: Iterable[str | None]) -> str | None:
        """The nearest operation that all belong to."""
        each = set(operations)
        if None in each or not each:
            return None
        first, *rest = sorted(str(one) for one in each)
        return next((up for up in self.above(first) if all(up in self.above(other) for other in rest)), None)


def mentions_of(entry: Entry, decided: Decided) -> list[tuple[str, Mention]]:
    """Return what an entry says of incidents: of each that a fact in force speaks of, by its name."""
    fact = entry.fact
    if not isinstance(fact, Report) or fact.modality is not Modality.ASSERTED:
        return []
    if decided.disputed and None in decided.disputed.get(name_key(entry.id), {}):
        return []
    return _mentions(entry, fact, decided)


def _mentions(entry: Entry, fact: Report, decided: Decided) -> list[tuple[str, Mention]]:
    figures = [figure for _, figure in figures_of(fact)]
    named = list(fact.incidents)
    if not named and is_violence(fact) and (not figures or any(not figure.incidents for figure in figures)):
        named = [entry.id]
    operation = decided.operations(fact.operation) if fact.operation is not None else None
    published = span_of(fact.published) if fact.published is not None else None
    occurred = None
    if fact.occurred is not None and not isinstance(fact, OutcomeReported):
        occurred = span_of(fact.occurred)
        if published is not None and occurred.first > published.last:
            occurred = Span(min(day_start(published.first), occurred.first), occurred.last)
        elif published is not None:
            occurred = Span(occurred.first, min(occurred.last, published.last))
    by = max(published.last if published else inf, occurred.last if occurred else -inf)
    shown = sorted({decided.incidents(name) for name in named})
    found = [(name, Mention(entry.id, fact.source, operation, occurred, by, len(shown) == 1)) for name in shown]
    for figure in figures:
        for name in figure.incidents:
            incident = decided.incidents(name)
            if incident not in shown:
                found.append((incident, Mention(entry.id, fact.source, operation, None, by, alone=False)))
    return found


def settle_home(home: Home, operation: str | None = None, days: Span | None = None) -> None:
    """The declared operation, else that of most facts; the declared days, else those that all facts leave."""
    home.days_clash = False
    votes = Counter(mention.operation for mention in home.mentions if mention.operation is not None)
    home.operation = operation or min(votes, key=lambda name: (-votes[name], name), default=None)
    dated = [m.days for m in home.mentions if m.days is not None and m.alone]
    dated = dated or [m.days for m in home.mentions if m.days is not None]
    by = min((mention.by for mention in home.mentions), default=inf)
    if dated:
        first, last = max(span.first for span in dated), min(span.last for span in dated)
        home.days_clash = first > last
        if home.days_clash:
            first, last = min(span.first for span in dated), max(span.last for span in dated)
        found = Span(first, min(last, by) if by >= first else last)
    else:
        found = Span(-inf, by)
    home.days = days if days is not None else found
