"""The SQLite file of a log: how it is created, opened and locked, so that what was acknowledged is never lost.

The library's own connections force WAL, begin transactions that cannot be upgraded, and leave the file readable to
all. These do not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Final

from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from chronology.errors import ChronologyError, Unavailable
from chronology.log.disk import held_alone, sync_names
from chronology.log.store import failures
from chronology.log.store.failures import translated
from chronology.log.store.journal import check_file
from chronology.log.store.layout import APPLICATION_ID, LAYOUT, STATEMENTS, check_layout

__all__ = [
    "Datastore",
    "NotCopied",
    "copy_file",
    "create_file",
    "described",
    "say_waiting",
]

_PAGE_SIZE: Final = 16_384
_MOST_BYTES: Final = 131_072
"""More than any row of a log has. What is longer is not read: a file that was sent could hold it by the gigabyte."""
_UNSAID: Final = 1_000
"""Milliseconds that a writer waits for another without a word."""

_WRITING: Final = ("FULL", "READONLY", "CANTOPEN", "WRITE", "FSYNC", "TRUNCATE", "FSTAT", "DELETE")
"""Parts of the names of SQLite's errors that speak of what is written."""

say_waiting: Final[ContextVar[Callable[[str], None]]] = ContextVar("say_waiting", default=lambda _: None)
"""Where it is said that an append waits for another."""

# Each is read back: SQLite ignores what it does not know, and some systems refuse silently.
_TO_READ: Final[dict[str, int | str]] = {"trusted_schema": 0, "cell_size_check": 1}
_TO_WRITE: Final[dict[str, int | str]] = {
    **_TO_READ,
    "journal_mode": "truncate",
    "synchronous": 2,  # FULL
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "secure_delete": 1,
    "cache_size": -65_536,  # 64 MiB, so that a bulk append does not lock readers out before its end
}


def _set(connection: sqlite3.Connection, path: Path, pragmas: dict[str, int | str]) -> None:
    """Raises Unavailable where a pragma does not read back as it was set."""
    for name, value in pragmas.items():
        connection.execute(f"pragma {name} = {value}").fetchall()
        (found,) = connection.execute(f"pragma {name}").fetchone()
        if found != value:
            msg = f"{path}: SQLite {sqlite3.sqlite_version} leaves {name} at {found}, not {value}; use a local disk"
            raise Unavailable(msg)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to an existing file, with its pragmas set; read-only ones never change a byte.

    Raises sqlite3.Error, OSError, ValueError (a path with a NUL), Unavailable, or Damaged where the file is none, or
    what stands beside it is not ours.
    """
    if "\0" in str(path):  # SQLite would open what stands before it
        msg = "it holds a NUL"
        raise ValueError(msg)
    check_file(path)
    # as_uri() writes "?", "#", "%" and spaces so that they stay part of the path.
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=failures.BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        _set(connection, path, _TO_READ | {"query_only": 1} if read_only else _TO_WRITE)
        if read_only and connection.execute("pragma journal_mode").fetchone() == ("wal",):
            # Opened for writing, it is put back to a journal.
            msg = f"{path} was set to a write-ahead log by another program; run this where the file can be written"
            raise failures.CutShort(msg)
    except (sqlite3.Error, ChronologyError):
        connection.close()
        raise
    connection.row_factory = sqlite3.Row  # as the library's own statements expect
    return connection


def described(path: Path) -> dict[str, str]:
    """The storage of a log, and the settings in force where it is written. Raises Damaged, Unavailable."""
    with (
        translated(path, OSError, ValueError),
        closing(connect(path, read_only=not os.access(path, os.W_OK))) as connection,
    ):
        names = [*_TO_READ, *(name for name in _TO_WRITE if name not in _TO_READ), "page_size"]
        settings = [f"{name} {connection.execute(f'pragma {name}').fetchone()[0]}" for name in names]
    return {"SQLite": sqlite3.sqlite_version, "settings": ", ".join(settings)}


class NotCopied(Unavailable):
    """The copy of a log cannot be written; `why` says no more than that."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the copy cannot be written: {why}")


