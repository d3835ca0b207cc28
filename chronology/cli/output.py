"""Output: rows in the formats every verb shares, and lines that cannot act on a terminal.

Text from the log may hold anything a source wrote. Whatever would move the cursor, or change the order of what is
read, is shown escaped in tables and on terminals; in files it is left as it is.
"""

from __future__ import annotations

import contextlib
import csv
import enum
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import msgspec

from chronology.cli.columns import aligned
from chronology.errors import Unavailable, Usage
from chronology.exporters.csv_cells import flat, harmless
from chronology.exporters.written import OPEN, are_numbers, bounds
from chronology.files import made_whole, replaced
from chronology.vocabulary.hidden import shown

__all__ = [
    "Format",
    "accomplished",
    "format_of_file",
    "json_text",
    "opened",
    "opened_bytes",
    "refuse_own_file",
    "say",
    "shown",
    "warn",
    "write_bytes",
    "write_lines",
    "write_rows",
]

_encode: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode


class Format(enum.StrEnum):
    """A format of rows: `table` and pages for people, the others for programs. `json` is one array of objects."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    MARKDOWN = "markdown"
    HTML = "html"

    @property
    def is_for_people(self) -> bool:
        """True if words are shown in it rather than values."""
        return self in {Format.TABLE, Format.MARKDOWN, Format.HTML}


_OTHER_SUFFIXES: Final = {"txt": Format.TABLE, "ndjson": Format.JSONL, "md": Format.MARKDOWN, "htm": Format.HTML}


def format_of_file(file: Path) -> Format | None:
    """The format that the end of a file's name stands for, if it stands for one."""
    suffix = file.suffix[1:].lower()
    return Format(suffix) if suffix in set(Format) else _OTHER_SUFFIXES.get(suffix)


accomplished: Final[ContextVar[str]] = ContextVar("accomplished", default="nothing more was done")
"""What stays done, though telling of it fails: the end of a message about that."""


def say(line: str) -> None:
    """Print one line for people on standard output."""
    print(shown(line))


def warn(line: str) -> None:
    """Print one line on standard error, behind the name of the program."""
    print(f"chronology: {shown(line)}", file=sys.stderr)


def refuse_own_file(out: Path) -> None:
    """Raise Usage where writing `out` would destroy a chronology, or any other database."""
    real = out.resolve()
    own = {"chronology.toml", "log.db", "log.db-journal", "views.duckdb", "views.lock"}
    if real.name in own and (real.parent / "chronology.toml").exists():
        raise Usage(f"-o {out}: is the chronology's own {real.name}; name another file")
    if real.is_file():
        with contextlib.suppress(OSError), real.open("rb") as file:
            start = file.read(16)
            if start.startswith(b"SQLite format 3") or start[8:12] == b"DUCK":
                raise Usage(f"-o {out}: is a database, which an answer does not replace; name another file")


def write_bytes(content: bytes, out: Path) -> None:
    """Write the file `out`, which appears whole or not at all. Raises Unavailable when it cannot be written."""
    with opened(out) as stream:
        stream.buffer.write(content)


