"""The row that names the columns, and their names: every column once, in lower case.

Above the names may stand titles, between them and the rows the tags of the Humanitarian Exchange Language (`#date`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final

from chronology.errors import Rejected
from chronology.importers.tables import Header, Row, Source, Table

__all__ = ["FIRST_ROWS", "MOST_COLUMNS", "column_names", "fits", "table_of"]

FIRST_ROWS: Final = 25
"""Among which the names and the tags are looked for, as the standard of the tags has it."""
MOST_COLUMNS: Final = 190


def table_of(source: Source, header: Header, rows: Iterator[Row]) -> Table:
    """The table of all rows of a file. Raises Rejected where the columns are not those of the data set."""
    first = list(islice(rows, FIRST_ROWS))
    if not first:
        raise Rejected([source.problem(1, "", "", "expected a row of column names; the file is empty")])
    at = _header_at(source, header, first)
    row = first[at]
    if row.unreadable is not None:
        raise Rejected([source.problem(row.line, "", "", row.unreadable)])
    said: list[str] = []
    if _is_headerless(header, row):
        columns, start = list(header.headerless), first[at:]
    else:
        columns, said = column_names(row.values, header)
        start = first[at + 1 :]
        if at and not all(_is_tags(above) for above in first[:at]):
            said.insert(0, f"the names of the columns are those of row {row.line}")
    check_columns(source, header, columns, row.line)
    unknown = [name for name in columns if header.known is not None and name not in header.known]
    said += [f"unknown columns, kept as they are: {', '.join(unknown)}"] if unknown else []
    left = (each for each in start if not _is_tags(each))
    shape = source.shape._replace(header=row.line if at else source.shape.header)
    said = [f"{source.name}: {each}" for each in said]
    return Table(columns, _of_width(chain(left, rows), len(columns)), said, shape)


def check_columns(source: Source, header: Header, columns: Sequence[str], line: int) -> None:
    """Raise Rejected where a column is missing that the data set must have, or there are too many."""
    missing = [name for name in header.required if name not in columns]
    if missing:
        expected = f"expected a row of the columns of {header.dataset}; {', '.join(missing)} missing"
        raise Rejected([source.problem(line, "", ",".join(columns), expected)])
    if len(columns) > MOST_COLUMNS:
        raise Rejected([source.problem(line, "", "", f"expected at most {MOST_COLUMNS} columns, not {len(columns)}")])


def column_names(names: Sequence[str], header: Header) -> tuple[list[str], list[str]]:
    """The names of the columns, each once, and notes on them.

    A second column of a name gets a number behind it, one without a name its place; what a mapping could not write, or
    `native` not hold, is written otherwise.
    """
    found: list[str] = []
    doubled, nameless = [], []
    plain = [plain_name(name) for name in names]
    for place, name in enumerate(plain, start=1):
        wanted = header.other_names.get(name, name)
        if not wanted:
            wanted = f"column_{place}"
            if wanted not in (header.known or ()):
                nameless.append(wanted)
        one, number = wanted, 2
        while one in found or (one != wanted and one in plain):
            one, number = f"{wanted}_{number}", number + 1
        if one != wanted:
            doubled.append(one)
        found.append(one)
    said = [f"columns without a name are called {', '.join(nameless)}"] if nameless else []
    return found, said + ([f"columns whose name occurs before are called {', '.join(doubled)}"] if doubled else [])


def plain_name(name: str) -> str:
    """The name of a column in lower case on one line, without the signs that `{name}` and `name=value` rest on."""
    return " ".join(name.translate(_SIGNS).split()).lower()


_SIGNS: Final = str.maketrans({"{": "(", "}": ")", "=": ":", "\ufeff": None, "\0": None})


def fits(header: Header, row: Row) -> int:
    """The number of columns a row names that a table must have, or is wanted to have."""
    names = {header.other_names.get(name, name) for name in map(plain_name, row.values)}
    return sum(name in names for name in (*header.required, *header.wanted))


def _header_at(source: Source, header: Header, first: list[Row]) -> int:
    """The index of the row of names among the first rows."""
    if source.shape.header is not None:
        for at, row in enumerate(first):
            if row.line >= source.shape.header:
                return at
        raise Rejected(
            [source.problem(source.shape.header, "", "", "expected the names of the columns; there is no such row")]
        )
    readable = [(at, row) for at, row in enumerate(first) if row.unreadable is None and not _is_tags(row)]
    if not readable or _is_headerless(header, first[0]):
        return 0
    best = max(fits(header, row) for _, row in readable)
    if best:
        return next(at for at, row in readable if fits(header, row) == best)
    tags = next((at for at, row in enumerate(first) if _is_tags(row)), None)
    if tags is not None:
        return next((at for at, _ in reversed(readable) if at < tags), tags)
    return next((at for at, row in readable if not _is_title(row, first)), 0)


def _is_title(row: Row, first: list[Row]) -> bool:
    """True if a row has half as many fields as another, or fewer: a title, a note, an empty line of a spreadsheet."""
    most = max(_filled(each) for each in first)
    return most >= 2 and _filled(row) * 2 <= most


def _filled(row: Row) -> int:
    return sum(bool(value.strip()) for value in row.values)


def _is_headerless(header: Header, row: Row) -> bool:
    names = header.headerless
    return bool(names) and len(row.values) == len(names) and row.values[0].strip().isdecimal()


def _is_tags(row: Row) -> bool:
    tags = [value for value in row.values if value.strip()]
    return bool(tags) and all(tag.strip().startswith("#") for tag in tags)


def _of_width(rows: Iterator[Row], width: int) -> Iterator[Row]:
    for row in rows:
        if len(row.values) == width or row.unreadable is not None:
            yield row
        elif len(row.values) > width and not any(value.strip() for value in row.values[width:]):
            yield row._replace(values=row.values[:width])
        else:
            yield row._replace(unreadable=f"expected {width} fields, found {len(row.values)}")
