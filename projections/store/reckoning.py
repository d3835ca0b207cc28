"""The figures of casualties, stored by component: its entries in, the rows of its results out.

The rules are in `chronology/casualties`. Each list of their `Result` is a table here, `reckoned_` and its name, with
the component that each row came from; a refresh makes anew the rows of the components that new entries touch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from chronology.casualties import CAUTIOUS, Entry, Names, Policy, Result, adopted, names_of, reckon
from chronology.vocabulary import Role, name_key, texts_of
from chronology.vocabulary.kinds.policies import PolicyAdopted
from projections.store.component_tables import SPANS, TABLES, components_where
from projections.store.histories import (
    Past,
    Undone,
    add_general,
    general,
    histories,
    imports_undone,
    read_fact,
    standing,
)
from projections.store.inserting import create_table, insert_rows, numbers, texts
from projections.store.look_back import NOW, LookBack
from projections.store.membership import join_entries
from projections.views.catalogue import BY_POLICY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = [
    "POLICY_COLUMNS", "Moment", "concerned", "create", "entry_of", "now", "refresh_results",
    "rows_by_policy", "tables", "write_results",
]  # fmt: skip

_TYPES: Final = {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", dt.date: "DATE", float: "DOUBLE"}
_SLICE: Final = 50_000
"""Entries of components that are read, and whose results are written, at once."""


# --- tables


@cache
def tables() -> dict[str, dict[str, str]]:
    """The tables of results, each with its columns and their types; the first is the component."""
    return {
        f"reckoned_{name}": {"component": "BIGINT", **_columns(get_args(hint)[0])}
        for name, hint in get_type_hints(Result).items()
    }


def _list_of(table: str) -> str:
    """The list of a Result whose rows a table holds."""
    return table.removeprefix("reckoned_")


def _columns(row: type) -> dict[str, str]:
    return {name: _type_of(hint) for name, hint in get_type_hints(row).items()}


def _type_of(hint: Any) -> str:  # noqa: ANN401 - a type as it is written
    """The DuckDB type of what a row holds: `int | None` is a BIGINT, `tuple[str, ...]` a VARCHAR[]."""
    if get_origin(hint) is UnionType:
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) in {tuple, list}:
        return f"{_type_of(get_args(hint)[0])}[]"
    return next(type_ for python, type_ in _TYPES.items() if issubclass(hint, python))


POLICY_COLUMNS: Final = {
    "operation": "VARCHAR", "incident": "VARCHAR", "category": "VARCHAR", "victims": "VARCHAR", "definition": "VARCHAR",
    "policy": "VARCHAR", "low": "BIGINT", "best": "BIGINT", "high": "BIGINT",
}  # fmt: skip


def rows_by_policy(found: Iterable[Result], policy: str) -> Iterator[tuple[object, ...]]:
    """The rows that a policy leaves of operations and incidents, as `casualties_by_policy` has them."""
    for result in found:
        said = (*(row._asdict() for row in result.by_operation), *(row._asdict() for row in result.by_incident))
        for each in said:
            yield tuple((each | {"policy": policy}).get(column) for column in POLICY_COLUMNS)


def create(connection: DuckDBPyConnection) -> None:
    """Create the tables of components and of their results, empty."""
    for name, columns in (TABLES | {"component_spans": SPANS, BY_POLICY: POLICY_COLUMNS} | tables()).items():
        create_table(connection, name, columns)


def write_results(
    connection: DuckDBPyConnection,
    found: Iterable[tuple[int, Result]],
    names: Iterable[str],
    suffix: str = "",
    *,
    by_pipe: bool = False,
) -> None:
    """Insert the results of components into tables of these names, which may have a suffix; `by_pipe` where it can."""
    for table in names:
        rows = ((component, *row) for component, result in found for row in getattr(result, _list_of(table)))
        insert_rows(connection, table + suffix, tables()[table], rows, by_pipe=by_pipe)


# --- what is decided for everybody


class Moment(NamedTuple):
    """A moment, and what was decided for everybody by then: names, assessments, the policy in force."""

    look_back: LookBack
    general: tuple[Past, ...]
    """All that was ever decided for everybody, and the imports; what of it stood then is in `names` and `policy`."""
    names: Names
    policy: Policy
    undone: Undone

    def result(self, history: list[Past], tables: Iterable[str] | None = None) -> Result:
        """The result of the rules for the entries of a component in force then; with `tables`, for these alone."""
        stood = standing(history, self.look_back, self.undone)
        wanted = Result._fields if tables is None else [_list_of(table) for table in tables]
        return reckon([entry_of(each) for each in stood], self.names, self.policy, wanted=wanted)

    def by(self, policy: Policy) -> Moment:
        """This moment, by another policy."""
        return self._replace(policy=policy)

    def at(self, look_back: LookBack) -> Moment:
        """Another moment of the same log."""
        stood = [entry_of(each) for each in standing(self.general, look_back)]
        undone = Undone() if look_back.is_now else imports_undone(self.general, look_back)
        return Moment(look_back, self.general, names_of(stood), look_back.policy or _policy_of(stood), undone)


def _policy_of(stood: Iterable[Entry]) -> Policy:
    """The policy in force: the one adopted last."""
    chosen = [each.fact for each in stood if isinstance(each.fact, PolicyAdopted)]
    return adopted(chosen[-1]) if chosen else CAUTIOUS


def entry_of(past: Past) -> Entry:
    """An entry as the rules take it."""
    return Entry(past.position, past.fact, past.revision, read_fact(past.kind, past.body))


def now(connection: DuckDBPyConnection) -> Moment:
    """Now, with what is decided for everybody."""
    return Moment(NOW, tuple(general(connection)), names_of(()), CAUTIOUS, Undone()).at(NOW)


# --- kept up


def refresh_results(connection: DuckDBPyConnection, after: int) -> str:
    """Make anew the results of the components that the entries above position `after` touch; gives the policy's name.

    The table `ended_otherwise` holds the entries that these have ended, or let stand again.
    """
    changed, gone = join_entries(connection, after)
    add_general(connection, after)
    moment = now(connection)
    if after:
        otherwise = {each for (each,) in connection.execute("select position from ended_otherwise").fetchall()}
        if otherwise:
            changed |= components_where(connection, f"position in ({numbers(otherwise)})")
        differing = {each for each in moment.general if each.position > after or each.position in otherwise}
        changed |= concerned(connection, moment.general, differing)
        stale = numbers(changed | gone)
        for table in ("component_spans", *tables()):
            connection.execute(f"delete from {table} where component in ({stale})")
    in_force = {each.position: each.effective_from for each in moment.general}
    for some in _slices(connection, changed):
        found = histories(connection, some)
        spans = ((component, *some[component], *_days(history, in_force)) for component, history in found)
        insert_rows(connection, "component_spans", SPANS, spans, by_pipe=True)
        reckoned = [(component, moment.result(history)) for component, history in found]
        write_results(connection, reckoned, tables(), by_pipe=True)
    return moment.policy.name


def _days(history: Sequence[Past], in_force: Mapping[int, dt.date | None]) -> tuple[dt.date | None, dt.date | None]:
    """The days of a component in `component_spans`; `in_force` are those of decisions for everybody."""
    days = {**in_force, **{each.position: each.effective_from for each in history}}
    settled: list[dt.date | None] = []
    for each in history:
        settled += [each.known_from, each.effective_from or each.known_from]
        if each.ended_by is not None:
            settled.append(days.get(each.ended_by))
    known = [day for day in settled if day is not None]
    first = min((each.known_from for each in history if each.known_from is not None), default=None)
    return first, max(known) if len(known) == len(settled) else None


def _slices(connection: DuckDBPyConnection, components: Collection[int]) -> Iterator[dict[int, tuple[int, int]]]:
    """Components, with their first and last positions, in groups of so many that their entries can be read at once."""
    rows = connection.execute(f"""
        select component, count(*), min(since), max(greatest(since, ended_by))
        from (from components where component in ({numbers(components)}))
        join (select position, ended_by from mirror) using (position)
        group by component order by component
    """).fetchall()
    some: dict[int, tuple[int, int]] = {}
    entries = 0
    for component, size, first, last in rows:
        if some and entries + size > _SLICE:
            yield some
            some, entries = {}, 0
        some[component] = first, last
        entries += size
    if some:
        yield some


def concerned(connection: DuckDBPyConnection, general: Collection[Past], differing: Collection[Past]) -> set[int]:
    """The components in which figures may be others where some of the decisions for everybody are others."""
    kinds = {each.kind for each in differing}
    if "policy_adopted" in kinds:
        return components_where(connection, "true")
    names = _names_together(general, differing)
    if not names:
        return set()
    rows = connection.execute(f"""
        with spelled as (
            select distinct name
            from (
                select source as name from store.other_entries
                union all
                select speaker from store.other_entries
                union all
                select unnest(places) from store.other_entries
            )
            where store.name_key(name) in ({texts(names)})
        )
        select distinct component
        from store.components
        join (
            select position, unnest(list_concat([source, speaker], places)) as name from store.other_entries
        ) as mentions using (position)
        where mentions.name in (from spelled)
    """).fetchall()
    return {component for (component,) in rows}


def _names_together(general: Collection[Past], some: Collection[Past]) -> set[str]:
    """The names in some entries, with all that others say of these, and so on: by their keys."""
    said = [
        {name_key(text) for _, role, text in texts_of(read_fact(each.kind, each.body)) if role in _GENERAL_ROLES}
        for each in general
    ]
    found: set[str] = set()
    for each, names in zip(general, said, strict=True):
        if each in some:
            found |= names
    while more := [names for names in said if not found.isdisjoint(names) and not names <= found]:
        found.update(*more)
    return found


_GENERAL_ROLES: Final = frozenset({Role.SOURCE, Role.PLACE})