@contextlib.contextmanager
def opened(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or the file `out`, which appears whole or not at all.

    Raises Unavailable when the file cannot be written.
    """
    if out is None:
        yield sys.stdout
        return
    with opened_bytes(out) as file:
        stream = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        yield stream
        stream.detach()


@contextlib.contextmanager
def opened_bytes(out: Path) -> Iterator[BinaryIO]:
    """The file `out`, for bytes; it appears whole or not at all. Raises Unavailable when it cannot be written."""
    refuse_own_file(out)
    target = replaced(out)
    try:
        with contextlib.nullcontext(out) if target is None else made_whole(target) as path, path.open("wb") as file:
            yield file
    except OSError as error:
        raise Unavailable(f"cannot write {out}: {error.strerror}; name another file with -o") from error


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    format: Format = Format.TABLE,  # noqa: A002
    out: Path | None = None,
    *,
    raw: bool = False,
) -> None:
    """Write rows of values as one of the formats, to standard output or to the file `out`.

    Dates and times become ISO text. In csv a null is empty and a list or struct is JSON; in json they are themselves.
    In csv, text that a spreadsheet would take for a formula, wherever it splits, has an apostrophe before it, unless
    `raw`.
    A table is drawn by rich on a terminal and is plain aligned columns elsewhere; there, a null upper bound beside a
    lower one is said to be open. Rows are taken one by one, except
    for a table. Raises Unavailable when `out` cannot be written.
    """
    if format is Format.XLSX:
        _write_workbook(columns, rows, out)
        return
    with opened(out) as stream:
        match format:
            case Format.TABLE:
                _write_table(columns, list(rows), stream)
            case Format.CSV:
                field = flat if raw else harmless
                # The writer quotes what is in its own end of line: a carriage return in a text must be.
                writer = csv.writer(_Lines(_Escaping(stream)), lineterminator=_Lines.end)
                writer.writerow([field(column) for column in columns])
                writer.writerows([field(value) for value in row] for row in rows)
            case Format.JSON:
                write_lines(_array(_objects(columns, rows)), stream)
            case Format.JSONL:
                write_lines(_objects(columns, rows), stream)
            case Format.MARKDOWN:
                from chronology.exporters.page_tables import markdown_table

                write_lines(markdown_table(columns, rows), stream)
            case Format.HTML:
                from chronology.exporters.page_tables import html_page, html_table

                write_lines(html_page("chronology", html_table(columns, rows)), stream)
            case Format.PARQUET:
                raise Usage("--format parquet is for query and timeline; expected table, csv, json or jsonl")


def _write_workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]], out: Path | None) -> None:
    from chronology.exporters.formats.workbook import write_sheet

    if out is None:
        raise Usage("--format xlsx needs a file: expected -o FILE")
    with opened_bytes(out) as file:
        write_sheet(columns, rows, file)


def write_lines(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Write lines of data as they are; on a terminal, characters that act are shown escaped."""
    escaping = _Escaping(stream or sys.stdout)
    for line in lines:
        escaping.write(f"{line}\n")


class _Escaping:
    """A stream that shows what acts on a terminal, and leaves data alone elsewhere; lines stay lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()

    def write(self, text: str) -> None:
        if self._terminal:
            text = "\n".join(shown(line) for line in text.split("\n"))
        self._stream.write(text)


class _Lines:
    """A stream to which each line is written whole, with an end of its own, and gets the usual one."""

    end: Final = "\r\n"

    def __init__(self, stream: _Escaping) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        self._stream.write(line.removesuffix(self.end) + "\n")


def json_text(value: object) -> str:
    """Any value as JSON on one line, dates as ISO text."""
    return _encode(value).decode()


def _objects(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        yield _encode(dict(zip(columns, row, strict=True))).decode()


def _array(objects: Iterator[str]) -> Iterator[str]:
    """The lines of one array: each object on its own line."""
    first = next(objects, None)
    if first is None:
        yield "[]"
        return
    line = f"[{first}"
    for each in objects:
        yield f"{line},"
        line = each
    yield f"{line}]"


def _cell(value: object) -> str:
    """A value in a table: as in csv, but times to the second, and a list of plain values as a list, not as JSON."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple) and not any(isinstance(each, list | tuple | dict) for each in value):
        return ", ".join(_cell(each) for each in value)
    return shown(str(flat(value)))


def _write_table(columns: Sequence[str], rows: list[Sequence[Any]], stream: TextIO) -> None:
    cells = [[_cell(value) for value in row] for row in rows]
    for low, high in bounds(columns):
        for row, texts in zip(rows, cells, strict=True):
            if row[low] is not None and row[high] is None:
                texts[high] = OPEN
    names = [shown(column) for column in columns]
    numeric = [are_numbers(row[n] for row in rows) for n in range(len(columns))]
    if stream.isatty():
        from chronology.cli.terminal_table import draw

        draw(names, cells, numeric, stream)
        return
    stream.writelines(f"{line}\n" for line in aligned(names, cells, numeric))
