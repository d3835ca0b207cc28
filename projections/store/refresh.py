"""Keeping `views.duckdb` at the head of the log: a little at a time, or made anew.

One refresher works at a time (`views.lock`); readers never wait for it and never see half of it. In place it is one
transaction. Where readers hold the file, a copy is refreshed and takes its name; a rebuild is a new file beside that
takes its name. Any doubt about where the mirror stands is a rebuild, said aloud.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from chronology.errors import Unavailable
from chronology.log import MAX_LINE, Log
from chronology.log import reading as reading_of
from projections.literals import first_line, quoted
from projections.store import mirror
from projections.store.build import build_own, build_views, create_macros, fill_tables
from projections.store.look_back import build_ended, mark_ended, settle_decisions
from projections.views.catalogue import BASE, Catalogue, Needs

__all__ = ["FORMAT", "Cursor", "Refreshed", "cursor_of", "end", "is_current", "log_state", "rebuild", "refresh"]

FORMAT: Final = 6
"""Of the tables below the views. A file of another format is made anew."""

ROW_GROUP: Final = 30_720

MANY: Final = 100_000
"""Above so many new entries a refresh is a rebuild."""

_NEAR: Final = 100
"""Entries that lie so near are read from the log at once: to ask for each takes longer than to read what is between."""

_LITTLE, _MUCH = "600MB", "2GB"
"""The memory in which entries are read anew, which is no faster with more, and what else may be had."""

_SLICE: Final = 500_000
_BUFFER: Final = 4 << 20
_TRIES: Final = 10
_PAUSE: Final = 0.005
_PATIENCE: Final = 2.0

Say = Callable[[str], None]


class Cursor(NamedTuple):
    """What a `views.duckdb` was built from: how far in which log, by which views, in which format."""

    format: int
    head: int
    line_digest: str
    views: str
    needs: Needs


class Refreshed(NamedTuple):
    """What a refresh did. `problems` are views of the user's that could not be made."""

    head: int
    rebuilt: bool
    problems: list[str]


def log_state(log: Log, position: int) -> str:
    """A digest of the line at `position` ("" for 0): tells one log from another that is as long."""
    if position == 0:
        return ""
    line = next(log.lines(after=position - 1, upto=position))[1]
    return hashlib.sha256(line).hexdigest()


def cursor_of(connection: duckdb.DuckDBPyConnection, schema: str) -> Cursor | None:
    """The cursor kept in a database attached as `schema`, or None where it holds none."""
    try:
        rows = connection.execute(f"select format, head, line_digest, views, needs from {schema}.cursor").fetchall()
    except duckdb.Error:
        return None
    if len(rows) != 1:
        return None
    format_, head, line_digest, views, needs = rows[0]
    return Cursor(format_, head, line_digest, views, json.loads(needs))


def is_current(cursor: Cursor | None, log: Log, catalogue: Catalogue) -> bool:
    """Whether views with this cursor are at the head of `log`, and those of `catalogue`: nothing is to be done."""
    return (
        cursor is not None
        and (cursor.format, cursor.head, cursor.views) == (FORMAT, log.head, catalogue.fingerprint())
        and cursor.line_digest == log_state(log, cursor.head)
    )


def refresh(log: Log, path: Path, catalogue: Catalogue, say: Say) -> Refreshed:
    """Bring the views at `path` to the head of `log`; makes them where there are none.

    Raises `Unavailable` where another refresher holds the lock for two seconds, or the folder cannot be written.
    """
    with _only_refresher(path), _storage_told(path):
        _clear_away(path)
        cursor, doubt = _read_cursor(path, log)
        head = log.head
        if cursor is None or head - cursor.head > MANY:
            if doubt:
                say(f"views are made anew: {doubt}")
            return _rebuild(log, path, catalogue)
        if cursor.head == head and cursor.views == catalogue.fingerprint():
            return Refreshed(head, rebuilt=False, problems=catalogue.problems)
        return _advance(log, path, catalogue, cursor)


def rebuild(log: Log, path: Path, catalogue: Catalogue) -> Refreshed:
    """Make the views at `path` anew from the whole log, beside the old ones, and put them in their place."""
    with _only_refresher(path), _storage_told(path):
        _clear_away(path)
        return _rebuild(log, path, catalogue)


# --- where the mirror stands


def _read_cursor(path: Path, log: Log) -> tuple[Cursor | None, str]:
    """The cursor of the views, and why it cannot be trusted where it cannot."""
    if not path.exists():
        return None, ""
    try:
        with _attached(path, read_only=True) as connection:
            cursor = cursor_of(connection, "store")
    except duckdb.Error as error:
        return None, f"{path.name} cannot be read ({first_line(error)})"
    if cursor is None or cursor.format != FORMAT:
        return None, f"{path.name} is of another version"
    head = log.head
    if cursor.head > head:
        return None, f"they know {cursor.head} entries, the log holds {head}"
    if cursor.line_digest != log_state(log, cursor.head):
        return None, f"entry {cursor.head} of the log is not the one they were built from"
    return cursor, ""


