"""A database that holds a log: what differs from one to another, and transactions, which are the same in all.

A store gives how a transaction begins and ends, how a statement with its values is run, how rows are inserted in bulk,
and how the store is found to be whole. `recorder.py` is one, on SQLite.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from chronology.errors import Damaged
from chronology.log.store.failures import RESTORE

__all__ = ["Database"]


class _Transaction(threading.local):
    """The transaction that a thread is in."""

    cursor: Any = None


class Database(ABC):
    """A database that holds a log."""

    def __init__(self) -> None:
        self._here = _Transaction()

    @property
    @abstractmethod
    def path(self) -> Path:
        """The location of the log, as errors name it."""

    @property
    def has_tree(self) -> bool:
        """True if the hashes of the lines are stored; a log made before they were, and read only, has none."""
        return True

    @property
    def has_name_signs(self) -> bool:
        """True if names are filed under their signs; as `has_tree`."""
        return True

    @abstractmethod
    def _transaction(self, *, writes: bool, keep: bool = True) -> AbstractContextManager[Any]:
        """Begin a transaction and give a cursor in it; one that `writes` is alone, and committed unless not to `keep`.

        What the database raises inside becomes Refused, Damaged or Unavailable.
        """

    @abstractmethod
    def _run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement, with a value for each question mark, in the transaction of this thread."""

    @abstractmethod
    def _any_of(self, column: str, values: Collection[object]) -> tuple[str, Sequence[object]]:
        """The condition that a column has one of some values, and what is given for its question marks."""

    @abstractmethod
    def _insert(self, table: str, rows: Sequence[Sequence[object]], *, skip_known: bool = False) -> int:
        """Insert rows in bulk, and return how many; one whose key is there is refused, or skipped."""

    @abstractmethod
    def checked_head(self) -> int:
        """The last position. Raises Damaged where the store is not, or no longer, as a log should be.

        What it was when it was opened may have changed since: another program may write in it.
        """

    @abstractmethod
    def check_structure(self, *, quick: bool) -> None:
        """Raise Damaged where the database's own structure is not whole, or (unless `quick`) an index is not."""

    # --- the same in every database

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Begin a short transaction; within another of this thread, go on in that, and see what it wrote so far."""
        if self._here.cursor is not None:
            yield
            return
        with self._transaction(writes=False) as cursor, self._within(cursor):
            yield

    @contextmanager
    def _within(self, cursor: object) -> Iterator[None]:
        """Ask whatever is asked in this thread until the end in the transaction of this cursor."""
        self._here.cursor = cursor
        try:
            yield
        finally:
            self._here.cursor = None

    def _select(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if self._here.cursor is not None:
            return self._run(statement, values)
        with self.reading():
            return self._run(statement, values)

    def _select_typed(self, statement: str, values: Sequence[object], types: tuple[type, ...]) -> list[tuple[Any, ...]]:
        """The rows of a SELECT. Raises Damaged where a value has another type than we write into its column.

        A database looks at types when it writes; a file that was sent may have been written by another program.
        """
        rows = self._select(statement, values)
        for number, (column, expected) in enumerate(zip(zip(*rows, strict=True), types, strict=False), 1):
            if {*map(type, column)} != {expected}:
                found = next(value for value in column if type(value) is not expected)
                msg = f"{self.path} holds {found!a:.40} in column {number} of: {statement:.90}…; {RESTORE}"
                raise Damaged(msg)
        return rows

    def _insert_all(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Raises Damaged unless all were written: what was not written must not be acknowledged."""
        written = self._insert(table, rows)
        if written != len(rows):
            msg = f"{written} of {len(rows)} rows were written, so nothing was appended: the file is not as we made it"
            raise Damaged(f"{msg}; {RESTORE}")
