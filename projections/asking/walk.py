"""A walk through the days of the public record, over the entries that some rows of a view rest on.

All that was ever said of them is read once. From day to day only that is made anew which is not as it was: which of
them stand, and the results of their components.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chronology.casualties import Entry, Ledger, Names, Policy, reckon_changed
from chronology.vocabulary import KINDS, Decision, Naming
from projections.asking.moments import look_at_log
from projections.literals import literal
from projections.store.build import build_views
from projections.store.histories import NONE_UNDONE, Past, Undone, entries_at, standing
from projections.store.inserting import create_table, insert_rows, numbers
from projections.store.look_back import LookBack, ended_at
from projections.store.mirror import TABLES, WHOLE
from projections.store.reckoning import entry_of, now, tables
from projections.views.catalogue import BY_POLICY, MIRROR, RESULTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from projections.asking.session import Session
    from projections.views.view_file import View

__all__ = ["Walk", "can_walk"]

_STANDS: Final = {"position": "BIGINT"}
_DECIDING: Final = (Naming, Decision)
_READ: Final = frozenset({"facts", "in_words", "single_voices"})
"""Columns of results from which no view that is shipped makes a figure, or tells which rows there are."""
_FEW: Final = 20


def can_walk(session: Session, view: str) -> bool:
    """Whether a view can be walked through: not what other policies leave, which is made of what is contested then."""
    needs = session.cursor.needs
    return all(BY_POLICY not in needs[each.name] for each in session.catalogue.in_order(needs, [view]))


class Walk:
    """The days of some views, made in memory in a session of now; `positions` are the entries their rows rest on.

    Where `category` is given, the rows asked for are of that category alone. Columns of results that are only read,
    not reckoned with, are null, unless rows are wanted `whole`: then it is also known what has ended by which entry.
    """

    def __init__(
        self,
        session: Session,
        views: Collection[str],
        positions: Collection[int],
        category: str | None = None,
        *,
        whole: bool = False,
    ) -> None:
        self._connection: DuckDBPyConnection = session.connection
        self._whole = whole
        self._views: list[View] = session.catalogue.in_order(session.cursor.needs, views)
        needs = {each.name: frozenset(session.cursor.needs[each.name]) for each in self._views}
        needed = frozenset().union(*needs.values())
        self._results = needed & RESULTS
        self._sees_entries = not needed.isdisjoint(MIRROR)
        self._stored = [each for each in self._views if each.stored]
        self._sees_all = not _seen_from(views, needs, {each.name for each in self._stored}).isdisjoint(MIRROR)
        self._sees_day = "look_back" in needed
        self._moment = now(self._connection)
        self._policy = session.look_back.policy
        self._record = _Record(entries_at(self._connection, positions))
        is_shipped = all(each.origin != "own" for each in self._views)
        self._figures = _Figures(
            self._connection,
            positions,
            self._results,
            category,
            without=_READ if is_shipped and not whole else frozenset(),
        )
        self._stood: dict[int, Past] = {}
        self._make(session.cursor.head, positions)

    def rows(self, select: str, days: Sequence[dt.date]) -> Iterator[tuple[dt.date, list[tuple[Any, ...]] | None]]:
        """The rows of a SELECT by each of some days, in their order; None where they cannot be others than before."""
        for day, changed in self.days(days):
            yield day, self._connection.execute(select).fetchall() if changed else None

    def days(self, days: Sequence[dt.date]) -> Iterator[tuple[dt.date, bool]]:
        """Go through days in their order: the views are then as known by each, and may be others than by the last."""
        general: list[Past] | None = None
        moment = self._moment
        for day in days:
            look_back = LookBack(None, day, self._policy)
            stands = standing(self._moment.general, look_back)
            if stands != general:
                general, moment = stands, self._moment.at(look_back)
            gone, came = self._record.at(look_back, moment.undone)
            changed = self._figures.change(gone, came, moment.names, moment.policy)
            other = self._stand(gone, came) if self._sees_entries else False
            if not changed and not other and not self._sees_day and day != days[0]:
                yield day, False
                continue
            if self._sees_day:
                self._connection.execute(f"update look_back set known_by = date '{day}'")
            for table, rows in changed.items():
                _replace(self._connection, table, rows)
            if self._whole:
                ended = ended_at(self._connection, "store.mirror", look_back)
                self._connection.execute(f"create or replace table ended as {ended}")
            yield day, True

    def _make(self, head: int, positions: Collection[int]) -> None:
        connection = self._connection
        connection.execute("use memory")
        look_at_log(connection, LookBack(None, dt.date.max, self._policy), head)
        for name in self._results:
            create_table(connection, name, tables()[name])
        if self._sees_entries:
            create_table(connection, "stands", _STANDS)
            for table in TABLES:
                connection.execute(
                    f"create table ever_{table} as from store.{table} where position in ({numbers(positions)})"
                )
                connection.execute(f"""
                    create view {table} as
                    select * replace (case when position not in (from stands) then 0 end as ended_by)
                    from ever_{table}
                """)
            connection.execute(WHOLE)
        build_views(connection, self._views)

    def _stand(self, gone: Sequence[Past], came: Sequence[Past]) -> bool:
        """Let entries stand, and what is stored of decisions follow; tell whether rows may be others by that alone."""
        for each in gone:
            del self._stood[each.position]
        self._stood.update((each.position, each) for each in came)
        decides = any(issubclass(KINDS[each.entry], _DECIDING) for each in (*gone, *came))
        if not decides and not (self._sees_all and (gone or came)):
            return False
        self._connection.execute("delete from stands")
        insert_rows(self._connection, "stands", _STANDS, ((position,) for position in self._stood))
        if decides:
            build_views(self._connection, self._stored)
        return True


def _seen_from(views: Iterable[str], needs: Mapping[str, Collection[str]], stored: Collection[str]) -> set[str]:
    """The tables that views select from, as far as the next one that is stored."""
    seen: set[str] = set()
    left = list(views)
    while left:
        for name in needs[left.pop()]:
            if name not in seen:
                seen.add(name)
                left += [name] if name in needs and name not in stored else []
    return seen


def _replace(connection: DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Let a table of results hold these rows. Few are written as values, which DuckDB plans in half the time."""
    connection.execute(f"delete from {table}")
    if len(rows) > _FEW:
        insert_rows(connection, table, tables()[table], rows)
    elif rows:
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
        connection.execute(f"insert into {table} values {values}")


