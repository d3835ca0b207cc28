"""Files of rows: plain, gzip, a zip of one file, or standard input; their digest, and their rows with line numbers.

`opened` gives the bytes, `csv_table` the named columns of a CSV file and its rows; `objects.py` those of JSON.

What is wrong with a file as a whole is raised as Rejected, with its line; what is wrong with one row goes with it.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import io
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

from chronology.errors import Problem, Refused, Rejected
from chronology.files import BOM, open_input
from chronology.intake import STDIN
from chronology.intake.reading import MOST_BYTES

__all__ = ["Header", "Row", "Source", "Table", "csv_table", "opened", "unpacking"]

MOST_IN_FIELD: Final = 1 << 20
MOST_IN_LINE: Final = 8 << 20
MOST_COLUMNS: Final = 190

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PIECE: Final = 1 << 18
_UNPACKING: Final = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Source(NamedTuple):
    """A file to import: its name, the SHA-256 of its bytes as they came, and these; `most` bounds what is packed."""

    name: str
    sha256: str
    stream: BinaryIO
    most: int = MOST_BYTES

    def problem(self, line: int | None, column: str, value: str, expected: str) -> Problem:
        """One mistake in it."""
        shown = value if len(value) <= 60 else f"{value[:59]}…"
        return Problem(self.name, line, column, repr(shown) if value else "", expected)

    def read_so_far(self) -> int:
        """How many of its bytes were read, as it lies there (packed, where it is packed)."""
        return self.stream.tell()


class Row(NamedTuple):
    """One row: the line it begins on, its fields, and (where they are not fit to be read) why."""

    line: int
    values: list[str]
    unreadable: str | None


class Table(NamedTuple):
    """Named columns, in lower case, and rows of as many fields. Of JSON both may grow as it is read."""

    columns: list[str]
    rows: Iterator[Row]
    warnings: list[str]


class Header(NamedTuple):
    """What the first row of a data set's files must and may hold. `headerless` are the columns of a file without."""

    dataset: str
    required: tuple[str, ...] = ()
    known: frozenset[str] | None = None
    headerless: tuple[str, ...] = ()
    other_names: Mapping[str, str] = {}


@contextlib.contextmanager
def opened(file: str, most: int = MOST_BYTES) -> Iterator[Source]:
    """A file, or standard input for `-`, ready to be read as often as is needed.

    Of standard input, and of what is packed, `most` bytes are read. Raises Refused.
    """
    with contextlib.ExitStack() as stack:
        name = "<stdin>" if file == STDIN else Path(file).name
        stream = sys.stdin.buffer if file == STDIN else stack.enter_context(open_input(file))
        if file == STDIN or not stream.seekable():
            kept = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(_bounded(stream, name, most), kept)
            kept.seek(0)
            stream = kept
        yield Source(name, hashlib.file_digest(cast("io.BufferedReader", stream), "sha256").hexdigest(), stream, most)


class _Bounded(io.RawIOBase):
    """A stream that says so where there are more bytes than there may be."""

    def __init__(self, inner: BinaryIO, name: str, most: int) -> None:
        self._inner, self._name, self._most, self._read = inner, name, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  whatever holds bytes
        piece = self._inner.read(len(buffer))
        self._read += len(piece)
        if self._read > self._most:
            said = f"{self._name} holds more than {self._most:,} bytes"
            raise Refused(f"{said}; where it is meant to, allow more with --max-size")
        buffer[: len(piece)] = piece
        return len(piece)


def _bounded(stream: BinaryIO, name: str, most: int) -> io.BufferedReader:
    return io.BufferedReader(_Bounded(stream, name, most), _PIECE)


def _unpacked(source: Source, stack: contextlib.ExitStack) -> BinaryIO:
    """The bytes inside, from the first on. Raises Refused for a zip of several files, and for UTF-16."""
    source.stream.seek(0)
    start = source.stream.read(4)
    source.stream.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(f"{source.name} is UTF-16; save it as UTF-8 (`CSV UTF-8` in a spreadsheet)")
    if start.startswith(_GZIP):
        packed = cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=source.stream)))
    elif start.startswith(_ZIP):
        packed = _member(source, stack)
    else:
        return source.stream
    inside = _bounded(packed, source.name, source.most)
    if inside.peek(4).startswith((_GZIP, _ZIP)):
        raise Refused(f"{source.name} is packed twice; unpack it once, and name what is inside")
    return inside


