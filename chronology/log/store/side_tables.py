"""What stands beside the entries: tables that can be built again from them, filled in the same transaction.

To add one, write a class with `create` and `add` and put it into `BESIDE`; nothing else is edited.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, Final, NamedTuple, Protocol

from chronology.errors import Damaged
from chronology.log.entry import now
from chronology.log.store.failures import RESTORE
from chronology.log.store.tree import Tree
from chronology.vocabulary import Kind, fields_of, name_key
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["BESIDE", "Beside", "Names", "Seen", "names_in"]


class Beside(Protocol):
    """A table beside the entries. One instance serves one transaction, and may remember what it did in it."""

    create: ClassVar[str]
    """The one statement that creates it."""

    since: ClassVar[int]
    """The layout that has it (`layout.LAYOUT`): a log made before gets it when it is next opened for writing."""

    def add(self, position: int, line: bytes, fact: Kind) -> None:
        """Take in one entry. Entries come in the order of their positions."""

    def flush(self, cursor: sqlite3.Cursor) -> None:
        """Write what was taken in; called before anything is read, and before the end of the transaction."""


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


def _check_known(cursor: sqlite3.Cursor, taken: Iterable[tuple[str, str, str, int]]) -> None:
    """Raise Damaged unless each name stands where it was taken or before: then it was known, and is not new."""
    for role, key, name, position in taken:
        row = cursor.execute("select position from names where role = ? and key = ?", (role, key)).fetchone()
        if row is None or not 1 <= row[0] <= position:
            msg = f"position {position}: the {role} {name!a:.60} stands in names at {row and row[0]}; {RESTORE}"
            raise Damaged(msg)


class Names:
    """Every name that any entry uses, by its role and the form it is matched by, as it was first written."""

    create: ClassVar[str] = (
        "CREATE TABLE names (role text not null, key text not null, name text not null, position integer not null, "
        "primary key (role, key)) strict, without rowid"
    )
    since: ClassVar[int] = 1
    _MOST_REMEMBERED: Final = 50_000

    def __init__(self) -> None:
        self._seen: Seen = defaultdict(lambda: {None})
        self._facts: list[tuple[int, Kind]] = []

    def add(self, position: int, line: bytes, fact: Kind) -> None:  # noqa: ARG002  others want the line
        """Take in the names of a fact, and those of the fact inside a correction."""
        self._facts.append((position, fact))

    def flush(self, cursor: sqlite3.Cursor) -> None:
        """Write the names that are new."""
        if not self._facts:
            return
        taken = []
        for position, role, name in sorted(names_in(self._facts, self._seen), key=itemgetter(0)):
            if name not in (known := self._seen[role]):
                known.add(name)
                taken.append((role, name_key(name), name, position))
        cursor.executemany("insert or ignore into names values (?, ?, ?, ?)", taken)
        if cursor.rowcount != len(taken):
            _check_known(cursor, taken)
        self._facts.clear()
        if sum(map(len, self._seen.values())) > self._MOST_REMEMBERED:
            self._seen.clear()


BESIDE: Final[tuple[type[Beside], ...]] = (Names, Tree)
