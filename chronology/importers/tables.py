"""Files of rows: plain, gzip, a zip of one file, or standard input; their digest, and their bytes as UTF-8.

`any_table.py` reads the named columns and the rows out of them: of CSV by `delimited.py`, of JSON by `objects.py`, of
workbooks by `workbooks.py`.

What is wrong with a file as a whole is raised as Rejected, with its line; what is wrong with one row goes with it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

from chronology.errors import Problem, Refused
from chronology.files import open_input
from chronology.importers.encodings import Recoded, encoding_of
from chronology.intake import STDIN
from chronology.intake.reading import MOST_BYTES

__all__ = [
    "ANY_SHAPE",
    "Header",
    "Row",
    "Shape",
    "Source",
    "Table",
    "in_pieces",
    "opened",
    "start_of",
    "unpacking",
    "with_encoding",
]

MOST_IN_LINE: Final = 8 << 20
MOST_COLUMNS: Final = 190

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_NO_ROWS: Final = {b"\xd0\xcf\x11\xe0": "a workbook of Excel before 2007", b"%PDF": "a PDF", b"PAR1": "a Parquet file"}
_PIECE: Final = 1 << 18
_UNPACKING: Final = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Shape(NamedTuple):
    """The form of the rows of a file, as far as it was given; what is None is detected."""

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    header: int | None = None
    records: str | None = None

    def over(self, other: Shape) -> Shape:
        """This shape, and that of `other` in what this one leaves open."""
        return other._replace(**{name: value for name, value in self._asdict().items() if value is not None})


ANY_SHAPE: Final = Shape()


class Source(NamedTuple):
    """A file to import: its name, the SHA-256 of its bytes as they came, and these; `most` bounds what is packed.

    `shape` is what was said of how it is written.
    """

    name: str
    sha256: str
    stream: BinaryIO
    most: int = MOST_BYTES
    shape: Shape = ANY_SHAPE

    def problem(self, line: int | None, column: str, value: str, expected: str) -> Problem:
        """One mistake in it."""
        shown = value if len(value) <= 60 else f"{value[:59]}…"
        return Problem(self.name, line, column, repr(shown) if value else "", expected)

    def read_so_far(self) -> int:
        """The number of bytes read of the file as it is stored (packed, if it is packed)."""
        return self.stream.tell()


class Row(NamedTuple):
    """One row: the line it begins on, its fields, and (where they are not fit to be read) why.

    `digest` tells rows apart that were made alike by leaving columns out.
    """

    line: int
    values: list[str]
    unreadable: str | None = None
    digest: int | None = None


class Table(NamedTuple):
    """Named columns, in lower case, and rows of as many fields.

    `shape` is how they are written, as far as it is not as usual, and `warnings` say what of it was found out.
    """

    columns: list[str]
    rows: Iterator[Row]
    warnings: list[str]
    shape: Shape = ANY_SHAPE


class Header(NamedTuple):
    """The columns that a data set must have and may have. `headerless` are those of a file without a row of names.

    `wanted` are columns by which the row of names is found, though none of them must be there.
    """

    dataset: str = ""
    required: tuple[str, ...] = ()
    known: frozenset[str] | None = None
    headerless: tuple[str, ...] = ()
    other_names: Mapping[str, str] = {}
    wanted: tuple[str, ...] = ()


@contextlib.contextmanager
def opened(file: str, most: int = MOST_BYTES, shape: Shape = ANY_SHAPE) -> Iterator[Source]:
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
        yield Source(
            name, hashlib.file_digest(cast("io.BufferedReader", stream), "sha256").hexdigest(), stream, most, shape
        )


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
    """The bytes inside, from the first on. Raises Refused for a zip of several files, and for what holds no rows."""
    start = start_of(source)
    for signs, what in _NO_ROWS.items():
        if start.startswith(signs):
            raise Refused(f"{source.name} is {what}; save it as CSV (`CSV UTF-8` in a spreadsheet), or as .xlsx")
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
    archive = stack.enter_context(zipfile.ZipFile(in_pieces(source.stream)))
    members = [each for each in archive.infolist() if not each.is_dir()]
    if len(members) != 1:
        raise Refused(f"{source.name} holds {len(members)} files; expected one: unpack it, and name the one")
    if members[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(f"{source.name} is packed in a way that few programs know; unpack it, and name what is inside")
    return cast("BinaryIO", stack.enter_context(archive.open(members[0])))


def start_of(source: Source) -> bytes:
    """The first bytes of a file as it lies there; it stands at its beginning then."""
    source.stream.seek(0)
    start = source.stream.read(4)
    source.stream.seek(0)
    return start


def in_pieces(file: BinaryIO) -> BinaryIO:
    """The file, for a reader of zips, of which no more than a piece is read at once."""
    return cast("BinaryIO", _InPieces(file))


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
    """The bytes inside, in UTF-8, as long as they are read. Raises Refused for what cannot be unpacked, or decoded."""
    with contextlib.ExitStack() as stack:
        try:
            inside = _unpacked(source, stack)
            encoding = source.shape.encoding
            yield inside if encoding is None else io.BufferedReader(Recoded(inside, source.name, encoding), _PIECE)
        except _UNPACKING as error:
            raise Refused(f"{source.name} cannot be unpacked: {error}; fetch it again") from error


def with_encoding(source: Source) -> tuple[Source, list[str]]:
    """The source with the encoding its text is in, where it is not UTF-8, and what is to be said of that."""
    if source.shape.encoding is not None:
        return source, []
    found = encoding_of(lambda: unpacking(source))
    if found is None:
        return source, []
    said = f"{source.name} is read as {found}; if names come out wrong, give --encoding"
    return source._replace(shape=source.shape._replace(encoding=found)), [said]
