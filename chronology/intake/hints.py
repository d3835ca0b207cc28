"""What is worth a word to whoever appends a fact, though nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from chronology.log import now
from chronology.vocabulary import Category, Kind
from chronology.vocabulary.dates import bounds
from chronology.vocabulary.kinds.casualties import CasualtyUpdate
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["hints", "warnings"]


def hints(fact: Kind) -> Iterator[str]:
    """What the fact leaves open, and how to say it."""
    reads = now(fact) if isinstance(fact, FactCorrected) else fact
    if isinstance(reads, CasualtyUpdate) and reads.measure is None and not reads.incidents:
        figures = [figure for category in Category for figure in getattr(reads, category)]
        if any(figure.measure is None and not figure.incidents for figure in figures):
            yield "counts nowhere until its measure is known: running_total, increment or residual"


def warnings(fact: Kind, today: date) -> Iterator[str]:
    """What the fact says that can hardly be: it was published in days to come."""
    reads = now(fact) if isinstance(fact, FactCorrected) else fact
    published: str | None = getattr(reads, "published", None)
    if published is None or (published[:4].isdigit() and published[:10] <= today.isoformat()):
        return
    first = bounds(published).earliest
    if first is not None and first > today + timedelta(days=1):
        yield f"published {published} lies in the future; if that is a slip, edit the fact"