def copy_file(source: Path, copy: Path) -> None:
    """Copy one SQLite file into another, page by page as of one moment.

    Raises NotCopied where `copy` cannot be written, and of the source Damaged or Unavailable.
    """
    with (
        translated(source, OSError, ValueError),
        closing(connect(source, read_only=True)) as there,
        closing(sqlite3.connect(copy)) as here,
    ):
        try:
            there.backup(here)
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "")
            if any(part in name for part in _WRITING):
                raise NotCopied("the disk is full" if "FULL" in name else str(error)) from error
            raise


class Transaction(SQLiteTransaction):
    """The library's transaction, begun so that it cannot fail half-way, and always ended."""

    connection: Connection

    def __enter__(self) -> SQLiteCursor:
        """IMMEDIATE takes the lock for writing now: a transaction that reads first and writes later can be refused."""
        cursor = self.connection.cursor()
        if self.commit:
            self._begin_writing(cursor)
        else:
            cursor.execute("begin")
        return cursor

    def _begin_writing(self, cursor: SQLiteCursor) -> None:
        """Wait for whoever writes; a wait that a person would notice is said."""
        in_all = failures.BUSY_SECONDS * 1_000
        unsaid = min(_UNSAID, in_all)
        cursor.execute(f"pragma busy_timeout = {unsaid:.0f}")
        try:
            cursor.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or unsaid >= in_all:
                raise
            say_waiting.get()(f"waiting for another append to end, for {failures.BUSY_SECONDS:g} s at most")
            cursor.execute(f"pragma busy_timeout = {in_all - unsaid:.0f}")
            cursor.execute("begin immediate")
        finally:
            cursor.execute(f"pragma busy_timeout = {in_all:.0f}")

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """A commit that failed (a full disk, a reader that stayed) is rolled back: the connection is used again."""
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            if self.connection.sqlite.in_transaction:
                self.connection.rollback()


class Connection(SQLiteConnection):
    """A connection of the pool whose transactions are ours."""

    def __init__(self, sqlite: sqlite3.Connection) -> None:
        super().__init__(sqlite, max_age=None)
        self.sqlite = sqlite

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A cursor in a transaction; `commit` is for writing."""
        with Transaction(self, commit=commit) as cursor, cursor:
            yield cursor


class Pool(SQLiteConnectionPool):
    """Connections to one file."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        super().__init__(db_name=str(path), pool_timeout=failures.BUSY_SECONDS)
        self.is_sqlite_memory_mode = False  # whatever the path contains
        self.path, self.read_only = path, read_only

    def _create_connection(self) -> Connection:
        return Connection(connect(self.path, read_only=self.read_only))


class Datastore(SQLiteDatastore):
    """The library's datastore over our pool; the keys of streams are text."""

    pool: Pool

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.pool = Pool(path, read_only=read_only)
        self.single_row_tracking = True
        self.originator_id_type = "text"


def create_file(path: Path) -> None:
    """Create the file of a log, readable to its owner alone; a log that is there is left as it is.

    Any number of processes may do so at once. Raises Unavailable, or Damaged for a file that is something else.
    """
    with translated(path, OSError, ValueError), held_alone(path.parent):
        # SQLite gives its journal the mode of the file, so the file is all there is to protect.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = connect(path)
        try:
            _lay_out(connection, path)
        finally:
            connection.close()
        sync_names(path.parent)


def _lay_out(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a log in an empty file, in one transaction; nothing if it is a log already."""
    if connection.execute("select count(*) from sqlite_schema").fetchone()[0]:
        check_layout(connection, path)
        return
    if not path.stat().st_size:
        _set(connection, path, {"page_size": _PAGE_SIZE})
    connection.execute("begin immediate")
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    connection.execute(f"pragma user_version = {LAYOUT}")
    connection.execute("commit")
