"""Rule 1: every figure of every fact in force, as a statement about a region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import NamedTuple

from chronology.casualties.policy import Policy
from chronology.casualties.spans import ALWAYS, Span, day_of, day_start, span_of
from chronology.casualties.standing import Entry, Names, Nicknames, figures_of, is_violence
from chronology.vocabulary import Figure, Kind, Modality, Report, name_key
from chronology.vocabulary.groups import group_of
from chronology.vocabulary.kinds.casualties import CasualtyUpdate, OutcomeReported
from chronology.vocabulary.kinds.curation import FactAssessed, FactDisputed, IncidentsMerged
from chronology.vocabulary.kinds.names import IncidentNamed, OperationNamed

__all__ = ["Decided", "Statement", "date_repeats", "decided_in", "decides", "mark_parts", "statements_of"]

Series = tuple[str, str, str | None]
MOMENTARY = frozenset({"missing", "abducted", "captured"})
UNKNOWN_GRADE = 3.5


class Said(NamedTuple):
    """The part of a statement that others may change, as it was said."""

    moment: Span
    said: float
    low: int | None
    best: int | None
    high: int | None
    imputed: bool


@dataclass(slots=True, eq=False)
class Statement:
    """One figure of one fact: what it says, of which region, as of when, and what became of it."""

    fact: str
    figure: int
    position: int
    source: str
    speaker: str
    category: str
    victims: str
    definition: str | None
    measure: str
    kind: str | None
    """incidents, period, total or outcome; None where it names no region."""
    operation: str | None
    incidents: tuple[str, ...]
    excludes: tuple[str, ...]
    place: str | None
    days: Span
    """Of a period its days; of an outcome when it happened."""
    moment: Span
    said: float
    low: int | None
    best: int | None
    high: int | None
    stated: Figure
    words: str | None
    included_in: tuple[str, ...]
    grade: tuple[float, float]
    part_of: str | None = None
    is_additional: bool = False
    states_moment: bool = False
    says_part: bool = False
    is_part: bool = False
    imputed: bool = False
    crosses: bool = False
    reason: str | None = None
    replaced_by: str | None = None
    lifted: bool = False
    fate: str = ""
    contributors: tuple[str, ...] = ()
    as_said: Said | None = None
    subject: tuple[object, ...] = ()
    """What it speaks of, whatever the group and the moment: figures of two subjects neither repeat nor replace another,
    unless a source says so."""

    def forget(self) -> None:
        """Make it what it was before it was held against other statements."""
        if self.as_said is not None:
            self.moment, self.said, self.low, self.best, self.high, self.imputed = self.as_said
        self.replaced_by, self.fate, self.contributors = None, "", ()

    @property
    def series(self) -> Series:
        """Category, group and definition: what is never mixed."""
        return (self.category, self.victims, self.definition)

    @property
    def group(self) -> str:
        """The group that the source counts; of what is lifted from a group to its whole, still the group."""
        return group_of(self.stated.victims)

    @property
    def has_number(self) -> bool:
        """True if it has a number of its own."""
        return not self.imputed and not (self.low is None and self.best is None and self.high is None)

    @property
    def region(self) -> tuple[object, ...]:
        """Its region, as a key. The moment is part of it where people are so at a moment (missing, …)."""
        moment = self.moment if self.category in MOMENTARY and self.kind != "outcome" else None
        match self.kind:
            case "incidents":
                return ("incidents", self.incidents, moment)
            case "period":
                return ("period", self.operation, self.days, self.place if self.is_part else None, moment)
            case "outcome":
                return ("outcome", self.incidents, self.operation, self.days)
        return ("total", self.operation, self.excludes, self.place if self.is_part else None, moment)

    @property
    def name(self) -> str | None:
        """Its region, in words."""
        first, last = day_of(self.days.first) or "..", day_of(self.days.last) or ".."
        part = f" in {self.place}" if self.is_part else ""
        match self.kind:
            case "incidents":
                return "incidents: " + ", ".join(self.incidents)
            case "period":
                return f"period: {self.operation}{part}, {first}/{last}"
            case "outcome":
                return f"died later: {', '.join(self.incidents) or self.operation}, {first}/{last}"
            case "total":
                besides = f", except {', '.join(self.excludes)}" if self.excludes else ""
                return f"up to: {self.operation}{part}, {day_of(self.moment.last)}{besides}"
        return None


@dataclass(slots=True)
class Decided:
    """The decisions in a component: names, disputes, assessments, where incidents and operations belong."""

    operations: Nicknames
    incidents: Nicknames
    disputed: dict[str, dict[str | None, str]]
    credibility: dict[str, float]
    parents: dict[str, str]
    baselines: dict[str, Span]
    declared: dict[str, tuple[str | None, Span | None]]
    declared_operations: set[str]


def decided_in(entries: Sequence[Entry]) -> Decided:
    """Return what the entries decide; of two decisions about one thing the later holds."""
    in_order = sorted(entries, key=lambda entry: entry.position)
    decided = _names_and_trust(in_order)
    for entry in in_order:
        _declare(entry.fact, decided)
    return decided


def _names_and_trust(in_order: Sequence[Entry]) -> Decided:
    operations, incidents = Nicknames(), Nicknames()
    disputed: dict[str, dict[str | None, str]] = defaultdict(dict)
    credibility: dict[str, float] = {}
    for entry in in_order:
        fact = entry.fact
        if isinstance(fact, OperationNamed):
            operations.join(fact.name, fact.aliases, entry.position)
        elif isinstance(fact, IncidentNamed):
            incidents.join(fact.name, fact.aliases, entry.position)
        elif isinstance(fact, IncidentsMerged):
            into = fact.into or fact.incidents[0]
            incidents.join(into, fact.incidents, entry.position)
        elif isinstance(fact, FactDisputed):
            disputed[name_key(fact.fact)][fact.category] = fact.reason
        elif isinstance(fact, FactAssessed):
            credibility[name_key(fact.fact)] = UNKNOWN_GRADE if fact.credibility == 6 else float(fact.credibility)
    return Decided(operations, incidents, disputed, credibility, {}, {}, {}, set())


def _declare(fact: Kind, decided: Decided) -> None:
    if isinstance(fact, OperationNamed):
        name = decided.operations(fact.name)
        decided.declared_operations.add(name)
        if fact.parent is not None:
            decided.parents[name] = decided.operations(fact.parent)
        if fact.baseline is not None:
            decided.baselines[name] = span_of(fact.baseline)
    elif isinstance(fact, IncidentNamed):
        name = decided.incidents(fact.name)
        was = decided.declared.get(name, (None, None))
        home = decided.operations(fact.operation) if fact.operation is not None else was[0]
        decided.declared[name] = (home, span_of(fact.occurred) if fact.occurred is not None else was[1])


def decides(fact: Kind) -> bool:
    """True if a fact decides something that `decided_in` returns."""
    return isinstance(fact, OperationNamed | IncidentNamed | IncidentsMerged | FactDisputed | FactAssessed)


def statements_of(
    entry: Entry, decided: Decided, names: Names, policy: Policy, only: str | None = None
) -> list[Statement]:
    """Return a statement for each figure of an entry, of all or one category; those that cannot count have a reason."""
    fact = entry.fact
    if not isinstance(fact, Report):
        return []
    figures = list(figures_of(fact))
    return [
        _statement(
            entry, fact, Stated(number, category, figure, _whole(figures, category, figure)), (decided, names, policy)
        )
        for number, (category, figure) in enumerate(figures, 1)
        if only is None or category == only
    ]


def _whole(figures: list[tuple[str, Figure]], category: str, figure: Figure) -> Figure | None:
    """The figure of the same fact that a breakdown is part of: the first of its category and group."""
    if figure.measure != "breakdown":
        return None
    group = group_of(figure.part_of or "all")
    return next((f for c, f in figures if c == category and f is not figure and group_of(f.victims) == group), None)


class Stated(NamedTuple):
    """A figure of a fact: its number there, and the figure it is a part of."""

    number: int
    category: str
    figure: Figure
    whole: Figure | None


def _statement(entry: Entry, fact: Report, stated_so: Stated, by: tuple[Decided, Names, Policy]) -> Statement:
    number, category, figure, whole = stated_so
    decided, names, policy = by
    like = whole if whole is not None else figure
    update = fact if isinstance(fact, CasualtyUpdate) else None
    named = figure.incidents or like.incidents or fact.incidents or ((entry.id,) if is_violence(fact) else ())
    incidents = tuple(sorted({decided.incidents(name) for name in named}))
    besides = figure.excludes or like.excludes or (update.excludes if update else ())
    operation = decided.operations(fact.operation) if fact.operation is not None else None
    stated = figure.measure or (update.measure if update else None)
    measure = str(stated) if stated else "increment" if incidents or update is None else "unspecified"
    counts_as = measure
    if measure == "breakdown":
        counts_as = _measure_of_whole(whole, update, incidents)
    published = span_of(fact.published) if fact.published is not None else None
    occurred = span_of(fact.occurred) if fact.occurred is not None else None
    as_at = figure.as_at or like.as_at or (update.as_at if update else None)
    said = published.last if published else -inf
    moment = span_of(as_at) if as_at is not None else Span(day_start(said), said) if published else ALWAYS
    if as_at is not None and not isfinite(moment.last):
        moment = Span(moment.first, said)
    period = figure.period or like.period or (update.period if update else None)
    days = span_of(period) if period is not None else occurred
    kind = _kind(fact, counts_as, incidents, operation, (days, moment))
    if kind == "outcome":
        days = _by(occurred, published)
    elif kind == "period" and days is not None and moment.last < days.last and moment.last >= days.first:
        days = Span(days.first, moment.last)
    low, best, high, crosses = _envelope(figure)
    one = Statement(
        entry.id, number, entry.position, fact.source, names.source(fact.attributed_to or fact.source), category,
        group_of(figure.victims), figure.definition or (update.definition if update else None), measure, kind,
        operation,
        incidents if kind in {"incidents", "outcome"} else (),
        tuple(sorted({decided.incidents(name) for name in besides})) if kind == "total" else (),
        _place(figure, fact, names), days or ALWAYS, moment, said, low, best, high, figure, figure.words,
        tuple(name_key(ref) for ref in getattr(fact, "included_in", ())),
        (
            decided.credibility.get(name_key(entry.id), UNKNOWN_GRADE) if decided.credibility else UNKNOWN_GRADE,
            names.reliability.get(names.source(fact.source), UNKNOWN_GRADE),
        ),
        crosses=crosses, states_moment=as_at is not None, is_additional=counts_as == "additional",
    )  # fmt: skip
    one.says_part = kind in {"period", "total"} and (figure.part or (update is not None and update.part))
    one.part_of = group_of(figure.part_of or "all") if measure == "breakdown" else None
    word = policy.words.get((figure.words or "").lower())
    if word is not None and low is None and best is None and high is None:
        one.imputed, one.low, one.best = True, *word
    one.reason = _reason(entry, fact, one, decided)
    one.subject = _subject(one)
    one.as_said = Said(one.moment, one.said, one.low, one.best, one.high, one.imputed)
    return one


def _subject(one: Statement) -> tuple[object, ...]:
    match one.kind:
        case "incidents":
            return (one.category, "incidents", one.incidents)
        case "outcome":
            return (
                (one.category, "incidents", one.incidents) if one.incidents else (one.category, "died", one.operation)
            )
        case "period":
            return (one.category, "period", one.operation, one.days)
        case "total":
            return (one.category, "total", one.operation)
    return (one.category, "none", one.fact)


def _measure_of_whole(whole: Figure | None, update: CasualtyUpdate | None, incidents: tuple[str, ...]) -> str:
    """The measure of a breakdown: that of its whole, else what a plain figure of its fact would have."""
    for stated in (whole.measure if whole is not None else None, update.measure if update else None):
        if stated is not None and stated != "breakdown":
            return str(stated)
    return "increment" if incidents or update is None else "unspecified"


def _place(figure: Figure, fact: Report, names: Names) -> str | None:
    name = figure.place or (fact.place.name if fact.place is not None else None)
    return None if name is None else names.place(name)


def _by(occurred: Span | None, published: Span | None) -> Span:
    """The days it may have happened: not after it was published; days that cross become their envelope."""
    if occurred is None:
        return Span(-inf, published.last) if published else ALWAYS
    if published is None:
        return occurred
    if occurred.first > published.last:
        return Span(day_start(published.first), occurred.last)
    return Span(occurred.first, min(occurred.last, published.last))


def _kind(
    fact: Report,
    counts_as: str,
    incidents: tuple[str, ...],
    operation: str | None,
    when: tuple[Span | None, Span],
) -> str | None:
    days, moment = when
    if isinstance(fact, OutcomeReported):
        return "outcome" if incidents or operation else None
    if incidents and counts_as in {"increment", "running_total", "additional"}:
        return "incidents"
    if operation is None:
        return None
    if counts_as == "increment" and days is not None:
        return "period"
    if counts_as in {"running_total", "residual", "additional"} and isfinite(moment.last):
        return "total"
    return None


def _envelope(figure: Figure) -> tuple[int | None, int | None, int | None, bool]:
    """The numbers, where bounds that cross are replaced by their envelope; and whether they crossed."""
    known = [n for n in (figure.low, figure.best, figure.high) if n is not None]
    if known == sorted(known):
        return figure.low, figure.best, figure.high, False
    low = min(known) if figure.low is not None else None
    high = max(known) if figure.high is not None else None
    return low, figure.best, high, True


def _reason(entry: Entry, fact: Report, one: Statement, decided: Decided) -> str | None:
    if fact.modality is not Modality.ASSERTED:
        return f"modality: {fact.modality}"
    disputes = decided.disputed.get(name_key(entry.id), {}) if decided.disputed else {}
    for scope in (None, one.category):
        if scope in disputes:
            return f"disputed: {disputes[scope]}"
    return "unspecified" if one.kind is None else None


def mark_parts(placed: Sequence[Statement]) -> None:
    """Parts by place: a figure is a part where its fact or its speaker gives figures for two places of one moment.

    A place that is a part once is one in whatever its speaker says of the operation. `placed` are the figures of one
    speaker, operation and category that have a place.
    """
    of_moment: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
    of_fact: dict[str, set[str | None]] = defaultdict(set)

    def moment(one: Statement) -> tuple[object, ...]:
        return (one.kind, one.days if one.kind == "period" or one.as_said is None else one.as_said.moment)

    for one in placed:
        of_moment[moment(one)].add(one.place)
        of_fact[one.fact].add(one.place)
    known = {
        one.place for one in placed if one.says_part or len(of_moment[moment(one)]) > 1 or len(of_fact[one.fact]) > 1
    }
    for one in placed:
        one.is_part = one.place in known


def date_repeats(statements: Sequence[Statement]) -> None:
    """A figure that only repeats what its speaker said takes the moment, and the time of saying, of the first time."""
    first: dict[tuple[object, ...], Statement] = {}
    for one in sorted(statements, key=lambda one: (one.said, one.position)):
        if one.reason is not None or not one.has_number or one.kind == "outcome":
            continue
        region = one.region[:-1] if one.category in MOMENTARY else one.region
        key = (one.series, one.speaker, region, one.is_additional, one.low, one.best, one.high)
        earlier = first.setdefault(key, one)
        if earlier is one or (one.is_additional and one.source == earlier.source and one.said > earlier.said):
            continue
        if not one.states_moment or one.moment == earlier.moment:
            one.moment, one.said = earlier.moment, earlier.said
