"""Files of rows: plain, gzip, a zip of one file, or standard input; their digest, and their rows with line numbers.

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
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from chronology.errors import Problem, Refused, Rejected
from chronology.intake import STDIN

__all__ = ["Row", "Source", "opened", "rows_of"]

MOST_IN_FIELD: Final = 1 << 20
MOST_IN_LINE: Final = 8 << 20

_UNPACKING: Final = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Source(NamedTuple):
    """A file to import: its name, the SHA-256 of its bytes as they came, and these bytes."""

    name: str
    sha256: str
    stream: BinaryIO

    def problem(self, line: int | None, column: str, value: str, expected: str) -> Problem:
        """One mistake in it."""
        shown = value if len(value) <= 60 else f"{value[:59]}…"
        return Problem(self.name, line, column, repr(shown) if value else "", expected)


class Row(NamedTuple):
    """One row: the line it begins on, its fields, and (where its bytes are not fit) why it cannot be read."""

    line: int
    values: list[str]
    unreadable: str | None


@contextlib.contextmanager
def opened(file: str) -> Iterator[Source]:
    """A file, or standard input for `-`, ready to be read as often as is needed. Raises Refused, Rejected."""
    with contextlib.ExitStack() as stack:
        if file == STDIN:
            stream: BinaryIO = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(sys.stdin.buffer, stream)
            stream.seek(0)
        else:
            try:
                stream = stack.enter_context(Path(file).open("rb"))
            except OSError as error:
                raise Refused(f"{file} cannot be read: {error.strerror}; name a file that is there") from error
        name = "<stdin>" if file == STDIN else Path(file).name
        yield Source(name, hashlib.file_digest(cast("io.BufferedReader", stream), "sha256").hexdigest(), stream)


def _unpacked(source: Source, stack: contextlib.ExitStack) -> BinaryIO:
    """The bytes inside. Raises Refused for a zip of several files."""
    source.stream.seek(0)
    start = source.stream.read(4)
    source.stream.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=source.stream)))
    if start.startswith(b"PK\x03\x04"):
        archive = stack.enter_context(zipfile.ZipFile(source.stream))
        members = [each for each in archive.namelist() if not each.endswith("/")]
        if len(members) != 1:
            raise Refused(f"{source.name} holds {len(members)} files; expected one: unpack it, and name the one")
        return io.BufferedReader(cast("io.RawIOBase", stack.enter_context(archive.open(members[0]))))
    return source.stream


def rows_of(source: Source) -> Iterator[Row]:
    """Every row of a CSV file, the first included; empty lines are left out. Raises Rejected, Refused."""
    unfit: dict[int, str] = {}
    with contextlib.ExitStack() as stack:
        before = csv.field_size_limit(MOST_IN_FIELD)
        stack.callback(csv.field_size_limit, before)
        begun = 1
        try:
            reader = csv.reader(_lines(source, _unpacked(source, stack), unfit), strict=True)
            for values in reader:
                if values:
                    why = next((unfit[at] for at in sorted(unfit)), None) if unfit else None
                    yield Row(begun, values, why)
                unfit.clear()
                begun = reader.line_num + 1
        except csv.Error as error:
            expected = f"expected CSV (RFC 4180) with fields up to 1 MiB, but: {error}"
            raise Rejected([source.problem(begun, "", "", expected)]) from error
        except _UNPACKING as error:
            raise Refused(f"{source.name} cannot be unpacked: {error}; fetch it again") from error


def _lines(source: Source, stream: BinaryIO, unfit: dict[int, str]) -> Iterator[str]:
    """The lines as text; a line that is none is noted in `unfit`."""
    number = 0
    while line := stream.readline(MOST_IN_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
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
