"""iCalendar: the reports as days of a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import BinaryIO, ClassVar, Final

from chronology.exporters.dated_reports import DatedReport, dated_reports
from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State
from chronology.exporters.written import web_address
from chronology.vocabulary.hidden import shown

__all__ = ["ICalendar"]

_OCTETS: Final = 75
"""Of one line (RFC 5545, 3.1)."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class ICalendar(Exporter):
    """A calendar (RFC 5545) of whole days: a report lasts from the first to the last day it may have happened."""

    name: ClassVar = "ical"
    meaning: ClassVar = "the reports as days of a calendar"
    suffixes: ClassVar = (".ics",)

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write one event a report."""
        stream.writelines(_folded(line) for line in _calendar(state))


def _calendar(state: State) -> Iterator[str]:
    about = state.about
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//chronology//chronology//EN"
    yield f"X-WR-CALNAME:{_text(about.name)}"
    for report in dated_reports(state):
        yield from _event(report, about.origin.rpartition("/")[2])
    yield "END:VCALENDAR"


def _event(report: DatedReport, origin: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(report.fact)}@{origin}"
    yield f"DTSTAMP:{report.recorded_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{report.revision - 1}"
    yield f"DTSTART;VALUE=DATE:{_day(report.first)}"
    if report.last < date.max:
        yield f"DTEND;VALUE=DATE:{_day(report.last + timedelta(1))}"  # the first day after it
    yield f"SUMMARY:{_text(report.headline)}"
    said = report.speaker if report.speaker == report.source else f"{report.speaker}, by {report.source}"
    described = "\n".join(filter(None, (report.when, said, report.quote)))
    yield f"DESCRIPTION:{_text(described)}"
    yield f"CATEGORIES:{_text(report.kind)}"
    yield "TRANSP:TRANSPARENT"
    if report.place is not None:
        yield f"LOCATION:{_text(report.place)}"
    if report.latitude is not None and report.longitude is not None:
        yield f"GEO:{report.latitude:.6f};{report.longitude:.6f}"
    if (link := web_address(report.url)) is not None:
        yield f"URL:{link}"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day:%Y}".rjust(4, "0") + f"{day:%m%d}"


def _text(text: str) -> str:
    """Text as iCalendar has it; what acts rather than shows is written as an escape."""
    return shown(text, prose=True).translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """A line with its end, folded where it is longer than may be, between characters."""
    parts, part, room = [], b"", _OCTETS
    for char in line:
        coded = char.encode()
        if len(part) + len(coded) > room:
            parts.append(part)
            part, room = b"", _OCTETS - 1  # the space before it counts
        part += coded
    return b"\r\n ".join([*parts, part]) + b"\r\n"
