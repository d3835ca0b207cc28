"""All views of a chronology, and the order in which they are built."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import chronology.vocabulary
from chronology.errors import Refused
from chronology.files import Linked
from chronology.log.evidence.places import made_here
from chronology.vocabulary.near import did_you_mean
from projections.views.dataset_views import Datasets, dataset_view, relation_name
from projections.views.kind_views import kind_relations
from projections.views.statement import DESCRIBING, out_of_reach, read_question
from projections.views.view_file import View, read_file, read_view

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["BASE", "BY_POLICY", "MIRROR", "RESULTS", "Catalogue", "Needs", "macros"]

SHIPPED: Final = Path(__file__).parents[1] / "sql"
STEPS: Final = frozenset({"casualties", "mentions"})
"""The folders of views that are steps on the way to others."""

RESULTS: Final = frozenset(
    f"reckoned_{each}"
    for each in (
        "by_day", "by_incident", "by_operation", "contradictions", "current", "figures", "incidents", "items",
        "reviews", "voices",
    )
)  # fmt: skip
"""The tables that hold what the casualty rules make of each component."""

BY_POLICY: Final = "reckoned_by_policy"
"""What the other policies make of what is contested: filled when it is asked for."""

MIRROR: Final = frozenset({"mirror", "dataset_reports", "other_entries", "ended", "records", "told"})
"""The log as rows, and what of it has ended."""

BASE: Final = (
    MIRROR
    | RESULTS
    | {"look_back", "components", "component_keys", "component_spans", "decided_for_all", "spelled", BY_POLICY}
)
"""What views rest on. It is filled by `refresh`, not by a file."""

MOST_OWN: Final = 200
"""Views of the user's own."""

_TAKEN: Final = BASE | {"cursor"}
"""Names that no view may have."""

_OF_THE_SYSTEM: Final = ("duckdb_", "pragma_", "pg_", "sqlite_", "information_schema")

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
    """A digest of all that shipped views are made of: their files, the vocabulary, the rules, and what reads them."""
    digest = hashlib.sha256()
    here, vocabulary = Path(__file__).parent, Path(chronology.vocabulary.__file__).parent
    rules = vocabulary.with_name("casualties")
    read_by = (here / "kind_views.py", here / "view_file.py")
    for path in sorted([*SHIPPED.rglob("*.sql"), *vocabulary.rglob("*.py"), *rules.rglob("*.py"), *read_by]):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.digest()


class Catalogue:
    """All views of a chronology: those shipped, one for each kind, and the user's own `projections/*.sql`.

    A user's view that cannot be read, or that takes the name of another, is left out and named in `problems`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.problems: list[str] = []
        self._own: list[tuple[Path, bytes]] = []
        if folder is not None and folder.is_dir():
            self._read_own(folder)
        if self._own:
            _ = self.views  # what is wrong with the user's own is reported with every question

    def _read_own(self, folder: Path) -> None:
        paths = sorted(folder.glob("*.sql"))
        if len(paths) > MOST_OWN:
            self.problems.append(f"{folder}: holds {len(paths):,} views; the first {MOST_OWN} by name are read")
        linked = [path for path in (folder, *paths) if path.is_symlink()]
        follows = bool(linked) and made_here(folder.parent, os.environ)
        if linked and not follows and linked[0] == folder:
            self.problems.append(str(Linked(folder)))
            return
        for path in paths[:MOST_OWN]:
            try:
                self._own.append((path, read_file(path, links=follows)))
            except Refused as error:
                self.problems.append(str(error))

    @cached_property
    def shipped(self) -> dict[str, View]:
        """The views that come with the program, by name."""
        return {view.name: view for view in (*_shipped(), *kind_relations())}

    @cached_property
    def views(self) -> dict[str, View]:
        """The views by name. Most questions need none of them, so they are read when first asked for."""
        views = dict(self.shipped)
        for path, content in self._own:
            try:
                view = read_view(path, "own", content)
            except Refused as error:
                self.problems.append(str(error))
                continue
            if view.name in views or view.name in _TAKEN or view.name.startswith(_OF_THE_SYSTEM):
                self.problems.append(f"{path}: there is a view {view.name} already; give the file another name")
            else:
                views[view.name] = view
        return views

    def add_datasets(self, datasets: Datasets) -> Needs:
        """Take in a relation for each data set that was imported; the tables each selects from."""
        needs: Needs = {}
        others = {name for name, view in self.views.items() if view.origin != "dataset"} | _TAKEN
        for dataset, columns in datasets.items():
            name = relation_name(dataset, others)
            if name not in others:
                self.views[name] = dataset_view(name, dataset, columns)
                needs[name] = ["facts"]
        return needs

    @property
    def has_own_tables(self) -> bool:
        """True if a view of the user's own is kept as a table."""
        return bool(self._own) and any(view.origin == "own" and view.stored for view in self.views.values())

    def view(self, name: str) -> View:
        """The view of this name. Raises `Refused` where there is none."""
        if name not in self.views:
            raise Refused(f"there is no view {name}; {did_you_mean(name, self.views, 'see `chronology views`')}")
        return self.views[name]

    def fingerprint(self) -> str:
        """Changes when any file does that shipped views are made of: the views in the file are then made anew."""
        return _made_of().hex()

    def own_fingerprint(self) -> str:
        """A digest of the user's own views; "" where there are none."""
        digest = hashlib.sha256()
        for path, content in self._own:
            digest.update(f"{path.name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest() if self._own else ""

    def in_order(self, needs: Needs, wanted: Iterable[str] | None = None) -> list[View]:
        """The views `wanted` (else all) and what they rest on, each after those it selects from.

        `needs` are those of `needs()`. Raises `Refused` where views select from each other in a circle.
        """
        done: dict[str, View] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in done or name not in needs or name not in self.views:
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

    def shipped_needs(self, connection: DuckDBPyConnection) -> Needs:
        """The tables that each shipped view selects from."""
        return {name: sorted(read_question(connection, view.select).tables) for name, view in self.shipped.items()}

    def own_needs(self, connection: DuckDBPyConnection) -> Needs:
        """The tables that each of the user's own views selects from, by its name; runs none of it.

        Views that are not one SELECT of other views, and circles of them, are left out and named in `problems`.
        """
        needs: Needs = {}
        for view in self.views.values():
            if view.origin == "own":
                try:
                    needs[view.name] = self._selects_from(connection, view)
                except Refused as error:
                    self.problems.append(f"view {view.name}: {error}")
        for name in list(needs):
            try:
                self.in_order(needs, [name])
            except Refused as error:
                self.problems.append(f"view {name}: {error}")
                del needs[name]
        return needs

    def _selects_from(self, connection: DuckDBPyConnection, view: View) -> list[str]:
        question = read_question(connection, view.select)
        if name := out_of_reach(question):
            raise Refused(f"{name} is out of reach of SQL here; a view reads other views")
        known = self.views.keys() | BASE | DESCRIBING
        if unknown := question.tables - question.of_the_catalogue - known:
            name = min(unknown)
            raise Refused(f"there is no view {name}; {did_you_mean(name, self.views, 'see `chronology views`')}")
        return sorted(question.tables)
