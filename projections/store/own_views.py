"""The user's own views, made in `views.duckdb` as a step of their own: their SQL may be that of a stranger.

It runs on a connection that reaches that file alone and is locked before it sees any of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from chronology.errors import Busy
from projections.literals import identifier, quoted
from projections.store.build import build_own
from projections.store.connection import writing
from projections.views.catalogue import BASE, Catalogue

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["drop_all_but", "make_own"]


def make_own(path: Path, catalogue: Catalogue) -> list[str]:
    """Make the views of the user's own anew, where they are not as `catalogue` has them; what is wrong with them.

    Raises duckdb.Error where the file cannot be written, Busy where it is gone.
    """
    with writing(path) as connection:
        try:
            ((made, kept),) = connection.execute("select own, needs from cursor").fetchall()
        except duckdb.CatalogException as error:  # it was deleted, and opening it made an empty one
            raise Busy(f"{path.name} was deleted while it was refreshed; try again") from error
        if made == catalogue.own_fingerprint():
            return []
        ours = {name for name, view in catalogue.views.items() if view.origin != "own"}
        shipped = {name: of for name, of in json.loads(kept).items() if name in ours}
        drop_all_but(connection, {*BASE, "cursor", *ours})
        needs = shipped | catalogue.own_needs(connection)
        own = [view for view in catalogue.in_order(needs) if view.origin == "own"]
        problems = build_own(connection, own)
        connection.execute(
            f"update cursor set own = {quoted(catalogue.own_fingerprint())}, needs = {quoted(json.dumps(needs))}"
        )
        return problems


def drop_all_but(connection: DuckDBPyConnection, names: Collection[str]) -> None:
    """Drop whatever is in the file besides these: it may be of a view that is no more."""
    made = connection.execute(
        "select table_name, table_type from information_schema.tables where table_catalog = 'store'"
    ).fetchall()
    for name, kind in made:
        if name not in names:
            connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {identifier(name)}")
