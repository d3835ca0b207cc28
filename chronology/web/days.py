"""The contents of a page through the days: rows of its tables, with the moments from and until which they held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chronology.errors import Refused
from chronology.exporters.state import State, state_of
from chronology.log import Folder, Log
from chronology.vocabulary.near import did_you_mean
from chronology.web.moment_tables import READ_TOO, Reasons, Scope, rows_of
from projections.asking.moments import policy_at
from projections.asking.opening import open_session
from projections.asking.session import Session
from projections.asking.walk import Walk
from projections.explaining.affected_days import days_concerning
from projections.literals import quoted

if TYPE_CHECKING:
    from chronology.casualties import Policy
    from chronology.exporters.state import About

__all__ = ["MOST_DAYS", "Course", "Shown", "course_of", "single_days", "thinned", "walked_days"]

Row = dict[str, Any]
Tables = dict[str, list[Row]]
ByDay = tuple[dt.date, Tables | None]

MOST_DAYS: Final = 120
"""So many days a page has where nothing else is asked for: about as many as a finger can tell apart."""


class Course:
    """The tables of a page through its moments; `moments` are days of the public record, and None is our log now."""

    def __init__(self) -> None:
        self.moments: list[dt.date | None] = []
        self.columns: dict[str, list[str]] = {}
        self._rows: dict[str, list[list[Any]]] = {}
        self._open: dict[str, dict[str, list[Any]]] = {}

    def add(self, moment: dt.date | None, tables: dict[str, list[Row]]) -> None:
        """Take in the tables of the next moment; one at which nothing changed is none."""
        number = len(self.moments)
        changed = False
        for name, rows in tables.items():
            if rows:
                self.columns.setdefault(name, list(rows[0]))
            before = self._open.get(name, {})
            now: dict[str, list[Any]] = {}
            for row in rows:
                values = list(row.values())
                key = repr(values)
                if key not in now:
                    now[key] = before.get(key) or [number, None, *values]
            new = [each for key, each in now.items() if key not in before]
            gone = [each for key, each in before.items() if key not in now]
            for each in gone:
                each[1] = number
            self._rows.setdefault(name, []).extend(new)
            self._open[name] = now
            changed = changed or bool(new or gone)
        if changed or not self.moments:
            self.moments.append(moment)

    def tables(self) -> dict[str, dict[str, Any]]:
        """Each table as its columns and rows; a row begins with the numbers of its first moment and of its end."""
        return {name: {"columns": self.columns.get(name, []), "rows": rows} for name, rows in self._rows.items()}


class Shown(NamedTuple):
    """The contents of a page: its tables through the days, its scope, and its policy.

    `all_days` is on how many days something changed, where the page has some of them; else 0.
    """

    course: Course
    about: About
    policy: Policy
    all_days: int


def course_of(  # noqa: PLR0913 - what a page is made of
    folder: Folder,
    *,
    operation: str | None,
    incident: str | None,
    as_of: str | None,
    known_by: str | None,
    policy: Policy | None,
    most_days: int,
    say: Callable[[str], None],
    tell: Callable[[int, int], object] | None,
) -> Shown:
    """The contents of a page, each day as `--known-by` that day has it.

    Raises Refused of an empty log, and where there is no such operation or incident.
    """
    with open_session(folder, as_of=as_of, known_by=known_by, policy=policy, say=say) as session:
        with Log.open(folder.log_path, read_only=True) as log:
            state = state_of(folder, log, session, operation, say=say)
        scope = Scope.of(state, state.about.operation, _known_incident(state, incident))
        keys = {"operation": scope.operation} if scope.operation else {"incident": scope.incident} if incident else {}
        view = session.catalogue.view("casualties_by_incident" if incident else "casualties_by_operation")
        days = days_concerning(session, view, keys, None, state.about.known_by)  # type: ignore[arg-type]
        by = policy_at(session.connection, session.look_back)
        in_the_end = _tables(session, scope, Reasons())
    shown = thinned(days, most_days)
    course = Course()
    through = (
        walked_days(folder, scope, shown, policy) if as_of is None else single_days(folder, scope, shown, as_of, policy)
    )
    for number, (day, tables) in enumerate(through, start=1):
        if tables is not None:
            course.add(day, tables)
        if tell is not None:
            tell(number, len(shown))
    course.add(state.about.known_by, in_the_end)
    return Shown(course, state.about, by, 0 if len(shown) == len(days) else len(days))


def walked_days(folder: Folder, scope: Scope, days: Sequence[dt.date], policy: Policy | None) -> Iterator[ByDay]:
    """The tables known by each day; None where they are those of the day before."""
    reasons = Reasons()
    with open_session(folder, policy=policy, say=_unsaid) as session:
        positions = [
            position for (position,) in session.connection.execute("select position from store.mirror").fetchall()
        ]
        walk = Walk(session, [*scope.conditions, *READ_TOO], positions, whole=True)
        session.follow_walk()
        for day, changed in walk.days(days):
            yield day, _tables(session, scope, reasons) if changed else None


def single_days(
    folder: Folder, scope: Scope, days: Sequence[dt.date], as_of: str | None, policy: Policy | None
) -> Iterator[ByDay]:
    """The tables known by each day as our log stood: a walk sees all of it."""
    reasons = Reasons()
    for day in days:
        with open_session(folder, as_of=as_of, known_by=str(day), policy=policy, say=_unsaid) as session:
            yield day, _tables(session, scope, reasons)


def _tables(session: Session, scope: Scope, reasons: Reasons) -> Tables:
    tables = rows_of(session, scope)
    return tables | reasons.rows_of(session, tables)


def thinned(days: Sequence[dt.date], most: int) -> list[dt.date]:
    """At most so many of the days, evenly among them, the first and the last included."""
    if len(days) <= most:
        return list(days)
    if most < 2:
        return list(days[-1:])
    return [days[round(number * (len(days) - 1) / (most - 1))] for number in range(most)]


def _known_incident(state: State, named: str | None) -> str | None:
    """The incident of this name. Raises Refused where there is none."""
    if named is None or state.rows(f"select incident from incidents where incident = {quoted(named)}"):
        return named
    known, hint = [row["incident"] for row in state.rows("select incident from incidents")], "from incidents"
    raise Refused(f"there is no incident {named}; {did_you_mean(named, known, f'see: chronology query {hint!r}')}")


def _unsaid(_: str) -> None:
    """Warn only of what was not said as the page began: it is not repeated for each day."""
