"""Keeping `views.duckdb` at the head of the log: a little at a time, or made anew.

One refresher works at a time (`views.lock`); readers never wait for it and never see half of it. In place it is one
transaction. Where readers hold the file, a copy is refreshed and takes its name; a rebuild is a new file beside that
takes its name. Any doubt about where the mirror stands, or whose it is, is a rebuild, said aloud. The user's own views
are a step of their own, on a connection that is locked before it sees one (`own_views`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from chronology.errors import Busy, Unavailable
from chronology.log import Log
from projections.literals import first_line, quoted
from projections.store import mirror, provenance
from projections.store.build import build_views, create_macros, fill_tables
from projections.store.connection import IN_USE, attach, confine, connect, end, interruptible, lock, writing
from projections.store.look_back import mark_ended, names_change, settle_decisions
from projections.store.own_views import drop_all_but, make_own
from projections.store.refresher_lock import only_refresher
from projections.store.spelled import add_spellings
from projections.store.taking_in import take_in
from projections.views.catalogue import BASE, Catalogue, Needs
from projections.views.dataset_views import Datasets, datasets_of

__all__ = ["FORMAT", "Cursor", "Refreshed", "cursor_of", "is_current", "log_state", "rebuild", "refresh"]

FORMAT: Final = 13
"""Of the tables below the views. A file of another format is made anew."""

MANY: Final = 100_000
"""Above so many new entries a refresh is a rebuild."""

_LITTLE, _MUCH = "600MB", "2GB"
"""The memory in which entries are read anew, which is no faster with more, and what else may be had."""

_TRIES: Final = 10
_PAUSE: Final = 0.005

Say = Callable[[str], None]


class Cursor(NamedTuple):
    """The state that a `views.duckdb` was built from: how far in which log, by which views, in which format.

    `own` are the user's own views that are made; "" where they are to be made. `datasets` are the columns of those
    imported.
    """

    format: int
    head: int
    line_digest: str
    views: str
    own: str
    needs: Needs
    datasets: Datasets


class Refreshed(NamedTuple):
    """The result of a refresh. `problems` are views of the user's that could not be made."""

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
        rows = connection.execute(
            f"select format, head, line_digest, views, own, needs, datasets from {schema}.cursor"
        ).fetchall()
    except duckdb.Error:
        return None
    if len(rows) != 1:
        return None
    format_, head, line_digest, views, own, needs, datasets = rows[0]
    return Cursor(format_, head, line_digest, views, own, json.loads(needs), json.loads(datasets))


def is_current(cursor: Cursor | None, log: Log, catalogue: Catalogue, *, own: bool = True) -> bool:
    """True if views with this cursor are at the head of `log`, and those of `catalogue`: nothing is to be done.

    Without `own`, the user's own views may still be to be made.
    """
    return (
        cursor is not None
        and (cursor.format, cursor.head, cursor.views) == (FORMAT, log.head, catalogue.fingerprint())
        and (not own or cursor.own == catalogue.own_fingerprint())
        and cursor.line_digest == log_state(log, cursor.head)
    )


def refresh(log: Log, path: Path, catalogue: Catalogue, say: Say, *, own: bool = True) -> Refreshed:
    """Bring the views at `path` to the head of `log`; makes them where there are none.

    Without `own` no SQL of the user's own views runs: they are left to be made. Raises `Unavailable` where another
    refresher holds the lock for two seconds, or the folder cannot be written; `Refused` where something that is no file
    stands in the way.
    """
    with only_refresher(path), _storage_errors_translated(path):
        _clear_away(path)
        cursor, doubt = _read_cursor(path, log)
        if cursor is not None:
            catalogue.add_datasets(cursor.datasets)
        if doubt:
            say(f"views are rebuilt: {doubt}")
        if cursor is None or log.head - cursor.head > MANY:
            done = _rebuild(log, path, catalogue, own=own)
        elif is_current(cursor, log, catalogue, own=own):
            return Refreshed(cursor.head, rebuilt=False, problems=catalogue.problems)
        else:
            done = _advance(log, path, catalogue, own=own)
        _keep_whose(path, say)
        return done


def rebuild(log: Log, path: Path, catalogue: Catalogue, say: Say = lambda _: None) -> Refreshed:
    """Make the views at `path` anew from the whole log, beside the old ones, and put them in their place."""
    with only_refresher(path), _storage_errors_translated(path):
        _clear_away(path)
        done = _rebuild(log, path, catalogue, own=True)
        _keep_whose(path, say)
        return done


# --- where the mirror stands


