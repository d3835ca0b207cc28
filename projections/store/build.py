"""Making views in a database: tables of steps in order, views over them, and the checks on what was made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import duckdb

from chronology.errors import Refused
from projections.literals import first_line, identifier
from projections.views.catalogue import BASE, Needs, macros
from projections.views.view_file import View

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["build_own", "build_views", "check_grain", "create_macros", "fill_tables"]

MOST_PASSES: Final = 10_000
"""Where a table that grows has not ended by then, it never will."""


def create_macros(connection: DuckDBPyConnection) -> None:
    """Create the macros that views, and the reading of the mirror, may use."""
    for macro in macros():
        connection.execute(macro)


def build_views(connection: DuckDBPyConnection, views: Iterable[View]) -> None:
    """Create the macros, and the views given in their order."""
    create_macros(connection)
    for view in views:
        _create(connection, view)


def fill_tables(
    connection: DuckDBPyConnection, views: Iterable[View], needs: Needs, after: int, *, ended: bool
) -> None:
    """Bring the stored steps up to the entries above position `after`, in their order; plain views need nothing.

    Where these ended none of the entries before them (else `ended`), a step whose rows follow the entries is only added
    to. Where a step comes out as it was, what rests on it alone is left as it is: a fact that nothing contests costs no
    more than finding that out.
    """
    added, changed = {"mirror", "records", "told"}, {"look_back"}
    if ended:
        changed |= BASE
    for view in views:
        others = (added | changed).intersection(needs[view.name])
        if not others:
            continue
        if not view.follows_entries or others & changed:
            if not view.is_table or _replaced(connection, view):
                changed.add(view.name)
        elif not view.is_table or _added_to(connection, view, after):
            added.add(view.name)


def _added_to(connection: DuckDBPyConnection, view: View, after: int) -> bool:
    """Add to a stored step the rows of the entries above `after`; whether there were any."""
    new = f"select * from ({view.select}) where position > {after:d}"
    (added,) = connection.execute(f"insert into {view.name} {new}").fetchall()[0]
    return bool(added)


def _replaced(connection: DuckDBPyConnection, view: View) -> bool:
    """Compute a stored step, and keep what came out where it is anything else; whether it is."""
    before = _digest(connection, view.name)
    if view.grows is not None:
        _create(connection, view)
        return before != _digest(connection, view.name)
    connection.execute(f"create or replace temp table computed as {view.select}")
    if before == _digest(connection, "computed"):
        return False
    connection.execute(f"create or replace table {view.name} as from computed")
    return True


def _digest(connection: DuckDBPyConnection, table: str) -> tuple[int, int]:
    """The number of rows of a table, and a sum over them that any other rows would change."""
    rows = connection.execute(f"select count(*), sum(hash(step)::hugeint) from {table} as step").fetchall()
    return rows[0]


def build_own(connection: DuckDBPyConnection, views: Iterable[View]) -> list[str]:
    """Create the user's own views, and say what is wrong with those that cannot be; the others go on.

    Outside a transaction: DuckDB 2 ends one at the first error. Of a view that fails nothing is left.
    """
    problems = []
    for view in views:
        try:
            _create(connection, view)
        except (duckdb.Error, Refused) as error:
            problems.append(f"view {view.name}: {first_line(error)}")
            connection.execute(f"drop {'table' if view.is_table else 'view'} if exists {identifier(view.name)}")
    return problems


def _create(connection: DuckDBPyConnection, view: View) -> None:
    if view.grows is not None:
        _grow(connection, view)
    elif view.stored:
        connection.execute(f"create or replace table {identifier(view.name)} as {view.select}")
    else:
        connection.execute(f"create or replace view {identifier(view.name)} as {view.select}")


def _grow(connection: DuckDBPyConnection, view: View) -> None:
    columns = ", ".join(f"{identifier(column)} {type_}" for column, type_ in view.grows or ())
    connection.execute(f"create or replace table {identifier(view.name)} ({columns})")
    for _ in range(MOST_PASSES):
        added = connection.execute(f"insert into {identifier(view.name)} {view.select}").fetchall()[0][0]
        if not added:
            return
    msg = f"view {view.name} did not end after {MOST_PASSES} passes; its SELECT must add nothing in the end"
    raise Refused(msg)


def check_grain(connection: DuckDBPyConnection, view: View) -> str | None:
    """What is wrong where two rows of a view are alike in its grain, else None."""
    if not view.grain:
        return None
    key = ", ".join(map(identifier, view.grain))
    twice = connection.execute(
        f"select {key}, count(*) from {identifier(view.name)} group by {key} having count(*) > 1 limit 1"
    ).fetchall()
    if not twice:
        return None
    *values, count = twice[0]
    said = ", ".join(f"{column} {value!r}" for column, value in zip(view.grain, values, strict=True))
    return f"view {view.name}: {count} rows have {said}; its grain says one"
