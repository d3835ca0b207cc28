"""All views of a chronology, and the order in which they are built."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import chronology.vocabulary
from chronology.errors import Refused, did_you_mean
from projections.views.kind_views import kind_relations
from projections.views.statement import out_of_reach, read_question
from projections.views.view_file import View, read_view

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["BASE", "Catalogue", "Needs", "macros"]

SHIPPED: Final = Path(__file__).parents[1] / "sql"
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


@cache
def _made_of() -> bytes:
    """A digest of all that shipped views are made of: their files, the vocabulary, and what reads the two."""
    digest = hashlib.sha256()
    here, vocabulary = Path(__file__).parent, Path(chronology.vocabulary.__file__).parent
    for path in sorted(
        [*SHIPPED.rglob("*.sql"), *vocabulary.rglob("*.py"), here / "kind_views.py", here / "view_file.py"]
    ):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.digest()


class Catalogue:
    """All views of a chronology: those shipped, one for each kind, and the user's own `projections/*.sql`.

    A user's view that cannot be read, or that takes the name of another, is left out and named in `problems`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.problems: list[str] = []
        self._own = sorted(folder.glob("*.sql")) if folder is not None and folder.is_dir() else []
        if self._own:
            _ = self.views  # what is wrong with the user's own is told with every question

    @cached_property
    def views(self) -> dict[str, View]:
        """The views by name. Most questions need none of them, so they are read when first asked for."""
        views = {view.name: view for view in (*_shipped(), *kind_relations())}
        for path in self._own:
            try:
                view = read_view(path, "own")
            except Refused as error:
                self.problems.append(str(error))
                continue
            if view.name in views or view.name in BASE:
                self.problems.append(f"{path}: there is a view {view.name} already; give the file another name")
            else:
                views[view.name] = view
        return views

    def view(self, name: str) -> View:
        """The view of this name. Raises `Refused` where there is none."""
        if name not in self.views:
            raise Refused(f"there is no view {name}; {did_you_mean(name, self.views, 'see `chronology views`')}")
        return self.views[name]

    def fingerprint(self) -> str:
        """Changes when any file does that views are made of: the views in the file are then made anew."""
        digest = hashlib.sha256(_made_of())
        for path in self._own:
            digest.update(f"{path.name}\0".encode())
            with contextlib.suppress(OSError):
                digest.update(path.read_bytes())
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
