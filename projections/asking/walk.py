"""A walk through the days of the public record, over the entries that some rows of a view rest on.

All that was ever said of them is read once. From day to day only that is made anew which is not as it was: which of
them stand, and the results of their components.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from chronology.casualties import Entry, Ledger, Names, Policy, Result, reckon_changed
from chronology.vocabulary import KINDS, Decision, Naming
from projections.asking.moments import look_at_log
from projections.store.build import build_views
from projections.store.histories import NONE_UNDONE, Past, Undone, entries_at, standing
from projections.store.inserting import create_table, insert_rows, numbers
from projections.store.look_back import LookBack
from projections.store.mirror import TABLES, WHOLE
from projections.store.reckoning import entry_of, now, tables, write_results
from projections.views.catalogue import MIRROR, RESULTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from projections.asking.session import Session
    from projections.views.view_file import View

__all__ = ["Walk"]

_STANDS: Final = {"position": "BIGINT"}
_DECIDING: Final = (Naming, Decision)


class Walk:
    """The days of one view, made in memory in a session of now; `positions` are the entries its rows rest on.

    Where `category` is given, the rows asked for are of that category alone.
    """

    def __init__(self, session: Session, view: str, positions: Collection[int], category: str | None = None) -> None:
        self._connection: DuckDBPyConnection = session.connection
        self._views: list[View] = session.catalogue.in_order(session.cursor.needs, [view])
        needed = frozenset().union(*(session.cursor.needs[each.name] for each in self._views))
        self._results = needed & RESULTS
        self._sees_entries = not needed.isdisjoint(MIRROR)
        self._moment = now(self._connection)
        self._policy = session.look_back.policy
        self._record = _Record(entries_at(self._connection, positions))
        self._figures = _Figures(self._connection, positions, self._results, category)
        self._stood: dict[int, Past] = {}
        self._decisions: frozenset[int] = frozenset()
        self._make(session.cursor.head, positions)

    def rows(self, select: str, days: Sequence[dt.date]) -> Iterator[tuple[dt.date, list[tuple[Any, ...]] | None]]:
        """The rows of a SELECT by each of some days, in their order; None where they cannot be others than before."""
        general: list[Past] | None = None
        moment = self._moment
        for day in days:
            look_back = LookBack(None, day, self._policy)
            stands = standing(self._moment.general, look_back)
            if stands != general:
                general, moment = stands, self._moment.at(look_back)
            gone, came = self._record.at(look_back, moment.undone)
            changed = self._figures.change(gone, came, moment.names, moment.policy)
            if not changed and not (self._sees_entries and (gone or came)) and day != days[0]:
                yield day, None
                continue
            self._look_at(day, changed)
            if self._sees_entries:
                self._stand(gone, came)
            yield day, self._connection.execute(select).fetchall()

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

    def _look_at(self, day: dt.date, changed: Collection[str]) -> None:
        self._connection.execute(f"update look_back set known_by = date '{day}'")
        for name in changed:
            self._connection.execute(f"delete from {name}")
        write_results(self._connection, self._figures.results.items(), changed)

    def _stand(self, gone: Sequence[Past], came: Sequence[Past]) -> None:
        """Let these entries stand, and what is stored of decisions follow."""
        for each in gone:
            del self._stood[each.position]
        self._stood.update((each.position, each) for each in came)
        self._connection.execute("delete from stands")
        insert_rows(self._connection, "stands", _STANDS, ((position,) for position in self._stood))
        decisions = frozenset(
            position for position, each in self._stood.items() if issubclass(KINDS[each.entry], _DECIDING)
        )
        if decisions != self._decisions:
            build_views(self._connection, [view for view in self._views if view.stored])
            self._decisions = decisions


class _Record:
    """Which entries of a history stand from day to day: asked again only of facts of which something is new."""

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
    """The results of some components from day to day."""

    def __init__(
        self, connection: DuckDBPyConnection, positions: Collection[int], tables: Collection[str], category: str | None
    ) -> None:
        self._components: dict[int, int] = dict(
            connection.execute(
                f"select position, component from store.components where position in ({numbers(positions)})"
            ).fetchall()
        )
        self._wanted = {table: table.removeprefix("reckoned_") for table in tables}
        self._category = category
        self._ledgers: dict[int, Ledger] = {}
        self._by: tuple[Names, Policy] | None = None
        self.results: dict[int, Result] = {}

    def change(self, gone: Sequence[Past], came: Sequence[Past], names: Names, policy: Policy) -> list[str]:
        """Let entries go and come, by what is decided for everybody; gives the tables that are others than before."""
        if not self._wanted:
            return []
        changes: dict[int, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
        if (names, policy) != self._by:
            self._by = names, policy
            for component, old in self._ledgers.items():
                changes[component][1].extend(old.entries.values())
            self._ledgers.clear()
        for some, which in ((gone, 0), (came, 1)):
            for each in some:
                if each.position in self._components:
                    changes[self._components[each.position]][which].append(entry_of(each))
        changed: set[str] = set()
        for component, (went, arrived) in changes.items():
            if component not in self._ledgers:
                self._ledgers[component] = Ledger(names, policy, self._category)
                left = {entry.position for entry in went}
                went, arrived = [], [entry for entry in arrived if entry.position not in left]  # noqa: PLW2901
            result = reckon_changed(self._ledgers[component], went, arrived, wanted=self._wanted.values())
            before = self.results.get(component)
            self.results[component] = result
            changed |= {
                table for table, name in self._wanted.items()
                if getattr(result, name) != (getattr(before, name) if before is not None else [])
            }  # fmt: skip
        return sorted(changed)
