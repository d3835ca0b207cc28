"""The recorder: the table of entries, append-only by its own triggers, and how it is read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Final, NamedTuple

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from chronology.errors import Damaged
from chronology.log.entry import CORRECTION, Entry, content_digest, decode, reading
from chronology.log.store.failures import all_written
from chronology.log.store.layout import LAYOUT, check_ends, check_layout
from chronology.log.store.side_tables import BESIDE, Beside
from chronology.log.store.sqlite import Datastore
from chronology.log.store.tree import Tree
from chronology.vocabulary import Kind

__all__ = ["Line", "Recorder", "Row", "digest_of"]

CHUNK: Final = 500
"""How many entries are read or written at a time."""

# SQLite keeps these texts, with the first words in upper case; opening compares them.
STATEMENTS: Final = [
    (
        "CREATE TABLE stored_events (position integer primary key autoincrement, originator_id text not null, "
        "originator_version integer not null, topic text not null, state blob not null, digest blob not null, "
        "unique (originator_id, originator_version)) strict"
    ),
    "CREATE INDEX stored_events_by_digest on stored_events (digest)",
    "CREATE INDEX stored_events_by_topic on stored_events (topic)",
    (
        "CREATE TRIGGER stored_events_are_never_changed before update on stored_events "
        "begin select raise(abort, 'an entry is never changed'); end"
    ),
    (
        "CREATE TRIGGER stored_events_are_never_deleted before delete on stored_events "
        "begin select raise(abort, 'an entry is never deleted'); end"
    ),
    *(beside.create for beside in BESIDE),
]


Line = tuple[int, str, bytes]
"""Position, topic and line of an entry, as they stand in the table."""


class Row(NamedTuple):
    """An entry on its way into the table, with the fact it holds, so that nothing has to be read twice."""

    position: int
    id: str
    revision: int
    topic: str
    line: bytes
    digest: bytes
    fact: Kind


def digest_of(entry: Entry) -> bytes:
    """The digest of what an entry says: the one in the column beside it."""
    corrects = (entry.id, entry.revision) if entry.kind == CORRECTION else None
    return content_digest(bytes(entry.fact), corrects=corrects)


class Recorder(SQLiteApplicationRecorder):
    """The library's recorder, over our table: positions are never used twice, and nothing recorded can be changed."""

    datastore: Datastore

    def __init__(self, datastore: Datastore) -> None:
        super().__init__(datastore)
        self._writing: tuple[int, sqlite3.Cursor] | None = None
        self._beside: list[Beside] = []
        self.layout = LAYOUT

    @property
    def path(self) -> Path:
        """The file."""
        return self.datastore.pool.path

    def construct_create_table_statements(self) -> list[str]:
        """The statements that make the tables, as SQLite keeps them."""
        return STATEMENTS

    def create_table(self) -> None:
        """Check that what is there is a log. One made before there was a tree gets it, if it may be written.

        Raises Damaged, or Unavailable where that cannot be written.
        """
        with self.reading() as cursor:
            self.layout = check_layout(cursor.connection, self.path, STATEMENTS)
            self._check_ends(cursor)
        if self.layout < LAYOUT and not self.datastore.pool.read_only:
            with self.writing() as cursor:
                self._plant(cursor)
            self.layout = LAYOUT

    def _plant(self, cursor: sqlite3.Cursor) -> None:
        """Make the tree from the lines; another process may have done so in the meantime."""
        if check_layout(cursor.connection, self.path, STATEMENTS) == LAYOUT:
            return
        last = self.last_position(cursor)
        cursor.execute(Tree.create)
        tree = Tree()
        for rows in self.lines(1, last):
            for position, _, line in rows:
                tree.add(position, line)
            tree.flush(cursor)
        cursor.execute(f"pragma user_version = {LAYOUT}")

    # --- transactions

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """A cursor in a short transaction. Within `writing` of this thread it sees what was written so far."""
        if self._writing is not None and self._writing[0] == get_ident():
            cursor = self._writing[1].connection.cursor()
            cursor.row_factory = None
            self.flush(self._writing[1])
            yield cursor
            return
        with self.datastore.transaction(commit=False) as library:
            library.sqlite_cursor.row_factory = None
            yield library.sqlite_cursor

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[sqlite3.Cursor]:
        """A cursor in a transaction that nobody else writes in: all of it is committed, or (unless `keep`) nothing."""
        with self.datastore.transaction(commit=True) as library:
            with self._as_writer(library) as cursor:
                yield cursor
            if not keep:
                cursor.connection.rollback()

    @contextmanager
    def _as_writer(self, library: SQLiteCursor) -> Iterator[sqlite3.Cursor]:
        cursor = library.sqlite_cursor
        cursor.row_factory = None
        self._writing, self._beside = (get_ident(), cursor), [beside() for beside in BESIDE]
        try:
            yield cursor
            self.flush(cursor)
        finally:
            self._writing, self._beside = None, []

    # --- writing

    def last_position(self, cursor: sqlite3.Cursor) -> int:
        """The last position given out. Raises Damaged where the file is not, or no longer, as a log should be.

        What it was opened as may have changed since: another program may write in it.
        """
        self.layout = check_layout(cursor.connection, self.path, STATEMENTS)
        return self._check_ends(cursor)

    def _check_ends(self, cursor: sqlite3.Cursor) -> int:
        return check_ends(cursor, self.path, with_tree=self.layout >= Tree.since)

    def add(self, cursor: sqlite3.Cursor, rows: Sequence[Row]) -> None:
        """Write entries and what stands beside them. Their positions follow on the last one."""
        cursor.executemany("insert into stored_events values (?, ?, ?, ?, ?, ?)", (row[:6] for row in rows))
        all_written(cursor, len(rows))
        for beside in self._beside:
            for row in rows:
                beside.add(row.position, row.line, row.fact)
        if len(rows) >= CHUNK:
            # A long append holds no more of it than that.
            self.flush(cursor)

    def flush(self, cursor: sqlite3.Cursor) -> None:
        """Write what the tables beside the entries have taken in."""
        for beside in self._beside:
            beside.flush(cursor)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: object) -> list[int]:
        """Write events as the library gives them; all or nothing. Positions in their order."""
        with self.datastore.transaction(commit=True) as library, self._as_writer(library):
            return self._insert_events(library, stored_events, **kwargs)

    def _insert_events(self, c: SQLiteCursor, stored_events: Iterable[StoredEvent], **_: object) -> list[int]:
        last = self.last_position(c.sqlite_cursor)
        rows = [_row(position, stored) for position, stored in enumerate(stored_events, last + 1)]
        self.add(c.sqlite_cursor, rows)
        return [row.position for row in rows]

    # --- reading

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Up to `limit` entries from `start` to `stop`, in the order of their positions."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        kinds = f"and topic in ({','.join('?' * len(topics))})" if topics else ""
        with self.reading() as cursor:
            rows = cursor.execute(
                "select originator_id, originator_version, topic, state, position from stored_events "  # noqa: S608
                f"where position between ? and ? {kinds} order by position limit ?",  # question marks
                (first, 2**63 - 1 if stop is None else stop, *topics, limit),
            ).fetchall()
        return [Notification(*row) for row in rows]

    def head(self) -> int:
        """The last position; 0 of an empty log."""
        with self.reading() as cursor:
            (last,) = cursor.execute("select coalesce(max(position), 0) from stored_events").fetchone()
        return int(last)

    def lines(self, first: int, last: int, *, newest_first: bool = False) -> Iterator[list[Line]]:
        """The lines from `first` to `last`, both of them too; each list is read in a transaction of its own.

        Raises Damaged where a position is missing.
        """
        order, step = ("desc", -1) if newest_first else ("asc", 1)
        while first <= last:
            with self.reading() as cursor:
                rows = cursor.execute(
                    "select position, topic, state from stored_events where position between ? and ? "  # noqa: S608
                    f"order by position {order} limit {CHUNK}",  # a word and a number of our own
                    (first, last),
                ).fetchall()
            start = last if newest_first else first
            dense = range(start, start + step * len(rows), step)
            if not rows or [row[0] for row in rows] != list(dense):
                there = {row[0] for row in rows}
                missing = next((at for at in (*dense, start + step * len(rows)) if at not in there), start)
                raise _missing(self.path, missing)
            yield rows
            first, last = (first, rows[-1][0] - 1) if newest_first else (rows[-1][0] + 1, last)


def _missing(path: Path, position: int) -> Damaged:
    return Damaged(f"{path}: position {position} is missing; restore a backup")


def _row(position: int, stored: StoredEvent) -> Row:
    """Raises Damaged if the state is not the line of an entry that fits what the library says of it."""
    row = row_of(position, stored.state)
    said, stands = (row.topic, row.id, row.revision), (stored.topic, stored.originator_id, stored.originator_version)
    if said != stands:
        msg = f"position {position} would stand as {stands}; expected {said}, as its line says"
        raise Damaged(msg)
    return row


def row_of(position: int, line: bytes) -> Row:
    """The row of a line. Raises Damaged, naming the position, if it is no entry."""
    where = f"position {position}"
    entry = decode(line, where)
    return Row(position, entry.id, entry.revision, entry.kind, line, digest_of(entry), reading(entry, where))


def entry_at(position: int, topic: str, line: bytes) -> Entry:
    """The entry of a row. Raises Damaged, naming the position, if it is none or stands under another topic."""
    where = f"position {position}"
    entry = decode(line, where)
    if entry.kind != topic:
        msg = f"{where} is filed under {topic!a:.100}; expected {entry.kind}"
        raise Damaged(msg)
    return entry
