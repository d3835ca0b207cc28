"""Rows from Python arrive in DuckDB as they are, as text of a statement and through a pipe."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest

from projections.store.connection import connect
from projections.store.inserting import create_table, insert_rows
from projections.store.piping import piped

COLUMNS = {
    "number": "BIGINT",
    "word": "VARCHAR",
    "day": "DATE",
    "names": "VARCHAR[]",
    "lows": "BIGINT[]",
    "so": "BOOLEAN",
}
ODD: list[tuple[Any, ...]] = [
    (1, "a 'quote', a \"double\", {a: 1}, [b]", dt.date(1, 1, 1), ["x", "y\nz", ""], [1, None], True),
    (None, None, None, None, None, None),
    (-(2**62), "line\nbreak\r\ttab \x00 nul \x1f é 🕊 \u2028", dt.date(9999, 12, 31), [], [], False),
    (3, "", None, ["null"], [2**62], None),
]


@pytest.mark.parametrize("by_pipe", [False, True])
@pytest.mark.parametrize("times", [0, 1, 700])
def test_rows_are_read_back_as_they_were(by_pipe: bool, times: int) -> None:
    given = ODD * times
    with connect() as connection:
        create_table(connection, "t", COLUMNS)
        insert_rows(connection, "t", COLUMNS, iter(given), by_pipe=by_pipe)
        found = connection.execute("select * from t").fetchall()
    assert sorted(map(repr, found)) == sorted(map(repr, given))


def test_a_row_longer_than_duckdb_reads_by_itself_goes_through_a_pipe() -> None:
    long = [(n, "x" * 100, None, [f"fact-{each}" for each in range(1_300_000)], None, None) for n in range(2)]
    with connect() as connection:
        create_table(connection, "t", COLUMNS)
        insert_rows(connection, "t", COLUMNS, long, by_pipe=True)
        assert connection.execute("select number, len(names), names[-1] from t order by 1").fetchall() == [
            (0, 1_300_000, "fact-1299999"),
            (1, 1_300_000, "fact-1299999"),
        ]


def test_who_stops_reading_a_pipe_ends_who_writes_it() -> None:
    before = threading.active_count()
    with piped(b"x" * 100_000 for _ in range(1_000)) as path, Path(path).open("rb") as file:
        assert file.read(3) == b"xxx"
    assert threading.active_count() == before


def test_what_fails_while_a_pipe_is_written_is_raised() -> None:
    def failing() -> Any:
        yield b"a"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"), piped(failing()) as path, Path(path).open("rb") as file:
        assert file.read() == b"a"
