"""Hints and warnings for the author of a fact that is valid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from chronology.log import now
from chronology.vocabulary import Category, Kind
from chronology.vocabulary.dates import bounds
from chronology.vocabulary.kinds.casualties import CasualtyUpdate, OutcomeReported, OutcomeTo
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["hints", "warnings"]


def hints(fact: Kind) -> Iterator[str]:
    """Hints at what the fact leaves open, and how to say it."""
    reads = now(fact) if isinstance(fact, FactCorrected) else fact
    if isinstance(reads, CasualtyUpdate) and reads.measure is None and not reads.incidents:
        figures = [figure for category in Category for figure in getattr(reads, category)]
        if any(figure.measure is None and not figure.incidents for figure in figures):
            yield "counts nowhere until its measure is known: running_total, increment or residual"


def warnings(fact: Kind, today: date) -> Iterator[str]:
    """Warnings of what is improbable in a fact or will not count, each with the field that settles it."""
    reads = now(fact) if isinstance(fact, FactCorrected) else fact
    published: str | None = getattr(reads, "published", None)
    occurred: str | None = getattr(reads, "occurred", None)
    for field, text in (("published", published), ("occurred", occurred)):
        if text is not None and _is_to_come(text, today):
            yield f"{field} {text} lies in the future; if that is a slip, edit the fact"
    if published is not None and occurred is not None and _is_after(occurred, published):
        yield (
            f"occurred {occurred} lies after published {published}: both cannot be right; edit the fact, and give "
            "occurred or published as the source has it"
        )
    if isinstance(reads, OutcomeReported):
        yield from _open_outcomes(reads)


def _is_to_come(text: str, today: date) -> bool:
    """True if it surely lies after tomorrow, which has begun somewhere. Most dates are settled by their first ten."""
    if text[:4].isdigit() and text[:10] <= today.isoformat():
        return False
    first = bounds(text).earliest
    return first is not None and first > today + timedelta(days=1)


def _is_after(occurred: str, published: str) -> bool:
    first, last = bounds(occurred).earliest, bounds(published).latest
    return first is not None and last is not None and first > last


def _open_outcomes(outcome: OutcomeReported) -> Iterator[str]:
    """Warnings of what keeps an outcome from counting in full (docs/casualties.md, rule 9)."""
    if outcome.to is OutcomeTo.KILLED and not outcome.included_in and not _is_one_day(outcome.occurred):
        yield "adds to no low without the day of death: give occurred, or included_in where a figure holds them already"
    if not outcome.incidents and outcome.operation is None:
        yield "counts nowhere: give incidents, or operation"
    elif not outcome.incidents:
        yield "is of no incident: give incidents, where it is known which"


def _is_one_day(occurred: str | None) -> bool:
    days = None if occurred is None else bounds(occurred)
    return days is not None and days.earliest is not None and days.earliest == days.latest
