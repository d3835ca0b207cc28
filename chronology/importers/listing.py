"""Lists of records known before that a release has: without them nobody could tell later what it repeated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from chronology.importers.seen import Seen
from chronology.log import Draft, Log
from chronology.vocabulary.kinds.datasets import RecordsListed

__all__ = ["Listing", "drafts_of", "listed"]

MOST_BYTES: Final = 40_000
MOST_KEYS: Final = 5_000
"""In one entry: a line of the log has at most 65,535 bytes."""


class Listing(NamedTuple):
    """The records known before in the entry of an import: those it has, or those it lacks if it has all others.

    `more` are the keys that another entry each has to hold, of `lists`.
    """

    lists: tuple[str, ...] | None = None
    lacks: tuple[str, ...] | None = None
    more: tuple[tuple[str, ...], ...] = ()


def listed(log: Log, dataset: str, seen: Seen) -> Listing:
    """The shorter of both lists, over all records of a data set in the log."""
    lacks, lists = _Parts(most=1), _Parts()
    prefix, last = f"{dataset}:", ""
    while ids := log.ids(prefix, last):
        last = ids[-1]
        keys = [each.removeprefix(prefix) for each in ids]
        absent = set(seen.without(keys))
        for key in keys:
            (lacks if key in absent else lists).add(key)
    if not lacks.is_over and lacks.count <= lists.count:
        return Listing(lacks=lacks.parts[0])
    return Listing(lists=lists.parts[0], more=lists.parts[1:])


class _Parts:
    """Keys, so many as an entry can hold in each part; of more than `most` parts nothing is kept."""

    def __init__(self, most: int | None = None) -> None:
        self._parts: list[list[str]] = [[]]
        self._most, self._size = most, 0
        self.count = 0
        self.is_over = False

    def add(self, key: str) -> None:
        """Note one."""
        self.count += 1
        size = len(key.encode()) + 3
        if self._size + size > MOST_BYTES or len(self._parts[-1]) == MOST_KEYS:
            self.is_over = self.is_over or len(self._parts) == self._most
            self._parts = [[]] if self.is_over else [*self._parts, []]
            self._size = 0
        self._size += size
        self._parts[-1].append(key)

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """All of them."""
        return tuple(map(tuple, self._parts))


def drafts_of(listing: Listing, release: str, reason: str) -> Iterator[Draft]:
    """The entries for what one entry cannot hold."""
    for number, keys in enumerate(listing.more, start=2):
        yield Draft(RecordsListed(release=release, keys=keys, reason=reason), f"{release}/listed-{number}")
