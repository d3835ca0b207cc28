"""One release of a data set against what the log holds: new, unchanged, revised, vanished, rejected.

Rows are taken a hundred at a time. What is known of them is looked up together, inside the transaction that
writes, so that nobody else writes between the look and the leap. What was seen of a file is kept on disk.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from chronology.collector import collector_paused
from chronology.errors import Problem, Refused, Rejected
from chronology.importers.changes import changes
from chronology.importers.column_types import ColumnTypes
from chronology.importers.coverage import Coverage, countries
from chronology.importers.damage import is_damaged
from chronology.importers.drift import Drift
from chronology.importers.formats import Format, Rows
from chronology.importers.history import History, Stream
from chronology.importers.listing import Listing, drafts_of, listed
from chronology.importers.seen import AllProblems, Record, Seen, digest_of
from chronology.importers.tables import ANY_SHAPE, Row, Source, Table
from chronology.importers.timeline import Statement, encode_fact, missing, revision_draft, statement_of
from chronology.log import Draft, Log
from chronology.vocabulary import Category, Report
from chronology.vocabulary.kinds.datasets import DatasetImported, RecordVanished

__all__ = ["Asked", "Summary", "import_release"]

CHUNK: Final = 100
MOST_IN_FACT: Final = 50_000
MOST_IN_VALUE: Final = 19_000

_SAID_AGAIN: Final = "said again by what came out later"
_WEIGHTY: Final = (*Category, "occurred", "place", "country", "from_", "to")
"""The fields of a fact that a revision of is more than one of text."""


class Asked(NamedTuple):
    """The options of an import.

    `rejects` is given what is wrong with the rows that are left out; None lets no row be left out. `progress` is told
    how many bytes of the file were read. `new_history` says that none of its records is meant to be known.
    """

    format: Format
    coverage: Coverage | None = None
    release: str | None = None
    published: str | None = None
    rejects: Callable[[Iterable[Problem]], None] | None = None
    by: str | None = None
    dry_run: bool = False
    progress: Callable[[int], None] | None = None
    new_history: bool = False


@dataclass
class Summary:
    """The result of an import. `entry` is the id of the import in the log, if it made one, or was made before.

    Of the revisions, `weighty` touch figures, dates or places; `older` are of words older than others known.
    """

    rows: int = 0
    new: int = 0
    revised: int = 0
    vanished: int = 0
    unchanged: int = 0
    rejected: int = 0
    repeated: int = 0
    skipped: int = 0
    weighty: int = 0
    older: int = 0
    entry: str | None = None
    known: bool = False
    warnings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """`18,957 rows: 18,940 new · 12 revised · 3 vanished · 2 unchanged · 0 rejected`."""
        parts = ["new", "revised", "vanished", "unchanged", "rejected"]
        parts += [part for part in ("repeated", "skipped") if getattr(self, part)]
        rows = f"{self.rows:,} row{'s' if self.rows != 1 else ''}"
        return f"{rows}: {' · '.join(f'{getattr(self, part):,} {part}' for part in parts)}"


class _Again(Exception):
    """Ids stand in the file with different contents: nothing of them may be kept."""

    def __init__(self, ids: set[str]) -> None:
        super().__init__()
        self.ids = ids


def import_release(log: Log, source: Source, asked: Asked) -> Summary:
    """Take a release in, all of it or nothing.

    Raises Rejected with the problems of the file unless `asked.rejects` takes them, Refused for a file that is none of
    the data set, and what `Log.append` raises.
    """
    if not asked.format.has_ids and not asked.new_history:
        raise Refused(
            "rows that only their number tells apart are others in each file: no later file revises them; "
            "where that is meant, give --new-history"
        )
    torn: set[str] = set()
    while True:
        with contextlib.closing(_Release(log, source, asked, torn)) as release:
            try:
                with collector_paused():
                    log.take_in(release.drafts(), by=asked.by, keep=not asked.dry_run)
            except _Again as again:
                torn |= again.ids
            else:
                return release.found


class _Release:
    """One reading of one file."""

    def __init__(self, log: Log, source: Source, asked: Asked, torn: set[str]) -> None:
        self._log, self._source, self._asked, self._torn = log, source, asked, torn
        self._dataset = asked.format.dataset
        self.found = Summary()
        self._problems = AllProblems()
        self._seen = Seen()
        self._conflicts: set[str] = set()
        self._covered = False
        self._nameless = 0
        self._dated_anew = False
        self._same_file: set[str] = set()
        self._damaged = 0
        self._undated = 0
        self._entries = 0
        self._columns = ColumnTypes()

    def close(self) -> None:
        self._seen.close()
        self._problems.close()

    def drafts(self) -> Iterator[Draft]:
        """Yield the drafts to append, made as the log is read. Raises Rejected, Refused, _Again."""
        for draft in self._drafts():
            self._entries += 1
            yield draft

    def _drafts(self) -> Iterator[Draft]:
        history = History(self._log, self._dataset)
        # Of one file, another sheet or list holds other rows.
        if history.releases and self._source.shape == ANY_SHAPE:
            newest = history.releases[-1]
            if self._is_known(newest.id, newest.said):
                return
            self._dated_anew = self._asked.published is not None and newest.said.sha256 == self._source.sha256
            self._same_file = {each.id for each in history.releases if each.said.sha256 == self._source.sha256}
        drift = Drift(self._log, self._source.name, self._asked.format, history) if not self._dated_anew else None
        yield from self._of_rows(history, drift)
        if self._conflicts:
            raise _Again(self._conflicts)
        if drift is not None and not self._asked.new_history:
            drift.check_known(self.found)
        yield from self._of_absent(history, drift)
        if self._problems.count:
            if self._asked.rejects is None:
                raise Rejected(self._problems.first, self._problems.count)
            self._asked.rejects(self._problems)
        found = self.found
        if not self._entries and any(each.said.sha256 == self._source.sha256 for each in history.releases):
            return
        found.entry = history.next_import
        listing = listed(self._log, self._dataset, self._seen) if found.unchanged else Listing()
        yield from drafts_of(listing, found.entry, f"in {self._source.name[:300]}")
        self._say_of_order(history)
        yield Draft(self._imported(listing), found.entry)

    def _say_of_order(self, history: History) -> None:
        """Warn of revisions that no look-back shows, or that are not shown today."""
        found = self.found
        if found.older:
            say = "row says" if found.older == 1 else "rows say"
            found.warnings.append(f"{found.older:,} {say} what was said before other releases, which fills the past")
        if self._undated and history.latest is not None:
            found.warnings.append(
                "no --published, which an earlier release had: "
                f"no --known-by sees the {self._undated:,} revisions of this one"
            )

    def _is_known(self, entry: str, said: DatasetImported) -> bool:
        """True if the newest release in force is this very file, read in the same way and found to be whole."""
        asked, format_ = self._asked, self._asked.format
        this = (self._source.sha256, format_.mapping, format_.mapping_sha256, 0)
        if (
            (said.sha256, said.mapping, said.mapping_sha256, said.rejected) != this
            or asked.published not in (None, said.published)
            or (asked.coverage is not None and asked.coverage.written != said.coverage)
        ):
            return False
        unchanged = said.new + said.revised + said.unchanged
        self.found = Summary(rows=said.rows, unchanged=unchanged, skipped=said.skipped, entry=entry, known=True)
        self.found.repeated = said.rows - unchanged - said.skipped
        return True

    def _imported(self, listing: Listing) -> DatasetImported:
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
            skipped=found.skipped,
            entries=self._entries,
            coverage=asked.coverage and asked.coverage.written,
            columns=self._columns.noted(),
            lists=listing.lists,
            lacks=listing.lacks,
            licence=asked.format.licence,
            mapping=asked.format.mapping,
            mapping_sha256=asked.format.mapping_sha256,
            published=asked.published,
            reason=f"imported from {self._source.name[:300]}",
        )

    # --- the rows

    def _of_rows(self, history: History, drift: Drift | None) -> Iterator[Draft]:
        table = self._asked.format.table(self._source)
        rows = self._asked.format.rows(table, self._asked.published)
        prefix = f"{self._dataset}:"
        while some := list(islice(table.rows, CHUNK)):
            self._damaged += sum(map(is_damaged, some))
            records = [record for row in some if (record := self._record(rows, row)) is not None]
            facts = {
                prefix + key: fact
                for key, row in self._first_seen(records)
                if (fact := self._fact(rows, row, key)) is not None
            }
            self._columns.add(facts.values())
            if drift is not None:
                drift.add(facts.values())
            yield from self._judged(facts, history)
            if self._asked.progress is not None:
                self._asked.progress(self._source.read_so_far())
        self._conclude(table, rows)

    def _record(self, rows: Rows, row: Row) -> Record | None:
        """The id of a row, and the row; None where it is no record, or (then with a problem) cannot be read at all."""
        self.found.rows += 1
        if row.unreadable is not None:
            self._reject(row, "", "", row.unreadable)
            self._nameless += 1
            return None
        key = rows.key(row.values)
        if isinstance(key, str):
            return key, row
        if key is None:
            self.found.skipped += 1
        else:
            self._reject(row, *key)
            self._nameless += 1
        return None

    def _first_seen(self, records: list[Record]) -> list[Record]:
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
            elif digest == digest_of(row):
                self.found.repeated += 1
            else:
                self._conflicts.add(key)
        return kept

    def _is_torn(self, key: str, row: Row) -> bool:
        if key in self._torn:
            self._reject(row, "id", key, "expected one row of this id, or the same; the file has several that differ")
            return True
        return False

    def _fact(self, rows: Rows, row: Row, key: str) -> Report | None:
        read = rows.read(row.values)
        if isinstance(read, list):
            self.found.rejected += 1
            for each in read:
                if isinstance(each, Problem):
                    self._problems.add(each._replace(file=self._source.name, line=row.line))
                else:
                    self._problems.add(self._source.problem(row.line, *each))
            return None
        # A character takes up to six bytes as JSON, and some stand in a fact twice.
        if sum(map(len, row.values)) > MOST_IN_FACT // 12 and (
            len(encode_fact(read)) > MOST_IN_FACT or max(map(len, read.native), default=0) > MOST_IN_VALUE
        ):
            self._reject(row, "id", key, f"expected a row of at most {MOST_IN_FACT:,} bytes as JSON")
            return None
        if self._asked.coverage is not None and self._asked.coverage.country in (None, *countries(read.country)):
            self._covered = True
        return read

    def _reject(self, row: Row, column: str, value: str, expected: str) -> None:
        self.found.rejected += 1
        self._problems.add(self._source.problem(row.line, column, value, expected))

    def _judged(self, facts: dict[str, Report], history: History) -> Iterator[Draft]:
        """The drafts of some records: all of a new one, the changes of a revised one, nothing of an unchanged one."""
        stored = self._log.digests(facts)
        unsaid = [id for id in stored if not history.is_said(id, stored[id], facts[id])]  # noqa: A001
        self.found.unchanged += len(stored) - len(unsaid)
        known = self._log.streams(unsaid) if unsaid else {}
        for id, fact in facts.items():  # noqa: A001
            if id not in stored:
                self.found.new += 1
                yield Draft(fact, id)
            elif id in known:
                yield from self._changed(id, fact, known[id], history)

    def _changed(self, id: str, fact: Report, stream: Stream, history: History) -> list[Draft]:  # noqa: A002
        """The next revisions of a record, where it says something else than the data set said by that day.

        A word that is older than others is written with those behind it, so that it does not become that of today.
        """
        present, left = stream[-1][1].revision, history.left(stream)
        # The day of the row where it has a clock, else that of the release, else the day the row says of itself.
        clock = fact.published if self._asked.format.rows_have_clocks else None
        published = clock or self._asked.published or fact.published
        release = history.next_import
        if not left:
            # Its stream is there, with nothing in force in it: it goes on where the import undone left it.
            self.found.new += 1
            said = statement_of(fact, fact.published or published, release)
            return [revision_draft(id, said, present, self._reason("new, after an import undone"))]
        revisions = history.revisions(left)
        key = id.removeprefix(f"{self._dataset}:")
        before = history.statements(key, revisions, revisions)
        if self._dated_anew:
            before = [each for each in before if each.release not in self._same_file]
        said = statement_of(fact, published, release, after=before)
        gone_at, gone_on = history.gone.get(id, (0, None))
        back = gone_at > revisions[-1].position and not (said.day and gone_on and said.day < gone_on)
        drafts = missing([*before, said], revisions)
        if not drafts and (back or (self._dated_anew and fact.published != revisions[-1].statement.fact.published)):
            drafts = [said]
        if not drafts:
            self.found.unchanged += 1
            return []
        self.found.revised += 1
        self._count(said, before)
        earlier = [each for each in before if each.place < said.place] or before or [said]
        old = max(earlier, key=lambda each: each.place)
        reasons = {
            release: self._reason(changes(encode_fact(old.fact), encode_fact(fact), back=back)),
        }
        return [
            revision_draft(id, each, present + at, reasons.get(each.release or "", self._reason(_SAID_AGAIN)))
            for at, each in enumerate(drafts)
        ]

    def _reason(self, what: str) -> str:
        return f"in {self._source.name[:300]}: {what}"

    def _count(self, said: Statement, before: list[Statement]) -> None:
        """Note what a revision is about, for the summary."""
        old = max(before, key=lambda each: each.place, default=None)
        if old is not None and any(
            getattr(old.fact, name, None) != getattr(said.fact, name, None) for name in _WEIGHTY
        ):
            self.found.weighty += 1
        if old is not None and said.place < old.place:
            self.found.older += 1
        if said.day is None and any(each.day is not None for each in before):
            self._undated += 1

    def _conclude(self, table: Table, rows: Rows) -> None:
        coverage = self._asked.coverage
        self.found.warnings += [*table.warnings, *rows.warnings()]
        if self._damaged:
            hold = f"{self._damaged:,} row{'s hold' if self._damaged > 1 else ' holds'}"
            self.found.warnings.append(
                f"{hold} names that were broken before they came here (\ufffd, Ã©, or ? within a word): "
                "each is another name; ask for the file in UTF-8"
            )
        if coverage is not None and not self._covered and not self._conflicts:
            raise Refused(
                f"--coverage {coverage.written}: no row of {self._source.name} is of it; nothing was appended"
            )

    # --- what is not there

    def _of_absent(self, history: History, drift: Drift | None) -> Iterator[Draft]:
        """A note for each known record that the file should have, and has not."""
        coverage, prefix, last = self._asked.coverage, f"{self._dataset}:", ""
        if coverage is not None and self._nameless:
            self.found.warnings.append("rows with unreadable ids were left out, so no record counts as vanished")
            return
        while coverage is not None and (ids := self._log.ids(prefix, last)):
            last = ids[-1]
            absent = self._seen.without([id.removeprefix(prefix) for id in ids])  # noqa: A001
            streams = self._log.streams([prefix + key for key in absent])
            for id, stream in streams.items():  # noqa: A001
                fact = history.should_be_there(id, stream, coverage, self._asked.published)
                if fact is not None:
                    self.found.vanished += 1
                    if drift is not None:
                        drift.add_vanished(fact)
                    vanished = RecordVanished(
                        fact=id, reason=f"not in {self._source.name[:300]}", published=self._asked.published
                    )
                    yield Draft(vanished, f"{history.next_import}/{id.removeprefix(prefix)}")
        if drift is not None and coverage is not None and not coverage.is_sure:
            drift.check_vanished(self.found, coverage)
