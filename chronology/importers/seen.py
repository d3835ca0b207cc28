"""Records seen in a file, on disk and not in memory: their ids with a digest of each row, and the problems."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator

import msgspec

from chronology.errors import Problem, Problems
from chronology.importers.tables import Row

__all__ = ["AllProblems", "Kept", "Record", "Seen", "digest_of"]

Record = tuple[str, Row]
"""The id of a row within its data set, and the row."""


class Seen:
    """The ids of a file with the line and a digest of their row, in a temporary table."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("pragma cache_size = -4000")
        self._connection.execute("pragma journal_mode = off")
        self._connection.execute("create table seen (id text primary key, line integer, digest integer) without rowid")
        self._connection.execute("begin")

    def close(self) -> None:
        """Forget all of it."""
        self._connection.close()

    def add(self, records: list[Record]) -> int:
        """Note rows; how many of them have an id that was not there."""
        before = self._connection.total_changes
        self._connection.executemany(
            "insert or ignore into seen values (?, ?, ?)", [(key, row.line, digest_of(row)) for key, row in records]
        )
        return self._connection.total_changes - before

    def of(self, keys: list[str]) -> dict[str, tuple[int, int]]:
        """Line and digest of the row that came first, by id."""
        return {key: (line, digest) for key, line, digest in self._rows(keys)}

    def without(self, keys: list[str]) -> list[str]:
        """Those that are not there, in the order given."""
        there = {row[0] for row in self._rows(keys)}
        return [key for key in keys if key not in there]

    def _rows(self, keys: list[str]) -> sqlite3.Cursor:
        marks = ",".join("?" * len(keys))
        return self._connection.execute(f"select id, line, digest from seen where id in ({marks})", keys)  # noqa: S608


def digest_of(row: Row) -> int:
    """A digest that two rows with the same content share. Python's hash has a secret key in each process."""
    return hash(tuple(row.values)) if row.digest is None else row.digest


class Kept:
    """Rows under their keys, in a temporary table: `records` gives all rows of a key together."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("pragma journal_mode = off")
        self._connection.execute("create table kept (key text, line integer, cells blob)")
        self._connection.execute("begin")

    def close(self) -> None:
        """Forget all of it."""
        self._connection.close()

    def add(self, records: list[Record]) -> None:
        """Note rows."""
        self._connection.executemany(
            "insert into kept values (?, ?, ?)",
            [(key, row.line, msgspec.json.encode(row.values)) for key, row in records],
        )

    def records(self, most: int) -> Iterator[tuple[str, int, int, list[bytes]]]:
        """Each key, the line of its first row, how many it has, and the cells of each as JSON, up to `most`."""
        self._connection.execute("create index by_key on kept (key)")
        found = self._connection.execute("select key, min(line), count(*) from kept group by key order by 2")
        for key, line, count in found:
            cells = self._connection.execute(
                "select cells from kept where key = ? order by line limit ?", (key, most)
            ).fetchall()
            yield key, line, count, [each for (each,) in cells]


class AllProblems(Problems):
    """The problems of a file, in the order they were found: the first in memory, the rest on disk."""

    def __init__(self) -> None:
        super().__init__()
        self._more = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`

    def close(self) -> None:
        """Forget all of it."""
        self._more.close()

    def add(self, problem: Problem) -> None:
        """Note one."""
        self.count += 1
        if len(self.first) < self.MOST:
            self.first.append(problem)
        else:
            self._more.write(msgspec.json.encode(problem) + b"\n")

    def __iter__(self) -> Iterator[Problem]:
        yield from self.first
        self._more.seek(0)
        for line in self._more:
            yield msgspec.json.decode(line, type=Problem)
