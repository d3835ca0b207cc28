"""All views of a chronology, and the order in which they are built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chronology.errors import Refused
from projections.questions import out_of_reach, read_question
from projections.relations import kind_relations
from projections.views import View, read_view

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["BASE", "Catalogue", "Needs", "macros"]

SHIPPED: Final = Path(__file__).parent / "sql"
STEPS: Final = frozenset({"casualties", "mentions"})
"""The folders of views that are steps on the way to others."""

BASE: Final = frozenset({"mirror", "records", "told", "ended", "look_back"})
"""What views rest on. It is filled by `refresh`, not by a file."""

Needs = dict[str, list[str]]
"""The tables each view selects from, by its name."""


@cache
def _shipped() -> tuple[View, ...]:
    files = sorted(SHIPPED.rglob("*.sql"))
    return tuple(
        read_view(path, "step" if path.parent.name in STEPS else "shipped")
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
        for text in (
            *macros(),
            *(f"{v.name}\0{v.grows}\0{v.stored}\0{v.follows_entries}\0{v.select}" for v in self.views.values()),
        ):
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
        """What each view selects from. Views that are not one SELECT of other views are named in `problems`."""
        needs: dict[str, list[str]] = {}
        for view in self.views.values():
            try:
                question = read_question(connection, view.select)
            except Refused as error:
                if view.origin != "own":
                    raise AssertionError(view.name) from error
                self.problems.append(f"view {view.name}: {error}")
                continue
            if view.origin == "own" and (name := out_of_reach(question)):
                self.problems.append(f"view {view.name}: {name} is out of reach of SQL here; a view reads other views")
                continue
            needs[view.name] = sorted(question.tables)
        return needs
