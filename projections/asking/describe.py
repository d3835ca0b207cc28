"""Descriptions of all views: their columns, types and meanings."""

from __future__ import annotations

from typing import NamedTuple

from projections.asking.session import Session

__all__ = ["Column", "Description", "describe"]


class Column(NamedTuple):
    """One column of a view. `meaning` is empty where the name says it."""

    name: str
    type: str
    meaning: str


class Description(NamedTuple):
    """One view, as a reader needs it. `origin` is shipped, own, dataset, kind, or step."""

    name: str
    origin: str
    grain: tuple[str, ...]
    description: str
    columns: list[Column]
    select: str


def describe(session: Session) -> dict[str, Description]:
    """All views that a session can ask, in the order they are best read: the answers, the user's own, then the rest."""
    catalogue = session.catalogue
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, type_ in session.connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'store' order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append((column, type_))
    order = {"shipped": 0, "own": 1, "dataset": 2, "kind": 3, "step": 4}
    described = {}
    for view in sorted(catalogue.views.values(), key=lambda view: (order[view.origin], view.name)):
        if view.name in columns:
            described[view.name] = Description(
                view.name,
                view.origin,
                view.grain,
                view.description,
                [Column(name, type_, view.columns.get(name, "")) for name, type_ in columns[view.name]],
                view.select,
            )
    return described