class _Record:
    """The entries of a history in force from day to day: looked up again only for facts with something new."""

    def __init__(self, history: Sequence[Past]) -> None:
        self._history = _tied(history)
        self._days: dict[dt.date, set[int]] = defaultdict(set)
        for number, some in enumerate(self._history):
            for day in {day for each in some for day in (each.known_from, each.effective_from) if day is not None}:
                self._days[day].add(number)
        self._stands: dict[int, list[Past]] = {}
        self._undone = NONE_UNDONE

    def at(self, look_back: LookBack, undone: Undone) -> tuple[list[Past], list[Past]]:
        """The entries that stand no longer by a day that is not before the last one asked for, and those that do now.

        `undone` are the imports taken back by then.
        """
        past = [day for day in self._days if look_back.known_by is None or day <= look_back.known_by]
        touched = set().union(*(self._days.pop(day) for day in past))
        if undone != self._undone:
            self._undone, touched = undone, set(range(len(self._history)))
        gone, came = [], []
        for number in sorted(touched):
            stood = {each.position: each for each in self._stands.get(number, ())}
            self._stands[number] = standing(self._history[number], look_back, undone)
            stands = {each.position: each for each in self._stands[number]}
            gone += [each for position, each in stood.items() if position not in stands]
            came += [each for position, each in stands.items() if position not in stood]
        return gone, came


def _tied(history: Sequence[Past]) -> list[list[Past]]:
    """A history in parts, each with the revisions of a fact and all that retracts it."""
    above: dict[str, str] = {}

    def root(fact: str) -> str:
        while (up := above.setdefault(fact, fact)) != fact:
            fact = up
        return fact

    for each in history:
        if each.entry == "fact_retracted" and each.target is not None:
            above[root(each.fact)] = root(each.target)
    parts: dict[str, list[Past]] = defaultdict(list)
    for each in history:
        parts[root(each.fact)].append(each)
    return list(parts.values())


class _Figures:
    """The results of some components from day to day; columns of these names are null, `without` them."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        positions: Collection[int],
        tables_wanted: Collection[str],
        category: str | None,
        *,
        without: Collection[str],
    ) -> None:
        self._components: dict[int, int] = dict(
            connection.execute(
                f"select position, component from store.components where position in ({numbers(positions)})"
            ).fetchall()
        )
        self._wanted = {table: table.removeprefix("reckoned_") for table in tables_wanted}
        self._left_out = {
            table: [n for n, column in enumerate(tables()[table]) if column in without] for table in tables_wanted
        }
        self._category = category
        self._ledgers: dict[int, Ledger] = {}
        self._by: tuple[Names, Policy] | None = None
        self._rows: dict[str, dict[int, list[list[object]]]] = {table: {} for table in tables_wanted}

    def change(
        self, gone: Sequence[Past], came: Sequence[Past], names: Names, policy: Policy
    ) -> dict[str, list[list[object]]]:
        """Let entries go and come, by what is decided for everybody; gives the rows of tables that are others now."""
        changed = set()
        for component, (went, arrived) in self._by_component(gone, came, names, policy).items():
            result = reckon_changed(self._ledgers[component], went, arrived, wanted=self._wanted.values())
            for table, name in self._wanted.items():
                rows = [[component, *row] for row in getattr(result, name)]
                for row in rows:
                    for column in self._left_out[table]:
                        row[column] = None
                if rows != self._rows[table].get(component, []):
                    self._rows[table][component] = rows
                    changed.add(table)
        return {table: [row for rows in self._rows[table].values() for row in rows] for table in sorted(changed)}

    def _by_component(
        self, gone: Sequence[Past], came: Sequence[Past], names: Names, policy: Policy
    ) -> dict[int, tuple[list[Entry], list[Entry]]]:
        """The changes of each component; all is loaded again where names mean something else."""
        changes: dict[int, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
        for some, which in ((gone, 0), (came, 1)):
            for each in some if self._wanted else ():
                if each.position in self._components:
                    changes[self._components[each.position]][which].append(entry_of(each))
        if (names, policy) != self._by:
            self._by = names, policy
            for component, old in self._ledgers.items():
                went, arrived = changes[component]
                left = old.entries.keys() - {entry.position for entry in went}
                changes[component] = [], [*arrived, *(old.entries[position] for position in left)]
            self._ledgers.clear()
        for component in changes.keys() - self._ledgers.keys():
            self._ledgers[component] = Ledger(names, policy, self._category)
        return changes
