"""Rule 12: everything reckoned as rows; every figure says whether it counts, and why or why not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

from chronology.casualties.consistent_groups import Answer, Voice
from chronology.casualties.disagreements import contradictions_of, reviews_of
from chronology.casualties.in_words import in_words
from chronology.casualties.outcomes import current_of
from chronology.casualties.regions import Region
from chronology.casualties.results import (
    DayRow,
    FigureRow,
    IncidentFacts,
    IncidentRow,
    ItemRow,
    OperationRow,
    Result,
    VoiceRow,
)  # fmt: skip
from chronology.casualties.spans import day_of
from chronology.casualties.statements import Series, Statement

if TYPE_CHECKING:
    from chronology.casualties.operations import Operation
    from chronology.casualties.reckon import Reckoned

__all__ = ["is_settled_by_day", "result_of"]


def result_of(done: Reckoned) -> Result:
    """Return the rows of all that was reckoned, in an order of their own; of what is not wanted none."""
    by_incident = list(_by_incident(done)) if done.wanted & {"by_incident", "current"} else []
    operations = [op for _, op in sorted(done.operations.items(), key=lambda pair: (pair[0][0], _key(pair[0][1])))]
    shown = [op for op in operations if _is_given(op, done)]
    for op in shown:
        _never_below_a_group(op, done)
    makers: dict[str, Callable[[], list[Any]]] = {
        "figures": lambda: _figures(done),
        "items": lambda: _items(done),
        "by_incident": lambda: by_incident,
        "by_operation": lambda: [_operation(op, done) for op in shown],
        "by_day": lambda: [row for op in shown for row in _days(op, done)] + _incident_days(done),
        "current": lambda: current_of(done, by_incident, shown),
        "contradictions": lambda: contradictions_of(done),
        "reviews": lambda: reviews_of(done),
        "voices": lambda: list(_voices(done)),
        "incidents": lambda: _incidents(done),
    }
    return Result(**{name: maker() if name in done.wanted else [] for name, maker in makers.items()})


def _incidents(done: Reckoned) -> list[IncidentFacts]:
    return [
        IncidentFacts(
            home.incident, home.operation, day_of(home.days.first), day_of(home.days.last), (),
            tuple(sorted({mention.fact for mention in home.mentions})),
        )
        for _, home in sorted(done.homes.items())
    ]  # fmt: skip


def _key(series: Series) -> tuple[str, str, str]:
    return (series[0], series[1], series[2] or "")


def _is_given(op: Operation, done: Reckoned) -> bool:
    """A row for `all` is given only where a source states one, or figures of two groups meet."""
    if op.series[1] != "all":
        return True
    category, _, definition = op.series
    members = {id(region) for region in done.regions[op.series] for item in region.items}
    stated = any(not one.lifted for one in op.totals) or any(
        region.is_stated
        for region in done.regions[op.series]
        if id(region) in members and region.operation is not None and op.operation in done.tree.above(region.operation)
    )
    groups = [s for (name, s) in done.operations if name == op.operation and (s[0], s[2]) == (category, definition)]
    parts = any(_is_given(part, done) for part in op.parts)
    return stated or parts or len(groups) > 2


def _never_below_a_group(op: Operation, done: Reckoned) -> None:
    """The low of `all` is never below the low of a group, on any day, but for listed contradictions."""
    if op.series[1] != "all" or _contradicts_a_group(op, done):
        return
    for (name, series), group in done.operations.items():
        if name != op.operation or series == op.series or (series[0], series[2]) != (op.series[0], op.series[2]):
            continue
        at = 0
        for day in op.days:
            while at < len(group.days) and group.days[at].day <= day.day:
                at += 1
            low = group.days[at - 1].low if at else None
            if low is not None and low > (day.low or 0) and low <= (inf if day.high is None else day.high):
                day.low = low
                day.best = None if day.best is None else max(day.best, low)
        if op.days and group.days and group.days[-1].day > op.days[-1].day:
            last, end = op.days[-1], group.days[-1]
            op.days.append(replace(last, day=end.day))
            if end.low is not None and (last.low or 0) < end.low <= (inf if last.high is None else last.high):
                op.days[-1].low = end.low
                op.days[-1].best = None if last.best is None else max(last.best, end.low)
        if op.days:
            op.low, op.best = op.days[-1].low, op.days[-1].best


def is_settled_by_day(done: Reckoned) -> bool:
    """True if a group ends above the most there were of all: how far `all` follows it then depends on the days."""
    for (name, (category, victims, definition)), group in done.operations.items():
        whole = done.operations.get((name, (category, "all", definition)))
        if victims != "all" and whole is not None and whole.high is not None and (group.low or 0) > whole.high:
            return True
    return False


def _contradicts_a_group(op: Operation, done: Reckoned) -> bool:
    """True if sources say of all what cannot be, by what others say of a group: a contradiction that is listed."""
    answers = [each.answer for each in _with_parts(op) if each.answer is not None]
    answers += [answer for region in _regions_in(op, done) for answer in region.answers]
    return any(voices[n].one.lifted or voices[m].one.lifted for voices, answer in answers for n, m in answer.pairs)


def _regions_in(op: Operation, done: Reckoned) -> list[Region]:
    above = done.tree.above
    return [r for r in done.regions[op.series] if r.operation is not None and op.operation in above(r.operation)]


def _figures(done: Reckoned) -> list[FigureRow]:
    """Every figure of every fact in force."""
    rows = []
    ordinals: Counter[tuple[object, ...]] = Counter()
    joint = {r.name: r for regions in done.regions.values() for r in regions if len(r.incidents) > 1}
    for one in done.statements:
        same = (one.fact, one.category, one.victims, one.measure, one.definition)
        ordinals[same] += 1
        counted = one.reason is None and one.replaced_by is None and one.fate in {"", "total"}
        reason = one.reason or (f"superseded by {one.replaced_by}" if one.replaced_by else one.fate)
        if not reason:
            reason = _why_it_counts(one, done, joint.get(one.name or ""))
        moment = day_of(one.moment.last)
        rows.append(
            FigureRow(
                one.fact, one.figure, one.category, one.victims, one.measure, one.definition, ordinals[same],
                one.operation, one.incidents, one.speaker, day_of(one.said), one.low, one.best, one.high,
                one.stated.low, one.stated.high, one.words, one.imputed or (one.has_number and one.words is not None),
                moment if one.kind == "total" else None, moment,
                counted, reason, one.name, one.position, done.policy.name,
            )
        )  # fmt: skip
    return rows


def _why_it_counts(one: Statement, done: Reckoned, region: Region | None) -> str:
    if one.kind == "total" and one.operation is not None:
        op = done.operations.get((one.operation, one.series))
        if one.low is None:
            return "total: no low is known"
        decides = op is not None and op.decides is not None and op.decides.fact == one.fact
        excess = (op.low or 0) - (op.itemised_low or 0) if op is not None and decides else 0
        return f"total: {excess} not itemised" if excess > 0 else "total: all of it is itemised"
    if one.imputed:
        return "imputed"
    if region is not None and region.items and region.series == one.series:
        return f"joint: adds {region.items[0].adds}"
    return "counted"


def _items(done: Reckoned) -> list[ItemRow]:
    rows = []
    for series, regions in sorted(done.regions.items(), key=lambda pair: _key(pair[0])):
        for region in sorted(regions, key=lambda region: region.name):
            for item in region.items:
                name = region.name
                if item.kind == "died" and region.kind != "died":
                    name = f"died later: {', '.join(region.incidents)}, {day_of(item.days.first)}"
                rows.append(
                    ItemRow(
                        name, item.kind, *series, region.incidents, region.operation, day_of(item.days.first),
                        day_of(item.days.last), region.low, region.best, region.high,
                        None if item.low is None else item.adds, item.best, item.high, item.inside_low,
                        item.contradicted, region.speakers, region.facts,
                    )
                )  # fmt: skip
    return rows


def _by_incident(done: Reckoned) -> Iterator[IncidentRow]:
    """Each incident of which a source has a figure; of a joint figure alone only the most is known."""
    for series, regions in sorted(done.regions.items(), key=lambda pair: _key(pair[0])):
        own = {r.incidents[0]: r for r in regions if r.kind == "incidents" and len(r.incidents) == 1}
        joint: dict[str, list[Region]] = defaultdict(list)
        for region in regions:
            if region.kind == "incidents" and len(region.incidents) > 1:
                for incident in region.incidents:
                    if incident not in own:
                        joint[incident].append(region)
        for incident, region in sorted(own.items()):
            if _meets(series, incident, region, done):
                numbers = (region.low, region.best, region.high)
                said = in_words(numbers, series, region.answers)
                yield IncidentRow(incident, *series, *numbers, region.facts, said, done.policy.name)
        for incident, some in sorted(joint.items()):
            if series[1] == "all" and all(each.lifted for r in some for each in r.statements):
                continue
            high = min((r.high for r in some if r.high is not None), default=None)
            facts = tuple(sorted({fact for r in some for fact in r.facts}))
            said = in_words((None, None, high), series, ())
            yield IncidentRow(incident, *series, None, None, high, facts, said, done.policy.name)


def _meets(series: Series, incident: str, region: Region, done: Reckoned) -> bool:
    """Whether a row of `all` is given: a source states one, or figures of two groups meet."""
    category, victims, definition = series
    return victims != "all" or region.is_stated or len(done.groups.get((category, definition, incident), ())) > 1


def _operation(op: Operation, done: Reckoned) -> OperationRow:
    not_itemised = max(0, (op.low or 0) - (op.itemised_low or 0))
    stated = op.decides
    answers: list[tuple[list[Voice], Answer]] = [op.answer] if op.answer is not None else []
    regions = _regions_in(op, done)
    below = _with_parts(op)
    facts = {fact for r in regions for fact in r.facts} | {one.fact for each in below for one in each.counted}
    contradiction = any(
        each.slips or each.stale or (each.answer is not None and each.answer[1].pairs) for each in below
    )
    contradiction = contradiction or any(answer.pairs for r in regions for _, answer in r.answers)
    contradiction = contradiction or any(item.contradicted for r in regions for item in r.items)
    numbers = (op.low, op.best, op.high)
    return OperationRow(
        op.operation, *op.series, *numbers, op.itemised_low, op.itemised_high,
        stated.low if stated is not None else None, stated.high if stated is not None else None,
        not_itemised, not_itemised, contradiction, _single_voices(op, regions), tuple(sorted(facts)),
        in_words(numbers, op.series, answers or [a for r in regions[:1] if len(regions) == 1 for a in r.answers]),
        done.policy.name,
    )  # fmt: skip


def _with_parts(op: Operation) -> list[Operation]:
    return [op, *(each for part in op.parts for each in _with_parts(part))]


def _single_voices(op: Operation, regions: list[Region]) -> tuple[str, ...]:
    """Speakers on whom alone some of it rests: no other speaker's own low reaches the answer's."""
    found = set()
    for region in regions:
        reach = {v.one.speaker for v in region.voices if v.low is not None and v.low >= (region.low or 0)}
        if len(reach) == 1:
            found |= reach
        elif len(region.speakers) == 1:
            found |= {*region.speakers}
    for each in _with_parts(op):
        if each.answer is not None:
            voices, answer = each.answer
            reach = {v.one.speaker for v in voices if v.low is not None and v.low >= (answer.low or 0)}
            found |= reach if len(reach) == 1 else set()
        if each.decides is not None:
            low = each.decides.low or 0
            stated = {one.speaker for one in each.counted if (one.low or 0) >= low} | {each.decides.speaker}
            found |= stated if len(stated) == 1 else set()
    return tuple(sorted(found))


def _days(op: Operation, done: Reckoned) -> Iterator[DayRow]:
    for day in op.days:
        if day.low is None and day.best is None and day.high is None:
            continue
        stated = day.stated
        yield DayRow(
            op.operation, None, *op.series, day_of(day.day), day.low, day.best, day.high, day.itemised,
            max(0, (day.low or 0) - (day.itemised or 0)), stated.low if stated else None,
            stated.high if stated else None,
            done.policy.name,
        )  # fmt: skip


def _incident_days(done: Reckoned) -> list[DayRow]:
    """Each incident by day: what surely had happened by the end of it; the last day has the undated figures."""
    found = []
    for series, regions in sorted(done.regions.items(), key=lambda pair: _key(pair[0])):
        for region in regions:
            if region.kind != "incidents" or len(region.incidents) != 1 or not region.items:
                continue
            if not _meets(series, region.incidents[0], region, done):
                continue
            days = sorted({item.days.last for item in region.items})
            for day in days:
                low = sum(item.low or 0 for item in region.items if item.days.last <= day)
                is_last = day == days[-1]
                numbers = (region.low, region.best, region.high) if is_last else (low, None, region.high)
                found.append(
                    DayRow(None, region.incidents[0], *series, day_of(day), *numbers, numbers[0], 0, None, None,
                           done.policy.name)
                )  # fmt: skip
    return found


def _voices(done: Reckoned) -> Iterator[VoiceRow]:
    """The groups that can be right together, and the interval each leaves."""
    answers = [(r.name, series, a) for series, regions in done.regions.items() for r in regions for a in r.answers]
    answers += [
        (f"up to: {op.operation}", series, op.answer)
        for (_, series), op in done.operations.items()
        if op.answer is not None
    ]
    for name, series, (voices, answer) in sorted(answers, key=lambda each: (_key(each[1]), each[0])):
        lows = tuple(max((low for n in g if (low := voices[n].low) is not None), default=None) for g in answer.groups)
        highs = tuple(
            min((high for n in g if (high := voices[n].high) is not None), default=None) for g in answer.groups
        )
        for n, voice in enumerate(voices):
            groups = tuple(at for at, group in enumerate(answer.groups, 1) if n in group)
            yield VoiceRow(
                name, *series, voice.one.fact, voice.one.speaker, groups, voice.low, voice.best, voice.high,
                lows, highs,
                done.policy.name,
            )  # fmt: skip
