"""Results of the rules: rows as near as can be to the columns of the views that users read."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

__all__ = [
    "ContradictionRow", "CurrentRow", "DayRow", "FigureRow", "IncidentFacts", "IncidentRow", "ItemRow", "OperationRow",
    "Result", "ReviewRow", "VoiceRow",
]  # fmt: skip


class FigureRow(NamedTuple):
    """One figure in force, as stated: whether it counts, and why or why not (view `figures`)."""

    fact: str
    figure: int
    category: str
    victims: str
    measure: str
    definition: str | None
    ordinal: int
    operation: str | None
    incidents: tuple[str, ...]
    speaker: str
    published: date | None
    low: int | None
    best: int | None
    high: int | None
    stated_low: int | None
    stated_high: int | None
    words: str | None
    imputed: bool
    total_as_of: date | None
    as_at_day: date | None
    counted: bool
    reason: str
    item: str | None
    position: int
    policy: str


class ItemRow(NamedTuple):
    """The contribution of a region to the figures of its operation, nobody counted twice (view `items`)."""

    region: str
    region_kind: str
    category: str
    victims: str
    definition: str | None
    incidents: tuple[str, ...]
    operation: str | None
    first_day: date | None
    last_day: date | None
    stated_low: int | None
    stated_best: int | None
    stated_high: int | None
    low: int | None
    best: int | None
    high: int | None
    inside_low: int | None
    is_contradicted: bool
    speakers: tuple[str, ...]
    facts: tuple[str, ...]


class IncidentRow(NamedTuple):
    """Casualties of an incident (view `casualties_by_incident`)."""

    incident: str
    category: str
    victims: str
    definition: str | None
    low: int | None
    best: int | None
    high: int | None
    facts: tuple[str, ...]
    in_words: str
    policy: str


class OperationRow(NamedTuple):
    """Casualties of an operation with its parts (view `casualties_by_operation`)."""

    operation: str
    category: str
    victims: str
    definition: str | None
    low: int | None
    best: int | None
    high: int | None
    itemised_low: int | None
    itemised_high: int | None
    stated_total_low: int | None
    stated_total_high: int | None
    not_itemised: int
    residual: int
    contradiction: bool
    single_voices: tuple[str, ...]
    facts: tuple[str, ...]
    in_words: str
    policy: str


class DayRow(NamedTuple):
    """Casualties by day of occurrence, cumulative (view `casualties_daily`); one of operation and incident is set.

    `day` is null for "in the end", where something has no last day.
    """

    operation: str | None
    incident: str | None
    category: str
    victims: str
    definition: str | None
    day: date | None
    low: int | None
    best: int | None
    high: int | None
    itemised_low: int | None
    not_itemised: int
    stated_total_low: int | None
    stated_total_high: int | None
    policy: str


class CurrentRow(NamedTuple):
    """The number of those once injured, missing, … who still are (view `casualties_current`)."""

    operation: str | None
    incident: str | None
    category: str
    victims: str
    ever_low: int | None
    ever_high: int | None
    moved_low: int | None
    moved_high: int | None
    low: int | None
    high: int | None
    facts: tuple[str, ...]
    policy: str


class ContradictionRow(NamedTuple):
    """Two statements that cannot both be right, or a slip (view `contradictions`)."""

    what: str
    operation: str | None
    incident: str | None
    category: str | None
    victims: str | None
    definition: str | None
    says: str
    against: str
    rule: str
    settle: str
    fact: str
    facts: tuple[str, ...]
    policy: str


class ReviewRow(NamedTuple):
    """A fact that a person should review (view `needs_review`)."""

    fact: str
    what: str
    detail: str
    settle: str


class VoiceRow(NamedTuple):
    """A group of speakers who can be right together about a region, and the interval it leaves (view `voices`)."""

    region: str
    category: str
    victims: str
    definition: str | None
    fact: str
    speaker: str
    groups: tuple[int, ...]
    low: int | None
    best: int | None
    high: int | None
    group_lows: tuple[int | None, ...]
    group_highs: tuple[int | None, ...]
    policy: str


class IncidentFacts(NamedTuple):
    """The operation of an incident, and the days it may have happened."""

    incident: str
    operation: str | None
    first_day: date | None
    last_day: date | None
    also: tuple[str, ...]
    facts: tuple[str, ...]


class Result(NamedTuple):
    """All that one component, or several, leave."""

    figures: list[FigureRow]
    items: list[ItemRow]
    by_incident: list[IncidentRow]
    by_operation: list[OperationRow]
    by_day: list[DayRow]
    current: list[CurrentRow]
    contradictions: list[ContradictionRow]
    reviews: list[ReviewRow]
    voices: list[VoiceRow]
    incidents: list[IncidentFacts]
