"""Components: which entries have to be reckoned together, kept up in `views.duckdb` as entries come.

All facts that share an operation tree, an incident, a supersession or an `included_in`, with all that was decided about
them, are one component: no figure of it depends on an entry outside. Every revision that ever was holds its component
together, whether it stands or not: what is reckoned together without need gives the same rows.

Of the `dataset_reports`, only those are in a component that another entry names; all others are read as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from chronology.casualties import Entry, links
from chronology.vocabulary import KINDS, Kind, Report, Role, fields_of, name_key
from chronology.vocabulary.kinds.datasets import RecordVanished
from chronology.vocabulary.kinds.violence import Violence
from projections.literals import quoted
from projections.store.component_tables import TABLES, checksum, components_of
from projections.store.histories import read_fact
from projections.store.inserting import insert_rows, numbers, texts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["NAME_OF_RECORD", "join_entries"]

_PLACED: Final = {"position": "BIGINT", "component": "BIGINT", "since": "BIGINT"}

_SLICE: Final = 100_000
"""So many positions are read at once."""

NAME_OF_RECORD: Final = "lower(nfc_normalize(fact))"
"""The `name_key` of the id of a record, which has no spaces: a fifth of the time, of a million records 30 ms."""


def _kinds_looked_at() -> Iterator[str]:
    """The kinds that say something of figures, or of the incidents, operations and entries that figures speak of."""
    for tag, kind in KINDS.items():
        fields = fields_of(kind).values()
        if issubclass(kind, Report):
            if issubclass(kind, Violence) or any(field.shape == "figures" for field in fields):
                yield tag
        elif kind is not RecordVanished and any(f.role in _TYING and f.name != "because" for f in fields):
            yield tag


_TYING: Final = frozenset({Role.ENTRY, Role.INCIDENT, Role.OPERATION})
_LOOKED_AT: Final = (
    f"(kind in ({', '.join(map(quoted, _kinds_looked_at()))}) "
    "or operation is not null or len(incidents) > 0 or len(supersedes) > 0)"
)


def join_entries(connection: DuckDBPyConnection, after: int) -> tuple[set[int], set[int]]:
    """Give the entries above position `after` their components, and join those that they tie together.

    Returns the components that have changed, and those that are no more, because they were joined to an earlier one.
    """
    ties = _Ties()
    for position, keys in _tied(connection, after):
        ties.add(position, keys)
        ties.name(position, keys)
    for position, since, keys in _named_records(connection, ties.named, after):
        ties.add(position, keys, since)
    if after:
        ties.meet(components_of(connection, ties.keys))
    return _write(connection, ties)


class _Ties:
    """Ties that new entries make: of keys to those of the same entry, and to the component they are in already."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._least: dict[str, int] = {}
        self.positions: dict[int, tuple[str, int]] = {}
        """A key of each entry, and the position since which it is in a component."""
        self.named: dict[str, int] = {}
        """The first position that names each name."""
        self.known: dict[str, int] = {}

    @property
    def keys(self) -> Collection[str]:
        return self._parents.keys()

    def name(self, position: int, keys: Iterable[str]) -> None:
        """Note that an entry names what its keys stand for."""
        for key in keys:
            self.named.setdefault(key.partition(":")[2], position)

    def add(self, position: int, keys: Iterable[str], since: int | None = None) -> None:
        """Tie an entry to its keys, and these to each other; `since` a position, else since its own."""
        first, *others = keys
        for other in others:
            self._join(first, other)
        self.positions[position] = first, since or position
        self._called_at_most(first, position)

    def meet(self, known: Iterable[tuple[str, int]]) -> None:
        """Tie keys to the components they are in already."""
        of_component: dict[int, str] = {}
        for key, component in known:
            self.known[key] = component
            self._join(of_component.setdefault(component, key), key)
            self._called_at_most(key, component)

    def component(self, key: str) -> int:
        """The component of a key: its first position."""
        return self._least[self._root(key)]

    def _called_at_most(self, key: str, position: int) -> None:
        root = self._root(key)
        self._least[root] = min(self._least.get(root, position), position)

    def _root(self, key: str) -> str:
        parents = self._parents
        root = parents.setdefault(key, key)
        while root != parents[root]:
            root = parents[root]
        while key != root:
            parents[key], key = root, parents[key]
        return root

    def _join(self, one: str, other: str) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self._parents[other] = one
            if (position := self._least.pop(other, None)) is not None:
                self._called_at_most(one, position)


def _tied(connection: DuckDBPyConnection, after: int) -> Iterator[tuple[int, list[str]]]:
    """The new entries that the rules look at, each with its keys."""
    (head,) = connection.execute("select coalesce(max(position), 0) from other_entries").fetchall()[0]
    for start in range(after, head, _SLICE):
        rows = connection.execute(f"""
            select position, fact, kind, body from other_entries
            where position > {start:d} and position <= {min(start + _SLICE, head):d} and {_LOOKED_AT}
            order by position
        """).fetchall()
        for position, fact, kind, body in rows:
            yield position, keys_of(position, fact, read_fact(kind, body))


def keys_of(position: int, fact: str, read: Kind) -> list[str]:
    """The keys by which an entry is tied to others: `operation:kidal-gao`."""
    return [f"{sort}:{name}" for sort, name in links(Entry(position, fact, 1, read))]


def _named_records(
    connection: DuckDBPyConnection, named: Mapping[str, int], after: int
) -> Iterator[tuple[int, int, list[str]]]:
    """The records that other entries name and that are in no component yet: those named now, and those new.

    Gives the position of each, that since which it is named, and its keys. `named` are the names in new entries.
    """
    of_new = f"""
        union
        select position, fact, kind, body from dataset_reports
        where position > {after:d}
            and {NAME_OF_RECORD} in (select substr(key, instr(key, ':') + 1) from component_keys)
    """
    rows = connection.execute(f"""
        select position, fact, kind, body
        from dataset_reports
        where {NAME_OF_RECORD} in ({texts(named)})
        {of_new if after else ""}
        order by position
    """).fetchall()
    placed = connection.execute(
        f"select position from components where position in ({numbers(position for position, *_ in rows)})"
    ).fetchall()
    known = {position for (position,) in placed}
    for position, fact, kind, body in rows:
        if position not in known:
            since = max(position, named.get(name_key(fact), 0))
            yield position, since, keys_of(position, fact, read_fact(kind, body))


def _write(connection: DuckDBPyConnection, ties: _Ties) -> tuple[set[int], set[int]]:
    """Write what new entries have tied together."""
    renamed = {old: new for key, old in ties.known.items() if (new := ties.component(key)) != old}
    for old, new in renamed.items():
        for table in TABLES:
            connection.execute(f"update {table} set component = {new:d} where component = {old:d}")
    placed = [(position, ties.component(key), since) for position, (key, since) in ties.positions.items()]
    connection.execute("create or replace temp table placed (position bigint, component bigint, since bigint)")
    insert_rows(connection, "placed", _PLACED, placed, by_pipe=True)
    connection.execute("""
        insert into components
        select position, component, since, body
        from placed
        join (select position, body from mirror where position in (select position from placed)) using (position)
        order by component, position
    """)
    keys = ((checksum(key), key, ties.component(key)) for key in ties.keys if key not in ties.known)
    insert_rows(connection, "component_keys", TABLES["component_keys"], keys, by_pipe=True)
    return {component for _, component, _ in placed}, set(renamed)
