"""References: from what was written to the full id of the entry that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chronology.log import Draft, Log, Target, now
from chronology.vocabulary import Kind, Report
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["Circle", "References", "circles"]


class References:
    """Resolves references against ids given in the same batch first, earlier or later, then against the log."""

    def __init__(self, log: Log, ids: Mapping[str, int]) -> None:
        self._log, self._ids = log, ids
        self._seen: dict[str, Target] = {}

    def resolve(self, ref: str) -> Target:
        """The entry that `ref` names. Raises Refused when it is nothing, or may be several."""
        if ref in self._ids:
            return Target(ref, 0, None)
        if ref not in self._seen:
            self._seen[ref] = self._log.resolve(ref)
        return self._seen[ref]


class Circle(NamedTuple):
    """Facts that supersede each other in a circle; `draft` is the number of the one that closes it."""

    draft: int
    ids: list[str]


def circles(drafts: Sequence[Draft], log: Log) -> Iterator[Circle]:
    """Every draft that would make a fact supersede itself by way of others, in the batch or in the log.

    Only a fact that has an id can be superseded, so drafts without one are never part of a circle.
    """
    edges: dict[str, tuple[str, ...]] = {}
    for draft in drafts:
        named, fact = _reads(draft)
        if named is not None and isinstance(fact, Report):
            edges[named] = fact.supersedes
    given = {named for named, above in edges.items() if above}
    for index, draft in enumerate(drafts):
        named, _ = _reads(draft)
        if named in given:
            path = _way_back(named, edges, log)
            if path:
                yield Circle(index, path)
                # One report of a circle is enough: its other members would say the same.
                given -= set(path)


def _reads(draft: Draft) -> tuple[str | None, Kind]:
    """The id under which a draft's fact stands, and the fact: of a correction, the fact as it reads then."""
    if isinstance(draft.fact, FactCorrected):
        return draft.fact.fact, now(draft.fact)
    return draft.id, draft.fact


def _way_back(start: str, edges: dict[str, tuple[str, ...]], log: Log) -> list[str]:
    """The ids from `start` by way of what each supersedes back to `start`; empty if there is no such way."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for below in _supersedes(here, edges, log):
            if below == start:
                path = [here]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if below not in came_from:
                came_from[below] = here
                waiting.append(below)
    return []


def _supersedes(id: str, edges: dict[str, tuple[str, ...]], log: Log) -> tuple[str, ...]:  # noqa: A002
    """The facts that a fact supersedes: by the batch, else by the log; remembered in `edges`."""
    if id not in edges:
        standing = log.standing(id)
        edges[id] = standing.fact.supersedes if standing and isinstance(standing.fact, Report) else ()
    return edges[id]
