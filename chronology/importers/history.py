"""The history of a data set in the log: its releases, what an undone one brought, which records are gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from chronology.importers.coverage import Coverage
from chronology.importers.timeline import Revision, Statement, day_of, encode_fact, revisions_of
from chronology.log import Entry, Log, content_digest, reading
from chronology.vocabulary import Report
from chronology.vocabulary.kinds.curation import FactCorrected
from chronology.vocabulary.kinds.datasets import DatasetImported, RecordsListed, RecordVanished

__all__ = ["History", "Release", "Stream"]

Stream: TypeAlias = Sequence[tuple[int, Entry]]
"""The revisions of a fact with their positions, the first first."""


class Release(NamedTuple):
    """An import in force: its position, and which of the records known before are in its file."""

    position: int
    id: str
    said: DatasetImported
    lists: frozenset[str] | None
    lacks: frozenset[str] | None

    def repeats(self, key: str) -> bool:
        """True if its file has a record that was known before; what it brought itself is in the log."""
        if self.lists is not None:
            return key in self.lists
        return self.lacks is not None and key not in self.lacks


class History:
    """The history of a data set, read once for a whole import, inside its transaction.

    With `turned`, an import counts as undone that is not, or the other way round.
    """

    def __init__(self, log: Log, dataset: str, turned: str | None = None) -> None:
        self._prefix = f"{dataset}:"
        self._taken_back = {each.about for each in log.retractions() if each.revision is None}
        if turned is not None:
            self._taken_back ^= {turned}
        self._undone: dict[str, range] = {}
        self._published: dict[str, str | None] = {}
        self._brought: list[tuple[range, str]] = []
        self.releases: list[Release] = []
        """The imports in force, the oldest first."""
        listed: dict[str, set[str]] = {}
        for _, entry in log.of_kind("records_listed"):
            more = reading(entry)
            if isinstance(more, RecordsListed):
                listed.setdefault(more.release, set()).update(more.keys)
        imports = 0
        for position, entry in log.of_kind("dataset_imported"):
            said = reading(entry)
            if not isinstance(said, DatasetImported) or said.dataset != dataset:
                continue
            imports += 1
            self._published[entry.id] = said.published
            brought = range(position - said.entries, position)
            self._brought.append((brought, entry.id))
            if entry.id in self._taken_back:
                self._undone[entry.id] = brought
                continue
            lists = None if said.lists is None else frozenset(said.lists) | listed.get(entry.id, frozenset())
            lacks = None if said.lacks is None else frozenset(said.lacks)
            self.releases.append(Release(position, entry.id, said, lists, lacks))
        self.next_import = f"{dataset}/import-{imports + 1}"
        self.latest = max((day for each in self.releases if (day := day_of(each.said.published))), default=None)
        """The last day on which a release came out, of those that say so."""
        self.gone: dict[str, tuple[int, dt.date | None]] = {}
        """The records that vanished, each with the position that says so last, and the day of it."""
        for position, entry in log.of_kind("record_vanished"):
            said_of = reading(entry)
            if (
                isinstance(said_of, RecordVanished)
                and said_of.fact.startswith(self._prefix)
                and entry.id not in self._taken_back
                and not self._is_undone(position)
            ):
                self.gone[said_of.fact] = position, day_of(said_of.published)

    def _is_undone(self, position: int) -> bool:
        return any(position in brought for brought in self._undone.values())

    def left(self, stream: Stream) -> Stream:
        """The revisions that no undone import brought, and that say what none of these said."""
        return [each for each in stream if not self._is_taken_back(*each)] if self._undone else stream

    def _is_taken_back(self, position: int, entry: Entry) -> bool:
        if self._is_undone(position):
            return True
        said = reading(entry) if entry.kind == "fact_corrected" else None
        return isinstance(said, FactCorrected) and said.said_in in self._undone

    def is_said(self, id: str, digests: list[bytes], fact: Report) -> bool:  # noqa: A002
        """True if a record, by the digests of its revisions, says just this: seen without reading it.

        False where more has to be looked at: several revisions, an import undone, a record that was gone.
        """
        if len(digests) > 1 or self._undone or id in self.gone:
            return False
        return digests[0] == content_digest(encode_fact(fact))

    def should_be_there(
        self,
        id: str,  # noqa: A002
        stream: Stream,
        coverage: Coverage,
        published: str | None,
    ) -> Report | None:
        """The record, where a file of this coverage and day should have it, and it is not known to be gone."""
        left = self.left(stream)
        if not left or id in self._taken_back:
            return None
        day = day_of(published)
        revisions = [
            each
            for each in self.revisions(left)
            if each.statement.ours is None and (day is None or each.statement.day is None or each.statement.day <= day)
        ]
        if not revisions:
            return None
        at, _ = self.gone.get(id, (0, None))
        fact = revisions[-1].statement.fact
        return fact if at < revisions[-1].position and coverage.covers(fact) else None

    # --- what was said of a record, by all that say it

    def revisions(self, stream: Stream) -> list[Revision]:
        """The revisions of a record, with the imports that say so."""
        at = {position: name for position, _ in stream for brought, name in self._brought if position in brought}
        return revisions_of(stream, at)

    def statements(self, key: str, revisions: Sequence[Revision], known_then: Sequence[Revision]) -> list[Statement]:
        """Everything that is said of a record: in its revisions, and by releases that only repeat what was known.

        `known_then` are the revisions there were when these came in, those of an import undone since included.
        """
        found = [each.statement for each in revisions]
        said_by = {each.release for each in found}
        for release in self.releases:
            if release.id not in said_by and release.repeats(key):
                repeated = self._repeated(release, known_then)
                if repeated is not None:
                    found.append(repeated)
        return found

    def _repeated(self, release: Release, known_then: Sequence[Revision]) -> Statement | None:
        """The statement of a release that only repeats a record: the word of its day, as known when it was taken in."""
        day = day_of(release.said.published)
        before = [
            each.statement
            for each in known_then
            if each.position < release.position
            and each.statement.ours is None
            and (day is None or each.statement.day is None or each.statement.day <= day)
        ]
        if not before:
            return None
        word = max(before, key=lambda each: each.place)
        published = release.said.published
        if published is None or word.fact.published != self._published.get(word.release or ""):
            # The row has a day of its own, or the release has none: it says again what was said, and when.
            return word._replace(release=release.id)
        place = (day or dt.date.min, published, float(release.position))
        fact = msgspec.structs.replace(word.fact, published=published)
        return Statement(place, day, word.word, fact, published, release.id)
