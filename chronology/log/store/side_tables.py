"""The side tables: what can be built again from the entries, and is written with them.

To add one, write a class with `add` and put it into `SIDE_TABLES`; its SQL goes into `port.py`, and what makes it into
each store (`layout.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from chronology.errors import Damaged
from chronology.log.entry import now
from chronology.log.merkle import Frontier, leaf_hash
from chronology.log.store.failures import RESTORE
from chronology.log.store.port import LogRecorder, SideTable
from chronology.log.store.stored_entries import NewEntry
from chronology.vocabulary import Kind, fields_of, name_key
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["SIDE_TABLES", "Names", "Seen", "Tree", "names_in"]


class _Holds(NamedTuple):
    """What a field of a kind holds: names of a role, or (None) a place or figures with names of their own."""

    values_of: Callable[[object], Any]
    role: str | None
    many: bool


@cache
def _holds(kind: type) -> tuple[_Holds, ...]:
    """The fields of a kind that hold names.

    `texts_of` finds every text of a fact, and where it stands; that is not needed here, and takes far longer.
    """
    found = []
    for field in fields_of(kind).values():
        nested = field.shape in {"place", "figures"}
        if nested or (field.role is not None and field.role.is_name):
            many = field.shape == "figures" or (field.many and not nested)
            found.append(_Holds(attrgetter(field.attribute), None if nested else str(field.role), many))
    return tuple(found)


Seen = dict[str, set[str | None]]
"""By role, names that were met already: most come again and again."""


def names_in(facts: Iterable[tuple[int, Kind]], seen: Seen) -> Iterator[tuple[int, str, str]]:
    """Position, role and name of every name in facts, but of none in `seen`: where a field first has it. In no order.

    The facts of a kind are looked at together, field by field: then most of it is done in C.
    """
    by_kind: dict[type, tuple[list[int], list[object]]] = defaultdict(lambda: ([], []))
    for position, fact in facts:
        positions, some = by_kind[type(fact)]
        positions.append(position)
        some.append(fact)
        if isinstance(fact, FactCorrected):
            positions, some = by_kind[type(inner := now(fact))]
            positions.append(position)
            some.append(inner)
    for kind, (positions, some) in by_kind.items():
        yield from _names_of(kind, positions, some, seen)


def _names_of(
    kind: type, positions: Sequence[int], some: Sequence[object], seen: Seen
) -> Iterator[tuple[int, str, str]]:
    """The same of facts of one kind, or of places or figures in them."""
    for values_of, role, many in _holds(kind):
        at: Sequence[int] = positions
        values: Sequence[Any] = list(map(values_of, some))
        if not any(values):
            continue
        if many:
            at = [position for position, several in zip(positions, values, strict=True) for _ in several]
            values = list(chain.from_iterable(values))
        if role is None:
            there = [(position, value) for position, value in zip(at, values, strict=True) if value is not None]
            at, values = zip(*there, strict=True)
            yield from _names_of(type(values[0]), at, values, seen)
        elif new := set(values).difference(seen[role]):
            for position, name in zip(at, values, strict=True):
                if name in new:
                    new.remove(name)
                    yield position, role, name
                    if not new:
                        break


class Names:
    """Every name that any entry uses, by its role and the form it is matched by, as it was first written."""

    _MOST_REMEMBERED: Final = 50_000

    def __init__(self) -> None:
        self._seen: Seen = defaultdict(lambda: {None})

    def add(self, store: LogRecorder, first: int, entries: Sequence[NewEntry]) -> None:
        """Write the names that are new, those of facts inside corrections among them."""
        facts = ((position, entry.fact) for position, entry in enumerate(entries, first))
        new = []
        for position, role, name in sorted(names_in(facts, self._seen), key=itemgetter(0)):
            if name not in (known := self._seen[role]):
                known.add(name)
                new.append((role, name_key(name), name, position))
        if new and store.add_names(new) != len(new):
            _check_known(store, new)
        if sum(map(len, self._seen.values())) > self._MOST_REMEMBERED:
            self._seen.clear()


def _check_known(store: LogRecorder, names: Iterable[tuple[str, str, str, int]]) -> None:
    """Raise Damaged unless each name is at the position it was added with or an earlier one: then it was known."""
    for role, key, name, position in names:
        there = store.position_of_name(role, key)
        if there is None or not 1 <= there <= position:
            msg = f"position {position}: the {role} {name!a:.60} stands in names at {there}; {RESTORE}"
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
    return Frontier(size, store.subtree)


SIDE_TABLES: Final[tuple[type[SideTable], ...]] = (Names, Tree)
"""Those that every log has."""
