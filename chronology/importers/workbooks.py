"""Workbooks (XLSX) as tables: the sheet that has the columns of the data set, or the only one with rows.

Cells are text as a CSV file would have them: a whole number without a point, a day without a midnight.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from chronology.errors import Refused
from chronology.importers.headers import FIRST_ROWS, fits, table_of
from chronology.importers.tables import Header, Row, Source, Table, in_pieces, start_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["is_workbook", "workbook_table"]

MOST_UNPACKED: Final = 1 << 28
"""What the parts of a workbook may hold: openpyxl keeps all its texts in memory."""

_PARTS: Final = ("xl/workbook.xml", "[Content_Types].xml")
# What openpyxl and the readers below it raise for a file that is no workbook after all.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    SyntaxError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


def is_workbook(source: Source) -> bool:
    """True if a file is a workbook, by the parts inside it. Raises Refused for one of OpenDocument."""
    if start_of(source) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(in_pieces(source.stream)) as archive:
            names = set(archive.namelist())
            size = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError):
        return False
    if "content.xml" in names and "mimetype" in names:
        raise Refused(f"{source.name} is an OpenDocument sheet; save it as .xlsx, or as CSV UTF-8")
    if names.isdisjoint(_PARTS):
        return False
    if size > min(source.most, MOST_UNPACKED):
        raise Refused(f"{source.name} holds {size:,} bytes when unpacked; save the sheet as CSV UTF-8")
    return True


def workbook_table(source: Source, header: Header) -> Table:
    """The columns and rows of a sheet. Raises Rejected, Refused."""
    sheet, said = _sheet(source, header)
    table = table_of(source, header, _rows(source, sheet))
    return table._replace(warnings=said + table.warnings, shape=table.shape._replace(sheet=sheet if said else None))


def _sheet(source: Source, header: Header) -> tuple[str, list[str]]:
    """The name of the sheet to read, and what is to be said of that."""
    with _opened(source) as book:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        all_names = [sheet.title for sheet in book.worksheets]
    wanted = source.shape.sheet
    if wanted is not None:
        by_number = dict(zip(map(str, range(1, len(all_names) + 1)), all_names, strict=True))
        name = wanted if wanted in all_names else by_number.get(wanted)
        if name is None:
            raise Refused(f"{source.name} has no sheet {wanted}; it has {_listed(all_names)}")
        return name, []
    first = {name: list(islice(_rows(source, name), FIRST_ROWS)) for name in names}
    filled = [name for name, rows in first.items() if len(rows) > 1]
    fit = {name: max(fits(header, row) for row in first[name]) for name in filled}
    best = [name for name in filled if fit[name] == max(fit.values())]
    if not filled:
        raise Refused(f"{source.name} has no sheet with rows; it has {_listed(all_names)}")
    if len(best) > 1:
        raise Refused(f"{source.name} has several sheets with rows: {_listed(best)}; name one with --sheet")
    return best[0], [f"{source.name}: read the sheet {best[0]!r} of {len(all_names)}"] if len(all_names) > 1 else []


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names[:20])) or "none"


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[Workbook]:
    """The workbook, as long as it is read. Raises Refused for what openpyxl cannot read."""
    from openpyxl import load_workbook  # noqa: PLC0415  takes a tenth of a second, and few files are workbooks

    source.stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(in_pieces(source.stream), read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except _BROKEN as error:
        why = " ".join(str(error).split())[:100]
        raise Refused(
            f"{source.name} is an Excel workbook that cannot be read ({why}); save the sheet as CSV UTF-8"
        ) from error


def _rows(source: Source, name: str) -> Iterator[Row]:
    """The rows of a sheet that hold anything, with the numbers they have there. Raises Refused."""
    with _opened(source) as book:
        sheet: Worksheet = book[name]
        sheet.reset_dimensions()
        width = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            values = [_text(cell) for cell in cells]
            while values and not values[-1]:
                values.pop()
            if not values:
                continue
            # The rows of a sheet end where their last cell does.
            width = max(width, len(values)) if number <= FIRST_ROWS else width
            yield Row(number, values + [""] * (width - len(values)))


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="seconds")
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
    return str(cell).replace("\0", "")
