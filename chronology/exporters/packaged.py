"""The files of a data package: each view as CSV and as Parquet, and what is needed to read, cite and check them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

import chronology
from chronology.exporters.citation import as_bibtex, as_text
from chronology.exporters.csv_cells import harmless
from chronology.exporters.state import State
from projections.asking.describe import Column
from projections.asking.parquet import write_parquet

__all__ = ["MADE_BY", "Packaged", "packaged", "write_json", "zipped"]

VIEWS: Final = (
    "casualties_by_operation", "casualties_by_incident", "incidents", "timeline", "claims", "contradictions", "figures",
    "facts", "operations", "actors", "places", "sources",
)  # fmt: skip
_SAID_ELSEWHERE: Final = {"facts": {"figures", "plain"}}
"""Columns that are a view of their own, or say nothing to others."""

MADE_BY: Final = f"chronology {chronology.__version__}"
_TYPES: Final = {
    "BIGINT": "integer", "INTEGER": "integer", "SMALLINT": "integer", "UBIGINT": "integer", "HUGEINT": "integer",
    "DOUBLE": "number", "FLOAT": "number", "BOOLEAN": "boolean", "DATE": "date", "JSON": "object",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}  # fmt: skip
"""Types of Table Schema by those of DuckDB; a list is an array, whatever is in it, and all else is text."""
_PEOPLE: Final = ("low", "best", "high", "not_itemised", "residual")
_DEGREES: Final = ("latitude", "longitude")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip can hold: the same files are the same bytes, whenever they are packed."""


class Packaged(NamedTuple):
    """A file of the package: where it is in it, what it is, its media type, and what it was made from, if a view."""

    path: str
    meaning: str
    media_type: str
    view: str | None = None


def packaged(state: State, folder: Path) -> list[Packaged]:
    """Write the files of a data package into a folder. Which they are; `datapackage.json` is the first."""
    (folder / "data").mkdir()
    files, resources = [], []
    for view in VIEWS:
        left_out = _SAID_ELSEWHERE.get(view, set())
        columns = [column for column in state.views[view].columns if column.name not in left_out]
        names = [column.name for column in columns]
        _write_csv(names, state.view(view, names).rows, folder / "data" / f"{view}.csv")
        found = state.view(view, names)
        write_parquet(found.columns, found.types, found.rows, folder / "data" / f"{view}.parquet")
        meaning = state.views[view].description
        table = Packaged(f"data/{view}.csv", meaning, "text/csv", view)
        exact = Packaged(f"data/{view}.parquet", meaning, "application/vnd.apache.parquet", view)
        files += [table, exact]
        resources += [
            _resource(table, folder) | {"profile": "tabular-data-resource", "schema": _schema(columns)},
            _resource(exact, folder) | {"type": "file"},  # readers without Parquet check its hash, and go on
        ]
    for name, meaning, text in _notes(state):
        (folder / name).write_text(text, encoding="utf-8")
        files.append(Packaged(name, meaning, "application/json" if name.endswith(".json") else "text/plain"))
    write_json(_package(state, resources), folder / "datapackage.json")
    return [Packaged("datapackage.json", "The tables, their columns and units", "application/json"), *files]


def zipped(folder: Path, stream: BinaryIO) -> None:
    """Write the files of a folder as a zip, in the order of their names."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with path.open("rb") as file, archive.open(info, "w") as target:
                while part := file.read(1 << 20):
                    target.write(part)


def write_json(value: object, file: Path) -> None:
    """Write a JSON file that people can read."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(value)) + b"\n")


def _write_csv(columns: list[str], rows: Iterable[tuple[Any, ...]], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)  # its lines end as RFC 4180 says
        writer.writerow(columns)
        writer.writerows([harmless(value) for value in row] for row in rows)


def _resource(file: Packaged, folder: Path) -> dict[str, Any]:
    path = folder / file.path
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    name = path.stem if path.suffix == ".csv" else f"{path.stem}-{path.suffix[1:]}"
    return {
        "name": name.replace("_", "-"),
        "path": file.path,
        "title": path.stem.replace("_", " "),
        "description": file.meaning,
        "format": path.suffix[1:],
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }


def _schema(columns: Iterable[Column]) -> dict[str, Any]:
    return {"fields": [_field(column) for column in columns], "missingValues": [""]}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES.get(column.type, "string")}
    if column.type.endswith("[]"):
        field["type"] = "array"
    if column.meaning:
        field["description"] = column.meaning
    if field["type"] == "integer" and column.name.endswith(_PEOPLE):
        field["unit"] = "people"
    if column.name in _DEGREES:
        field["unit"] = "degrees, WGS 84"
    return field


def _package(state: State, resources: list[dict[str, Any]]) -> dict[str, Any]:
    about = state.about
    sources = state.rows(f"select name, url from sources where {state.condition('sources')} order by name")
    return {
        "profile": "data-package",
        "name": about.origin.replace("/", "-"),
        "id": about.root,
        "title": about.name if about.operation is None else f"{about.name}: {about.operation}",
        "description": as_text(about),
        "version": str(about.entries),
        "created": f"{about.recorded.isoformat()}T00:00:00Z",
        "about": about._asdict() | {"made_by": MADE_BY},
        "sources": [
            {"title": source["name"]} | ({"path": source["url"]} if source["url"] else {}) for source in sources
        ],
        "resources": resources,
    }


def _notes(state: State) -> Iterator[tuple[str, str, str]]:
    """The files beside the tables: name, meaning and text."""
    about, text = state.about, io.StringIO()
    print(f"# {about.name}\n", file=text)
    print(f"{as_text(about)}\n", file=text)
    print("Each table of `data/` is there twice: as CSV for spreadsheets, and as Parquet, which is exact.", file=text)
    print("`datapackage.json` says what each column means, its type and its unit.\n", file=text)
    print("- An empty cell is not known, which is not 0. A `high` that is empty beside a `low` is open.", file=text)
    print("- In the CSV, text that a spreadsheet would run begins with an apostrophe.", file=text)
    print("- Sums of `high` are open where one of them is.\n", file=text)
    print(f"It was made from the first {about.entries:,} entries of the log {about.origin}, whose root", file=text)
    print(f"hash is {about.root}. Whoever has the log sees with `chronology verify`", file=text)
    print("whether it is the same, and makes this package again with `chronology export`.", file=text)
    if about.checkpoint is not None:
        print("`checkpoint.txt` signs that log, or its beginning: how long it was, and its root.", file=text)
        yield "checkpoint.txt", "A signed note of how long the log was and what it held", about.checkpoint
    yield "README.md", "What this is and how to read it", text.getvalue()
    yield "CITATION.bib", "How to cite it, in BibTeX", as_bibtex(about) + "\n"
