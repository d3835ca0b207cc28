"""CSV, and what is called so: fields separated by commas, semicolons, tabs or bars, which is found out.

A table separated by tabs often has no quotes, and then a quote is a sign like others: it is where the whole file does
not read with them.
"""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Final, NamedTuple

from chronology.errors import Rejected
from chronology.files import BOM
from chronology.importers.headers import FIRST_ROWS, fits, table_of
from chronology.importers.tables import MOST_IN_LINE, Header, Row, Source, Table, unpacking

__all__ = ["csv_table"]

MOST_IN_FIELD: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


class _Dialect(NamedTuple):
    """By what fields are separated, and what they are quoted with; nothing is no quotes."""

    delimiter: str
    quote: str

    def reader(self, lines: Iterator[str]) -> Any:  # noqa: ANN401  csv has no public name for it
        """A reader of rows of this dialect, and no others. Raises csv.Error."""
        if not self.quote:
            return csv.reader(lines, strict=True, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, strict=True, delimiter=self.delimiter, quotechar=self.quote)

    def __str__(self) -> str:
        name = _NAMES.get(self.delimiter, repr(self.delimiter))
        return f"fields separated by {name}{'' if self.quote else ', without quotes'}"


def csv_table(source: Source, header: Header) -> Table:
    """The columns and rows of a file of separated fields. Raises Rejected, Refused."""
    dialect = _dialect(source, header)
    table = table_of(source, header, _rows(source, dialect))
    if dialect == (",", '"'):
        return table
    shape = table.shape._replace(delimiter=dialect.delimiter, quote="" if not dialect.quote else source.shape.quote)
    said = [f"{source.name}: read with {dialect}"] if source.shape.delimiter is None else []
    return table._replace(warnings=said + table.warnings, shape=shape)


def _dialect(source: Source, header: Header) -> _Dialect:
    """The dialect of a file: separator and quotes as given, else as found."""
    delimiter, quote = source.shape.delimiter, source.shape.quote
    if delimiter is None:
        delimiter = _delimiter(source, header, '"' if quote is None else quote)
    if quote is None:
        quote = "" if delimiter == "\t" and not _reads_with_quotes(source, header) else '"'
    return _Dialect(delimiter, quote)


def _delimiter(source: Source, header: Header, quote: str) -> str:
    """The separator of the first rows: the names of the data set decide, else what gives even rows."""
    with unpacking(source) as stream:
        sample = stream.read(_SAMPLE).removeprefix(BOM)
    text = sample.decode(errors="replace").replace("\0", "")
    lines = text.splitlines(keepends=True)
    if len(sample) == _SAMPLE and len(lines) > 1:
        lines.pop()
    found = {sign: _likeness(header, lines, sign, quote) for sign in _NAMES}
    return max(found, key=lambda sign: found[sign])


def _likeness(header: Header, lines: list[str], delimiter: str, quote: str) -> tuple[int, bool, float]:
    """A score of how well this separator fits the first lines."""
    how = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    with _field_limit():
        try:
            reader = csv.reader(lines, delimiter=delimiter, **how)
            rows = [Row(0, values) for values in islice(reader, FIRST_ROWS) if values]
        except csv.Error:
            return 0, False, 0.0
    if not rows:
        return 0, False, 0.0
    width, times = Counter(len(row.values) for row in rows).most_common(1)[0]
    if width < 2:
        return max(fits(header, row) for row in rows), False, 0.0
    return max(fits(header, row) for row in rows), len(rows[0].values) == width, width * (times / len(rows)) ** 2


def _reads_with_quotes(source: Source, header: Header) -> bool:
    """True if the whole of a file separated by tabs reads as rows of one width with quotes."""
    try:
        table = table_of(source, header._replace(required=()), _rows(source, _Dialect("\t", '"')))
        return all(row.unreadable is None or "fields, found" not in row.unreadable for row in table.rows)
    except Rejected:
        return False


@contextlib.contextmanager
def _field_limit() -> Iterator[None]:
    before = csv.field_size_limit(MOST_IN_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(source: Source, dialect: _Dialect) -> Iterator[Row]:
    """Every row, the first included; empty lines are left out. Raises Rejected, Refused."""
    unfit: dict[int, str] = {}
    with _field_limit(), unpacking(source) as stream:
        begun = 1
        reader = dialect.reader(_lines(source, stream, unfit))
        try:
            for values in reader:
                if values:
                    why = unfit[min(unfit)] if unfit else None
                    yield Row(begun, values, why)
                if unfit:
                    unfit.clear()
                begun = reader.line_num + 1
        except csv.Error as error:
            expected = f"expected CSV (RFC 4180) with fields up to 1 MiB, but: {error}"
            if dialect != (",", '"'):
                expected += f" (read with {dialect})"
            raise Rejected([source.problem(begun, "", "", expected)]) from error


def _lines(source: Source, stream: BinaryIO, unfit: dict[int, str]) -> Iterator[str]:
    """The lines as text; a line that is none is noted in `unfit`."""
    number = 0
    while line := stream.readline(MOST_IN_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
        if len(line) == MOST_IN_LINE:
            raise Rejected([source.problem(number, "", "", "expected a line of at most 8 MiB")])
        if b"\0" in line:
            unfit[number] = f"expected text, but line {number} holds a NUL byte"
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            found = f"line {number} has the byte 0x{line[error.start]:02x}"
            unfit[number] = f"expected UTF-8, but {found}; name another encoding with --encoding"
            text = line.decode(errors="replace")
        yield text
