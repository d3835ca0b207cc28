"""A walk through the days of the public record, over the entries that some rows of a view rest on.

All that was ever said of them is read once. From day to day only that is made anew which is not as it was: which of
them stand, and the results of their components.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from chronology.casualties import Result, reckon
from chronology.vocabulary import KINDS, Decision, Naming
from projections.asking.moments import look_at_log
from projections.store.build import build_views
from projections.store.histories import entries_at, standing
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
    """The days of one view, made in memory in a session of now; `positions` are the entries its rows rest on."""

    def __init__(self, session: Session, view: str, positions: Collection[int]) -> None:
        self._connection: DuckDBPyConnection = session.connection
        self._views: list[View] = session.catalogue.in_order(session.cursor.needs, [view])
        needed = frozenset().union(*(session.cursor.needs[each.name] for each in self._views))
        self._results = needed & RESULTS
        self._sees_entries = not needed.isdisjoint(MIRROR)
        self._moment = now(self._connection)
        self._policy = session.look_back.policy
        self._history = entries_at(self._connection, positions)
        self._entries = {each.position: entry_of(each) for each in self._history}
        self._components: dict[int, int] = dict(
            self._connection.execute(
                f"select position, component from store.components where position in ({numbers(positions)})"
            ).fetchall()
        )
        self._decisions: frozenset[int] = frozenset()
        self._make(session.cursor.head, positions)

    def rows(self, select: str, days: Sequence[dt.date]) -> Iterator[tuple[dt.date, list[tuple[Any, ...]] | None]]:
        """The rows of a SELECT by each day, as they were known then; None where they cannot be others than before."""
        before: object = None
        for day in days:
            moment = self._moment.at(LookBack(None, day, self._policy))
            stood = standing(self._history, moment.look_back, moment.undone)
            by_component = defaultdict(list)
            for each in stood:
                if each.position in self._components:
                    by_component[self._components[each.position]].append(self._entries[each.position])
            found = [(name, reckon(some, moment.names, moment.policy)) for name, some in by_component.items()]
            state = (found, [each.position for each in stood] if self._sees_entries else None)
            if state == before:
                yield day, None
                continue
            before = state
            self._look_at(day, found)
            if self._sees_entries:
                self._stand({each.position: each.entry for each in stood})
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

    def _look_at(self, day: dt.date, found: Sequence[tuple[int, Result]]) -> None:
        self._connection.execute(f"update look_back set known_by = date '{day}'")
        for name in self._results:
            self._connection.execute(f"delete from {name}")
        write_results(self._connection, found, self._results)

    def _stand(self, stood: dict[int, str]) -> None:
        """Let these entries stand, and what is stored of decisions follow."""
        self._connection.execute("delete from stands")
        insert_rows(self._connection, "stands", _STANDS, ((position,) for position in stood))
        decisions = frozenset(position for position, entry in stood.items() if issubclass(KINDS[entry], _DECIDING))
        if decisions != self._decisions:
            build_views(self._connection, [view for view in self._views if view.stored])
            self._decisions = decisions
