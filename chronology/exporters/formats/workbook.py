"""An Excel workbook: a sheet for each view that people read, and one about it all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Final

from chronology.errors import Refused
from chronology.exporters.citation import as_text
from chronology.exporters.exporter import Exporter
from chronology.exporters.state import State
from chronology.exporters.written import in_text, with_open

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["ExcelWorkbook", "write_sheet"]

SHEETS: Final = ("casualties_by_operation", "incidents", "timeline", "claims", "figures", "facts")
_NOT_FOR_PEOPLE: Final = {"policy", "plain", "body"}

_OPTIONS: Final = {"constant_memory": True, "remove_timezone": True}
_MOST_ROWS: Final = 1_048_576
_MOST_TEXT: Final = 32_767
_CUT: Final = " … (cut; the whole text is in the log)"
_FIRST_DAY: Final = dt.date(1900, 1, 1)
"""Excel knows no day before."""


class ExcelWorkbook(Exporter):
    """One sheet a view, under its name: numbers as numbers, dates as dates, and whatever was said as text.

    No text is taken for a formula or a link. An upper bound that nobody stated is the word `open`.
    """

    name: ClassVar = "workbook"
    meaning: ClassVar = "an Excel workbook of figures, incidents, timeline and facts"
    suffixes: ClassVar = (".xlsx",)
    is_text: ClassVar = False

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the workbook. Raises Refused where a sheet cannot hold all rows of its view."""
        from xlsxwriter import Workbook  # noqa: PLC0415 - no other verb needs it

        workbook = Workbook(
            stream, {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "remove_timezone": True}
        )
        made = dt.datetime.combine(state.about.recorded, dt.time())
        workbook.set_properties({"title": state.about.name, "comments": as_text(state.about), "created": made})
        for view in SHEETS:
            columns = [
                column.name
                for column in state.views[view].columns
                if column.name not in _NOT_FOR_PEOPLE
                and not column.name.endswith("_as_written")
                and "STRUCT" not in column.type
            ]
            found = state.view(view, columns, order="day nulls last, fact" if view == "timeline" else "")
            _fill(_Sheet(workbook, view), found.columns, found.rows)
        _fill(_Sheet(workbook, "about"), ("what", "is"), _about(state))
        workbook.close()


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[Any]], stream: BinaryIO) -> None:
    """Write a workbook of one sheet with these rows. Raises Refused where there are more than a sheet holds."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - as above

    workbook = Workbook(stream, _OPTIONS)
    _fill(_Sheet(workbook, "answer"), columns, rows)
    workbook.close()


def _about(state: State) -> Iterator[tuple[str, object]]:
    for name, value in state.about._asdict().items():
        yield name.replace("_", " "), value
    yield "cite as", as_text(state.about)
    yield "empty cells", "are not known, which is not 0"
    yield "open", "an upper bound that nobody stated; a sum of upper bounds with one that is open is open"
    for view in SHEETS:
        yield f"sheet {view}", state.views[view].description
        for column in state.views[view].columns:
            if column.meaning:
                yield f"{view} · {column.name}", column.meaning


class _Sheet:
    """A worksheet and the formats of its cells."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.name = name
        self.sheet: Worksheet = workbook.add_worksheet(name)
        self.head: Format = workbook.add_format({"bold": True})
        self.day: Format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.moment: Format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.sheet.freeze_panes(1, 0)

    def put(self, row: int, column: int, value: object) -> None:
        """Write one cell; of null nothing."""
        match value:
            case None:
                return
            case int() | float() if not isinstance(value, bool):
                self.sheet.write_number(row, column, value)
            case dt.datetime() if value.date() >= _FIRST_DAY:
                self.sheet.write_datetime(row, column, value.astimezone(dt.UTC).replace(microsecond=0), self.moment)
            case dt.date() if not isinstance(value, dt.datetime) and value >= _FIRST_DAY:
                self.sheet.write_datetime(row, column, value, self.day)
            case _ if text := in_text(value):
                text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - len(_CUT)] + _CUT
                self.sheet.write_string(row, column, text)


def _fill(sheet: _Sheet, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for column, name in enumerate(columns):
        sheet.sheet.set_column(column, column, _width(name))
        sheet.sheet.write_string(0, column, name, sheet.head)
    last = 0
    for last, values in enumerate(with_open(columns, rows), 1):
        if last >= _MOST_ROWS:
            raise Refused(
                f"{sheet.name} has more rows than a sheet holds ({_MOST_ROWS - 1:,}); "
                "name an --operation, or write CSV or Parquet"
            )
        for column, value in enumerate(values):
            sheet.put(last, column, value)
    sheet.sheet.autofilter(0, 0, last, len(columns) - 1)


def _width(column: str) -> int:
    """The width of a column, in characters: by what it usually holds."""
    if column in {"headline", "in_words", "is", "reason", "quote", "note"}:
        return 60
    return max(len(column) + 3, 24 if column in {"fact", "incident", "source", "speaker", "facts", "what"} else 12)
