"""One release of a data set against what the log holds: new, unchanged, revised, vanished, rejected.

Rows are taken some hundred at a time. What is known of them is looked up together, inside the transaction that
writes, so that nobody else writes between the look and the leap. What was seen of a file is kept in a temporary
table, not in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, NamedTuple

import msgspec

from chronology.errors import Problem, Refused, Rejected
from chronology.importers.changes import reason_of
from chronology.importers.coverage import Coverage, countries
from chronology.importers.ged import HEADERLESS, GedRows
from chronology.importers.tables import Row, Source, rows_of
from chronology.log import Draft, Entry, Log, now, reading
from chronology.vocabulary import Kind, Report
from chronology.vocabulary.kinds.curation import CorrectionNature, FactCorrected
from chronology.vocabulary.kinds.datasets import DatasetImported, RecordVanished

__all__ = ["DATASETS", "Asked", "Summary", "import_release"]

CHUNK: Final = 500
MOST_IN_FACT: Final = 50_000
MOST_IN_VALUE: Final = 19_000

DATASETS: Final[dict[str, type[GedRows]]] = {GedRows.dataset: GedRows}

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Asked(NamedTuple):
    """How a release is to be taken in. `rejects` is given the rows that are left out; None lets no row be left out."""

    dataset: str
    coverage: Coverage | None = None
    release: str | None = None
    published: str | None = None
    rejects: Callable[[list[Problem]], None] | None = None
    by: str | None = None
    dry_run: bool = False


@dataclass
class Summary:
    """What an import found. `entry` is the id of the import in the log, if it made one, or was made before."""

    rows: int = 0
    new: int = 0
    revised: int = 0
    vanished: int = 0
    unchanged: int = 0
    rejected: int = 0
    repeated: int = 0
    entry: str | None = None
    known: bool = False
    warnings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """`18,957 rows: 18,940 new · 12 revised · 3 vanished · 2 unchanged · 0 rejected`."""
        parts = ("new", "revised", "vanished", "unchanged", "rejected")
        said = " · ".join(f"{getattr(self, part):,} {part}" for part in parts)
        twice = f" · {self.repeated:,} repeated" if self.repeated else ""
        return f"{self.rows:,} rows: {said}{twice}"


class _Again(Exception):
    """Ids stand in the file with different contents: nothing of them may be kept."""

    def __init__(self, ids: set[str]) -> None:
        super().__init__()
        self.ids = ids


def import_release(log: Log, source: Source, asked: Asked) -> Summary:
    """Take a release in, all of it or nothing.

    Raises Rejected with every problem of the file unless `asked.rejects` takes them, Refused for a file that is none
    of the data set, and what `Log.append` raises.
    """
    torn: set[str] = set()
    while True:
        with contextlib.closing(_Release(log, source, asked, torn)) as release:
            try:
                log.take_in(release.drafts(), by=asked.by, keep=not asked.dry_run)
            except _Again as again:
                torn |= again.ids
            else:
                return release.found


class _Release:
    """One reading of one file."""

    def __init__(self, log: Log, source: Source, asked: Asked, torn: set[str]) -> None:
        self._log, self._source, self._asked, self._torn = log, source, asked, torn
        self._dataset = asked.dataset
        self.found = Summary()
        self._problems: list[Problem] = []
        self._conflicts: set[str] = set()
        self._covered = False
        self._nameless = 0
        self._any_undone = False
        self._columns: list[str] = []
        self._seen = _Seen()
        self._gone: dict[str, int] = {}

    def close(self) -> None:
        self._seen.close()

    def drafts(self) -> Iterator[Draft]:
        """What is to be appended, made as the log is read. Raises Rejected, Refused, _Again."""
        releases = [
            (entry, said)
            for _, entry in self._log.of_kind("dataset_imported")
            if isinstance(said := reading(entry), DatasetImported) and said.dataset == self._dataset
        ]
        before = [each for each in releases if self._log.retracted(each[0].id) is None]
        self._any_undone = len(before) < len(releases)
        if before and self._is_known(*before[-1]):
            return
        for position, entry in self._log.of_kind("record_vanished"):
            said = reading(entry)
            if isinstance(said, RecordVanished) and self._log.retracted(entry.id) is None:
                self._gone[said.fact] = position
        number = len(releases) + 1
        yield from self._of_rows()
        if self._conflicts:
            raise _Again(self._conflicts)
        yield from self._of_absent(number)
        if self._problems:
            if self._asked.rejects is None:
                raise Rejected(self._problems)
            self._asked.rejects(self._problems)
        found = self.found
        entries = found.new + found.revised + found.vanished
        if not entries and any(said.sha256 == self._source.sha256 for _, said in before):
            return
        found.entry = f"{self._dataset}/import-{number}"
        yield Draft(self._imported(entries), found.entry)

    def _is_known(self, entry: Entry, said: DatasetImported) -> bool:
        """Whether the newest release that stands is this very file, read in the same way."""
        coverage = self._asked.coverage and self._asked.coverage.written
        mapping = DATASETS[self._dataset].mapping
        if (said.sha256, said.coverage, said.mapping, said.rejected) != (self._source.sha256, coverage, mapping, 0):
            return False
        self.found = Summary(rows=said.rows, unchanged=said.new + said.revised + said.unchanged)
        self.found.repeated = said.rows - self.found.unchanged
        self.found.entry, self.found.known = entry.id, True
        return True

    def _imported(self, entries: int) -> DatasetImported:
        found, asked = self.found, self._asked
        return DatasetImported(
            dataset=self._dataset,
            release=asked.release,
            file=self._source.name[:300],
            sha256=self._source.sha256,
            rows=found.rows,
            new=found.new,
            revised=found.revised,
            vanished=found.vanished,
            unchanged=found.unchanged,
            rejected=found.rejected,
            entries=entries,
            coverage=asked.coverage and asked.coverage.written,
            licence=DATASETS[self._dataset].licence,
            mapping=DATASETS[self._dataset].mapping,
            published=asked.published,
            reason=f"imported from {self._source.name[:300]}",
        )

    # --- the rows

    def _of_rows(self) -> Iterator[Draft]:
        rows = rows_of(self._source)
        reader, first = self._header(rows)
        coming = chain([] if first is None else [first], rows)
        while some := list(islice(coming, CHUNK)):
            records = [record for row in some if (record := self._record(reader, row)) is not None]
            records = self._first_seen(records)
            known = self._log.streams([f"{self._dataset}:{key}" for key, _ in records])
            for key, row in records:
                fact = self._fact(reader, row, key)
                if fact is not None:
                    yield from self._judged(f"{self._dataset}:{key}", fact, known)
        self._conclude(reader)

    def _header(self, rows: Iterator[Row]) -> tuple[GedRows, Row | None]:
        """The reader of this file's columns, and the first row if that is none of names or tags."""
        kind = DATASETS[self._dataset]
        first = next(rows, None)
        if first is None:
            raise Rejected([self._source.problem(1, "", "", "expected a row of column names; the file is empty")])
        names = [name.strip().lower() for name in first.values]
        start: Row | None = None
        if first.unreadable is not None:
            raise Rejected([self._source.problem(first.line, "", "", first.unreadable)])
        if "id" not in names and len(names) == len(HEADERLESS) and names[0].isdecimal():
            names, start = list(HEADERLESS), first
        missing = [name for name in kind.required if name not in names]
        if missing:
            expected = f"expected a row of the columns of {self._dataset}; {', '.join(missing)} missing"
            raise Rejected([self._source.problem(first.line, "", ",".join(names), expected)])
        if len(set(names)) < len(names) or len(names) > 190:
            raise Rejected([self._source.problem(first.line, "", "", "expected each column once, at most 190")])
        unknown = [name for name in names if name not in kind.known]
        if unknown:
            self.found.warnings.append(f"{self._source.name}: unknown columns, kept as they are: {', '.join(unknown)}")
        self._columns = names
        if start is None:
            start = next(rows, None)
            if start is not None and all(value.startswith("#") for value in start.values if value.strip()):
                start = next(rows, None)
        return kind(names, self._asked.published), start

    def _record(self, reader: GedRows, row: Row) -> tuple[str, Row] | None:
        """The id of a row, and the row; None (and a problem) where it cannot be read at all."""
        self.found.rows += 1
        if row.unreadable is not None:
            self._reject(row, "", "", row.unreadable)
        elif len(row.values) != len(self._columns):
            self._reject(row, "", "", f"expected {len(self._columns)} fields, found {len(row.values)}")
        elif (key := reader.key(row.values)) is None:
            given = row.values[self._columns.index("id")]
            self._reject(row, "id", given, "expected the id of the record, in digits")
        else:
            return key, row
        self._nameless += 1
        return None

    def _first_seen(self, records: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
        """The records without those seen before: the same again counts once, another of the same id is a conflict."""
        if self._seen.add(records) == len(records):
            return [record for record in records if not self._is_torn(*record)] if self._torn else records
        places = self._seen.of([key for key, _ in records])
        kept = []
        for key, row in records:
            line, digest = places[key]
            if self._is_torn(key, row):
                continue
            if line == row.line:
                kept.append((key, row))
            elif digest == _digest(row):
                self.found.repeated += 1
            else:
                self._conflicts.add(key)
        return kept

    def _is_torn(self, key: str, row: Row) -> bool:
        if key in self._torn:
            self._reject(row, "id", key, "expected one row of this id, or the same; the file has several that differ")
            return True
        return False

    def _fact(self, reader: GedRows, row: Row, key: str) -> Report | None:
        read = reader.read(row.values)
        if isinstance(read, list):
            self.found.rejected += 1
            self._problems += [self._source.problem(row.line, *each) for each in read]
            return None
        if sum(map(len, row.values)) > MOST_IN_FACT // 4 and (
            len(_encode(read)) > MOST_IN_FACT or max(map(len, row.values)) > MOST_IN_VALUE
        ):
            self._reject(row, "id", key, f"expected a row of at most {MOST_IN_FACT:,} bytes as JSON")
            return None
        if self._asked.coverage is not None and self._asked.coverage.country in (None, *countries(read.country)):
            self._covered = True
        return read

    def _reject(self, row: Row, column: str, value: str, expected: str) -> None:
        self.found.rejected += 1
        self._problems.append(self._source.problem(row.line, column, value, expected))

    def _judged(self, id: str, fact: Report, known: dict[str, list[tuple[int, Entry]]]) -> Iterator[Draft]:  # noqa: A002
        stream = known.get(id)
        if stream is None:
            self.found.new += 1
            yield Draft(fact, id)
            return
        written, present = _encode(fact), stream[-1][1].revision
        left = self._left(stream)
        if not left:
            # Its stream is there, with nothing in it that stands: it goes on where the import undone left it.
            self.found.new += 1
            yield self._revision(id, present, written, f"in {self._source.name[:300]}: new, after an import undone")
            return
        said = _last_said(left)
        back = self._gone.get(id, 0) > said.position
        if said.written == written and not back:
            self.found.unchanged += 1
            return
        self.found.revised += 1
        reason = reason_of(self._source.name, said.written, written, back=back)
        yield self._revision(id, present, written, reason)

    def _revision(self, id: str, present: int, written: bytes, reason: str) -> Draft:  # noqa: A002
        correction = FactCorrected(
            fact=id,
            nature=CorrectionNature.SOURCE,
            reason=reason,
            now=msgspec.Raw(written),
            published=self._asked.published,
        )
        return Draft(correction, expects=present, restates=True)

    def _left(self, stream: list[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
        """The revisions that no import undone brought."""
        return [each for each in stream if self._log.undone(each[0]) is None] if self._any_undone else stream

    def _conclude(self, reader: GedRows) -> None:
        warnings, coverage = self.found.warnings, self._asked.coverage
        if reader.crossing:
            warnings.append(f"{reader.crossing:,} rows without low ≤ best ≤ high; kept as published")
        if reader.unbalanced:
            warnings.append(f"{reader.unbalanced:,} rows whose best is not the sum of its deaths_*; kept as published")
        if coverage is not None and not self._covered and not self._conflicts:
            raise Refused(
                f"--coverage {coverage.written}: no row of {self._source.name} is of it; nothing was appended"
            )

    # --- what is not there

    def _of_absent(self, number: int) -> Iterator[Draft]:
        """A note for each known record that the file should have, and has not."""
        coverage, prefix, last = self._asked.coverage, f"{self._dataset}:", ""
        if coverage is not None and self._nameless:
            self.found.warnings.append("rows were left out whose id cannot be read: nothing was taken for vanished")
            return
        while coverage is not None and (ids := self._log.ids(prefix, last)):
            last = ids[-1]
            absent = self._seen.without([id.removeprefix(prefix) for id in ids])  # noqa: A001
            streams = self._log.streams([prefix + key for key in absent])
            for id, stream in streams.items():  # noqa: A001
                left = self._left(stream)
                if not left:
                    continue
                said = _last_said(left)
                fact = said.fact
                if (
                    self._gone.get(id, 0) > said.position
                    or not isinstance(fact, Report)
                    or not coverage.covers(fact)
                    or self._log.retracted(id) is not None
                ):
                    continue
                self.found.vanished += 1
                vanished = RecordVanished(
                    fact=id, reason=f"not in {self._source.name[:300]}", published=self._asked.published
                )
                yield Draft(vanished, f"{self._dataset}/import-{number}/{id.removeprefix(prefix)}")


class _Said(NamedTuple):
    """What the data set said last of a record: where, and the JSON of the fact."""

    position: int
    written: bytes
    entry: Entry

    @property
    def fact(self) -> Kind:
        said = reading(self.entry)
        return now(said) if isinstance(said, FactCorrected) else said


def _last_said(stream: list[tuple[int, Entry]]) -> _Said:
    """Not what we corrected since: our corrections are no word of the data set."""
    for position, entry in reversed(stream):
        if entry.kind != "fact_corrected":
            return _Said(position, bytes(entry.fact), entry)
        said = reading(entry)
        if isinstance(said, FactCorrected) and said.nature is CorrectionNature.SOURCE:
            return _Said(position, bytes(said.now), entry)
    raise AssertionError(stream)


class _Seen:
    """The ids of a file with the line and a digest of their row, in a temporary table on disk."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("pragma cache_size = -4000")
        self._connection.execute("create table seen (id text primary key, line integer, digest blob) without rowid")
        self._connection.execute("begin")

    def close(self) -> None:
        self._connection.close()

    def add(self, records: list[tuple[str, Row]]) -> int:
        """Note rows; how many of them have an id that was not there."""
        before = self._connection.total_changes
        self._connection.executemany(
            "insert or ignore into seen values (?, ?, ?)", ((key, row.line, _digest(row)) for key, row in records)
        )
        return self._connection.total_changes - before

    def of(self, keys: list[str]) -> dict[str, tuple[int, bytes]]:
        """Line and digest of the row that came first, by id."""
        return {key: (line, digest) for key, line, digest in self._rows(keys)}

    def without(self, keys: list[str]) -> list[str]:
        """Those that are not there, in the order given."""
        there = {row[0] for row in self._rows(keys)}
        return [key for key in keys if key not in there]

    def _rows(self, keys: list[str]) -> sqlite3.Cursor:
        marks = ",".join("?" * len(keys))
        return self._connection.execute(f"select id, line, digest from seen where id in ({marks})", keys)  # noqa: S608


def _digest(row: Row) -> bytes:
    return hashlib.blake2b("\0".join(row.values).encode(errors="replace"), digest_size=16).digest()
