"""The recorder on SQLite: entries are append-only by its own triggers, and positions are never used twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from chronology.errors import Damaged
from chronology.log.store.failures import RESTORE, translated
from chronology.log.store.layout import LAYOUT, NAME_SIGNS, TREE, WITH_NAME_SIGNS, WITH_TREE, check_ends, check_layout
from chronology.log.store.port import LogRecorder
from chronology.log.store.side_tables import SIDE_TABLES, Tree
from chronology.log.store.sqlite import Datastore

__all__ = ["SQLiteRecorder"]

_ROOM: Final = -65_536
"""64 MiB of pages: to check its structure, SQLite looks up each entry in each index."""


class SQLiteRecorder(LogRecorder):
    """A recorder over the library's datastore for SQLite. Raises Damaged if what is there is no log, Unavailable."""

    def __init__(self, datastore: Datastore) -> None:
        super().__init__(SIDE_TABLES)
        self._datastore = datastore
        self._layout = LAYOUT
        with self.reading():
            self.checked_head()
        if self._layout < LAYOUT and not datastore.pool.read_only:
            self._complete()

    @property
    def path(self) -> Path:
        """The file."""
        return self._datastore.pool.path

    @property
    def has_tree(self) -> bool:
        """True if the hashes of the lines are stored; a log made before they were, and read only, has none."""
        return self._layout >= WITH_TREE

    @property
    def has_name_signs(self) -> bool:
        """True if names are filed under their signs; as `has_tree`."""
        return self._layout >= WITH_NAME_SIGNS

    def _complete(self) -> None:
        """Make what a log of an earlier layout lacks; another process may have done so in the meantime."""
        with self.writing() as last:
            if not self.has_tree:
                self._run(TREE)
                tree = Tree()
                for found in self.notifications(0, last):
                    tree.grow(self, found[0].id, [each.state for each in found])
            if not self.has_name_signs:
                self._run(NAME_SIGNS)
                self.file_names(self.names_upto(last))
            self._run(f"pragma user_version = {LAYOUT}")
        self._layout = LAYOUT

    @contextmanager
    def _transaction(self, *, writes: bool, keep: bool = True) -> Iterator[sqlite3.Cursor]:
        with translated(self.path), self._datastore.transaction(commit=writes) as library:
            cursor = library.sqlite_cursor
            cursor.row_factory = None
            yield cursor
            if not keep:
                cursor.connection.rollback()

    @property
    def _cursor(self) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self._here.cursor
        return cursor

    def _run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._cursor.execute(statement, values).fetchall()

    def _any_of(self, column: str, values: Collection[object]) -> tuple[str, Sequence[object]]:
        return f"{column} in ({','.join('?' * len(values))})", tuple(values)

    def _insert(self, table: str, rows: Sequence[Sequence[object]], *, skip_known: bool = False) -> int:
        statement = f"insert into {table} values ({', '.join('?' * len(rows[0]))})"  # noqa: S608  a name of our own
        if skip_known:
            statement += " on conflict do nothing"
        return self._cursor.executemany(statement, rows).rowcount

    def checked_head(self) -> int:
        """The last position. Raises Damaged where the file is not, or no longer, as a log should be."""
        with self.reading():
            cursor = self._cursor
            self._layout = check_layout(cursor.connection, self.path)
            return check_ends(cursor, self.path, with_tree=self.has_tree)

    def check_structure(self, *, quick: bool) -> None:
        """Raise Damaged where SQLite's own structure is not whole, or (unless `quick`) an index is not."""
        with self.reading():
            self._run(f"pragma cache_size = {_ROOM}")
            ((found,),) = self._run(f"pragma {'quick' if quick else 'integrity'}_check(1)")
        if found != "ok":
            msg = f"its tables or indexes are not whole: {found}; {RESTORE}"
            raise Damaged(msg)
