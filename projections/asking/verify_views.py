"""Checking the views against the log: what a rebuild gives, view by view, and the grain of each."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb

from chronology.log import Folder, Log
from projections.asking.session import Session
from projections.literals import first_line, identifier
from projections.store.build import check_grain
from projections.store.refresh import rebuild
from projections.views.catalogue import Catalogue

__all__ = ["Check", "grains", "verify"]


class Check(NamedTuple):
    """One view, kept and made anew: rows, and whether they are the same. `problem` is None where all is well."""

    view: str
    rows: int
    problem: str | None


def verify(log: Log, folder: Folder, catalogue: Catalogue) -> list[Check]:
    """Compare every view as kept in `views.duckdb` with the same view made anew from the log, and check its grain."""
    with tempfile.TemporaryDirectory(prefix="chronology-") as beside:
        fresh = Path(beside) / "views.duckdb"
        rebuild(log, fresh, catalogue)
        with Session(folder.views_path, catalogue) as kept, Session(fresh, catalogue) as anew:
            names = ("mirror", *catalogue.views)
            return [_compare(kept.connection, anew.connection, catalogue, name) for name in names]


def grains(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[str]:
    """The problems with the grain of any view."""
    return [problem for view in catalogue.views.values() if (problem := check_grain(connection, view))]


def _compare(
    kept: duckdb.DuckDBPyConnection, anew: duckdb.DuckDBPyConnection, catalogue: Catalogue, name: str
) -> Check:
    try:
        rows, digest = _digest(kept, name)
        rows_anew, digest_anew = _digest(anew, name)
    except duckdb.Error as error:
        return Check(name, 0, first_line(error))
    if (rows, digest) != (rows_anew, digest_anew):
        return Check(
            name, rows, f"{rows:,} rows kept, {rows_anew:,} in a rebuild, and they differ; run `chronology rebuild`"
        )
    view = catalogue.views.get(name)
    return Check(name, rows, check_grain(anew, view) if view else None)


def _digest(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """Rows, and a digest that does not depend on their order."""
    rows, digest = connection.execute(
        f"select count(*), coalesce(sum(hash(whole::varchar)::hugeint), 0) from {identifier(name)} as whole"
    ).fetchall()[0]
    return rows, int(digest)
