"""All views of a chronology, and the order in which they are built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chronology.errors import Refused
from projections.relations import kind_relations
from projections.views import View, read_view

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["BASE", "Catalogue", "macros", "tables_of"]

SHIPPED: Final = Path(__file__).parent / "sql"
BASE: Final = frozenset({"mirror", "ended", "look_back"})
"""The tables that views rest on. They are filled by `refresh`, not by a file."""

Needs = dict[str, list[str]]
"""The tables each view selects from, by its name."""


@cache
def _shipped() -> tuple[View, ...]:
    files = sorted(SHIPPED.rglob("*.sql"))
    return tuple(
        read_view(path, "step" if path.parent.name == "casualties" else "shipped")
        for path in files
        if path.parent.name != "macros"
    )


@cache
def macros() -> tuple[str, ...]:
    """The macros views may use, as CREATE statements."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted((SHIPPED / "macros").glob("*.sql")))


class Catalogue:
    """All views of a chronology: those shipped, one for each kind, and the user's own `projections/*.sql`.

    A user's view that cannot be read, or that takes the name of another, is left out and named in `problems`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.problems: list[str] = []
        self.views: dict[str, View] = {}
        for view in (*_shipped(), *kind_relations()):
            self.views[view.name] = view
        for path in sorted(folder.glob("*.sql")) if folder is not None and folder.is_dir() else ():
            try:
                self._add(read_view(path, "own"), path)
            except Refused as error:
                self.problems.append(str(error))

    def _add(self, view: View, path: Path) -> None:
        if view.name in self.views or view.name in BASE:
            msg = f"{path}: there is a view {view.name} already; give the file another name"
            raise Refused(msg)
        self.views[view.name] = view

    def fingerprint(self) -> str:
        """Changes when any view does: the views in the file are then made anew."""
        digest = hashlib.sha256()
        for text in (*macros(), *(f"{v.name}\0{v.grows}\0{v.stored}\0{v.select}" for v in self.views.values())):
            digest.update(text.encode())
            digest.update(b"\0")
        return digest.hexdigest()

    def in_order(self, needs: Needs, wanted: Iterable[str] | None = None) -> list[View]:
        """The views `wanted` (else all) and what they rest on, each after those it selects from.

        `needs` are those of `needs()`. Raises `Refused` where views select from each other in a circle.
        """
        done: dict[str, View] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in done or name not in needs:
                return
            if name in path:
                msg = f"views select from each other in a circle: {' → '.join((*path[path.index(name) :], name))}"
                raise Refused(msg)
            for other in needs[name]:
                if other == name:
                    continue
                visit(other, (*path, name))
            done[name] = self.views[name]

        for name in needs if wanted is None else wanted:
            visit(name, ())
        return list(done.values())

    def needs(self, connection: DuckDBPyConnection) -> Needs:
        """What each view selects from. A view whose SQL does not parse is left out, and named in `problems`."""
        needs: dict[str, list[str]] = {}
        for view in self.views.values():
            tables = tables_of(connection, view.select)
            if isinstance(tables, str) and view.origin != "own":
                msg = f"view {view.name}: {tables}"
                raise AssertionError(msg)
            if isinstance(tables, str):
                self.problems.append(f"view {view.name}: {tables}")
            else:
                needs[view.name] = sorted(tables)
        return needs


def tables_of(connection: DuckDBPyConnection, select: str) -> frozenset[str] | str:
    """The tables a SELECT reads, by DuckDB's own parser; or, as text, why it is not one SELECT."""
    (text,) = connection.execute("select json_serialize_sql($1::varchar)", [select]).fetchall()[0]
    tree = json.loads(text)
    if tree["error"]:
        return f"{tree['error_message']}; expected one SELECT".replace("\n", " ")
    if len(tree["statements"]) != 1:
        return "expected one SELECT"
    nodes = list(_nodes(tree))
    ctes = {entry["key"].lower() for node in nodes if "cte_map" in node for entry in node["cte_map"]["map"]}
    named = {node["table_name"].lower() for node in nodes if node.get("type") == "BASE_TABLE"}
    return frozenset(named - ctes)


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)
