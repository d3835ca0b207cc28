"""Contradictions, slips, and what a person should review, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chronology.casualties.consistent_groups import growth_in
from chronology.casualties.in_words import interval
from chronology.casualties.outcomes import moved, moves_of
from chronology.casualties.regions import is_sure
from chronology.casualties.results import ContradictionRow, ReviewRow
from chronology.casualties.spans import day_of, span_of
from chronology.vocabulary import Report

if TYPE_CHECKING:
    from chronology.casualties.reckon import Reckoned
    from chronology.casualties.statements import Statement

__all__ = ["contradictions_of", "reviews_of"]


def contradictions_of(done: Reckoned) -> list[ContradictionRow]:
    """Return one row for each pair that cannot both be right, and for each slip."""
    rows = [*_pairs(done), *_slips(done), *_totals(done), *_inside(done), *_outcomes(done), *_days(done)]
    return sorted(set(rows), key=lambda row: tuple(str(each) for each in row))


def _row(  # noqa: PLR0913, PLR0917 - the sides of a contradiction, in the order a reader wants them
    done: Reckoned, what: str, one: Statement, /, says: str, against: str, rule: str, *others: str, settle: str = ""
) -> ContradictionRow:  # fmt: skip
    incident = one.incidents[0] if len(one.incidents) == 1 else None
    return ContradictionRow(
        what, one.operation, incident, one.category, one.victims, one.definition, says, against, rule,
        settle or f"chronology dispute {one.fact}, or chronology correct {one.fact}", one.fact,
        tuple(sorted({one.fact, *others})), done.policy.name,
    )  # fmt: skip


def _says(one: Statement) -> str:
    return f"{one.speaker}: {interval(one.low, one.high)} for {one.name}"


def _pairs(done: Reckoned) -> Iterator[ContradictionRow]:
    answers = [answer for regions in done.regions.values() for region in regions for answer in region.answers]
    answers += [op.answer for op in done.operations.values() if op.answer is not None]
    answers += [moment for op in done.operations.values() for moment in op.moments]
    for voices, answer in answers:
        for n, m in answer.pairs:
            one, other = voices[n], voices[m]
            if one.one.lifted and other.one.lifted:
                continue
            of = "totals that" if one.one.kind == "total" else "figures of one region that"
            what = f"{of} exclude each other"
            against = f"{other.one.speaker}: at most {other.high}"
            yield _row(
                done, what, one.one, f"{one.one.speaker}: at least {one.low} for {one.one.name}", against,
                f"{done.policy.name}: each group that can be right together counts", other.one.fact,
            )  # fmt: skip


def _slips(done: Reckoned) -> Iterator[ContradictionRow]:
    for earlier, later in done.slips:
        yield _row(
            done, "word below its speaker's earlier one", earlier, _says(earlier), f"later, {_says(later)}",
            "the later word replaces it", later.fact,
        )  # fmt: skip


def _totals(done: Reckoned) -> Iterator[ContradictionRow]:
    for op in done.operations.values():
        for one, newest in op.slips:
            if not one.lifted:
                yield _row(
                    done, "total that does not agree with its speaker's others", one,
                    f"{one.speaker}: {interval(one.low, one.high)} in all up to {day_of(one.moment.last)}",
                    f"the same speaker, in {newest.fact}",
                    "the longest series that agrees counts; this one is withdrawn",
                    newest.fact,
                )  # fmt: skip
        for one, inside in op.stale:
            if not one.lifted:
                yield _row(
                    done, "total below what lies inside it", one,
                    f"{one.speaker}: {one.high} in all up to {day_of(one.moment.last)}",
                    f"at least {inside} surely by then", "stale: it does not count",
                )  # fmt: skip


def _inside(done: Reckoned) -> Iterator[ContradictionRow]:
    for item in done.contradicted:
        one = item.region.statements[0] if item.region.statements else item.region.deaths[0]
        what = (
            "bulletin below what happened in its days"
            if item.kind == "period"
            else "joint figure below what is inside it"
        )
        yield _row(
            done, what, one, f"{', '.join(item.region.speakers)}: at most {item.high} for {item.region.name}",
            f"at least {item.inside_low} inside it", "the smaller low holds",
        )  # fmt: skip
    for one in done.statements:
        if one.crosses and one.reason is None:
            yield _row(
                done, "bounds that cross", one, f"{one.speaker}: low above best, or best above high", "itself",
                "its envelope counts", settle=f"chronology correct {one.fact} --nature entry",
            )  # fmt: skip


def _outcomes(done: Reckoned) -> Iterator[ContradictionRow]:
    """More outcomes than people."""
    moves = moves_of(done)
    for (category, victims, definition), regions in done.regions.items():
        for region in regions:
            if category == "killed" or definition is not None or len(region.incidents) != 1 or region.high is None:
                continue
            some = [
                m
                for m in moves
                if m.incidents == region.incidents and m.category == category and victims in {m.victims, "all"}
            ]
            low, _ = moved(some)
            if low > region.high and region.statements:
                yield _row(
                    done, "more outcomes than people", region.statements[0],
                    f"{low} who were {category} died, were found or were released", f"at most {region.high} {category}",
                    "both count", *(move.fact for move in some), settle=f"chronology correct {some[0].fact}",
                )  # fmt: skip


def _days(done: Reckoned) -> Iterator[ContradictionRow]:
    for home in done.homes.values():
        operations = sorted({m.operation for m in home.mentions if m.operation is not None})
        facts = tuple(sorted({m.fact for m in home.mentions}))
        settle = "chronology correct {} --nature reading, or declare it with incident_named"
        if len(operations) > 1 and done.decided.declared.get(home.incident, (None, None))[0] is None:
            fact = min(m.fact for m in home.mentions if m.operation is not None)
            yield ContradictionRow(
                "incident in two operations", ", ".join(operations), home.incident, None, None, None,
                f"in {operations[0]}", f"in {operations[-1]}", "it counts where most facts have it",
                settle.format(fact), fact, facts, done.policy.name,
            )  # fmt: skip
        if home.days_clash:
            dated = [m for m in home.mentions if m.days is not None]
            late = max(dated, key=lambda m: (m.days.first if m.days else 0, m.fact))
            early = min(dated, key=lambda m: (m.days.last if m.days else 0, m.fact))
            yield ContradictionRow(
                "incident on days that exclude each other", home.operation, home.incident, None, None, None,
                f"{late.source}: not before {day_of(late.days.first) if late.days else ''}",
                f"{early.source}: by {day_of(early.days.last) if early.days else ''}",
                "it may lie on any of these days", settle.format(late.fact), late.fact, facts, done.policy.name,
            )  # fmt: skip
    for entry in done.entries:
        said = entry.fact
        if isinstance(said, Report) and said.occurred is not None and said.published is not None:
            occurred, published = span_of(said.occurred), span_of(said.published)
            if occurred.first > published.last:
                yield ContradictionRow(
                    "occurred after it was published", said.operation, None, None, None, None,
                    f"occurred {said.occurred}", f"published {said.published}", "any day of both counts",
                    f"chronology correct {entry.id} --nature entry", entry.id, (entry.id,), done.policy.name,
                )  # fmt: skip


def reviews_of(done: Reckoned) -> list[ReviewRow]:
    """Return what a person should look at, of figures."""
    rows = [*_of_figures(done), *_growth(done)]
    return sorted(set(rows))


def _of_figures(done: Reckoned) -> Iterator[ReviewRow]:
    for one in done.statements:
        said = f"{one.category} {one.words or interval(one.low, one.high)} {one.victims}"
        if one.reason == "unspecified":
            yield ReviewRow(
                one.fact, "figure of unspecified measure",
                f"{said}: neither incidents, nor an operation with a period or a moment", f"chronology edit {one.fact}",
            )  # fmt: skip
        if one.kind == "outcome" and one.reason is None and not is_sure(one) and not one.included_in:
            yield ReviewRow(one.fact, "death without a sure day", said, "give occurred or included_in")
    for one in done.on_anothers:
        yield ReviewRow(
            one.fact, "more, on top of another's figure", f"{one.speaker} adds to {', '.join(one.contributors)}",
            f"chronology edit {one.fact}, if it adds to another",
        )  # fmt: skip
    for op in done.operations.values():
        for one in op.doubtful:
            yield ReviewRow(
                one.fact, "total that withdraws three or more",
                f"{one.speaker}: {interval(one.low, one.high)} up to {day_of(one.moment.last)}",
                f"chronology edit {one.fact}, if it is the slip",
            )  # fmt: skip


def _growth(done: Reckoned) -> Iterator[ReviewRow]:
    killed = (region for series, regions in done.regions.items() if series[0] == "killed" for region in regions)
    for voices, _ in (each for region in killed for each in region.answers):
        pair = growth_in(voices)
        if pair is not None and not (pair[0].one.lifted or pair[1].one.lifted):
            later, earlier = pair[0].one, pair[1].one
            yield ReviewRow(
                later.fact, "later figure above another's closed one",
                f"{_says(later)}; earlier, {_says(earlier)}", "nothing, where it grew; else dispute one of them",
            )  # fmt: skip
