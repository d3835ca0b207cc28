"""Reading entries of the log into the mirror, through a pipe: while DuckDB reads some, the next leave the log."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

import duckdb

from chronology.log import MAX_LINE, Log
from chronology.log import reading as reading_of
from projections.store import mirror
from projections.store.piping import BUFFER, piped

__all__ = ["take_in"]

_NEAR: Final = 100
"""Entries that lie so near are read from the log at once: to ask for each takes longer than to read what is between."""

_SLICE: Final = 500_000


def take_in(connection: duckdb.DuckDBPyConnection, log: Log, after: int) -> None:
    """Read the entries above `after` into the mirror. Raises `Damaged`, naming the first that cannot be read."""
    head = log.head
    try:
        likely = (row for row in log.rows(after, head) if mirror.may_be_dataset_report(row[1], row[2]))
        _read(connection, "dataset_reports", likely)
        _read(connection, "other_entries", _rows_of(log, _others(connection, after, head)))
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        for position, entry in log.entries(after):
            reading_of(entry, f"position {position}")
        raise


def _others(connection: duckdb.DuckDBPyConnection, after: int, head: int) -> list[tuple[int, int]]:
    """The positions above `after` that are not in `dataset_reports`, as first and last of each run."""
    runs: list[tuple[int, int]] = []
    for start in range(after, head, _SLICE):
        end = min(start + _SLICE, head)
        runs += connection.execute(f"""
            select min(position), max(position)
            from (
                select position, position - row_number() over (order by position) as run
                from range({start} + 1, {end} + 1) as new(position)
                where position not in (
                    select position from dataset_reports where position > {start} and position <= {end}
                )
            )
            group by run
            order by 1
        """).fetchall()
    return runs


def _rows_of(log: Log, runs: list[tuple[int, int]]) -> Iterator[tuple[int, str, bytes]]:
    """The rows of runs of positions. Those near each other are read at once, and what lies between them is left out."""
    near: list[tuple[int, int]] = []
    for run in runs:
        if near and run[0] - near[-1][1] > _NEAR:
            yield from _rows_within(log, near)
            near = []
        near.append(run)
    if near:
        yield from _rows_within(log, near)


def _rows_within(log: Log, runs: list[tuple[int, int]]) -> Iterator[tuple[int, str, bytes]]:
    coming = iter(runs)
    first, last = next(coming)
    for row in log.rows(first - 1, runs[-1][1]):
        if row[0] > last:
            first, last = next(coming)
        if row[0] >= first:
            yield row


def _read(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterator[tuple[int, str, bytes]]) -> None:
    """Read entries into a table of the mirror, through a pipe: while DuckDB reads some, the next leave the log."""
    first = next(rows, None)
    if first is None:
        return
    parts = (mirror.parted(*row) for row in chain([first], rows))
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in mirror.PARTED.items())
    with piped(parts) as path:
        source = (
            f"read_csv('{path}', columns = {{{columns}}}, auto_detect = false, header = false, quote = '', "
            f"escape = '', delim = '{mirror.SEPARATOR}', new_line = '\\n', max_line_size = {4 * MAX_LINE}, "
            f"buffer_size = {BUFFER})"
        )
        connection.execute(mirror.insert(table, source))
