"""What stands beside the entries: tables that can be built again from them, filled in the same transaction.

To add one, write a class with `create` and `add` and put it into `BESIDE`; nothing else is edited.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Final, NamedTuple, Protocol

from chronology.log.entry import now
from chronology.log.tree import Tree
from chronology.vocabulary import Kind, fields_of, name_key
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["BESIDE", "Beside", "Names"]


class Beside(Protocol):
    """A table beside the entries. One instance serves one transaction, and may remember what it did in it."""

    create: ClassVar[str]
    """The one statement that creates it."""

    since: ClassVar[int]
    """The layout that has it (`database.LAYOUT`): a log made before gets it when it is next opened for writing."""

    def add(self, position: int, line: bytes, fact: Kind) -> None:
        """Take in one entry. Entries come in the order of their positions."""

    def flush(self, cursor: sqlite3.Cursor) -> None:
        """Write what was taken in; called before anything is read, and before the end of the transaction."""


class _Holds(NamedTuple):
    """What one field of a kind holds: texts of a role, or (None) a place or figures with texts of their own."""

    role: str | None
    many: bool


@cache
def _names_of(kind: type[Kind]) -> tuple[Callable[[Kind], tuple[Any, ...]], tuple[_Holds, ...]]:
    """How to take the names out of a kind: all the fields that hold some at once, and what each holds.

    `texts_of` finds every text, and where it stands; that is not needed here, and takes far longer.
    """
    attributes, holds = [], []
    for field in fields_of(kind).values():
        nested = field.shape in {"place", "figures"}
        if nested or (field.role is not None and field.role.is_name):
            attributes.append(field.attribute)
            many = field.shape == "figures" or (field.many and not nested)
            holds.append(_Holds(None if nested else str(field.role), many))
    match attributes:
        case []:
            return (lambda _: ()), ()
        case [only]:
            return (lambda fact: (getattr(fact, only),)), tuple(holds)
    return attrgetter(*attributes), tuple(holds)


class Names:
    """Every name that any entry uses, by its role and the form it is matched by, as it was first written."""

    create: ClassVar[str] = (
        "CREATE TABLE names (role text not null, key text not null, name text not null, position integer not null, "
        "primary key (role, key)) strict, without rowid"
    )
    since: ClassVar[int] = 1
    _MOST_REMEMBERED: Final = 50_000

    def __init__(self) -> None:
        # By role, what was taken in already: a name, several, a place, or figures; most come again and again.
        self._seen: dict[str | None, set[Hashable]] = defaultdict(set)
        self._new: list[tuple[str, str, str, int]] = []

    def add(self, position: int, line: bytes, fact: Kind) -> None:  # noqa: ARG002  others want the line
        """Take in the names of a fact, and those of the fact inside a correction."""
        self._enter(fact, position)
        if isinstance(fact, FactCorrected):
            self._enter(now(fact), position)

    def _enter(self, fact: Kind, position: int) -> None:
        values_of, holds = _names_of(type(fact))
        for value, (role, many) in zip(values_of(fact), holds, strict=True):
            if not value or value in (seen := self._seen[role]):
                continue
            seen.add(value)
            for each in value if many else (value,):
                if role is None:
                    self._enter(each, position)
                else:
                    self._new.append((role, name_key(each), each, position))

    def flush(self, cursor: sqlite3.Cursor) -> None:
        """Write the names that are new."""
        cursor.executemany("insert or ignore into names values (?, ?, ?, ?)", self.taken())

    def taken(self) -> list[tuple[str, str, str, int]]:
        """Role, key, name and position of what was taken in since the last time; some may be known already."""
        new, self._new = self._new, []
        if sum(map(len, self._seen.values())) > self._MOST_REMEMBERED:
            self._seen.clear()
        return new


BESIDE: Final[tuple[type[Beside], ...]] = (Names, Tree)
