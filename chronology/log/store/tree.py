"""The tree as a log keeps it: beside each position, the hash of its line and of every subtree that it completes.

A row is written once and never changed, and any hash that a root or a proof needs stands in one row. All of it can be
made again from the lines: `verify` does, and so does opening a log that was made before there was a tree.
"""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from chronology.errors import Damaged
from chronology.log.merkle import HASH, Frontier, Subtrees, leaf_hash
from chronology.log.store.failures import RESTORE, all_written
from chronology.vocabulary import Kind

__all__ = ["Tree", "frontier_at", "kept"]


class Tree:
    """The hashes of the lines, and of the subtrees they complete: one row for each position."""

    create: ClassVar[str] = "CREATE TABLE tree (position integer primary key, hashes blob not null) strict"
    since: ClassVar[int] = 2

    def __init__(self) -> None:
        self._frontier: Frontier | None = None
        self._new: list[tuple[int, bytes]] = []

    def add(self, position: int, line: bytes, fact: Kind | None = None) -> None:  # noqa: ARG002  others want the fact
        """Take in one line."""
        self._new.append((position, leaf_hash(line)))

    def flush(self, cursor: sqlite3.Cursor) -> None:
        """Write the rows of the lines that are new."""
        if not self._new:
            return
        if self._frontier is None:
            self._frontier = frontier_at(cursor, self._new[0][0] - 1)
        rows = [(position, self._frontier.add(leaf)) for position, leaf in self._new]
        cursor.executemany("insert into tree values (?, ?)", rows)
        all_written(cursor, len(rows))
        self._new.clear()


def kept(cursor: sqlite3.Cursor) -> Subtrees:
    """The hashes that a log keeps. What it gives raises Damaged where one is missing."""

    def subtrees(level: int, end: int) -> bytes:
        row = cursor.execute("select hashes from tree where position = ?", (end,)).fetchone()
        found = b"" if row is None else bytes(row[0][HASH * level : HASH * (level + 1)])
        if len(found) != HASH:
            msg = f"the tree lacks its hash at position {end}; {RESTORE}"
            raise Damaged(msg)
        return found

    return subtrees


def frontier_at(cursor: sqlite3.Cursor, size: int) -> Frontier:
    """The tree over all `size` lines, ready to grow. Raises Damaged if it is over others, or a hash is missing."""
    (last,) = cursor.execute("select coalesce(max(position), 0) from tree").fetchone()
    if last != size:
        msg = f"the log ends at {size}, but its tree at {last}: another program wrote here; {RESTORE}"
        raise Damaged(msg)
    return Frontier(size, kept(cursor))
