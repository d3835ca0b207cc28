"""The port to a store of the log: all that is asked of one has a name here, and every SQL text about entries is here.

A store inherits `LogRecorder` and gives what differs between databases (`database.py`). What every store must do is in
tests/support/recorder_contract.py.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import starmap
from typing import Any, Final, NoReturn, Protocol, TypeAlias
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

from chronology.errors import Damaged
from chronology.log.merkle import HASH, Frontier, subtrees_of
from chronology.log.store.database import Database
from chronology.log.store.failures import RESTORE
from chronology.log.store.stored_entries import NewEntry, Stored, new_entry

__all__ = ["CHUNK", "LogRecorder", "Name", "SideTable", "Whole"]

CHUNK: Final = 500
"""How many entries are read or written at a time."""

_LARGEST: Final = 2**63 - 1
_BEYOND: Final = "\U0010ffff"
"""Comes after whatever an id can go on with."""

Name: TypeAlias = tuple[str, str, str, int]
"""Role, matched form, name as first written, and the position of the entry that first has it."""

Whole: TypeAlias = tuple[Any, ...]
"""All that the store has of an entry: position, id, revision, kind, digest, line, and hashes (None: there is no tree).

Of a store that another program wrote in, any of them may have any type.
"""

_STORED: Final = "select position, originator_id, originator_version, topic, digest from stored_events"
_STORED_TYPES: Final = (int, str, int, str, bytes)
_EVENTS: Final = "select originator_id, originator_version, topic, state, position from stored_events"
_EVENT_TYPES: Final = (str, int, str, bytes, int)
_NAMES: Final = "select key, name from names"
_NAME_SIGNS: Final = "select role, sign, value from name_signs"
_HASHES: Final = "select position, hashes from tree"
_WHOLE: Final = (
    "select position, originator_id, originator_version, topic, digest, state, hashes "
    "from stored_events left join tree using (position)"
)
_WHOLE_WITHOUT_TREE: Final = (
    "select position, originator_id, originator_version, topic, digest, state, null from stored_events"
)


class SideTable(Protocol):
    """A table that can be built again from the entries, filled in the same transaction.

    One instance serves one transaction, and may remember what it did in it.
    """

    def add(self, store: LogRecorder, first: int, entries: Sequence[NewEntry]) -> None:
        """Write what belongs to entries, of which the first is at position `first`."""


class _Written(threading.local):
    """Of the transaction in which a thread writes: the last position, and the side tables that follow."""

    last: int = 0
    side_tables: Sequence[SideTable] = ()


class LogRecorder(Database, ApplicationRecorder):
    """The entries of a log and its side tables, in one store.

    What is asked within `reading` or `writing` is asked of one moment; else each question is a transaction of its own.
    All of them raise Damaged or Unavailable where the store cannot answer.
    """

    def __init__(self, side_tables: Sequence[type[SideTable]]) -> None:
        super().__init__()
        self._side_tables = side_tables
        self._written = _Written()

    # --- writing

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[int]:
        """Begin a transaction that nobody else writes in, and give the last position.

        All of it is committed, or (unless `keep`) nothing. Raises Damaged as `checked_head`.
        """
        with self._transaction(writes=True, keep=keep) as cursor, self._within(cursor):
            written = self._written
            written.last, written.side_tables = self.checked_head(), [table() for table in self._side_tables]
            try:
                yield written.last
            finally:
                written.side_tables = ()

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: object) -> list[int]:
        """Store entries after the last one, with what belongs in the side tables; all or nothing. Their positions.

        Within `writing` they belong to that transaction. Raises Refused for a revision that is there, Damaged for an
        event that is no entry.
        """
        here = self._written
        if not here.side_tables:
            with self.writing():
                return self.insert_events(stored_events)
        if not stored_events:
            return []
        first = here.last + 1
        entries = list(starmap(_checked, enumerate(stored_events, first)))
        rows = [
            (position, each.originator_id, each.originator_version, each.topic, each.state, each.digest)
            for position, each in enumerate(entries, first)
        ]
        self._insert_all("stored_events", rows)
        for table in here.side_tables:
            table.add(self, first, entries)
        here.last += len(rows)
        return list(range(first, here.last + 1))

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
        return self._select_notifications(f"{where} order by position limit ?", (*values, limit))

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
        first, last = max(after, 0) + 1, None
        while last is None or first <= last:
            with self.reading():
                if last is None:
                    last = self.head() if upto is None else min(upto, self.head())
                begin = max(first, last - CHUNK + 1) if newest_first else first
                end = last if newest_first else min(last, first + CHUNK - 1)
                found = self.select_notifications(begin, CHUNK, end) if begin <= end else ()
            self._check_dense(found, begin, end)
            if found:
                yield found[::-1] if newest_first else found
            first, last = (first, begin - 1) if newest_first else (end + 1, last)

    def _check_dense(self, found: Sequence[Notification], begin: int, end: int) -> None:
        """Raises Damaged where one from `begin` to `end` is missing."""
        there, expected = [each.id for each in found], range(begin, end + 1)
        if there != list(expected):
            missing = next((position for position in expected if position not in there), begin)
            msg = f"{self.path}: position {missing} is missing; restore a backup"
            raise Damaged(msg)

    def of_kinds(self, kinds: Sequence[str], after: int = 0) -> Sequence[Notification]:
        """Every entry of some kinds above a position, in the order of their positions."""
        return self.select_notifications(after, _LARGEST, topics=kinds, inclusive_of_start=False)

    def streams(self, ids: Collection[str]) -> list[Notification]:
        """All revisions of several facts, fact by fact, the first revision first."""
        among, values = self._any_of("originator_id", ids)
        order = "order by originator_id, originator_version"
        return self._select_notifications(f"{among} {order}", values)

    def _select_notifications(self, where: str, values: Sequence[object]) -> list[Notification]:
        return [Notification(*row) for row in self._select_typed(f"{_EVENTS} where {where}", values, _EVENT_TYPES)]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The revisions of a fact above `gt` up to `lte`, the first first or (`desc`) the last; at most `limit`."""
        where = "originator_id = ? and originator_version > ? and originator_version <= ?"
        order = f"order by originator_version {'desc' if desc else 'asc'} limit ?"
        values = (originator_id, gt or 0, _LARGEST if lte is None else lte, _LARGEST if limit is None else limit)
        return self._select_notifications(f"{where} {order}", values)

    def max_notification_id(self) -> int | None:
        """The last position; None of an empty log."""
        return self.head() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Not supported: whoever follows a log pulls. Raises NotImplementedError."""
        msg = "a log has no subscriptions; pull with select_notifications"
        raise NotImplementedError(msg)

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
        return dict(self._select_typed(f"{_NAMES} where role = ? order by key", (role,), (str, str)))

    def names_of_length(self, role: str, shortest: int, longest: int) -> dict[str, str]:
        """The names of a role whose matched form has so many characters, by that form."""
        statement = f"{_NAMES} where role = ? and length(key) between ? and ?"
        return dict(self._select_typed(statement, (role, shortest, longest), (str, str)))

    def add_names(self, names: Sequence[Name]) -> int:
        """Write those of some names that are not there; how many that were."""
        return self._insert("names", names, skip_known=True)

    def file_names(self, names: Iterable[Name]) -> None:
        """File names under their signs (`slips.signs_of`)."""
        from chronology.vocabulary.slips import signs_of  # noqa: PLC0415  who only reads needs none

        signs = sorted({(role, *signed) for role, key, name, _ in names for signed in signs_of(key, name)})
        if signs:
            self._insert("name_signs", signs, skip_known=True)

    def names_signed(self, role: str, signs: Collection[str]) -> list[tuple[str, str]]:
        """Give what names of a role are filed under some signs, each with its sign."""
        if not self.has_name_signs:
            from chronology.vocabulary.slips import signs_of  # noqa: PLC0415  as above

            filed = (signed for key, name in self.names(role).items() for signed in signs_of(key, name))
            return [(sign, value) for sign, value in filed if sign in signs]
        among, values = self._any_of("sign", signs)
        statement = f"{_NAME_SIGNS} where role = ? and {among}"
        return [(sign, value) for _, sign, value in self._select_typed(statement, (role, *values), (str, str, str))]

    def names_among(self, role: str, keys: Collection[str]) -> dict[str, str]:
        """Those of some names that are there, as first written, by the form they are matched by."""
        among, values = self._any_of("key", keys)
        return dict(self._select_typed(f"{_NAMES} where role = ? and {among}", (role, *values), (str, str)))

    def position_of_name(self, role: str, key: str) -> int | None:
        """The position of the entry that first has a name, by the form it is matched by."""
        rows = self._select_typed("select position from names where role = ? and key = ?", (role, key), (int,))
        return rows[0][0] if rows else None

    # --- the tree

    def add_hashes(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Write the hashes that belong to positions."""
        self._insert_all("tree", rows)

    def tree_size(self) -> int:
        """The last position of the tree; 0 of an empty one."""
        ((last,),) = self._select("select coalesce(max(position), 0) from tree")
        return int(last)

    def subtrees(self, some: Sequence[tuple[int, int]]) -> list[bytes]:
        """The hashes over the 2**level lines that end with a position, each by (level, position).

        Raises Damaged where one is missing.
        """
        if not some:
            return []
        among, values = self._any_of("position", [end for _, end in some])
        rows = dict(self._select_typed(f"{_HASHES} where {among}", values, (int, bytes)))
        found = [rows.get(end, b"")[HASH * level : HASH * (level + 1)] for level, end in some]
        for (_, end), each in zip(some, found, strict=True):
            if len(each) != HASH:
                msg = f"the tree lacks its hash at position {end}; {RESTORE}"
                raise Damaged(msg)
        return found

    def subtree(self, level: int, end: int) -> bytes:
        """The hash over the 2**level lines that end with position `end`. Raises Damaged where it is missing."""
        return self.subtrees([(level, end)])[0]

    def frontier(self, size: int) -> Frontier:
        """The tree over the first `size` lines, ready to grow. Raises Damaged where a hash is missing."""
        return Frontier(size, self.subtrees(subtrees_of(size)))

    # --- everything, as it is: for whoever verifies

    def whole(self, first: int, last: int) -> list[Whole]:
        """All that there is of the entries from one position to another."""
        select = _WHOLE if self.has_tree else _WHOLE_WITHOUT_TREE
        return self._select(f"{select} where position between ? and ? order by position", (first, last))

    def names_upto(self, head: int) -> list[Name]:
        """Every name that an entry up to a position first has. Raises Damaged where one is of another type."""
        select = "select role, key, name, position from names where position <= ?"
        return self._select_typed(select, (head,), (str, str, str, int))

    def all_name_signs(self) -> list[tuple[str, str, str]]:
        """Every sign that a name is filed under: role, sign, value."""
        return self._select_typed(_NAME_SIGNS, (), (str, str, str))

    def name_beyond(self, head: int) -> tuple[Any, ...] | None:
        """Role, key and position of a name whose position is none from 1 to `head`; None where there is none."""
        select = "select role, key, position from names where (position between 1 and ?) is not true limit 1"
        rows = self._select(select, (head,))
        return rows[0] if rows else None

    def ends(self, head: int) -> tuple[int, int, int]:
        """Count the positions up to `head` in the tree; and give the last of the entries, and the last of the tree."""
        (found,) = self._select(
            "select (select count(*) from tree where position <= ?), (select max(position) from stored_events), "
            "(select max(position) from tree)",
            (head,),
        )
        return found[0], found[1], found[2]


def _checked(position: int, stored: StoredEvent) -> NewEntry:
    """The entry that the library hands over. Raises Damaged unless its line says what the library says of it."""
    if isinstance(stored, NewEntry):
        return stored
    made = new_entry(stored.state, f"position {position}")
    says = (made.topic, made.originator_id, made.originator_version)
    if says != (given := (stored.topic, stored.originator_id, stored.originator_version)):
        msg = f"position {position} would be stored as {given}; expected {says}, as its line says"
        raise Damaged(msg)
    return made