def _member(source: Source, stack: contextlib.ExitStack) -> BinaryIO:
    """The one file of a zip. Raises Refused for several, and for one that is packed in a way of its own."""
    archive = stack.enter_context(zipfile.ZipFile(cast("BinaryIO", _InPieces(source.stream))))
    members = [each for each in archive.infolist() if not each.is_dir()]
    if len(members) != 1:
        raise Refused(f"{source.name} holds {len(members)} files; expected one: unpack it, and name the one")
    if members[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(f"{source.name} is packed in a way that few programs know; unpack it, and name what is inside")
    return cast("BinaryIO", stack.enter_context(archive.open(members[0])))


class _InPieces:
    """A file that is read a piece at a time: the table of contents of a zip is read at once, and may be of any size."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MOST_IN_LINE:
            raise zipfile.BadZipFile("its table of contents is too long")
        return self._file.read(size)


@contextlib.contextmanager
def unpacking(source: Source) -> Iterator[BinaryIO]:
    """The bytes inside, as long as they are read. Raises Refused for what cannot be unpacked."""
    with contextlib.ExitStack() as stack:
        try:
            yield _unpacked(source, stack)
        except _UNPACKING as error:
            raise Refused(f"{source.name} cannot be unpacked: {error}; fetch it again") from error


# --- CSV


def csv_table(source: Source, header: Header, delimiter: str = ",") -> Table:
    """The columns and rows of a CSV file; a row of `#date+year` tags is no row. Raises Rejected, Refused."""
    rows = _csv_rows(source, delimiter)
    first = next(rows, None)
    if first is None:
        raise Rejected([source.problem(1, "", "", "expected a row of column names; the file is empty")])
    if first.unreadable is not None:
        raise Rejected([source.problem(first.line, "", "", first.unreadable)])
    columns = [name.strip().lower() for name in first.values]
    headerless = header.headerless
    if headerless and headerless[0] not in columns and len(columns) == len(headerless) and columns[0].isdecimal():
        columns, start = list(headerless), [first]
    else:
        columns, start = [header.other_names.get(name, name) for name in columns], []
        second = next(rows, None)
        if second is not None and not _is_tags(second.values):
            start = [second]
    _check(source, header, columns, first.line)
    unknown = [name for name in columns if header.known is not None and name not in header.known]
    said = [f"{source.name}: unknown columns, kept as they are: {', '.join(unknown)}"] if unknown else []
    return Table(columns, _of_width(chain(start, rows), len(columns)), said)


def _is_tags(values: list[str]) -> bool:
    tags = [value for value in values if value.strip()]
    return bool(tags) and all(tag.startswith("#") for tag in tags)


def _check(source: Source, header: Header, columns: list[str], line: int) -> None:
    missing = [name for name in header.required if name not in columns]
    if missing:
        expected = f"expected a row of the columns of {header.dataset}; {', '.join(missing)} missing"
        raise Rejected([source.problem(line, "", ",".join(columns), expected)])
    if len(set(columns)) < len(columns) or len(columns) > MOST_COLUMNS:
        raise Rejected([source.problem(line, "", "", f"expected each column once, at most {MOST_COLUMNS}")])


def _of_width(rows: Iterator[Row], width: int) -> Iterator[Row]:
    for row in rows:
        if len(row.values) == width or row.unreadable is not None:
            yield row
        else:
            yield row._replace(unreadable=f"expected {width} fields, found {len(row.values)}")


def _csv_rows(source: Source, delimiter: str) -> Iterator[Row]:
    """Every row of a CSV file, the first included; empty lines are left out. Raises Rejected, Refused."""
    unfit: dict[int, str] = {}
    with contextlib.ExitStack() as stack:
        before = csv.field_size_limit(MOST_IN_FIELD)
        stack.callback(csv.field_size_limit, before)
        stream = stack.enter_context(unpacking(source))
        begun = 1
        try:
            reader = csv.reader(_lines(source, stream, unfit), strict=True, delimiter=delimiter)
            for values in reader:
                if values:
                    why = unfit[min(unfit)] if unfit else None
                    yield Row(begun, values, why)
                if unfit:
                    unfit.clear()
                begun = reader.line_num + 1
        except csv.Error as error:
            expected = f"expected CSV (RFC 4180) with fields up to 1 MiB, but: {error}"
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
            unfit[number] = f"expected UTF-8, but line {number} has the byte 0x{line[error.start]:02x}"
            text = line.decode(errors="replace")
        yield text
