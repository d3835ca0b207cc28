"""The tables of components: the entries of each, the keys it is found by, and between which moments it changed.

A component is called by its first position; a key is what `chronology.casualties.links` gives.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final
from zlib import crc32

from projections.store.inserting import numbers

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["SPANS", "TABLES", "checksum", "components_of", "components_where"]

TABLES: Final = {
    "components": {
        "position": "BIGINT", "component": "BIGINT", "since": "BIGINT", "body": "VARCHAR USING COMPRESSION zstd",
    },
    "component_keys": {"checksum": "UINTEGER", "key": "VARCHAR", "component": "BIGINT"},
}  # fmt: skip
"""The tables in which `component` changes where components are joined, with their columns.

An entry is in a component `since` a position of the log: a row of a data set since another entry named it.
The `body` of each entry is here once more, because the entries of a component lie far apart in the mirror, whose bodies
are taken out of their compressed form two thousand at a time. A key is looked up by its checksum, since numbers are
looked through in a tenth of the time.
"""

SPANS: Final = {
    "component": "BIGINT",
    "first_position": "BIGINT",
    "last_position": "BIGINT",
    "first_known": "DATE",
    "last_known": "DATE",
}
"""The columns of `component_spans`: before the first position, or day of the public record, there is nothing of a
component, and from the last on all is as now; the last day is infinite where that is so of no day."""


def components_of(connection: DuckDBPyConnection, keys: Collection[str]) -> list[tuple[str, int]]:
    """Some keys, of those that are known, and their components."""
    rows = connection.execute(
        f"select key, component from store.component_keys where checksum in ({numbers({*map(checksum, keys)})})"
    ).fetchall()
    wanted = frozenset(keys)
    return [(key, component) for key, component in rows if key in wanted]


def checksum(key: str) -> int:
    """The number by which a key is looked up."""
    return crc32(key.encode())


def components_where(connection: DuckDBPyConnection, condition: str) -> set[int]:
    """The components with entries of which a condition holds."""
    rows = connection.execute(f"select distinct component from store.components where {condition}").fetchall()
    return {component for (component,) in rows}
