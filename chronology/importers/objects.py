"""JSON as rows: a list of objects, one that stands under a key, or an object on each line. Numbers stay as written.

Columns are the keys, in lower case, as they come up; of an object inside an object `outer.inner`. A list of plain
values is joined with `;`. What is null is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, TypeAlias, TypeVar

from chronology.errors import Refused, Rejected
from chronology.files import BOM
from chronology.importers.headers import MOST_COLUMNS, check_columns, column_names
from chronology.importers.json_text import EXPECTED, Object, Text, arrays, decoder
from chronology.importers.tables import MOST_IN_LINE, Header, Row, Shape, Source, Table, unpacking

__all__ = ["is_json", "json_table"]

_T = TypeVar("_T")
Objects: TypeAlias = Iterator[tuple[int, Object | str]]
"""Objects with the lines they begin on, or why there is none."""


def is_json(source: Source) -> bool:
    """True if a file begins as JSON does. Raises Refused for what cannot be unpacked."""
    return _first_sign(source) in {b"[", b"{"}


def _first_sign(source: Source) -> bytes:
    with unpacking(source) as stream:
        return stream.read(1_024).removeprefix(BOM).lstrip()[:1]


def json_table(source: Source, header: Header) -> Table:
    """The columns of a JSON file, as any of its objects has them, and its rows. Raises Rejected, Refused."""
    objects, said, shape = _objects(source)
    keys: dict[str, str] = {}
    for line, value in objects():
        if not isinstance(value, str):
            for name in _cells(value)[0]:
                keys.setdefault(name, "")
        if len(keys) > MOST_COLUMNS:
            raise Rejected([source.problem(line, "", "", f"expected at most {MOST_COLUMNS} keys in all")])
    columns, renamed = column_names(list(keys), header)
    keys = dict(zip(keys, columns, strict=True))
    said += [f"{source.name}: {each}" for each in renamed]
    if columns:
        check_columns(source, header, columns, 1)
    else:  # a list of nothing: no row lacks anything
        columns = list(header.required)
    unknown = [name for name in columns if header.known is not None and name not in header.known]
    said += [f"{source.name}: unknown columns, kept as they are: {', '.join(unknown)}"] if unknown else []
    return Table(columns, _rows(objects(), keys, {name: at for at, name in enumerate(columns)}), said, shape)


def _rows(objects: Objects, keys: Mapping[str, str], at: Mapping[str, int]) -> Iterator[Row]:
    for line, value in objects:
        if isinstance(value, str):
            yield Row(line, [], value)
            continue
        cells, why = _cells(value)
        values = [""] * len(at)
        for name, cell in cells.items():
            if cell:
                values[at[keys[name]]] = cell
        yield Row(line, values, why)


def _objects(source: Source) -> tuple[Callable[[], Objects], list[str], Shape]:
    """A reader of the objects of a file from the first on, as often as needed, and notes on the file."""
    records = source.shape.records
    if records is None and (_first_sign(source) == b"[" or _is_lines(source)):
        return lambda: _read(source, _of_array if _first_sign(source) == b"[" else _of_lines), [], source.shape
    said = []
    if records is None:
        found = list(_read(source, lambda source, stream: arrays(Text(source, stream))))
        filled = [path for path, is_filled in found if is_filled] or [path for path, _ in found]
        if not filled:
            return lambda: _read(source, _of_lines), [], source.shape
        if len(filled) > 1:
            there = ", ".join(map(".".join, filled[:10]))
            raise Refused(f"{source.name} holds several lists of objects: {there}; name one with --records")
        records = ".".join(filled[0])
        said = [f"{source.name}: the rows are the list under {records}"]
    path = tuple(records.split("."))
    return (
        lambda: _read(source, lambda source, stream: _of_array(source, stream, path)),
        said,
        source.shape._replace(records=records),
    )


def _read(source: Source, reader: Callable[[Source, BinaryIO], Iterator[_T]]) -> Iterator[_T]:
    with unpacking(source) as stream:
        yield from reader(source, stream)


def _is_lines(source: Source) -> bool:
    """True if a file of objects has one on each line: the first line is one, and more come or it holds no list."""
    with unpacking(source) as stream:
        line = stream.readline(MOST_IN_LINE).removeprefix(BOM)
        while line.isspace():
            line = stream.readline(MOST_IN_LINE)
        if isinstance(_of_line(line), str):
            # An object that is no JSON, or goes on below: then the next line does not begin one.
            return line.rstrip().endswith(b"}") and stream.read(1_024).lstrip()[:1] in {b"{", b""}
        return bool(stream.read(1_024).strip())


def _cells(given: Object) -> tuple[dict[str, str], str | None]:
    """The cells of an object by column, and why it cannot be read, if so."""
    found: dict[str, str] = {}
    twice = given.twice
    left: list[tuple[str, Any]] = list(given.items())[::-1]
    while left:
        name, value = left.pop()
        if isinstance(value, Object):
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


def _of_lines(source: Source, stream: BinaryIO) -> Iterator[tuple[int, Object | str]]:
    number = 0
    while line := stream.readline(MOST_IN_LINE):
        number += 1
        if len(line) == MOST_IN_LINE:
            raise Rejected([source.problem(number, "", "", "expected a line of at most 8 MiB")])
        if number == 1:
            line = line.removeprefix(BOM)
        if not line.isspace():
            yield number, _of_line(line)


def _of_line(line: bytes) -> Object | str:
    try:
        value = decoder.decode(line.decode())
    except UnicodeDecodeError as error:
        return f"expected UTF-8, but it has the byte 0x{line[error.start]:02x}"
    except ValueError as error:
        return f"{EXPECTED}, but: {error}"
    except RecursionError:
        return "expected an object that is not nested so deeply"
    return value if isinstance(value, Object) else EXPECTED


# --- a list of objects


def _of_array(source: Source, stream: BinaryIO, path: tuple[str, ...] = ()) -> Iterator[tuple[int, Object | str]]:
    """The objects of a list, the file itself or what stands in it under some keys. Raises Rejected."""
    text = Text(source, stream)
    for key in path:
        text.enter(key)
    for line, value in text.elements():
        yield line, value if isinstance(value, Object) else EXPECTED
    if not path and text.next_char():
        raise text.wrong("expected nothing after the array")
