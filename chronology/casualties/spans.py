"""Days as numbers: the ordinal of a day, with the time of day behind the point where a source states one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from math import floor, inf, isfinite
from typing import Final, NamedTuple

from chronology.vocabulary.dates import bounds

__all__ = ["ALWAYS", "END", "Span", "day_of", "day_start", "span_of"]

END: Final = 0.99999
"""The end of a day: a day without a time may mean any time of it."""


class Span(NamedTuple):
    """From when to when something may lie; infinite where a side is open."""

    first: float
    last: float

    @property
    def surely(self) -> float:
        """The end of its first day: what was so by then was so whenever it lies."""
        return min(self.last, floor(self.first) + END) if isfinite(self.first) else self.first


ALWAYS: Final = Span(-inf, inf)


@lru_cache(maxsize=65_536)
def span_of(text: str) -> Span:
    """Return the span of an EDTF text. Days are as written; a time of day counts only within its day."""
    days = bounds(text)
    first = -inf if days.earliest is None else float(days.earliest.toordinal())
    last = inf if days.latest is None else days.latest.toordinal() + END
    if "T" in text and "/" not in text and floor(last) == first:
        moment = datetime.fromisoformat(text.strip("[]").rstrip("?~%")).astimezone(UTC)
        within = (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400
        shift = moment.toordinal() - first
        first += 0.0 if shift < 0 else END if shift > 0 else within
        last = first
    return Span(first, last)


def day_start(moment: float) -> float:
    """Return the beginning of the day of a moment."""
    return float(floor(moment)) if isfinite(moment) else moment


def day_of(moment: float) -> date | None:
    """Return the calendar day of a moment; None where it is open."""
    return date.fromordinal(floor(moment)) if isfinite(moment) else None
