"""Cases reckoned without a log: TOML in, the rows of a Result under the names of the views out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import duckdb
import msgspec

from chronology.casualties import CAUTIOUS, Components, Entry, Policy, Result, names_of, reckon
from chronology.casualties import results as rows_of
from chronology.intake import read_batch, read_file
from chronology.log import Log
from chronology.vocabulary import KINDS, Kind
from chronology.vocabulary.kinds.curation import FactCorrected, FactRetracted

VIEWS = {
    "figures": rows_of.FigureRow, "items": rows_of.ItemRow, "casualties_by_incident": rows_of.IncidentRow,
    "casualties_by_operation": rows_of.OperationRow, "casualties_daily": rows_of.DayRow,
    "casualties_current": rows_of.CurrentRow, "contradictions": rows_of.ContradictionRow,
    "needs_review": rows_of.ReviewRow, "voices": rows_of.VoiceRow,
}  # fmt: skip
FIELDS = ("figures", "items", "by_incident", "by_operation", "by_day", "current", "contradictions", "reviews", "voices")
TYPES = {str: "VARCHAR", int: "BIGINT", bool: "BOOLEAN", dt.date: "DATE"}


def standing(drafts: Iterable[tuple[str, Kind]]) -> list[Entry]:
    """What stands of drafts in the order of the log: corrections applied, retracted entries left out."""
    entries: dict[str, Entry] = {}
    for position, (name, fact) in enumerate(drafts, 1):
        if isinstance(fact, FactCorrected):
            old = entries[fact.fact]
            now = msgspec.json.decode(fact.now, type=msgspec.defstruct("Tagged", [("kind", str)]))
            kind = KINDS[now.kind]
            entries[fact.fact] = Entry(position, fact.fact, old.revision + 1, msgspec.json.decode(fact.now, type=kind))
        elif isinstance(fact, FactRetracted):
            entries.pop(fact.fact, None)
        else:
            entries[name] = Entry(position, name, 1, fact)
    return list(entries.values())


def of_toml(text: str, folder: Path) -> list[Entry]:
    """The entries that a TOML text gives, read as the program reads it."""
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    with Log.create(folder / "log.db") as log:
        batch = read_batch(read_file(str(path), None), log)
        assert not batch.problems, batch.problems
        return standing([(draft.id or f"entry-{n}", draft.fact) for n, draft in enumerate(batch.drafts, 1)])


def by_component(entries: list[Entry]) -> list[list[Entry]]:
    """The entries of each component."""
    components = Components()
    keys = [components.add(entry) for entry in entries]
    found: dict[Any, list[Entry]] = {}
    for entry, key in zip(entries, keys, strict=True):
        found.setdefault(components.find(key), []).append(entry)
    return list(found.values())


def asked(result: Result, sql: str) -> list[dict[str, Any]]:
    """The rows of a SELECT over the rows of a Result."""
    with duckdb.connect() as connection:
        for field, (view, row) in zip(FIELDS, VIEWS.items(), strict=True):
            hints = get_type_hints(row)
            connection.execute(f"create table {view} ({', '.join(f'{n} {_sql_type(h)}' for n, h in hints.items())})")
            rows: list[NamedTuple] = getattr(result, field)
            if rows:
                marks = ", ".join("?" for _ in hints)
                connection.executemany(
                    f"insert into {view} values ({marks})",
                    [[list(v) if isinstance(v, tuple) else v for v in each] for each in rows],
                )
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, each, strict=True)) for each in cursor.fetchall()]


def _sql_type(hint: Any) -> str:
    args = [each for each in getattr(hint, "__args__", ()) if each is not type(None) and each is not Ellipsis]
    if getattr(hint, "__origin__", None) is tuple:
        return f"{_sql_type(args[0])}[]"
    if args:
        return _sql_type(args[0])
    return TYPES[hint]


def reckoned(entries: list[Entry], policy: Policy = CAUTIOUS) -> Result:
    """The Result of all entries at once."""
    return reckon(entries, names_of(entries), policy)