def _read_cursor(path: Path, log: Log) -> tuple[Cursor | None, str]:
    """The cursor of the views, and why they cannot be trusted where they cannot: then they are not opened."""
    if not os.path.lexists(path):
        return None, ""
    if doubt := provenance.why_not_ours(path):
        return None, doubt
    try:
        with contextlib.closing(connect()) as connection:
            confine(connection, path)
            attach(connection, path)
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


def _keep_whose(path: Path, say: Say) -> None:
    if not provenance.remember(path):
        say("views are rebuilt each time: $XDG_STATE_HOME, where their owner is recorded, cannot be written")


@contextlib.contextmanager
def _storage_errors_translated(path: Path) -> Iterator[None]:
    """Turn what the storage refuses into `Unavailable`: a full disk, a file or folder that cannot be written."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        msg = f"{path.name} cannot be made in the memory there is ({first_line(error)}); close other programs"
        raise Unavailable(msg) from error
    except (OSError, duckdb.IOException, duckdb.TransactionException) as error:
        if isinstance(error, duckdb.TransactionException) and not re.search("Cannot open|Could not write", str(error)):
            raise
        if isinstance(error, FileNotFoundError) or "No such file" in str(error):
            raise Busy(f"{path.name} was deleted while it was refreshed; try again") from error
        cause = error.strerror if isinstance(error, OSError) else first_line(error)
        msg = f"{path.name} cannot be written ({cause}); free some space, or make the folder writable"
        raise Unavailable(msg) from error


def _clear_away(path: Path) -> None:
    """Remove what refreshers left that were killed. One may be at work all the same, if its lock was deleted."""
    for left in path.parent.glob(f"{path.name}.new-*"):
        process = left.name.removeprefix(f"{path.name}.new-").split("-")[0]
        if process.isdecimal() and int(process) != os.getpid() and _is_running(int(process)):
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return process > 0


@contextlib.contextmanager
def _attached(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose default database is the file at `path`, attached as `store`, and written.

    It reads the log through a pipe, and runs no SQL but ours.
    """
    connection = connect({"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    try:
        # Of a table made in the same transaction DuckDB knows no size, and would join it row by row.
        connection.execute("set asof_loop_join_threshold = 0")
        # Lists of constants would become joins: longer to begin than a few rows take, and no faster for many.
        connection.execute("set disabled_optimizers = 'in_clause'")
        attach(connection, path, read_only=False)
        connection.execute("use store")
        with interruptible(connection):
            yield connection
    finally:
        end(connection)


# --- a little at a time


def _advance(log: Log, path: Path, catalogue: Catalogue, *, own: bool) -> Refreshed:
    for attempt in range(_TRIES):
        try:
            return _advance_file(log, path, catalogue, own=own)
        except IN_USE:
            if attempt < _TRIES - 1:
                time.sleep(_PAUSE)
    beside = _beside(path)
    try:
        shutil.copyfile(path, beside)
        done = _advance_file(log, beside, catalogue, own=own)
        _write_out(beside)
        beside.replace(path)
    finally:
        _remove(beside)
    return done


def _advance_file(log: Log, path: Path, catalogue: Catalogue, *, own: bool) -> Refreshed:
    with _attached(path) as connection:
        cursor = cursor_of(connection, "store")
        if cursor is None:
            msg = f"{path.name} was changed meanwhile; try again"
            raise Busy(msg)
        head = cursor.head
        if not is_current(cursor, log, catalogue, own=False):
            same_views = cursor.views == catalogue.fingerprint()
            connection.execute("begin")
            if not same_views:
                create_macros(connection)
            take_in(connection, log, cursor.head)
            _settle(connection, cursor.head)
            policy = _reckon(connection, cursor.head if same_views else 0)
            head = _finish(connection, log, catalogue, cursor if same_views else None, policy)
            cursor = cursor_of(connection, "store")
    own_to_make = own and (cursor is None or cursor.own != catalogue.own_fingerprint())
    return Refreshed(head, rebuilt=False, problems=_own(path, catalogue) if own_to_make else catalogue.problems)


def _own(path: Path, catalogue: Catalogue) -> list[str]:
    """Make the user's own views where that is to be done; what is wrong with them."""
    problems = make_own(path, catalogue)
    return [*catalogue.problems, *problems]


def _settle(connection: duckdb.DuckDBPyConnection, after: int) -> None:
    """Say of the decisions above `after` from when they are in force, and what they end."""
    add_spellings(connection, after)
    (decisions,) = connection.execute(
        f"select count(*) from other_entries where position > {after} and reason is not null"
    ).fetchall()[0]
    if decisions:
        settle_decisions(connection, after)
    mark_ended(connection, after)


def _reckon(connection: duckdb.DuckDBPyConnection, after: int) -> str:
    """Reckon the figures of what the entries above `after` touch (of 0, all, in tables made anew); gives the policy."""
    from projections.store import reckoning  # noqa: PLC0415 - most questions find nothing to reckon

    if after == 0:
        reckoning.create(connection)
    return reckoning.refresh_results(connection, after)


def _finish(
    connection: duckdb.DuckDBPyConnection, log: Log, catalogue: Catalogue, cursor: Cursor | None, policy: str
) -> int:
    """Inside the transaction: the views and the cursor; then commit. Gives the head they stand at.

    `cursor` is where the views stand that are kept; None where they are to be made anew.
    """
    # From here on only SQL of views runs: it reads no file but this one.
    connection.execute("set enable_external_access = false")
    lock(connection, writes=True)
    (head,) = connection.execute("select coalesce(max(position), 0) from mirror").fetchall()[0]
    connection.execute(
        f"create or replace table look_back as select {head} as head, null::bigint as as_of, null::date as known_by, "
        f"{quoted(policy)} as policy"
    )
    datasets = _datasets(connection, cursor)
    needs = (catalogue.shipped_needs(connection) if cursor is None else cursor.needs) | catalogue.add_datasets(datasets)
    views = [view for view in catalogue.in_order(needs) if view.origin != "own"]
    own = "" if cursor is None else cursor.own
    if cursor is None:
        drop_all_but(connection, {*BASE, "cursor"})
        build_views(connection, views)
    else:
        fill_tables(connection, views, decided=names_change(connection, cursor.head))
        if datasets != cursor.datasets:
            build_views(connection, [view for view in views if view.origin == "dataset"])
        if catalogue.has_own_tables:
            own = ""
    connection.execute(
        f"create or replace table cursor as select {FORMAT}::integer as format, {head}::bigint as head, "
        f"{quoted(log_state(log, head))} as line_digest, {quoted(catalogue.fingerprint())} as views, "
        f"{quoted(own)} as own, {quoted(json.dumps(needs))} as needs, {quoted(json.dumps(datasets))} as datasets"
    )
    connection.execute("commit")
    return int(head)


def _datasets(connection: duckdb.DuckDBPyConnection, cursor: Cursor | None) -> Datasets:
    """The data sets that were ever imported, with their columns; `cursor` has those of the entries before it."""
    imports = connection.execute(
        "select body from other_entries where entry = 'dataset_imported' "
        f"and position > {0 if cursor is None else cursor.head} order by position"
    ).fetchall()
    found = datasets_of(json.loads(body) for (body,) in imports)
    if cursor is None or not imports:
        return found if cursor is None else cursor.datasets
    before = [{"dataset": name, "columns": [f"{t} {c}" for c, t in of.items()]} for name, of in cursor.datasets.items()]
    return datasets_of([*before, *(json.loads(body) for (body,) in imports)])


# --- made anew


def _rebuild(log: Log, path: Path, catalogue: Catalogue, *, own: bool) -> Refreshed:
    beside = _beside(path)
    try:
        try:
            head = _made(log, beside, catalogue, _LITTLE)
        except duckdb.OutOfMemoryException:  # lines of tens of thousands of bytes each
            head = _made(log, beside, catalogue, _MUCH)
        problems = _own(beside, catalogue) if own else catalogue.problems
        _write_out(beside)
        beside.chmod(0o600)
        for left in provenance.files_beside(path):
            left.unlink(missing_ok=True)
        beside.replace(path)
    finally:
        _remove(beside)
    return Refreshed(head, rebuilt=True, problems=problems)


def _made(log: Log, path: Path, catalogue: Catalogue, memory: str) -> int:
    _remove(path)
    with _attached(path) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = {quoted(f'{path}.tmp')}; set memory_limit = '{memory}'")
        connection.execute(mirror.create())
        create_macros(connection)
        take_in(connection, log, 0)
        connection.execute(f"set memory_limit = '{_MUCH}'")
        connection.execute("begin")
        _settle(connection, 0)
        policy = _reckon(connection, 0)
        return _finish(connection, log, catalogue, None, policy)


def _write_out(path: Path) -> None:
    """Write what is in the log of changes beside the file into it.

    DuckDB does so as it closes a file, and keeps silent where it fails. Raises duckdb.Error where that cannot be, Busy
    where the file is gone.
    """
    with writing(path) as connection:
        connection.execute("checkpoint store")
        if cursor_of(connection, "store") is None:  # it was deleted, and opening it made an empty one
            raise Busy(f"{path.name} was deleted while it was made; try again")


def _beside(path: Path) -> Path:
    """A new file's name. No name comes twice: to DuckDB a file whose opening was interrupted may stay open."""
    return path.with_name(f"{path.name}.new-{os.getpid()}-{time.monotonic_ns()}")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
