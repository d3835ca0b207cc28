"""The history of a data set in the log: its releases, what an undone one brought, which records are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from chronology.importers.coverage import Coverage
from chronology.log import Entry, Log, content_digest, now, reading
from chronology.vocabulary import Kind, Report
from chronology.vocabulary.kinds.curation import CorrectionNature, FactCorrected
from chronology.vocabulary.kinds.datasets import DatasetImported, RecordVanished

__all__ = ["History", "Said", "Stream", "encoded", "last_said"]

encoded: Final = msgspec.json.Encoder(order="deterministic").encode
"""The JSON of a fact, as the log holds it."""

Stream = Sequence[tuple[int, Entry]]
"""The revisions of a fact with their positions, the first first."""


class History:
    """The history of a data set, read once for a whole import, inside its transaction."""

    def __init__(self, log: Log, dataset: str) -> None:
        self._taken_back = {each.about for each in log.retractions() if each.revision is None}
        self._undone: list[range] = []
        self.releases: list[tuple[Entry, DatasetImported]] = []
        """The imports that stand, the oldest first."""
        imports = 0
        for position, entry in log.of_kind("dataset_imported"):
            said = reading(entry)
            if not isinstance(said, DatasetImported) or said.dataset != dataset:
                continue
            imports += 1
            if entry.id in self._taken_back:
                self._undone.append(range(position - said.entries, position))
            else:
                self.releases.append((entry, said))
        self.next_import = f"{dataset}/import-{imports + 1}"
        self.gone: dict[str, int] = {}
        """The records that vanished, each with the position that says so last."""
        for position, entry in log.of_kind("record_vanished"):
            said_of = reading(entry)
            if (
                isinstance(said_of, RecordVanished)
                and said_of.fact.startswith(f"{dataset}:")
                and entry.id not in self._taken_back
                and not self._is_undone(position)
            ):
                self.gone[said_of.fact] = position

    def _is_undone(self, position: int) -> bool:
        return any(position in brought for brought in self._undone)

    def left(self, stream: Stream) -> Stream:
        """The revisions that no undone import brought."""
        return [each for each in stream if not self._is_undone(each[0])] if self._undone else stream

    def is_said(self, id: str, digests: list[bytes], fact: Report) -> bool:  # noqa: A002
        """True if a record, by the digests of its revisions, says just this: seen without reading it.

        False where more has to be looked at: several revisions, an import undone, a record that was gone.
        """
        if len(digests) > 1 or self._undone or id in self.gone:
            return False
        return digests[0] == content_digest(encoded(fact))

    def should_be_there(self, id: str, stream: Stream, coverage: Coverage) -> bool:  # noqa: A002
        """True if a file of this coverage should have the record, and it is not known to be gone."""
        left = self.left(stream)
        if not left or id in self._taken_back:
            return False
        said = last_said(left)
        fact = said.fact
        return self.gone.get(id, 0) < said.position and isinstance(fact, Report) and coverage.covers(fact)


class Said(NamedTuple):
    """The last version of a record in a data set: its position, and the JSON of the fact."""

    position: int
    written: bytes
    entry: Entry

    @property
    def fact(self) -> Kind:
        """The fact itself."""
        said = reading(self.entry)
        return now(said) if isinstance(said, FactCorrected) else said


def last_said(stream: Stream) -> Said:
    """Not what we corrected since: our corrections are no word of the data set."""
    for position, entry in reversed(stream):
        if entry.kind != "fact_corrected":
            return Said(position, bytes(entry.fact), entry)
        said = reading(entry)
        if isinstance(said, FactCorrected) and said.nature is CorrectionNature.SOURCE:
            return Said(position, bytes(said.now), entry)
    raise AssertionError(stream)