@contextlib.contextmanager
def _only_refresher(path: Path) -> Iterator[None]:
    lock = path.with_name("views.lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        msg = f"{path.parent}: the views cannot be written ({error.strerror}); make the folder writable"
        raise Unavailable(msg) from error
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    msg = f"{path.name} is being refreshed by another process; try again in a moment"
                    raise Unavailable(msg) from None
                time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _storage_told(path: Path) -> Iterator[None]:
    """Turn what the storage refuses into `Unavailable`: a full disk, a file or folder that cannot be written."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        msg = f"{path.name} cannot be made in the memory there is ({first_line(error)}); close other programs"
        raise Unavailable(msg) from error
    except (OSError, duckdb.IOException, duckdb.TransactionException) as error:
        if isinstance(error, duckdb.TransactionException) and not re.search("Cannot open|Could not write", str(error)):
            raise
        told = error.strerror if isinstance(error, OSError) else first_line(error)
        msg = f"{path.name} cannot be written ({told}); free some space, or make the folder writable"
        raise Unavailable(msg) from error


def _clear_away(path: Path) -> None:
    """Remove what a refresher left that was killed: whoever holds the lock is the only one to make such files."""
    for left in path.parent.glob(f"{path.name}.new-*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def _attached(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose default database is the file at `path`, attached as `store`."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set timezone = 'UTC'")
        # Of a table made in the same transaction DuckDB knows no size, and would join it row by row.
        connection.execute("set asof_loop_join_threshold = 0")
        made = f"storage_version 'v1.4.0', row_group_size {ROW_GROUP}, block_size 65536"
        options = "read_only" if read_only else made
        connection.execute(f"attach {quoted(path)} as store ({options})")
        connection.execute("use store")
        yield connection
    finally:
        end(connection)


def end(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection, with whatever it is still doing: after an interrupt, closing alone may wait for that."""
    connection.interrupt()
    connection.close()


# --- a little at a time


def _advance(log: Log, path: Path, catalogue: Catalogue, cursor: Cursor) -> Refreshed:
    for attempt in range(_TRIES):
        try:
            return _advance_file(log, path, catalogue, cursor)
        except (duckdb.IOException, duckdb.BinderException):  # the latter where this very process has it open
            if attempt < _TRIES - 1:
                time.sleep(_PAUSE)
    beside = _beside(path)
    try:
        shutil.copyfile(path, beside)
        done = _advance_file(log, beside, catalogue, cursor)
        beside.replace(path)
    finally:
        _remove(beside)
    return done


def _advance_file(log: Log, path: Path, catalogue: Catalogue, cursor: Cursor) -> Refreshed:
    same_views = cursor.views == catalogue.fingerprint()
    with _attached(path, read_only=False) as connection:
        connection.execute("begin")
        if not same_views:
            create_macros(connection)
        _take_in(connection, log, cursor.head)
        ended = _settle(connection, cursor.head)
        return _finish(connection, log, catalogue, cursor if same_views else None, ended=ended)


def _take_in(connection: duckdb.DuckDBPyConnection, log: Log, after: int) -> None:
    """Read the entries above `after` into the mirror. Raises `Damaged`, naming the first that cannot be read."""
    head = log.head
    try:
        _read(connection, "records", (row for row in log.rows(after, head) if mirror.may_be_record(row[1], row[2])))
        _read(connection, "told", _rows_of(log, _others(connection, after, head)))
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        for position, entry in log.entries(after):
            reading_of(entry, f"position {position}")
        raise


def _others(connection: duckdb.DuckDBPyConnection, after: int, head: int) -> list[tuple[int, int]]:
    """The positions above `after` that are none of the records, as first and last of each run."""
    runs: list[tuple[int, int]] = []
    for start in range(after, head, _SLICE):
        end = min(start + _SLICE, head)
        runs += connection.execute(f"""
            select min(position), max(position)
            from (
                select position, position - row_number() over (order by position) as run
                from range({start} + 1, {end} + 1) as new(position)
                where position not in (select position from records where position > {start} and position <= {end})
            )
            group by run
            order by 1
        """).fetchall()
    return runs


def _rows_of(log: Log, runs: list[tuple[int, int]]) -> Iterator[tuple[int, str, bytes]]:
    """The rows of runs of positions. Those near each other are read at once, and what lies between them is left out."""
    near: list[tuple[int, int]] = []
    for run in runs:
        if near and run[0] - near[-1][1] > _NEAR:
            yield from _rows_within(log, near)
            near = []
        near.append(run)
    if near:
        yield from _rows_within(log, near)


def _rows_within(log: Log, runs: list[tuple[int, int]]) -> Iterator[tuple[int, str, bytes]]:
    coming = iter(runs)
    first, last = next(coming)
    for row in log.rows(first - 1, runs[-1][1]):
        if row[0] > last:
            first, last = next(coming)
        if row[0] >= first:
            yield row


def _read(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterator[tuple[int, str, bytes]]) -> None:
    """Read entries into a table of the mirror, through a pipe: while DuckDB reads some, the next leave the log."""
    first = next(rows, None)
    if first is None:
        return
    outlet, inlet = os.pipe()

    def send() -> None:
        # Where the other side has stopped reading, it says why.
        with contextlib.suppress(BrokenPipeError), os.fdopen(inlet, "wb", _BUFFER) as parts:
            parts.writelines(mirror.parted(*row) for row in chain([first], rows))

    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in mirror.PARTED.items())
    source = (
        f"read_csv('/dev/fd/{outlet}', columns = {{{columns}}}, auto_detect = false, header = false, quote = '', "
        f"escape = '', delim = '{mirror.SEPARATOR}', new_line = '\\n', max_line_size = {4 * MAX_LINE}, "
        f"buffer_size = {_BUFFER})"
    )
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most questions find nothing to read

    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send)
        try:
            connection.execute(mirror.insert(table, source))
        finally:
            os.close(outlet)
    sending.result()


