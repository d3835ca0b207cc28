"""JSON as rows: an array of objects, or an object on each line. Numbers stay as they are written.

Columns are the keys, in lower case, as they come up; of an object inside an object `outer.inner`. A list of plain
values is joined with `;`. What is null is empty.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from chronology.errors import Rejected
from chronology.files import BOM
from chronology.importers.tables import MOST_COLUMNS, MOST_IN_LINE, Row, Source, Table, unpacking

__all__ = ["is_json", "json_table"]

_PIECE: Final = 1 << 18
_SPACE: Final = " \t\r\n"
_EXPECTED: Final = "expected an array of objects, or an object on each line"


class _Object(dict[str, Any]):
    """A JSON object; `twice` is a key that it has two values for."""

    twice: str | None = None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        found.twice = next(key for key in keys if keys.count(key) > 1)
    return found


_decoder: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str)


def is_json(source: Source) -> bool:
    """Whether a file begins as JSON does. Raises Refused for what cannot be unpacked."""
    return _first_sign(source) in {b"[", b"{"}


def _first_sign(source: Source) -> bytes:
    with unpacking(source) as stream:
        return stream.read(1_024).removeprefix(BOM).lstrip()[:1]


def json_table(source: Source) -> Table:
    """The rows of a JSON file; its columns grow as they are read. Raises Rejected, Refused when they are."""
    columns: list[str] = []
    return Table(columns, _rows(source, columns), [])


def _rows(source: Source, columns: list[str]) -> Iterator[Row]:
    at: dict[str, int] = {}
    read = _of_array if _first_sign(source) == b"[" else _of_lines
    with unpacking(source) as stream:
        for line, value in read(source, stream):
            if isinstance(value, str):
                yield Row(line, [], value)
                continue
            cells, why = _cells(value)
            for name in cells:
                if name not in at:
                    at[name] = len(columns)
                    columns.append(name)
            if len(columns) > MOST_COLUMNS:
                raise Rejected([source.problem(line, "", "", f"expected at most {MOST_COLUMNS} keys in all")])
            # Only as far as something stands there: columns that come up later change nothing of a row before.
            values = [""] * (max((at[name] for name, cell in cells.items() if cell), default=-1) + 1)
            for name, cell in cells.items():
                if cell:
                    values[at[name]] = cell
            yield Row(line, values, why)


def _cells(given: _Object) -> tuple[dict[str, str], str | None]:
    """The cells of an object by column, and why it cannot be read, if so."""
    found: dict[str, str] = {}
    twice = given.twice
    left: list[tuple[str, Any]] = list(given.items())[::-1]
    while left:
        name, value = left.pop()
        if isinstance(value, _Object):
            twice = twice or value.twice
            left += [(f"{name}.{key}", inner) for key, inner in value.items()][::-1]
            continue
        column = _whole(name).strip().lower()
        if column in found:
            twice = twice or name
        found[column] = _text(value)
    if twice is not None:
        return found, f"expected each key once, but it has {twice!r} twice"
    if any("\0" in cell for cell in found.values()):
        return found, "expected text, but it holds a NUL"
    return found, None


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return _whole(value)
        case list() if all(isinstance(each, str | bool) or each is None for each in value):
            return "; ".join(_text(each) for each in value)
    return _whole(json.dumps(value, ensure_ascii=False))


def _whole(text: str) -> str:
    """Half a character, which JSON can write and no text can hold, as a question mark."""
    return text if text.isascii() else text.encode(errors="replace").decode()


# --- an object on each line


def _of_lines(source: Source, stream: BinaryIO) -> Iterator[tuple[int, _Object | str]]:
    number = 0
    while line := stream.readline(MOST_IN_LINE):
        number += 1
        if len(line) == MOST_IN_LINE:
            raise Rejected([source.problem(number, "", "", "expected a line of at most 8 MiB")])
        if number == 1:
            line = line.removeprefix(BOM)
        if not line.isspace():
            yield number, _of_line(line)


def _of_line(line: bytes) -> _Object | str:
    try:
        value = _decoder.decode(line.decode())
    except UnicodeDecodeError as error:
        return f"expected UTF-8, but it has the byte 0x{line[error.start]:02x}"
    except ValueError as error:
        return f"{_EXPECTED}, but: {error}"
    except RecursionError:
        return "expected an object that is not nested so deeply"
    return value if isinstance(value, _Object) else _EXPECTED


# --- an array of objects


def _of_array(source: Source, stream: BinaryIO) -> Iterator[tuple[int, _Object | str]]:
    text = _Text(source, stream)
    text.take("[")
    while text.next_char() != "]":
        line = text.line
        value = text.value()
        yield line, value if isinstance(value, _Object) else _EXPECTED
        if text.next_char() != "]":
            text.take(",")
    text.take("]")
    if text.next_char():
        raise text.wrong("expected nothing after the array")


class _Text:
    """The text of a file, a piece at a time, with the line it was read to."""

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        self._source, self._stream = source, stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._held, self._at = "", 0
        self.line = 1

    def wrong(self, expected: str) -> Rejected:
        """What is wrong here."""
        return Rejected([self._source.problem(self.line, "", "", expected)])

    def next_char(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _SPACE:
                self.line += self._held[self._at] == "\n"
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def take(self, char: str) -> None:
        """Pass over one. Raises Rejected if there is another."""
        if self.next_char() != char:
            raise self.wrong(f"expected {char} of an array of objects")
        self._at += 1

    def value(self) -> object:
        """The value that begins here. Raises Rejected if it is none, or longer than 8 MiB."""
        self.next_char()
        while True:
            try:
                value, end = _decoder.raw_decode(self._held, self._at)
            except RecursionError:
                raise self.wrong("expected an object that is not nested so deeply") from None
            except ValueError as error:
                # It may go on in what was not read yet; twice as much each time, so that long ones are not read often.
                missing = max(len(self._held) - self._at, _PIECE)
                if missing > MOST_IN_LINE:
                    raise self.wrong("expected objects of at most 8 MiB") from error
                if not self._more(missing):
                    raise self.wrong(f"{_EXPECTED}, but: {error}") from error
                continue
            # A number at the end of what was read may go on; objects say where they end.
            self.line += self._held.count("\n", self._at, end)
            self._at = end
            return value

    def _more(self, size: int = _PIECE) -> bool:
        """Read on; whether there was more."""
        piece = self._stream.read(size)
        try:
            text = self._decode.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise self.wrong("expected UTF-8") from error
        self._held, self._at = self._held[self._at :] + text, 0
        return bool(piece)
