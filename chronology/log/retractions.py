"""Retractions in force, and the state of a fact without what was retracted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final, NamedTuple

from chronology.log.entry import Entry, now, reading
from chronology.log.store.port import LogRecorder
from chronology.log.store.stored_entries import entry_of
from chronology.vocabulary import Kind
from chronology.vocabulary.kinds.curation import FactCorrected, FactRetracted
from chronology.vocabulary.kinds.datasets import DatasetImported

__all__ = ["Retraction", "Retractions", "Standing", "standing_in", "streams_of"]

_KINDS: Final = (str(FactRetracted.__struct_config__.tag), str(DatasetImported.__struct_config__.tag))


class Retraction(NamedTuple):
    """One retraction: its own place and id, and what it takes back (`revision` None: all of it)."""

    position: int
    id: str
    about: str
    revision: int | None


class Retractions:
    """All retractions up to `seen`, and which of them are in force.

    A retraction is in force unless a later one in force retracts it. That of an import retracts all it brought.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.standing: dict[int, Retraction] = {}
        self._imports: dict[str, range] = {}
        self._by_id: dict[str, Retraction] = {}
        self._against: dict[str, list[Retraction]] = defaultdict(list)

    def refresh(self, recorder: LogRecorder) -> Retractions:
        """Take in what was recorded since. Raises Damaged for a retraction that does not read."""
        for stored in recorder.of_kinds(_KINDS, self.seen):
            position, entry = stored.id, entry_of(stored)
            fact = reading(entry, f"position {position}")
            if isinstance(fact, FactRetracted):
                self.add(Retraction(position, entry.id, fact.fact, fact.revision))
            elif isinstance(fact, DatasetImported):
                self.seen = position
                self._imports[entry.id] = range(position - fact.entries, position)
        return self

    def add(self, made: Retraction) -> None:
        """Take in one retraction, the latest so far."""
        self.seen = made.position
        self._by_id[made.id] = made
        self._against[made.about].append(made)
        self.standing[made.position] = made
        self._turn(made)

    def _turn(self, above: Retraction) -> None:
        """Lift what `above` retracts, if that is a retraction; what that one retracted is in force again; and so on."""
        below = self._by_id.get(above.about)
        while below is not None and below.position < above.position:
            taken_back = any(each.position in self.standing for each in self._against[below.id])
            if taken_back != (below.position in self.standing):
                return
            if taken_back:
                del self.standing[below.position]
            else:
                self.standing[below.position] = below
            above, below = below, self._by_id.get(below.about)

    def of(self, stream: str, revision: int | None = None, position: int | None = None) -> int | None:
        """The position of a retraction in force of all of `stream`, or of just this revision; None if there is none.

        With the `position` of that revision, also of the import that brought it.
        """
        for each in self._against.get(stream, ()):
            if each.position in self.standing and each.revision in (None, revision):
                return each.position
        return None if position is None else self.undoes(position)

    def undoes(self, position: int) -> int | None:
        """The position of a retraction in force of the import that brought the entry at `position`; else None."""
        for id, brought in self._imports.items():  # noqa: A001
            if position in brought and id in self._against:
                return self.of(id)
        return None


class Standing(NamedTuple):
    """The current state of a fact: the entry that states it, by position and revision, and the fact."""

    position: int
    revision: int
    entry: Entry
    fact: Kind


def streams_of(recorder: LogRecorder, streams: Collection[str]) -> list[tuple[int, Entry]]:
    """All revisions in some streams with their positions. Raises Damaged where one does not read."""
    return [(stored.id, entry_of(stored)) for stored in recorder.streams(streams)]


def standing_in(stream: list[tuple[int, Entry]], retractions: Retractions) -> Standing | None:
    """The current state of the fact of a stream: its last revision in force. None if nothing is left."""
    for position, entry in reversed(stream):
        if retractions.of(entry.id, entry.revision, position) is None:
            where = f"position {position}"
            fact = reading(entry, where)
            if isinstance(fact, FactCorrected):
                if fact.said_in is not None and retractions.of(fact.said_in) is not None:
                    continue
                fact = now(fact, where)
            return Standing(position, entry.revision, entry, fact)
    return None