def _settle(connection: duckdb.DuckDBPyConnection, after: int) -> bool:
    """Say of the decisions above `after` from when they are in force, and what they end; whether they may end any."""
    settle_decisions(connection, after)
    (ending,) = connection.execute(
        f"select count(*) from told where position > {after} and entry in ('fact_corrected', 'fact_retracted')"
    ).fetchall()[0]
    if ending or after == 0:
        build_ended(connection, "mirror", "ended")
        mark_ended(connection)
    return bool(ending)


def _finish(
    connection: duckdb.DuckDBPyConnection, log: Log, catalogue: Catalogue, cursor: Cursor | None, *, ended: bool = True
) -> Refreshed:
    """Inside the transaction: the steps, the views and the cursor; then commit, and the user's own views.

    `cursor` is where the views stand that are kept; None where they are to be made anew. `ended` as in `fill_tables`.
    """
    # From here on only SQL of views runs, some of it not ours: it reads no file but this one.
    connection.execute("set enable_external_access = false")
    (head,) = connection.execute("select coalesce(max(position), 0) from mirror").fetchall()[0]
    connection.execute(
        f"create or replace table look_back as select {head} as head, null::bigint as as_of, null::date as known_by"
    )
    needs = catalogue.needs(connection) if cursor is None else cursor.needs
    views = catalogue.in_order(needs)
    shipped, own = [v for v in views if v.origin != "own"], [v for v in views if v.origin == "own"]
    if cursor is None:
        _drop_views(connection)
        build_views(connection, shipped)
    else:
        fill_tables(connection, shipped, needs, cursor.head, ended=ended)
        own = [view for view in own if view.is_table]
    # Until the user's own views are made, the file says that its views are not those of any catalogue.
    connection.execute(
        f"create or replace table cursor as select {FORMAT}::integer as format, {head}::bigint as head, "
        f"{quoted(log_state(log, head))} as line_digest, "
        f"{quoted('' if own else catalogue.fingerprint())} as views, {quoted(json.dumps(needs))} as needs"
    )
    connection.execute("commit")
    problems = build_own(connection, own)
    if own:
        connection.execute(f"update cursor set views = {quoted(catalogue.fingerprint())}")
    return Refreshed(head, rebuilt=False, problems=[*catalogue.problems, *problems])


def _drop_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Whatever is in the file besides the tables that views rest on: it may be of a view that is no more."""
    made = connection.execute(
        "select table_name, table_type from information_schema.tables where table_catalog = 'store'"
    ).fetchall()
    for name, kind in made:
        if name not in BASE and name != "cursor":
            connection.execute(f'drop {"view" if kind == "VIEW" else "table"} "{name}"')


# --- made anew


def _rebuild(log: Log, path: Path, catalogue: Catalogue) -> Refreshed:
    beside = _beside(path)
    try:
        try:
            done = _made(log, beside, catalogue, _LITTLE)
        except duckdb.OutOfMemoryException:  # lines of tens of thousands of bytes each
            done = _made(log, beside, catalogue, _MUCH)
        beside.chmod(0o600)
        beside.replace(path)
        _remove(path.with_name(f"{path.name}.wal"))
    finally:
        _remove(beside)
    return done


def _made(log: Log, path: Path, catalogue: Catalogue, memory: str) -> Refreshed:
    _remove(path)
    with _attached(path, read_only=False) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = {quoted(f'{path}.tmp')}; set memory_limit = '{memory}'")
        connection.execute(mirror.create())
        create_macros(connection)
        _take_in(connection, log, 0)
        connection.execute(f"set memory_limit = '{_MUCH}'")
        connection.execute("begin")
        _settle(connection, 0)
        return _finish(connection, log, catalogue, None)._replace(rebuilt=True)


def _beside(path: Path) -> Path:
    """A new file's name. No name comes twice: to DuckDB a file whose opening was interrupted may stay open."""
    return path.with_name(f"{path.name}.new-{os.getpid()}-{time.monotonic_ns()}")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
