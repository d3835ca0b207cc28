"""Undoing an import, or taking that back: what other releases said of its records is written where it has to be.

A release that repeats what an earlier one said leaves no entry of it. Where the earlier one is undone, the word of the
later is still its word: then it is written down, as said in that one. So an import undone leaves what never having had
it would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chronology.importers.history import History
from chronology.importers.timeline import missing, revision_draft
from chronology.log import Draft, Log, reading
from chronology.vocabulary.kinds.curation import FactCorrected, FactRetracted
from chronology.vocabulary.kinds.datasets import DatasetImported

__all__ = ["restated"]

CHUNK: Final = 100


def restated(log: Log, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield what to append after some drafts, where they undo imports, or lift the undoing of one."""
    for draft in drafts:
        if isinstance(draft.fact, FactRetracted) and draft.fact.revision is None:
            found = _import_of(log, draft.fact.fact)
            if found is not None:
                yield from _restated(log, *found)


def _import_of(log: Log, id: str) -> tuple[int, str, DatasetImported] | None:  # noqa: A002
    """The import that a retraction of this entry undoes, or, through other retractions, takes back the undoing of."""
    for _ in range(1_000):
        stream = log.stream(id)
        if not stream:
            return None
        position, entry = stream[0]
        said = reading(entry)
        if isinstance(said, DatasetImported):
            return position, entry.id, said
        if not isinstance(said, FactRetracted):
            return None
        id = said.fact  # noqa: A001
    return None


def _restated(log: Log, position: int, name: str, said: DatasetImported) -> Iterator[Draft]:
    before, after = History(log, said.dataset), History(log, said.dataset, turned=name)
    prefix = f"{said.dataset}:"
    ids: list[str] = []
    for _, entry in log.entries(position - said.entries - 1, position - 1):
        about = reading(entry)
        id_ = about.fact if isinstance(about, FactCorrected) else entry.id
        if id_.startswith(prefix):
            ids.append(id_)
        if len(ids) == CHUNK:
            yield from _of(log, ids, prefix, before, after)
            ids = []
    yield from _of(log, ids, prefix, before, after)


def _of(log: Log, ids: Sequence[str], prefix: str, before: History, after: History) -> Iterator[Draft]:
    for id_, stream in log.streams(dict.fromkeys(ids)).items():
        left = after.left(stream)
        revisions = after.revisions(left)
        # Of an import that is undone now, what it said was known when the later ones came in.
        known_then = after.revisions(max(before.left(stream), left, key=len))
        statements = after.statements(id_.removeprefix(prefix), revisions, known_then)
        present = stream[-1][1].revision
        for at, each in enumerate(missing(statements, revisions)):
            reason = f"said in {each.release}, which is in force"
            yield revision_draft(id_, each, present + at, reason)
