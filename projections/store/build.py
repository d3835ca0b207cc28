"""Making views in a database, in their order, and the checks on what was made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import duckdb

from chronology.errors import Refused
from projections.literals import first_line, identifier
from projections.views.catalogue import macros
from projections.views.view_file import View

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["build_own", "build_views", "check_grain", "create_macros", "create_views", "fill_tables"]


def create_macros(connection: DuckDBPyConnection) -> None:
    """Create the macros that views, and the reading of the mirror, may use."""
    for macro in macros():
        connection.execute(macro)


def build_views(connection: DuckDBPyConnection, views: Iterable[View]) -> None:
    """Create the macros, and the views given in their order."""
    create_macros(connection)
    create_views(connection, views)


def create_views(connection: DuckDBPyConnection, views: Iterable[View]) -> None:
    """Create the views given in their order, where the macros are there."""
    for view in views:
        _create(connection, view)


def fill_tables(connection: DuckDBPyConnection, views: Iterable[View], *, decided: bool) -> None:
    """Compute stored views anew after new entries; those shipped follow from names and decisions alone (`decided`)."""
    for view in views:
        if view.stored and (decided or view.origin == "own"):
            _create(connection, view)


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
            connection.execute(f"drop {'table' if view.stored else 'view'} if exists {identifier(view.name)}")
    return problems


def _create(connection: DuckDBPyConnection, view: View) -> None:
    kind = "table" if view.stored else "view"
    connection.execute(f"create or replace {kind} {identifier(view.name)} as {view.select}")


def check_grain(connection: DuckDBPyConnection, view: View) -> str | None:
    """The problem where two rows of a view are alike in its grain, else None."""
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
