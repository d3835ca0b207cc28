"""The tables, indexes and triggers of a log: all that is there is compared with what we made.

Whatever SQLite would run by itself (a trigger, a view, a default, a collation, a virtual table) stands in its schema.
So all of that is compared by type, name, table and text, also what bears a name that SQLite keeps for itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from chronology.errors import Damaged
from chronology.log.store.failures import RESTORE, not_a_log

__all__ = [
    "APPLICATION_ID",
    "LAYOUT",
    "NAME_SIGNS",
    "STATEMENTS",
    "TREE",
    "WITH_NAME_SIGNS",
    "WITH_TREE",
    "check_ends",
    "check_layout",
]

APPLICATION_ID: Final = int.from_bytes(b"ChrL")
"""What the header of a log says it is; `file(1)` and `PRAGMA application_id` show it."""

LAYOUT: Final = 3
"""The layout of the tables, in `PRAGMA user_version`; not the format of the entries.

A log of an earlier one gets what it lacks when it is next opened for writing.
"""

WITH_TREE: Final = 2
WITH_NAME_SIGNS: Final = 3

TREE: Final = "CREATE TABLE tree (position integer primary key, hashes blob not null) strict"
NAME_SIGNS: Final = (
    "CREATE TABLE name_signs (role text not null, sign text not null, value text not null, "
    "primary key (role, sign, value)) strict, without rowid"
)
_SINCE: Final = {TREE: WITH_TREE, NAME_SIGNS: WITH_NAME_SIGNS}

# SQLite keeps these texts, with the first words in upper case; opening compares them.
STATEMENTS: Final = (
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
    (
        "CREATE TABLE names (role text not null, key text not null, name text not null, position integer not null, "
        "primary key (role, key)) strict, without rowid"
    ),
    TREE,
    NAME_SIGNS,
)
"""What makes the tables of a log."""


class _Object(NamedTuple):
    """A row of SQLite's schema, without the page where it begins."""

    type: object
    name: object
    table: object
    sql: object

    def __str__(self) -> str:
        return ascii(f"the {str(self.type).upper()} {self.name}")[1:-1][:100]


# What an ANALYZE makes: it only helps SQLite to choose an index.
_ANALYZED: Final = {
    _Object("table", name, name, f"CREATE TABLE {name}({columns})")
    for name, columns in (("sqlite_stat1", "tbl,idx,stat"), ("sqlite_stat4", "tbl,idx,neq,nlt,ndlt,sample"))
}


@cache
def _made(layout: int) -> frozenset[_Object]:
    """The schema that the statements of a layout make, with what SQLite adds of its own."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in STATEMENTS:
            if _SINCE.get(statement, 1) <= layout:
                connection.execute(statement)
        return frozenset(each for each, _ in _schema_in(connection.cursor()))


def _schema_in(cursor: sqlite3.Cursor) -> list[tuple[_Object, int]]:
    cursor.row_factory = None
    rows = cursor.execute("select type, name, tbl_name, sql, rootpage from sqlite_schema")
    return [(_Object(*row[:4]), row[4]) for row in rows]


def check_layout(connection: sqlite3.Connection, path: Path) -> int:
    """Return the layout of a log. Raises Damaged unless it has the tables, indexes and triggers of that, no others."""
    cursor = connection.cursor()
    cursor.row_factory = None
    (application,) = cursor.execute("pragma application_id").fetchone()
    (layout,) = cursor.execute("pragma user_version").fetchone()
    (encoding,) = cursor.execute("pragma encoding").fetchone()
    schema = _schema_in(cursor)
    found = {each for each, _ in schema}
    if application != APPLICATION_ID:
        raise not_a_log(path, "it is an SQLite file of another program" if found else "it is empty")
    if layout > LAYOUT:
        raise not_a_log(path, f"its tables have layout {layout}, expected {LAYOUT}: open it with a newer chronology")
    expected = _made(layout)
    for missing in sorted(expected - found, key=repr):
        raise not_a_log(path, f"it lacks {missing}, or it was changed")
    for foreign in sorted(found - expected - _ANALYZED, key=repr):
        raise not_a_log(path, f"it also holds {foreign}")
    pages = [page for _, page in schema if page]
    if len(found) != len(schema) or len(set(pages)) != len(pages):
        raise not_a_log(path, "two of its tables or indexes share one place")
    if encoding != "UTF-8":
        raise not_a_log(path, f"its text is in {encoding}, expected UTF-8")
    return int(layout)


def check_ends(cursor: sqlite3.Cursor, path: Path, *, with_tree: bool) -> int:
    """Return the last position of a log. Raises Damaged unless its entries and its tree begin at 1 and end together.

    It asks for the ends alone, so it takes no longer with more entries; what lies between is read where it is needed.
    """
    cursor.row_factory = None
    first, last = _ends(cursor, "stored_events")
    given = cursor.execute("select name, seq from sqlite_sequence limit 2").fetchall()
    if first not in {1, None}:
        msg = f"{path} begins at position {first}, expected 1: another program wrote here; {RESTORE}"
        raise Damaged(msg)
    recorded = given[0][1] if given else 0
    if recorded != (last or 0):
        msg = f"{path} ends at {last or 0}, but {recorded!a:.30} was recorded; restore a backup"
        raise Damaged(msg)
    if given and given != [("stored_events", last or 0)]:
        msg = f"{path} counts positions of {given[-1][0]!a:.50} too, expected of stored_events alone; {RESTORE}"
        raise Damaged(msg)
    if with_tree and (tree := _ends(cursor, "tree")) != (first, last):
        says = f"ends at {tree[1]}" if tree[1] != last else f"begins at {tree[0]}"
        expected = f"{last}, where the log ends" if tree[1] != last else f"{first}, where the log begins"
        msg = f"{path}: the tree {says}; expected {expected}: another program wrote here; {RESTORE}"
        raise Damaged(msg)
    return last or 0


def _ends(cursor: sqlite3.Cursor, table: str) -> tuple[int | None, int | None]:
    """The first and the last position of a table; None where it is empty."""
    (first,) = cursor.execute(f"select min(position) from {table}").fetchone()  # noqa: S608  a name of our own
    (last,) = cursor.execute(f"select max(position) from {table}").fetchone()  # noqa: S608
    return first, last
