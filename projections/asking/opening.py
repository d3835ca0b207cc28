"""From a chronology's folder to a session that answers: the views brought to the head, the look-back read."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import duckdb

from chronology.errors import Busy, Refused, Unavailable
from chronology.log import Folder, Log
from chronology.vocabulary.dates import DateError, bounds
from projections.asking.sandbox.limits import Limits, lacking
from projections.asking.session import RowStream, Session, closed_on_failure, opened
from projections.asking.upkeep import bring_up, left_out
from projections.store import provenance
from projections.store.look_back import LookBack
from projections.store.refresh import cursor_of, is_current
from projections.views.catalogue import Catalogue

if TYPE_CHECKING:
    from chronology.casualties import Policy

__all__ = ["answered_within", "look_back_of", "open_at", "open_session", "open_two"]

Say = Callable[[str], None]

_PATIENCE: Final = 30.0
"""Seconds in which views are made again that others delete, or are making, before they are opened."""

_TIME: Final = "a position such as 17, or a time such as 2026-11-22T14:30Z"


def open_session(  # noqa: PLR0913 - what a question is made of
    folder: Folder,
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    policy: Policy | None = None,
    allow_files: bool = False,
    say: Say,
) -> Session:
    """A session over the views of a chronology, brought up to the head of its log first.

    `as_of` is a position of the log or a time, `known_by` a day of the public record (EDTF; its last day counts).
    Where the views cannot be brought up in time, it answers from them as they are and says so.
    Raises `Refused` for a look-back that cannot be, `Unavailable` where there is nothing to answer from.
    """
    with Log.open(folder.log_path, read_only=True) as log:
        look_back = look_back_of(log, as_of, known_by)._replace(policy=policy)
        catalogue = Catalogue(folder.projections_path)
        connection = _at_head(log, folder, catalogue, say, allow_files=allow_files)
    session = Session(folder.views_path, catalogue, look_back, allow_files=allow_files, connection=connection)
    session.say = say
    return session


@contextmanager
def answered_within(  # noqa: PLR0913 - what a question is made of
    limits: Limits,
    folder: Folder,
    sql: str,
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    policy: Policy | None = None,
    allow_files: bool = False,
    whole: bool = False,
    say: Say,
) -> Iterator[RowStream]:
    """The answer to one question in a process of its own, under limits. All but those as in `open_session`.

    `whole` says that all rows will be kept at once. Views of the user's own that are kept as tables are computed under
    the limits as well. Raises `Refused` where the question takes more than it may, also while rows are read.
    """
    from projections.asking.sandbox.child import Request  # noqa: PLC0415 - most questions need no other process
    from projections.asking.sandbox.parent import ask_confined  # noqa: PLC0415

    if missing := lacking(limits):
        say(missing)
    with Log.open(folder.log_path, read_only=True) as log:
        look_back = look_back_of(log, as_of, known_by)
        catalogue = Catalogue(folder.projections_path)
        runs_own = any(view.origin == "own" and view.stored for view in catalogue.views.values())
        bring_up(log, folder, catalogue, say, own=not runs_own)
    request = Request(
        sql=sql,
        views=str(folder.views_path),
        projections=str(folder.projections_path),
        as_of=look_back.as_of,
        known_by=look_back.known_by,
        policy=policy,
        allow_files=allow_files,
        timeout=limits.timeout,
        memory=limits.memory,
        log=str(folder.log_path) if runs_own else None,
        mark=provenance.identity(folder.views_path),
    )
    with ask_confined(request, say, whole=whole) as answer:
        yield answer


def open_two(  # noqa: PLR0913 - what a question is made of
    folder: Folder, first: str, second: str, *, by_publication: bool, policy: Policy | None = None, say: Say
) -> tuple[Session, Session]:
    """Two sessions, one beside the other, each looking back to a moment of its own; the second may be `now`.

    The moments are positions or times of our log, or with `by_publication` days of the public record. Raises as
    `open_session`; close both.
    """
    with Log.open(folder.log_path, read_only=True) as log:
        looks = [
            LookBack() if text == "now" else _look_back_to(log, text.strip(), by_publication=by_publication)
            for text in (first, second)
        ]
        catalogue = Catalogue(folder.projections_path)
        connection = _at_head(log, folder, catalogue, say)
    before = Session(folder.views_path, catalogue, looks[0]._replace(policy=policy), connection=connection)
    with closed_on_failure(before.connection):
        after = before.beside(looks[1]._replace(policy=policy))
    before.say = after.say = say
    return before, after


def open_at(folder: Folder, known_by: dt.date | None, policy: Policy | None = None) -> Session:
    """A session over the views as they are in the file, not brought up, known by a day."""
    return Session(folder.views_path, Catalogue(folder.projections_path), LookBack(None, known_by, policy))


def _at_head(
    log: Log, folder: Folder, catalogue: Catalogue, say: Say, *, allow_files: bool = False
) -> duckdb.DuckDBPyConnection:
    """The views, opened: most questions find them at the head already. Whoever deletes them meanwhile may."""
    connection = _opened_at_head(log, folder, catalogue, allow_files=allow_files)
    if connection is not None:
        left_out(catalogue.problems, say)
        return connection
    end = time.monotonic() + _PATIENCE
    while True:
        before = provenance.identity(folder.views_path)
        try:
            bring_up(log, folder, catalogue, say)
            return opened(folder.views_path, allow_files=allow_files)
        except Unavailable as error:
            others_at_it = isinstance(error, Busy) or provenance.identity(folder.views_path) != before
            if not others_at_it or time.monotonic() > end:
                raise


def _opened_at_head(
    log: Log, folder: Folder, catalogue: Catalogue, *, allow_files: bool
) -> duckdb.DuckDBPyConnection | None:
    try:
        connection = opened(folder.views_path, allow_files=allow_files, tries=1)
    except (Unavailable, duckdb.Error):
        return None
    with closed_on_failure(connection), log.reading():
        if is_current(cursor_of(connection, "store"), log, catalogue):
            return connection
    connection.close()
    return None


def look_back_of(log: Log, as_of: str | None, known_by: str | None) -> LookBack:
    """The look-back that two options ask for. Raises `Refused`, with what was expected."""
    return LookBack(
        None if as_of is None else _position(log, as_of.strip(), "--as-of "),
        None if known_by is None else _last_day(known_by.strip(), "--known-by "),
    )


def _look_back_to(log: Log, text: str, *, by_publication: bool) -> LookBack:
    """The look-back to a moment that is named by no option."""
    return LookBack(None, _last_day(text)) if by_publication else LookBack(_position(log, text))


def _position(log: Log, text: str, option: str = "") -> int:
    if text.isascii() and text.isdigit():
        position = int(text[:20])
        if not 1 <= position <= log.head:
            msg = f"{option}{text}: the log holds positions 1 to {log.head:,}; expected one of them, or a time"
            raise Refused(msg)
        return position
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{option}{text!r}: expected {_TIME}"
        raise Refused(msg) from error
    if len(text) <= len("2026-11-22"):
        moment = dt.datetime.combine(moment.date(), dt.time.max, dt.UTC)
    elif moment.tzinfo is None:
        msg = f"{option}{text!r}: a time needs its zone; expected {_TIME}"
        raise Refused(msg)
    return log.position_at(moment)


def _last_day(text: str, option: str = "") -> dt.date:
    try:
        day = bounds(text).latest
    except DateError as error:
        msg = f"{option}{text!r}: {error}"
        raise Refused(msg) from error
    if day is None:
        msg = f"{option}{text!r}: has no last day; expected a date such as 2023-11-03"
        raise Refused(msg)
    return day
