"""The same work by other means: the library as it ships, SQLite alone, DuckDB alone, pandas, sqlite-utils."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import duckdb
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, StoredEvent, Tracking, UUIDAsHex
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteTrackingRecorder

from chronology.log import Log
from chronology.vocabulary import Figure, fields_of
from projections.store import mirror
from projections.store.connection import ROW_GROUP

MISSING: Final = tuple(name for name in ("pandas", "sqlite_utils") if find_spec(name) is None)
"""Peers that are not installed; `make bench` installs them."""


# --- eventsourcing, as it ships


def bare_recorder(path: Path) -> SQLiteApplicationRecorder:
    """The library's recorder with its own settings."""
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(path), originator_id_type="text"))
    recorder.create_table()
    return recorder


def stored(lines: Iterable[tuple[int, bytes]]) -> list[StoredEvent]:
    """The lines of a log as events of their own streams."""
    return [StoredEvent(f"stream-{position}", 1, "fact", line) for position, line in lines]


class FactRecorded(DomainEvent):
    """A fact, as an application written with the library would record it."""

    fact: dict[str, Any]


class InjuriesByConvoy(SQLiteTrackingRecorder):
    """Cumulative injuries per convoy, kept up by one handler, with tracking in the same transaction."""

    def create_tables(self) -> None:
        """Make the table beside that of the tracking."""
        self.create_table()
        with self.datastore.transaction(commit=True) as c:
            c.execute("create table injuries (convoy text primary key, low integer)")

    def process(self, c: Any, event: FactRecorded, tracking: Tracking) -> None:
        """Add what one event says, and remember that it was seen."""
        fact = event.fact
        low = sum(figure.get("low", 0) for figure in fact.get("injured", ()))
        if low and "operation" in fact:
            c.execute(
                "insert into injuries values (?, ?) on conflict (convoy) do update set low = low + excluded.low",
                (fact["operation"], low),
            )
        self._insert_tracking(c, tracking)


class LibraryProjection:
    """Events in the library's recorder by its JSON transcoder, and a projection of them."""

    def __init__(self, folder: Path, lines: Iterable[tuple[int, bytes]]) -> None:
        transcoder = JSONTranscoder()
        transcoder.register(UUIDAsHex())
        transcoder.register(DatetimeAsISO())
        self._mapper: Mapper[UUID] = Mapper(transcoder)
        self._recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(folder / "events.db")))
        self._recorder.create_table()
        self._folder, self._runs, self.count = folder, 0, 0
        namespace = UUID(int=0)
        for chunk in _chunks(lines, 1_000):
            events = [
                FactRecorded(
                    originator_id=uuid5(namespace, f"{position}"), originator_version=1,
                    timestamp=FactRecorded.create_timestamp(), fact=json.loads(line)["fact"],
                )
                for position, line in chunk
            ]  # fmt: skip
            self._recorder.insert_events([self._mapper.to_stored_event(event) for event in events])
            self.count += len(events)

    def run(self, batch: int) -> None:
        """Project all events into a new database, `batch` of them in a transaction."""
        self._runs += 1
        view = InjuriesByConvoy(SQLiteDatastore(str(self._folder / f"view{self._runs}.db")))
        view.create_tables()
        position = 0
        while notifications := self._recorder.select_notifications(position + 1, max(batch, 10)):
            for some in _chunks(notifications, batch):
                with view.datastore.transaction(commit=True) as c:
                    for notification in some:
                        event = self._mapper.to_domain_event(notification)
                        assert isinstance(event, FactRecorded)
                        view.process(c, event, Tracking("events", notification.id))
                position = some[-1].id
        view.datastore.close()


def _chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    coming = iter(items)
    while some := list(islice(coming, size)):
        yield some


# --- DuckDB alone


def write_lines(log: Log, path: Path) -> None:
    """The log as JSON Lines, as `export` writes them."""
    with path.open("wb") as file:
        file.writelines(line + b"\n" for _, line in log.lines())


def read_ndjson(lines: Path, database: Path) -> None:
    """Read JSON Lines into the columns of the mirror as a person with DuckDB would: what stands there, nothing more.

    Days other than plain ones, and whatever a figure leaves to its fact, are left null.
    """
    read = mirror.structure_of_reports()
    for unlike in ("count", "place"):
        read.pop(unlike)
    fact = ", ".join(f"fact.{name} as {name}" for name in mirror.COLUMNS if name in read and name != "figures")
    given = fields_of(Figure)
    figure = ", ".join(
        f"{name} := each.{name}" if name in given else f"{name} := null::{type_}"
        for name, type_ in mirror.FIGURE.items()
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute("set timezone = 'UTC'; set preserve_insertion_order = false; set memory_limit = '2GB'")
        connection.execute(
            f"attach '{database}' as store (storage_version 'v1.4.0', row_group_size {ROW_GROUP}, block_size 65536)"
        )
        connection.execute("use store")
        connection.execute(mirror.create_table("mirror"))
        connection.execute(f"""
            insert into mirror by name
            select own.id as fact, own.kind as kind, own.revision as revision, own.recorded_at as recorded_at,
                own.recorded_by as recorded_by, fact.published as published_edtf, fact.occurred as occurred_edtf,
                try_cast(fact.published as date) as published_from, try_cast(fact.occurred as date) as occurred_from,
                {fact}, list_transform(fact.killed, lambda each: struct_pack({figure})) as figures, body
            from (
                select own, own.fact as body, from_json(own.fact, '{json.dumps(read)}') as fact
                from (
                    select {{'id': id, 'kind': kind, 'revision': revision, 'recorded_at': recorded_at,
                        'recorded_by': recorded_by, 'fact': fact}} as own
                    from read_json('{lines}', format = 'newline_delimited', maximum_object_size = 16777216, columns = {{
                        id: 'VARCHAR', kind: 'VARCHAR', revision: 'INTEGER', recorded_at: 'TIMESTAMPTZ',
                        recorded_by: 'VARCHAR', fact: 'JSON'}})
                )
            )
        """)


# --- others, each from a cold process: the injured and killed of one operation out of all facts


def write_csv(log: Log, path: Path) -> None:
    """The facts as a table with one row each, as people keep them."""
    import csv

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "kind", "source", "occurred", "operation", "killed", "injured"])
        for _, line in log.lines():
            entry = json.loads(line)
            fact = entry["fact"]
            writer.writerow([
                entry["id"], entry["kind"], fact.get("source"), fact.get("occurred"), fact.get("operation"),
                *(sum(figure.get("low") or 0 for figure in _list(fact.get(c))) for c in ("killed", "injured")),
            ])  # fmt: skip


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


PANDAS: Final = """
import sys, pandas
facts = pandas.read_csv(sys.argv[1])
print(facts[facts.operation == 'bulletins'].groupby('operation')[['killed', 'injured']].sum())
"""


def sqlite_utils_insert(lines: Path, database: Path) -> None:
    """Insert the facts of the lines with sqlite-utils."""
    import sqlite_utils

    table = sqlite_utils.Database(str(database))["facts"]
    with lines.open(encoding="utf-8") as file:
        facts = (json.loads(line) for line in file)
        table.insert_all(
            ({"id": each["id"], "recorded_at": each["recorded_at"], **each["fact"]} for each in facts),
            alter=True,
        )
