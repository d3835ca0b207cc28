"""The side tables: what can be built again from the entries, and is written with them.

To add one, write a class with `add` and put it into `SIDE_TABLES`; its SQL goes into `port.py`, and what makes it into
each store (`layout.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Final

from chronology.errors import Damaged
from chronology.log.merkle import Frontier, leaf_hash
from chronology.log.names_used import names_met, names_used
from chronology.log.store.failures import RESTORE
from chronology.log.store.port import LogRecorder, SideTable
from chronology.log.store.stored_entries import NewEntry
from chronology.vocabulary import name_key

__all__ = ["SIDE_TABLES", "Names", "Tree"]


class Names:
    """Every name that any entry uses, by its role and the form it is matched by, as first written; filed for slips."""

    _MOST_REMEMBERED: Final = 50_000

    def __init__(self) -> None:
        self._met = names_met()

    def add(self, store: LogRecorder, first: int, entries: Sequence[NewEntry]) -> None:
        """Write the names that are new, those of facts inside corrections among them."""
        facts = ((position, entry.fact) for position, entry in enumerate(entries, first))
        new = []
        for position, role, name in sorted(names_used(facts, self._met), key=itemgetter(0)):
            if name not in (known := self._met[role]):
                known.add(name)
                new.append((role, name_key(name), name, position))
        added = store.add_names(new) if new else 0
        if added:
            store.file_names(new)
        if added != len(new):
            _check_known(store, new)
        if sum(map(len, self._met.values())) > self._MOST_REMEMBERED:
            self._met.clear()


def _check_known(store: LogRecorder, names: Iterable[tuple[str, str, str, int]]) -> None:
    """Raise Damaged unless each name is at the position it was added with or an earlier one: then it was known."""
    for role, key, name, position in names:
        there = store.position_of_name(role, key)
        if there is None or not 1 <= there <= position:
            msg = f"position {position}: the {role} {name!a:.60} is indexed at {there}; {RESTORE}"
            raise Damaged(msg)


class Tree:
    """The tree: for each position the hash of its line, and of every subtree that it completes.

    A row is written once and never changed, and any hash that a root or a proof needs is in one row. All of it can be
    made again from the lines: `verify` does, and so does opening a log that was made before there was a tree.
    """

    def __init__(self) -> None:
        self._frontier: Frontier | None = None

    def add(self, store: LogRecorder, first: int, entries: Sequence[NewEntry]) -> None:
        """Write the hashes of lines."""
        self.grow(store, first, [entry.state for entry in entries])

    def grow(self, store: LogRecorder, first: int, lines: Iterable[bytes]) -> None:
        """Write the hashes of lines, of which the first is at position `first`."""
        frontier = self._frontier = self._frontier or _frontier(store, first - 1)
        store.add_hashes([(position, frontier.add(leaf_hash(line))) for position, line in enumerate(lines, first)])


def _frontier(store: LogRecorder, size: int) -> Frontier:
    """The tree over all `size` lines, ready to grow. Raises Damaged if it is over others, or a hash is missing."""
    last = store.tree_size()
    if last != size:
        msg = f"the log ends at {size}, but its tree at {last}: another program wrote here; {RESTORE}"
        raise Damaged(msg)
    return store.frontier(size)


SIDE_TABLES: Final[tuple[type[SideTable], ...]] = (Names, Tree)
"""Those that every log has."""
