"""The history of components: every entry of theirs that ever was, read from the mirror, and which of them stand.

Which entries stand at a moment is asked here of a few, in plain Python, and by `look_back.py` of the whole mirror, in
SQL; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from chronology.vocabulary import KINDS, Kind, name_key
from projections.store.component_tables import components_of
from projections.store.inserting import create_table, numbers
from projections.store.look_back import LookBack

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = [
    "Past",
    "Undone",
    "add_general",
    "entries_at",
    "general",
    "histories",
    "imports_undone",
    "read_fact",
    "standing",
]

_GENERAL: Final = ("source_named", "place_named", "source_assessed", "policy_adopted", "dataset_imported")
"""The kinds that decide something for everybody; a retraction of an import ends all that it brought."""

_GENERAL_COLUMNS: Final = {"position": "BIGINT", "fact": "VARCHAR"}


@cache
def _reader(kind: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(KINDS[kind])


def read_fact(kind: str, body: str) -> Kind:
    """The fact of a kind that a row of the mirror holds as JSON."""
    fact: Kind = _reader(kind).decode(body)
    return fact


class Past(NamedTuple):
    """One entry of the log, with all that decides whether it stands; `ended_by` says whether it does now."""

    position: int
    fact: str
    revision: int
    entry: str
    kind: str
    known_from: dt.date | None
    effective_from: dt.date | None
    target: str | None
    target_revision: int | None
    said_in: str | None
    ended_by: int | None
    body: str


class Undone(NamedTuple):
    """Entries of imports that were retracted: their positions, and the imports themselves."""

    positions: tuple[range, ...] = ()
    imports: frozenset[str] = frozenset()

    def brought(self, each: Past) -> bool:
        """True if an entry came with one of them, or says what one of them said."""
        return each.said_in in self.imports or any(each.position in some for some in self.positions)


NONE_UNDONE: Final = Undone()

_COLUMNS: Final = ", ".join(Past._fields)


def histories(
    connection: DuckDBPyConnection, components: Collection[int], upto: int | None = None
) -> list[tuple[int, list[Past]]]:
    """The history of some components, each in the order of the log; as far as it was written at a position."""
    written = "true" if upto is None else f"since <= {upto:d}"
    rows = connection.execute(f"""
        select component, {_COLUMNS}
        from (
            select position, component, body
            from store.components
            where component in ({numbers(components)}) and {written}
        )
        join (select * exclude (body) from store.mirror) using (position)
    """).fetchall()
    found: dict[int, list[Past]] = {component: [] for component in components}
    for component, *row in rows:
        found[component].append(Past(*row))
    return [(component, sorted(found[component])) for component in sorted(found)]


def add_general(connection: DuckDBPyConnection, after: int) -> None:
    """Note the entries above position `after` that decide something for everybody; of 0, in a table made anew."""
    if after == 0:
        create_table(connection, "decided_for_all", _GENERAL_COLUMNS)
    listed = ", ".join(f"'{kind}'" for kind in _GENERAL)
    connection.execute(f"""
        insert into decided_for_all
        select position, fact from other_entries where position > {after:d} and kind in ({listed})
    """)


def general(connection: DuckDBPyConnection) -> list[Past]:
    """All decisions for everybody, with all decisions about these entries."""
    own = connection.execute("select position, fact from store.decided_for_all").fetchall()
    if not own:
        return []
    keys = {f"entry:{name_key(fact)}" for _, fact in own}
    components = {component for _, component in components_of(connection, keys)}
    decided = connection.execute(
        f"select position from store.components where component in ({numbers(components)})"
    ).fetchall()
    return entries_at(connection, {position for position, *_ in (*own, *decided)})


def entries_at(connection: DuckDBPyConnection, positions: Collection[int], condition: str = "true") -> list[Past]:
    """The entries at some positions, in the order of the log, of which a condition on the mirror holds."""
    # Looked up by number: a join would take every line of the mirror out of its compressed form.
    rows = connection.execute(
        f"select {_COLUMNS} from store.mirror where position in ({numbers(positions)}) and {condition} "
        "order by position"
    ).fetchall()
    return [Past(*row) for row in rows]


def standing(history: Sequence[Past], look_back: LookBack, undone: Undone = NONE_UNDONE) -> list[Past]:
    """The entries that stand, in the order of the log; `undone` are the imports taken back by then."""
    if look_back.is_now:
        return [each for each in history if each.ended_by is None]
    as_of, known_by = look_back.as_of, look_back.known_by
    written = [each for each in history if as_of is None or each.position <= as_of]
    taken_back = _taken_back(written, known_by)
    left = [
        each
        for each in written
        if (each.fact, None) not in taken_back
        and (each.fact, each.revision) not in taken_back
        and not undone.brought(each)
    ]
    newest: dict[str, int] = {}
    for each in left:
        if _is_in_force(each, known_by):
            newest[each.fact] = max(newest.get(each.fact, 0), each.revision)
    return [
        each
        for each in left
        if _is_seen(each.known_from, known_by)
        and (each.revision == newest.get(each.fact) or not _is_in_force(each, known_by))
    ]


def imports_undone(history: Sequence[Past], look_back: LookBack) -> Undone:
    """Entries of imports that were retracted; `history` is that `about` imports."""
    written = [each for each in history if look_back.as_of is None or each.position <= look_back.as_of]
    fallen = {fact for fact, _ in _taken_back(written, look_back.known_by)}
    imports = [each for each in written if each.entry == "dataset_imported" and each.fact in fallen]
    return Undone(
        tuple(
            range(each.position - msgspec.json.decode(each.body).get("entries", 0), each.position) for each in imports
        ),
        frozenset(each.fact for each in imports),
    )


def _taken_back(written: Sequence[Past], known_by: dt.date | None) -> set[tuple[str, int | None]]:
    """The targets of the retractions that stand, as fact and revision (None for all of them): the newest decides."""
    found: set[tuple[str, int | None]] = set()
    for each in reversed(written):
        if (
            each.entry == "fact_retracted"
            and each.target is not None
            and _is_seen(each.effective_from, known_by)
            and found.isdisjoint({(each.fact, None), (each.fact, 1)})
        ):
            found.add((each.target, each.target_revision))
    return found


def _is_seen(day: dt.date | None, known_by: dt.date | None) -> bool:
    return known_by is None or (day is not None and day <= known_by)


def _is_in_force(each: Past, known_by: dt.date | None) -> bool:
    """First revisions always are, corrections from their day on."""
    return each.revision == 1 or _is_seen(each.effective_from, known_by)
