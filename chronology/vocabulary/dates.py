"""Dates as sources give them: "in October", "by the 31st", "on the 30th or the 31st".

A date is kept as EDTF text (ISO 8601-2), exactly as written. This module reads the part of EDTF that reports need, and
answers one question about a text: which calendar days does it surely lie between?

=================================  ===============================================================
``2023``, ``2023-10``              a year, a month
``2023-10-31``                     a day
``2023-10-31T14:30Z``              a time; seconds, fractions and offsets (``+02:00``) too, but never without a zone
``202X``, ``2023-XX``,             unspecified digits: a decade (``20XX`` a century), some month, some day
``2023-10-XX``
``2023-10-31?`` ``~`` ``%``        uncertain, approximate, both; the days stay the same
``2023-10-31/2023-11-03``          from, to; ``..`` is an open side, an empty side is not known
``[2023-10-30,2023-10-31]``        one of these; ``[2023-10-30..2023-11-02]``, ``[..2023-10-31]``
=================================  ===============================================================
"""

from __future__ import annotations

import re
import reprlib
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["Bounds", "DateError", "bounds", "from_python", "last_day"]

MAX_LENGTH: Final = 100

_EXAMPLES: Final = "a date such as 2023-10-31, 2023-10, ../2023-10-31"
_WITH_ZONE: Final = "a zone after the time, such as 2023-10-31T14:30Z or 2023-10-31T14:30+02:00"

# [0-9] and not \d, which takes the digits of every script; fullmatch and not $, which lets a last line break through.
_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX)(?:T(?P<time>[^?~%]+))?)?)?"
    r"[?~%]?",
)
_TIME: Final = re.compile(
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?",
)


class DateError(ValueError):
    """A text that is not one of the dates we read.

    ``text`` is the part that is wrong, ``problem`` says what is wrong with it, ``expected`` what would be right.
    """

    def __init__(self, text: str, problem: str, expected: str = _EXAMPLES) -> None:
        super().__init__(text, problem, expected)
        self.text, self.problem, self.expected = text, problem, expected

    def __str__(self) -> str:
        """One line, whatever the text holds: "2023-02-30 is not a day of the calendar; expected a date such as …"."""
        plain = self.text.isascii() and self.text.isprintable() and 0 < len(self.text) <= MAX_LENGTH
        return f"{self.text if plain else reprlib.repr(self.text)} {self.problem}; expected {self.expected}"


class Bounds(NamedTuple):
    """The first and the last calendar day a date may mean, as written, never converted between zones.

    None is an open or unknown side. At least one side is known, and ``earliest`` is never after ``latest``.
    """

    earliest: date | None
    latest: date | None


class _Span(NamedTuple):
    """Bounds, and the instant where the text gives one: two times of one day can still be in the wrong order."""

    earliest: date | None
    latest: date | None
    instant: datetime | None = None


_OPEN: Final = _Span(None, None)


@lru_cache(maxsize=65_536)
def bounds(text: str) -> Bounds:
    """Return the calendar days between which the date `text` lies.

    Raises DateError, and nothing else, for any text that is not one of the forms above, that lies outside the years
    0001 to 9999, starts after it ends, says nothing (``../..``), or is longer than 100 characters.
    """
    if len(text) > MAX_LENGTH:
        raise DateError(text, f"has {len(text)} characters", f"at most {MAX_LENGTH}")
    if "/" in text:
        start, _, end = text.partition("/")
        span = _between(text, _side(start), _side(end))
    elif text.startswith("[") and text.endswith("]"):
        span = _one_of(text)
    else:
        span = _single(text)
    if span.earliest is None and span.latest is None:
        raise DateError(text, "says nothing")
    return Bounds(span.earliest, span.latest)


def last_day(text: str | None) -> date | None:
    """Return the `day` of a date: its last possible day, else (where the end is open) its first; None for None.

    Raises DateError as `bounds` does.
    """
    if text is None:
        return None
    earliest, latest = bounds(text)
    return latest or earliest


def from_python(value: date | datetime | time) -> str:
    """Return the EDTF text of a date or time as TOML readers give it.

    Raises DateError for a time without a zone, a time without a day, and an offset that EDTF cannot write.
    """
    if isinstance(value, time):
        raise DateError(str(value), "is a time without a day")
    text = value.isoformat()
    if isinstance(value, datetime) and value.utcoffset() == timedelta(0):
        text = text.removesuffix("+00:00") + "Z"
    bounds(text)  # refuses a time without a zone, and an offset of seconds
    return text


def _side(text: str) -> _Span:
    """Return one side of an interval; ``..`` (open) and nothing (unknown) are both no bound."""
    return _OPEN if text in {"", ".."} else _single(text)


