"""The recorder: the table of entries, append-only by its own triggers, and how it is read and written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from chronology.errors import Damaged
from chronology.log.entry import CORRECTION, Entry, content_digest, decode, reading
from chronology.log.store.failures import all_written, told
from chronology.log.store.layout import LAYOUT, check_ends, check_layout
from chronology.log.store.port import CHUNK, LogRecorder
from chronology.log.store.side_tables import BESIDE, Beside
from chronology.log.store.sqlite import Datastore
from chronology.log.store.tree import Tree
from chronology.vocabulary import Kind

__all__ = ["Recorder", "Row", "digest_of"]

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


class _Transaction(threading.local):
    """The transaction that a thread is in: where it is asked, and whether it writes."""

    cursor: sqlite3.Cursor | None = None
    writes: bool = False


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


class Recorder(LogRecorder, SQLiteApplicationRecorder):
    """The library's recorder, over our table: positions are never used twice, and nothing recorded can be changed."""

    datastore: Datastore

    def __init__(self, datastore: Datastore) -> None:
        super().__init__(datastore)
        self._here = _Transaction()
        self._beside: list[Beside] = []
        self.layout = LAYOUT

    @property
    def path(self) -> Path:
        """The file."""
        return self.datastore.pool.path

    @property
    def has_tree(self) -> bool:
        """Whether the hashes of the lines are kept; a log made before they were, and read only, has none."""
        return self.layout >= Tree.since

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
        for found in self.notifications(0, last):
            for each in found:
                tree.add(each.id, each.state)
            tree.flush(cursor)
        cursor.execute(f"pragma user_version = {LAYOUT}")

    # --- transactions

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """A cursor in a short transaction; within another of this thread, in that: it sees what was written so far."""
        inside = self._here.cursor
        if inside is not None:
            if self._here.writes:
                self.flush(inside)
            # Closed, or what failed half-way would hold its lock for as long as anyone keeps the error.
            with closing(inside.connection.cursor()) as cursor:
                cursor.row_factory = None
                yield cursor
            return
        with told(self.path), self.datastore.transaction(commit=False) as library, self._in(library) as cursor:
            yield cursor

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[sqlite3.Cursor]:
        """A cursor in a transaction that nobody else writes in: all of it is committed, or (unless `keep`) nothing."""
        with told(self.path), self.datastore.transaction(commit=True) as library:
            with self._as_writer(library) as cursor:
                yield cursor
            if not keep:
                cursor.connection.rollback()

    @contextmanager
    def _as_writer(self, library: SQLiteCursor) -> Iterator[sqlite3.Cursor]:
        self._beside = [beside() for beside in BESIDE]
        with self._in(library, writes=True) as cursor:
            yield cursor
            self.flush(cursor)

    @contextmanager
    def _in(self, library: SQLiteCursor, *, writes: bool = False) -> Iterator[sqlite3.Cursor]:
        """What is asked in this thread until the end is asked in the transaction of this cursor."""
        cursor = library.sqlite_cursor
        cursor.row_factory = None
        self._here.cursor, self._here.writes = cursor, writes
        try:
            yield cursor
        finally:
            self._here.cursor, self._here.writes = None, False

    def _select(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self.reading() as cursor:
            return cursor.execute(statement, values).fetchall()

    def _any_of(self, column: str, values: Collection[object]) -> tuple[str, Sequence[object]]:
        return f"{column} in ({','.join('?' * len(values))})", tuple(values)

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


def entry_of(stored: StoredEvent) -> Entry:
    """The entry of a row. Raises Damaged, naming the position, if it is none or stands under another topic."""
    where = f"position {stored.id}" if isinstance(stored, Notification) else f"{stored.originator_id}"
    entry = decode(stored.state, where)
    if entry.kind != stored.topic:
        msg = f"{where} is filed under {stored.topic!a:.100}; expected {entry.kind}"
        raise Damaged(msg)
    return entry
