"""The tables below the views as they were at a moment, in memory, beside those of now.

The mirror is looked at through a filter. Of the figures only those are reckoned anew that may have been others: those
of components that *straddle* the moment, with entries on both sides of it. Of a component whose entries all came before
it the rows are as now, and of one whose entries all came after it there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from chronology.casualties import POLICIES
from chronology.vocabulary import name_key
from projections.literals import identifier, quoted
from projections.store.component_tables import components_of, components_where
from projections.store.histories import histories, standing
from projections.store.inserting import create_table, insert_rows, numbers, texts
from projections.store.look_back import LookBack, make_ended, names_differ, seen_of
from projections.store.membership import NAME_OF_RECORD
from projections.store.mirror import TABLES, WHOLE
from projections.store.reckoning import (
    POLICY_COLUMNS,
    Moment,
    concerned,
    now,
    rows_by_policy,
    tables,
    write_results,
)
from projections.views.catalogue import BY_POLICY
from projections.views.view_file import View

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from chronology.casualties import Policy

__all__ = [
    "KEYS",
    "Among",
    "Figures",
    "components_named",
    "look_at_log",
    "look_at_mirror",
    "look_at_names",
    "named",
    "policy_at",
    "policy_in_force",
    "straddling",
    "touched",
]

KEYS: Final = {"operation": "operation", "convoy": "operation", "incident": "incident", "fact": "entry"}
"""The columns whose value names a component, and what it is the name of."""


class Among(NamedTuple):
    """Some components alone, and the positions of the entries that rows of theirs rest on."""

    components: frozenset[int]
    positions: frozenset[int]


def look_at_log(connection: DuckDBPyConnection, look_back: LookBack, head: int) -> None:
    """Make what views rest on, but for the figures, as it was; in the schema in use."""
    as_of, known_by = look_back.as_of, look_back.known_by
    policy = now(connection).at(look_back).policy.name
    connection.execute(f"""
        create table look_back as
        select {head}::bigint as head, {as_of or "null"}::bigint as as_of,
            {quoted(known_by) if known_by else "null"}::date as known_by, {quoted(policy)} as policy
    """)
    written = "" if as_of is None else f" where since <= {as_of:d}"
    connection.execute(f"create view components as from store.components{written}")
    for table in ("component_keys", "spelled"):
        connection.execute(f"create view {table} as from store.{table}")


def look_at_mirror(connection: DuckDBPyConnection, look_back: LookBack, among: Among | None = None) -> None:
    """Make the mirror as it was, and what had ended by then; of some entries alone."""
    make_ended(connection, look_back)
    some = "" if among is None else f" where kept.position in ({numbers(among.positions)})"
    for table in TABLES:
        connection.execute(f"create view {table} as {seen_of(table, look_back)}{some}")
    connection.execute(WHOLE)


def policy_at(connection: DuckDBPyConnection, look_back: LookBack) -> Policy:
    """The policy by which the views are made at a moment."""
    return now(connection).at(look_back).policy


def look_at_names(connection: DuckDBPyConnection, look_back: LookBack, views: Iterable[View]) -> set[str]:
    """Make the stored views that follow from names alone, where these are as now; gives the names of those made."""
    made = {view.name for view in views if view.stored and view.origin != "own"}
    if not made or names_differ(connection, look_back):
        return set()
    for name in made:
        connection.execute(f"create or replace view {identifier(name)} as from store.{identifier(name)}")
    return made


def policy_in_force(connection: DuckDBPyConnection) -> Policy:
    """The policy by which the views are made now."""
    return now(connection).policy


def components_named(connection: DuckDBPyConnection, view: View, values: Mapping[str, str]) -> frozenset[int] | None:
    """The components that rows of a view with these values come from; None where that may be any."""
    keys = _keys_named(view, values)
    if not keys:
        return None
    return frozenset(component for _, component in components_of(connection, keys))


def named(connection: DuckDBPyConnection, view: View, values: Mapping[str, str]) -> Among | None:
    """The components that rows of a view with these values come from, and all the rows rest on; None if any may be."""
    components = components_named(connection, view, values)
    if components is None:
        return None
    general = now(connection).general
    ids = (key.partition(":")[2] for key in _keys_named(view, values))
    rows = connection.execute(f"""
        select position from store.components where component in ({numbers(components)})
        union
        select position from store.dataset_reports where {NAME_OF_RECORD} in ({texts(ids)})
    """).fetchall()
    return Among(components, frozenset(position for (position,) in rows).union(each.position for each in general))


def _keys_named(view: View, values: Mapping[str, str]) -> list[str]:
    return [
        f"{KEYS[column]}:{name_key(value)}"
        for column, value in values.items()
        if column in view.keys and value not in {"", "null"}
    ]


class Figures:
    """The tables of results as they were at a moment, made in the schema in use as questions need them.

    With `only`, of these components alone.
    """

    def __init__(self, connection: DuckDBPyConnection, look_back: LookBack, only: frozenset[int] | None = None) -> None:
        current = now(connection)
        moment = current.at(look_back)
        anew, gone = straddling(connection, current, moment, only)
        self.only = only
        self._connection = connection
        self._moment = moment
        self._histories = histories(connection, anew, look_back.as_of)
        self._others = numbers(anew | gone)
        self._made: set[str] = set()

    def make(self, names: Collection[str]) -> None:
        """Make the tables of these names, or make them anew as they are of these components."""
        missing = [name for name in names if name not in self._made]
        among = "" if self.only is None else f" and component in ({numbers(self.only)})"
        for name in missing:
            create_table(self._connection, f"{name}_then", tables()[name])
            self._connection.execute(f"""
                create or replace view {name} as
                select * from store.{name} where component not in ({self._others}){among}
                union all
                select * from {name}_then
            """)
        found = [(component, self._moment.result(history, missing)) for component, history in self._histories]
        write_results(self._connection, found, missing, "_then")
        self._made.update(missing)

    def make_by_policy(self) -> None:
        """Make the table of what the other policies leave of what is contested."""
        connection = self._connection
        contested = connection.execute("""
            select component
            from (select component, region, category, victims, definition, unnest(groups) as which from reckoned_voices)
            group by component, region, category, victims, definition
            having count(distinct which) > 1
        """).fetchall()
        create_table(connection, BY_POLICY, POLICY_COLUMNS)
        pasts = histories(connection, {component for (component,) in contested}, self._moment.look_back.as_of)
        for policy in POLICIES.values():
            if policy != self._moment.policy:
                moment = self._moment.by(policy)
                found = (moment.result(each, ["reckoned_by_operation", "reckoned_by_incident"]) for _, each in pasts)
                rows = rows_by_policy(found, policy.name)
                insert_rows(connection, BY_POLICY, POLICY_COLUMNS, rows)


def straddling(
    connection: DuckDBPyConnection, current: Moment, moment: Moment, only: Collection[int] | None = None
) -> tuple[set[int], set[int]]:
    """Of all components (or of `only` some), those whose figures may have been others then, and those not there yet."""
    among = "true" if only is None else f"component in ({numbers(only)})"
    if moment.policy != current.policy:
        return components_where(connection, among), set()
    look_back = moment.look_back
    rows = connection.execute(f"""
        select component, coalesce({look_back.condition("first_known", "first_position")}, false)
        from store.component_spans
        where not coalesce({look_back.condition("last_known", "last_position")}, false) and {among}
    """).fetchall()
    anew = {component for component, is_there in rows if is_there}
    gone = {component for component, is_there in rows if not is_there}
    meant = _meant_otherwise(connection, current, look_back, current.look_back)
    # What came with an import that was taken back then, and is not now, or says what it said.
    for brought in moment.undone.positions:
        meant |= components_where(connection, f"position >= {brought.start} and position < {brought.stop}")
    if said := moment.undone.imports:
        meant |= components_where(
            connection, f"position in (select position from store.mirror where said_in in ({texts(said)}))"
        )
    return anew | ((meant if only is None else meant & set(only)) - gone), gone


def touched(connection: DuckDBPyConnection, one: LookBack, other: LookBack) -> Among | None:
    """The keys that can differ between two moments, with all they depend on; None where that may be anything."""
    current = now(connection)
    if current.at(one).policy != current.at(other).policy:
        return None
    rows = connection.execute(f"""
        {_compared(one, other)}
        select position, component from compared left join store.components as placed using (position) where differs
    """).fetchall()
    components = {component for _, component in rows if component is not None}
    components |= _meant_otherwise(connection, current, one, other)
    apart = {position for position, component in rows if component is None}
    inside = connection.execute(
        f"select position from store.components where component in ({numbers(components)})"
    ).fetchall()
    return Among(
        frozenset(components),
        frozenset(apart.union((each for (each,) in inside), (each.position for each in current.general))),
    )


def _meant_otherwise(connection: DuckDBPyConnection, current: Moment, one: LookBack, other: LookBack) -> set[int]:
    stood, stands = (set(standing(current.general, each)) for each in (one, other))
    return concerned(connection, current.general, stood ^ stands)


def _compared(one: LookBack, other: LookBack) -> str:
    """The WITH of `compared`: whether each entry is otherwise for two moments, and whether one sees it."""

    def seen(look_back: LookBack, day: str) -> str:
        return f"coalesce({look_back.condition(day)}, false)"

    def whole(look_back: LookBack) -> str:
        return f"({seen(look_back, 'known_from')}, {seen(look_back, 'greatest(known_from, effective_from)')})"

    return f"""
        with enders as (
            select position as ended_by, {seen(one, "effective_from")} <> {seen(other, "effective_from")} as differs
            from store.other_entries
        ), entries as (
            select position, ended_by, {seen(one, "known_from")} as is_seen, {whole(one)} <> {whole(other)} as differs
            from store.mirror
        ), compared as (
            select entries.position, entries.is_seen, entries.differs or coalesce(enders.differs, false) as differs
            from entries
            left join enders using (ended_by)
        )
    """