def _between(text: str, start: _Span, end: _Span) -> _Span:
    """Return the span from the first day of `start` to the last of `end`; `text` is named when they are crossed."""
    days_cross = start.earliest and end.latest and start.earliest > end.latest
    # The days of two times in different zones may be in order while the times are not, and the reverse: refuse both,
    # so that bounds are never crossed and nothing ends before it starts.
    times_cross = start.instant and end.instant and start.instant > end.instant
    if days_cross or times_cross:
        raise DateError(text, "starts after it ends", "the earlier date first, and both times in one zone")
    return _Span(start.earliest, end.latest)


def _one_of(text: str) -> _Span:
    """Return the span of a set ``[a,b..c]``: one of these days, so from the first to the last."""
    members = []
    for member in text[1:-1].split(","):
        start, dots, end = member.partition("..")
        if not dots:
            members.append(_single(member))
        elif start or end:
            members.append(_between(member, _side(start), _side(end)))
        else:
            raise DateError(text, "says nothing")
    starts, ends = [member.earliest for member in members], [member.latest for member in members]
    return _Span(
        None if None in starts else min(day for day in starts if day),
        None if None in ends else max(day for day in ends if day),
    )


def _single(text: str) -> _Span:
    """Return the span of one date or time, with or without a qualifier."""
    found = _DATE.fullmatch(text)
    if not found:
        raise DateError(text, "is not a date")
    year, month, day, clock = found["year"], found["month"], found["day"], found["time"]
    # Month and day can be unspecified only from the right: an X before a digit would leave gaps between the bounds.
    if ("X" in year and month) or (month == "XX" and day not in {None, "XX"}) or (day == "XX" and clock):
        raise DateError(text, "leaves out digits before others", "X only at the end: 2023-10-XX, 2023-XX-XX, 202X")
    try:
        earliest = date(int(year.replace("X", "0")), _number(month, 1), _number(day, 1))
        last_year, last_month = int(year.replace("X", "9")), _number(month, 12)
        latest = date(last_year, last_month, _number(day, monthrange(last_year, last_month)[1]))
    except ValueError:
        raise DateError(text, _not_there(year, day)) from None
    return _Span(earliest, latest, _instant(text, earliest, clock) if clock else None)


def _not_there(year: str, day: str | None) -> str:
    """Say what is wrong with a date that looks like one and is none: 2023-02-30, 2023-13, 0000."""
    if not int(year.replace("X", "0")):
        return "is before the year 0001"
    return f"is not a {'day' if day else 'month'} of the calendar"


def _number(digits: str | None, unspecified: int) -> int:
    """Return the number written, or what stands for it where it is left out or XX."""
    return unspecified if digits is None or digits == "XX" else int(digits)


def _instant(text: str, day: date, clock: str) -> datetime:
    """Return the moment of the time `clock` on `day`, to the microsecond; `text` is named when it is none.

    A time needs its zone: without it nobody can say which of two times came first.
    """
    found = _TIME.fullmatch(clock)
    if not found:
        raise DateError(text, "is not a time", "a time such as 2023-10-31T14:30Z")
    if not found["zone"]:
        raise DateError(text, "has no zone", _WITH_ZONE)
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    try:
        moment = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0), int(fraction))
    except ValueError:
        raise DateError(text, "is not a time of the day", "a time from 00:00 to 23:59:59") from None
    return datetime.combine(day, moment, _zone(text, found["zone"]))


def _zone(text: str, zone: str) -> timezone:
    """Return the zone written as Z, +02:00 or -03:30; `text` is named when there is no such zone."""
    if zone == "Z":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59 or (hours == 14 and minutes):
        raise DateError(text, "has an offset that no zone has", "an offset from -14:00 to +14:00")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_words(text: str) -> str:
    """EDTF as a person reads it: `../2023-11-03` is "by 3 Nov 2023", `2023-10-31?` is "perhaps 31 Oct 2023".

    What has no plain words stays as it is written.
    """
    if text.startswith("[") and text.endswith("]") and ".." not in text:
        return " or ".join(_date_in_words(part.strip()) for part in text[1:-1].split(","))
    start, slash, end = text.partition("/")
    if not slash:
        return _date_in_words(text)
    if start in {"", ".."}:
        return f"by {_date_in_words(end)}"
    if end in {"", ".."}:
        return f"from {_date_in_words(start)}"
    return f"{_date_in_words(start)} to {_date_in_words(end)}"


def _date_in_words(text: str) -> str:
    date_text, doubt = (text[:-1], text[-1]) if text[-1:] in {"?", "~", "%"} else (text, "")
    day, _, clock = date_text.partition("T")
    parts = day.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return text
    words = [_MONTHS[int(part) - 1] if place == 1 else str(int(part)) for place, part in enumerate(parts)]
    said = " ".join(reversed(words))
    if clock:
        said = f"{said}, {clock}"
    return {"?": "perhaps ", "~": "about ", "%": "perhaps about ", "": ""}[doubt] + said
