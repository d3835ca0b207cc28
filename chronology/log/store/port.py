"""The port to a store of the log: all that is asked of one has its name here, and every SQL text about entries.

A store (`recorder.py`, on SQLite) inherits it and gives what differs between databases: how a transaction begins and
ends, how rows are selected (`_select`, with `?` for each value), and how one of many values is asked for (`_any_of`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from eventsourcing.persistence import ApplicationRecorder, Notification

from chronology.errors import Damaged
from chronology.log.merkle import HASH
from chronology.log.store.failures import RESTORE

__all__ = ["CHUNK", "Line", "LogRecorder", "Stored"]

CHUNK: Final = 500
"""How many entries are read or written at a time."""

_LARGEST: Final = 2**63 - 1
_BEYOND: Final = "\U0010ffff"
"""Comes after whatever an id can go on with."""


Line: TypeAlias = tuple[int, str, bytes]
"""Position, kind and line of an entry."""

_Row = TypeVar("_Row")


class Stored(NamedTuple):
    """What is known of an entry without reading its line."""

    position: int
    id: str
    revision: int
    kind: str
    digest: bytes


_STORED: Final = "select position, originator_id, originator_version, topic, digest from stored_events"
_STORED_TYPES: Final = (int, str, int, str, bytes)
_LINES: Final = "select position, topic, state from stored_events"
_LINE_TYPES: Final = (int, str, bytes)
_NOTIFICATIONS: Final = "select originator_id, originator_version, topic, state, position from stored_events"
_NOTIFICATION_TYPES: Final = (str, int, str, bytes, int)


class LogRecorder(ApplicationRecorder, ABC):
    """The entries of a log and the tables beside them, in one store.

    What is asked within `reading` or `writing` is asked of one moment; else each question is a transaction of its own.
    All of them raise Damaged or Unavailable where the store cannot answer.
    """

    # --- what a store gives

    @property
    @abstractmethod
    def path(self) -> Path:
        """Where the log is, as errors name it."""

    @property
    @abstractmethod
    def has_tree(self) -> bool:
        """Whether the hashes of the lines are kept; a log made before they were, and read only, has none."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[object]:
        """Begin a short transaction; within another of this thread, go on in that, and see what it wrote so far."""

    @abstractmethod
    def writing(self, *, keep: bool = True) -> AbstractContextManager[object]:
        """Begin a transaction that nobody else writes in: all of it is committed, or (unless `keep`) nothing."""

    @abstractmethod
    def _select(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a SELECT, with a value for each question mark."""

    @abstractmethod
    def _any_of(self, column: str, values: Collection[object]) -> tuple[str, Sequence[object]]:
        """The condition that a column has one of some values, and what is given for its question marks."""

    def _select_typed(self, statement: str, values: Sequence[object], types: tuple[type, ...]) -> list[tuple[Any, ...]]:
        """The rows of a SELECT. Raises Damaged where a value has another type than we write into its column.

        A database looks at types when it writes; a file that was sent may have been written by another program.
        """
        rows = self._select(statement, values)
        for number, (column, expected) in enumerate(zip(zip(*rows, strict=True), types, strict=False), 1):
            if {*map(type, column)} != {expected}:
                found = next(value for value in column if type(value) is not expected)
                msg = f"{self.path} holds {found!a:.40} in column {number} of: {statement:.90}…; {RESTORE}"
                raise Damaged(msg)
        return rows

    # --- entries

    def head(self) -> int:
        """The last position; 0 of an empty log."""
        ((last,),) = self._select("select coalesce(max(position), 0) from stored_events")
        return int(last)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Up to `limit` entries from `start` to `stop`, in the order of their positions."""
        first = start or 0 if inclusive_of_start or start is None else start + 1
        where, values = self._between(first, stop, topics)
        statement = f"{_NOTIFICATIONS} where {where} order by position limit ?"
        return [Notification(*row) for row in self._select_typed(statement, (*values, limit), _NOTIFICATION_TYPES)]

    def select_lines(self, start: int, limit: int, stop: int) -> Sequence[Line]:
        """`select_notifications` for whoever reads lines by the hundred thousand: bare rows, and no objects of them."""
        where, values = self._between(start, stop)
        return self._select_typed(f"{_LINES} where {where} order by position limit ?", (*values, limit), _LINE_TYPES)

    def _between(self, first: int, stop: int | None, topics: Sequence[str] = ()) -> tuple[str, Sequence[object]]:
        """The condition of an entry from one position to another and of some kinds, and what is given for its marks."""
        where, values = ("position >= ?", [first]) if stop is None else ("position between ? and ?", [first, stop])
        kinds, among = self._any_of("topic", topics) if topics else ("true", ())
        return f"{where} and {kinds}", (*values, *among)

    def notifications(
        self, after: int, upto: int | None, *, newest_first: bool = False
    ) -> Iterator[Sequence[Notification]]:
        """Yield the entries above `after` up to `upto` (else the head as it is), each list in a transaction of its own.

        Raises Damaged where a position is missing.
        """
        return self._pulled(self.select_notifications, attrgetter("id"), after, upto, newest_first=newest_first)

    def lines(self, after: int, upto: int | None) -> Iterator[Sequence[Line]]:
        """Yield `notifications` as bare lines. Raises Damaged where a position is missing."""
        return self._pulled(self.select_lines, itemgetter(0), after, upto)

    def _pulled(
        self,
        select: Callable[[int, int, int], Sequence[_Row]],
        position_of: Callable[[_Row], int],
        after: int,
        upto: int | None,
        *,
        newest_first: bool = False,
    ) -> Iterator[Sequence[_Row]]:
        first, last = max(after, 0) + 1, None
        while last is None or first <= last:
            with self.reading():
                if last is None:
                    last = self.head() if upto is None else min(upto, self.head())
                begin = max(first, last - CHUNK + 1) if newest_first else first
                end = last if newest_first else min(last, first + CHUNK - 1)
                found = select(begin, CHUNK, end) if begin <= end else ()
            self._check_dense(list(map(position_of, found)), range(begin, end + 1)[:: -1 if newest_first else 1])
            if found:
                yield found[::-1] if newest_first else found
            first, last = (first, begin - 1) if newest_first else (end + 1, last)

    def _check_dense(self, there: Sequence[int], expected: Sequence[int]) -> None:
        if sorted(there) != sorted(expected):
            missing = next((position for position in expected if position not in set(there)), expected[0])
            msg = f"{self.path}: position {missing} is missing; restore a backup"
            raise Damaged(msg)

    def of_kinds(self, kinds: Sequence[str], after: int = 0) -> Sequence[Notification]:
        """Every entry of some kinds above a position, in the order of their positions."""
        return self.select_notifications(after, _LARGEST, topics=kinds, inclusive_of_start=False)

    def streams(self, ids: Collection[str]) -> list[Notification]:
        """All revisions of several facts, fact by fact, the first revision first."""
        among, values = self._any_of("originator_id", ids)
        order = "order by originator_id, originator_version"
        rows = self._select_typed(f"{_NOTIFICATIONS} where {among} {order}", values, _NOTIFICATION_TYPES)
        return [Notification(*row) for row in rows]

    # --- what is known of entries without reading them

    def stored_at(self, position: int) -> Stored | None:
        """The entry at a position."""
        return self._stored("position = ?", (min(position, _LARGEST),))

    def stored_as(self, id: str, revision: int) -> Stored | None:  # noqa: A002  the field's own name for it
        """One revision of a fact."""
        return self._stored("originator_id = ? and originator_version = ?", (id, revision))

    def _stored(self, where: str, values: Sequence[object]) -> Stored | None:
        rows = self._select_typed(f"{_STORED} where {where}", values, _STORED_TYPES)
        return Stored(*rows[0]) if rows else None

    def stored_under(self, ids: Collection[str]) -> list[Stored]:
        """All revisions of several facts, in the order of their positions."""
        return self._all_stored("originator_id", ids)

    def stored_with(self, digests: Collection[bytes]) -> list[Stored]:
        """All entries that say one of some things (`content_digest`), in the order of their positions."""
        return self._all_stored("digest", digests)

    def _all_stored(self, column: str, values: Collection[object]) -> list[Stored]:
        among, given = self._any_of(column, values)
        rows = self._select_typed(f"{_STORED} where {among} order by position", given, _STORED_TYPES)
        return [Stored(*row) for row in rows]

    def ids(self, prefix: str, after: str, most: int) -> list[str]:
        """The ids that go on from `prefix` and come after `after`, in their order; at most so many."""
        rows = self._select_typed(
            "select originator_id from stored_events where originator_id > ? and originator_id < ? "
            "and originator_version = 1 order by originator_id limit ?",
            (max(after, prefix), prefix + _BEYOND, most),
            (str,),
        )
        return [id for (id,) in rows]  # noqa: A001

    def ids_of_length(self, prefix: str, shortest: int, longest: int, most: int) -> list[str]:
        """Ids that begin with `prefix` and have so many characters, in no order; at most so many."""
        rows = self._select_typed(
            "select originator_id from stored_events where originator_id between ? and ? "
            "and originator_version = 1 and length(originator_id) between ? and ? limit ?",
            (prefix, prefix + _BEYOND, shortest, longest, most),
            (str,),
        )
        return [id for (id,) in rows]  # noqa: A001

    # --- names

    def names(self, role: str) -> dict[str, str]:
        """Every name of a role, as first written, by the form it is matched by."""
        return dict(self._select_typed("select key, name from names where role = ? order by key", (role,), (str, str)))

    def names_of_length(self, role: str, shortest: int, longest: int) -> dict[str, str]:
        """The names of a role whose matched form has so many characters, by that form."""
        return dict(
            self._select_typed(
                "select key, name from names where role = ? and length(key) between ? and ?",
                (role, shortest, longest),
                (str, str),
            )
        )

    # --- the tree

    def subtree(self, level: int, end: int) -> bytes:
        """The hash over the 2**level lines that end with position `end`. Raises Damaged where it is missing."""
        rows = self._select("select hashes from tree where position = ?", (end,))
        found = bytes(rows[0][0][HASH * level : HASH * (level + 1)]) if rows else b""
        if len(found) != HASH:
            msg = f"the tree lacks its hash at position {end}; {RESTORE}"
            raise Damaged(msg)
        return found
