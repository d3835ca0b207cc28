"""Rows and values on their way from Python into DuckDB: as JSON, a list for each column of some hundred rows at a time.

Measured: 2 µs of processor time a row of fifteen columns through a pipe, and 4 as text of the statement, whose every
byte takes the parser 10 ns. Rows as objects, each with the names of its columns, take 7; a VALUES list takes fifteen
times that, and to bind a parameter DuckDB imports pandas, where that is installed, and takes half a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from projections.literals import quoted
from projections.store.piping import piped

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["create_table", "insert_rows", "numbers", "texts"]

_encode: Final = msgspec.json.Encoder().encode

_TOGETHER: Final = 500
"""Rows whose columns are lists together."""

_SOME: Final = 20_000
"""Rows that are passed at once as text."""

_FEW_BYTES: Final = 100_000
"""Up to so many, text takes less than a pipe."""


def create_table(connection: DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Create an empty table, with columns of these DuckDB types; what had its name is gone."""
    connection.execute(
        f"create or replace table {table} ({', '.join(f'{name} {type_}' for name, type_ in columns.items())})"
    )


def insert_rows(
    connection: DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[object]],
    *,
    by_pipe: bool = False,
) -> None:
    """Insert rows of values in the order of the columns, which are all of the table's.

    `by_pipe` where the connection may read files, as one that is locked may not.
    """
    coming = iter(rows)
    while some := list(islice(coming, _SOME)):
        lines = list(_lines(columns, some))
        if by_pipe and sum(map(len, lines)) > _FEW_BYTES:
            _insert_by_pipe(connection, table, columns, lines)
        else:
            _insert_as_text(connection, table, columns, lines)


def _lines(columns: Mapping[str, str], rows: list[Sequence[object]]) -> Iterator[bytes]:
    """Objects of the values of each column, one a line."""
    for start in range(0, len(rows), _TOGETHER):
        lists = zip(*rows[start : start + _TOGETHER], strict=True)
        yield _encode(dict(zip(columns, lists, strict=True))) + b"\n"


def _insert_by_pipe(
    connection: DuckDBPyConnection, table: str, columns: Mapping[str, str], lines: Sequence[bytes]
) -> None:
    typed = ", ".join(f"{name}: '{type_}[]'" for name, type_ in columns.items())
    unnested = ", ".join(f"unnest({name})" for name in columns)
    longest = max(1 << 20, *map(len, lines))
    with piped(lines) as path:
        connection.execute(
            f"insert into {table} select {unnested} "
            f"from read_ndjson('{path}', columns = {{{typed}}}, maximum_object_size = {longest})"
        )


def _insert_as_text(
    connection: DuckDBPyConnection, table: str, columns: Mapping[str, str], lines: Iterable[bytes]
) -> None:
    structure = _encode({name: [_structure(type_)] for name, type_ in columns.items()}).decode()
    text = quoted(b"".join(lines).decode().removesuffix("\n"))  # JSON writes a line break within a text as \n
    unnested = ", ".join(f"unnest(lists.{name})" for name in columns)
    connection.execute(f"""
        insert into {table}
        select {unnested}
        from (
            select from_json(line, {quoted(structure)}) as lists
            from (select unnest(string_split({text}, chr(10))) as line)
        )
    """)


def _structure(type_: str) -> str | list[str]:
    return [type_.removesuffix("[]")] if type_.endswith("[]") else type_


def texts(values: Iterable[str]) -> str:
    """The SELECT of some texts, one a row."""
    return f"select unnest(from_json({quoted(_encode(list(values)).decode())}, '[\"VARCHAR\"]'))"


def numbers(values: Iterable[int]) -> str:
    """The SELECT of some whole numbers, one a row."""
    return f"select unnest(from_json({quoted(_encode(list(values)).decode())}, '[\"BIGINT\"]'))"
