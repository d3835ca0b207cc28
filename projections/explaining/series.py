"""The series by publication: how a view's figures changed as the public record grew, on the days it did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chronology.casualties import CATEGORIES
from chronology.errors import Refused
from chronology.log import Folder
from chronology.vocabulary.near import did_you_mean
from projections.asking.moments import named
from projections.asking.opening import open_session
from projections.asking.session import RowStream, Session
from projections.asking.walk import Walk, can_walk
from projections.explaining.why import where_keys

if TYPE_CHECKING:
    from chronology.casualties import Policy

__all__ = ["nothing_known", "series"]

FIGURES: Final = ("low", "best", "high")
_MOST_LISTED: Final = 8

Rows = list[tuple[Any, ...]]


def series(  # noqa: PLR0913, PLR0917 - what a question is made of
    folder: Folder,
    view: str,
    keys: Mapping[str, str],
    days: Sequence[dt.date],
    tell: Callable[[int], None] | None,
    policy: Policy | None = None,
) -> RowStream:
    """Columns and rows: the day, the grain, low, best and high, for each day on which they are not those of before.

    A row that is gone has nulls. Each answer is that of `--known-by` the day. Raises `Refused` for a view without
    figures.
    """
    with open_session(folder, say=_unsaid) as session:
        where = where_keys(session, view, keys)
        answer = session.ask(f"select * from {view} limit 0")
        types = dict(zip(answer.columns, answer.types, strict=True))
        grain = session.catalogue.views[view].grain
    if not set(FIGURES) <= types.keys():
        msg = f"{view} has no figures; expected a view with low, best and high, such as injuries_by_convoy"
        raise Refused(msg)
    asked = f"select {', '.join((*grain, *FIGURES))} from {view} where {where} order by all"
    columns = [*grain, *FIGURES]
    return RowStream(
        columns=["known_by", *columns],
        types=["DATE", *(types[column] for column in columns)],
        rows=_changes(_by_day(folder, view, keys, asked, days, policy), len(grain), tell),
    )


def _by_day(  # noqa: PLR0913, PLR0917 - as series
    folder: Folder,
    view: str,
    keys: Mapping[str, str],
    asked: str,
    days: Sequence[dt.date],
    policy: Policy | None,
) -> Iterator[tuple[dt.date, Rows | None]]:
    """The rows by each day; None where they cannot differ from those before."""
    with open_session(folder, policy=policy, say=_unsaid) as session:
        among = named(session.connection, session.catalogue.views[view], keys)
        if among is not None and can_walk(session, view):
            yield from Walk(session, [view], among.positions, _category(session, view, keys)).rows(asked, days)
            return
    for day in days:
        with open_session(folder, known_by=str(day), policy=policy, say=_unsaid) as session:
            yield day, list(session.ask(asked).rows)


def _category(session: Session, view: str, keys: Mapping[str, str]) -> str | None:
    """The category that all rows asked for are of, where figures of others cannot bear on them."""
    category = keys.get("category")
    return category if category in CATEGORIES and session.catalogue.views[view].origin == "shipped" else None


def _changes(
    found: Iterator[tuple[dt.date, Rows | None]], width: int, tell: Callable[[int], None] | None
) -> Iterator[tuple[Any, ...]]:
    before: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for number, (day, rows) in enumerate(found, start=1):
        now = before if rows is None else {tuple(row[:width]): tuple(row[width:]) for row in rows}
        for key in [*now, *(key for key in before if key not in now)]:
            figures = now.get(key, (None,) * len(FIGURES))
            if figures != before.get(key):
                yield (day, *key, *figures)
        before = now
        if tell is not None:
            tell(number)


def nothing_known(folder: Folder, view: str, keys: Mapping[str, str]) -> str:
    """Why no row of a view has these values, in a sentence: the first value that none has, and what may be meant."""
    with open_session(folder, say=_unsaid) as session:
        for key, value in keys.items():
            there = session.rows(f'select distinct "{key}"::varchar as value from {view} where "{key}" is not null')
            known = [row["value"] for row in there]
            if value not in {"", "null", *known}:
                some = f"there are {', '.join(sorted(known)[:_MOST_LISTED])}" if known else "there is none yet"
                return f"{view} has no {key} {value}; {did_you_mean(value, known, some)}"
    return f"{view} has no figures of {' '.join(f'{key}={value}' for key, value in keys.items())} on these days"


def _unsaid(_: str) -> None:
    """Warn only of what was not said as the question began: it is not repeated for each day."""
