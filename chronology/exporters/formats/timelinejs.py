"""TimelineJS: the reports as slides on a line of time."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any, BinaryIO, ClassVar

import msgspec

from chronology.exporters.citation import as_text
from chronology.exporters.dated_reports import DatedReport, dated_reports
from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State
from chronology.exporters.written import web_address
from chronology.vocabulary.hidden import shown

__all__ = ["TimelineJs"]

_encode = msgspec.json.Encoder().encode


class TimelineJs(Exporter):
    """One JSON as TimelineJS 3 reads it; a slide a report, grouped by operation. Its texts are HTML, all of it ours."""

    name: ClassVar = "timelinejs"
    meaning: ClassVar = "the reports as slides, for TimelineJS"

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the title slide and one slide a report."""
        title = {"text": {"headline": _text(state.about.name), "text": f"<p>{_text(as_text(state.about))}</p>"}}
        stream.write(b'{"title":' + _encode(title) + b',"events":[')
        stream.writelines(
            (b",\n" if number else b"\n") + _encode(_slide(report))
            for number, report in enumerate(dated_reports(state))
        )
        stream.write(b"\n]}\n")


def _slide(report: DatedReport) -> dict[str, Any]:
    slide: dict[str, Any] = {
        "unique_id": report.fact,
        "start_date": _day(report.first),
        "display_date": _text(report.when),
        "text": {"headline": _text(report.headline), "text": "".join(_paragraphs(report))},
    }
    if report.last > report.first:
        slide["end_date"] = _day(report.last)
    if report.operation is not None:
        slide["group"] = _text(report.operation)
    return slide


def _paragraphs(report: DatedReport) -> list[str]:
    said = report.speaker if report.speaker == report.source else f"{report.speaker}, by {report.source}"
    link = web_address(report.url)
    source = _text(said) if link is None else f'<a href="{escape(link)}" rel="noopener noreferrer">{_text(said)}</a>'
    return [
        *([f"<p>{_text(report.place)}</p>"] if report.place else ()),
        *([f'<blockquote dir="auto">{_text(report.quote)}</blockquote>'] if report.quote else ()),
        f"<p>{source}</p>",
    ]


def _text(text: str) -> str:
    return escape(shown(text))


def _day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
