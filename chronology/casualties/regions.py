"""Rules 3, 6 and 9: what the voices on one region leave, deaths reported apart, and what all that is as items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from chronology.casualties.consistent_groups import Answer, Voice, answer_of
from chronology.casualties.homes import Home, Tree
from chronology.casualties.spans import END, Span, day_start
from chronology.casualties.statements import MOMENTARY, Series, Statement
from chronology.vocabulary import name_key
from chronology.vocabulary.kinds.policies import PolicyChoice

__all__ = ["Item", "Region", "regions_of"]


@dataclass(slots=True)
class Item:
    """People that count: of one region, or those who died later. Its numbers, its days, and by when it was said."""

    region: Region
    kind: str
    days: Span
    low: int | None
    best: int | None
    high: int | None
    steps: list[tuple[float, int]] = field(default_factory=list)
    weight: int = 0
    adds: int = 0
    """What it adds to the items that count before it: of few incidents before those of many, of short periods first."""
    contradicted: bool = False
    inside_low: int | None = None
    covered_by: tuple[int, ...] = ()
    """The items that it surely lies inside, and that have a high."""
    dropped: bool = False
    included_by: float = inf
    """By when a total is of which a source says that it holds these deaths already (`included_in`)."""

    def is_covered(self, members: Collection[int]) -> bool:
        """True if it lies surely inside another of these items that has a high."""
        return any(n in members for n in self.covered_by)

    @property
    def is_word(self) -> bool:
        """True if its number is what the policy puts for a word."""
        return self.region.imputed and self.kind != "died"


@dataclass(slots=True)
class Region:
    """One region of one series: its voices, what they leave, and where and when it lies."""

    series: Series
    subject: tuple[object, ...]
    kind: str
    name: str
    incidents: tuple[str, ...]
    operation: str | None
    place: str | None
    days: Span
    voices: list[Voice]
    answers: list[tuple[list[Voice], Answer]]
    low: int | None
    best: int | None
    high: int | None
    statements: list[Statement]
    deaths: list[Statement]
    without_deaths: int | None = None
    """Its low by what is stated of it alone, before deaths reported apart are added."""
    undecided: bool = False
    imputed: bool = False
    is_stated: bool = True
    """Whether a source speaks of it; else only what is lifted from its groups does."""
    items: list[Item] = field(default_factory=list)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that count in it."""
        return tuple(sorted({each.fact for each in (*self.statements, *self.deaths)}))

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers."""
        return tuple(sorted({each.speaker for each in (*self.statements, *self.deaths)}))


def regions_of(
    series: Series, statements: Sequence[Statement], homes: dict[str, Home], tree: Tree, choice: PolicyChoice
) -> list[Region]:
    """Return the regions of a series with what their voices leave. Totals are not here."""
    voiced: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    deaths: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in statements:
        if one.kind == "outcome":
            deaths["incidents" if one.incidents else "died", one.incidents or (one.operation or "",)].append(one)
        elif one.kind in {"incidents", "period"}:
            key = one.region[:-1]
            voiced[key].append(one)
    for key in deaths:
        if key[0] == "incidents":
            voiced.setdefault(key, [])
    found = [_region(series, voiced[key], deaths.get(key, []), homes, tree, choice) for key in voiced]
    found += [_died(series, deaths[key]) for key in deaths if key[0] == "died"]
    return found


def _region(  # noqa: PLR0913, PLR0917 - a region, from all that it depends on
    series: Series, statements: list[Statement], deaths: list[Statement], homes: dict[str, Home], tree: Tree,
    choice: PolicyChoice,
) -> Region:  # fmt: skip
    one = (statements or deaths)[0]
    counting = _counting(statements)
    kind = "period" if one.kind == "period" else "incidents"
    at = [homes[each] for each in one.incidents if each in homes]
    if kind == "period":
        operation, days = one.operation, one.days
    else:
        operation = tree.shared(home.operation for home in at)
        days = Span(min((h.days.first for h in at), default=-inf), max((h.days.last for h in at), default=inf))
    name = one.name if kind == "period" else "incidents: " + ", ".join(one.incidents)
    region = Region(
        series, one.subject, kind, name or "", one.incidents if kind == "incidents" else (), operation,
        one.place if one.is_part else None, days, [], [], None, None, None, counting, deaths,
    )  # fmt: skip
    region.imputed = bool(counting) and all(each.imputed for each in counting)
    region.is_stated = any(not each.lifted for each in (*statements, *deaths))
    if series[0] in MOMENTARY:
        _of_moments(region, counting, choice)
    else:
        _of_voices(region, counting, deaths, choice)
    return region


def _counting(statements: list[Statement]) -> list[Statement]:
    """Those that count: a number where there is one, else what words are taken for."""
    numbered = [each for each in statements if each.has_number]
    for each in statements:
        if numbered and not each.has_number:
            each.fate = "imputed, a number is known" if each.imputed else "not known, a number is known"
    return numbered or statements


def _voice(one: Statement) -> Voice:
    return Voice(one.low, one.best, one.high, one.moment.first, one.moment.last, one)


def _of_moments(region: Region, counting: list[Statement], choice: PolicyChoice) -> None:
    """Of people who are so at a moment: the largest low of any moment; the high only where one moment covers all."""
    moments: dict[Span, list[Statement]] = defaultdict(list)
    for one in counting:
        moments[one.moment].append(one)
    for _, ones in sorted(moments.items(), key=lambda pair: (pair[0].last, pair[0].first)):
        voices = [_voice(one) for one in ones]
        region.answers.append((voices, answer_of(voices, grows=False, choice=choice)))
    answers = [answer for _, answer in region.answers]
    region.low = max((answer.low for answer in answers if answer.low is not None), default=None)
    covers = region.days.first == region.days.last - END and [*moments] == [region.days]
    region.high = answers[0].high if covers and answers else None
    region.without_deaths = region.low
    region.best = answers[-1].best if len(answers) == 1 else region.low
    region.undecided = len(answers) == 1 and len(answers[0].chosen) > 1 and region.best is None
    steps = [(region.days.last, region.low or 0)]
    region.items = [Item(region, region.kind, region.days, region.low, region.best, region.high, steps)]


def _of_voices(region: Region, counting: list[Statement], deaths: list[Statement], choice: PolicyChoice) -> None:
    """Combine the voices, deaths after their moment added to each; those deaths together are one more voice."""
    grows = region.series[0] == "killed"
    sure = [each for each in deaths if is_sure(each)]
    until = max((each.days.last for each in sure), default=-inf)
    voices = [_with_deaths(one, deaths, until) for one in counting]
    if sure:
        low = most_by_day(sure)
        voices.append(
            _voice(replace(sure[-1], low=low, best=low, high=None, moment=Span(until, until), lifted=True))
        )  # fmt: skip
    if not voices:
        region.high = None
        return
    answer = answer_of(voices, grows=grows, choice=choice)
    region.voices, region.answers = voices, [(voices, answer)]
    region.low, region.best, region.high = answer.low, answer.best, answer.high
    region.undecided = answer.best is None and len(answer.chosen) > 1
    steps: list[tuple[float, int]] = []
    if counting:
        alone = [_with_deaths(one, deaths, -inf) for one in counting] if sure else voices
        region.without_deaths = answer_of(alone, grows=grows, choice=choice).low if sure else answer.low
        steps = _steps(counting, grows=grows, choice=choice) if grows and len(counting) > 1 else []
        steps = steps or [(max(one.moment.last for one in counting) if grows else -inf, region.without_deaths or 0)]
    _to_items(region, sure, steps)


def _to_items(region: Region, sure: list[Statement], steps: list[tuple[float, int]]) -> None:
    """Date what is known to have happened on a later day there, whoever includes it as well."""
    days = sorted({each.days.last for each in sure})
    died = [(day, most_by_day([each for each in sure if each.days.last == day])) for day in days]
    left, high = region.low or 0, region.high
    if steps:
        apart = sum(more for _, more in died)
        low = region.low if not died else max(0, left - apart)
        low = None if not low and region.without_deaths is None else low
        best = None if region.best is None else max(low or 0, region.best - apart)
        region.items.append(Item(region, region.kind, region.days, low, best, high, steps))
        left, high = left - (low or 0), 0
    for day, most in died:
        if more := min(most, left):
            region.items.append(Item(region, "died", Span(day_start(day), day), more, more, high, [(day, more)]))
            left -= more


def _steps(counting: list[Statement], *, grows: bool, choice: PolicyChoice) -> list[tuple[float, int]]:
    """The number stated by each moment: only that is surely inside a total of that moment."""
    found = []
    for moment in sorted({one.moment.last for one in counting}):
        voices = [_voice(one) for one in counting if one.moment.last <= moment]
        found.append((moment, answer_of(voices, grows=grows, choice=choice).low or 0))
    return found


def is_sure(death: Statement) -> bool:
    """True if a death has one sure day."""
    return day_start(death.days.first) == day_start(death.days.last)


def most_by_day(deaths: Sequence[Statement], held: Sequence[Statement] = ()) -> int:
    """Deaths of one day told in different facts may be the same people: the most that one fact tells of each day.

    So may those of two groups (2 women, 2 civilians), and those of a day that are `held` elsewhere already.
    """
    counts: dict[tuple[float, str, str], int] = defaultdict(int)
    for each in deaths:
        counts[day_start(each.days.last), each.fact, each.group] += each.low or 0
    by_day: dict[float, int] = defaultdict(int)
    for (day, _, _), count in counts.items():
        by_day[day] = max(by_day[day], count)
    if held:
        return sum(max(0, count - most_by_day([e for e in held if day_start(e.days.last) == day]))
                   for day, count in by_day.items())  # fmt: skip
    return sum(by_day.values())


def _with_deaths(one: Statement, deaths: Sequence[Statement], until: float) -> Voice:
    """The voice, with the deaths after its moment; what it may not hold is added to its high."""
    voice = _voice(one)
    held = [each for each in deaths if name_key(one.fact) in each.included_in]
    beyond = [each for each in deaths if each not in held and not each.days.last < voice.first]
    if not beyond:
        return voice
    later = [each for each in beyond if is_sure(each) and each.days.first > voice.last and each.days.last <= until]
    after = most_by_day(later, held)
    may = [
        each.high for each in beyond if each.days.last <= until or not is_sure(each) or each.days.first <= voice.last
    ]
    high = None if voice.high is None or any(each is None for each in may) else voice.high + sum(e or 0 for e in may)
    low = None if voice.low is None else voice.low + after
    best = None if voice.best is None else voice.best + after
    return voice._replace(low=low, best=best, high=high)


def _died(series: Series, deaths: list[Statement]) -> Region:
    """Deaths of an operation, of nobody knows which incident."""
    one = deaths[0]
    region = Region(
        series, one.subject, "died", f"died later: {one.operation}", (), one.operation, None,
        Span(min(e.days.first for e in deaths), max(e.days.last for e in deaths)), [], [], None, None, None, deaths, [],
    )  # fmt: skip
    region.is_stated = any(not each.lifted for each in deaths)
    by_day: dict[Span, list[Statement]] = defaultdict(list)
    for each in deaths:
        by_day[each.days].append(each)
    for days, some in sorted(by_day.items()):
        low = most_by_day(some) if is_sure(some[0]) else 0
        high = None if any(e.high is None for e in some) else sum(e.high or 0 for e in some)
        region.items.append(Item(region, "died", days, low, low, high, [(days.last, low)]))
    region.low = region.best = sum(item.low or 0 for item in region.items)
    region.high = None if any(i.high is None for i in region.items) else sum(i.high or 0 for i in region.items)
    return region
