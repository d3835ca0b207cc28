"""Failures of the file in our own words: the one place where the library's errors become ours."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError

from chronology.errors import ChronologyError, Damaged, Refused, Unavailable
from chronology.files import NotAFile

__all__ = ["BUSY_SECONDS", "RESTORE", "CutShort", "failure", "not_a_log", "translated", "translated_reading"]

BUSY_SECONDS: Final = 30
"""How long an append waits for another."""

RESTORE: Final = "restore a backup, or build a new log from an export"
"""The next step where a log is damaged."""


class CutShort(Unavailable):
    """A killed append, or another program, left something to undo before anything is read; that takes writing."""


@contextmanager
def translated(path: Path, *more: type[Exception]) -> Iterator[None]:
    """Turn what sqlite3 and eventsourcing raise inside, and `more`, into our errors: one line that names `path`."""
    turned: tuple[type[Exception], ...] = (sqlite3.Error, EventSourcingError, *more)
    try:
        yield
    except turned as error:
        raise failure(path, error) from error


@contextmanager
def translated_reading(file: Path) -> Iterator[None]:
    """Turn errors of reading a file that a user named into ours; nothing is known of it, not even that it is a log."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}; name an existing file") from error
    except NotAFile as error:
        why = os.strerror(errno.EISDIR) if error.sort == "a folder" else f"it is {error.sort}"
        raise Unavailable(f"{file} cannot be read: {why}; name an existing file") from error
    except OSError as error:
        raise failure(file, error) from error


def not_a_log(path: Path, found: str) -> Damaged:
    """The error for a file that is something else than a chronology log."""
    return Damaged(f"{path} is not a chronology log: {found}; name another folder with -C, or {RESTORE}")


def failure(path: Path, error: Exception) -> ChronologyError:
    """The error of ours for `error`, at the log at `path`."""
    if isinstance(error, OSError):
        return _of_system(path, error)
    if isinstance(error, (ValueError, TypeError)) and not isinstance(error, EventSourcingError):
        return Unavailable(f"{str(path)!a} cannot be a log: {error}; name its folder with -C")
    if isinstance(error, ConnectionPoolClosedError):
        return Unavailable(f"{path} was closed; open it again")
    if isinstance(error, ConnectionUnavailableError):
        return Unavailable(f"{path} is busy: another append of this program is running; try again")
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        # Raised by the sqlite3 module itself: a text that is not UTF-8, a path with a NUL.
        return Damaged(f"{path} is not readable: {error}; {RESTORE}")
    return _of_sqlite(path, code & 0xFF, getattr(cause, "sqlite_errorname", ""), str(cause))


def _of_sqlite(path: Path, code: int, name: str, text: str) -> ChronologyError:
    kind, said = _MEANING.get(name) or _MEANING.get(code) or _MEANING[None]
    if code == sqlite3.SQLITE_CANTOPEN or (code == sqlite3.SQLITE_IOERR and path.is_dir()):
        return _cannot_open(path)
    return kind(said.format(path=path, text=text))


_FULL: Final = "{path}: the disk is full and nothing was appended; free some space and try again"
_BUSY: Final = f"{{path}}: the log is busy: another append has been running for {BUSY_SECONDS} s; try again"
_NOT_AS_IT_SHOULD_BE: Final = f"{{path}} is not a proper log: {{text}}; {RESTORE}"

# By the name of an extended code, the code, or None for any other.
_MEANING: Final[dict[int | str | None, tuple[type[ChronologyError], str]]] = {
    sqlite3.SQLITE_BUSY: (Unavailable, _BUSY),
    sqlite3.SQLITE_LOCKED: (Unavailable, _BUSY),
    sqlite3.SQLITE_FULL: (Unavailable, _FULL),
    "SQLITE_READONLY_DBMOVED": (
        Unavailable,
        "{path} was moved or removed while it was open, and nothing was appended; put it back, or open it where it is",
    ),
    "SQLITE_READONLY_ROLLBACK": (
        CutShort,
        "{path}: an append was cut short and has to be undone first; run this where the file can be written",
    ),
    sqlite3.SQLITE_READONLY: (
        Unavailable,
        "{path} cannot be written; make the file and its folder writable, or copy the folder",
    ),
    sqlite3.SQLITE_CORRUPT: (Damaged, f"{{path}} is malformed or cut off; {RESTORE}"),
    sqlite3.SQLITE_NOTADB: (Damaged, f"{{path}} is not a chronology log: it is not an SQLite file; {RESTORE}"),
    sqlite3.SQLITE_TOOBIG: (Damaged, f"{{path}} holds an entry longer than any can be; {RESTORE}"),
    sqlite3.SQLITE_CONSTRAINT: (Refused, "{path}: {text}; correct or retract it: what is recorded is never changed"),
    sqlite3.SQLITE_ERROR: (Damaged, _NOT_AS_IT_SHOULD_BE),
    sqlite3.SQLITE_MISMATCH: (Damaged, _NOT_AS_IT_SHOULD_BE),
    sqlite3.SQLITE_SCHEMA: (Damaged, _NOT_AS_IT_SHOULD_BE),
    None: (Unavailable, "{path} cannot be read or written just now: {text}; check the disk and try again"),
}


def _cannot_open(path: Path) -> ChronologyError:
    """SQLite says no more than "unable to open": look what it is."""
    try:
        found = path.stat()
    except OSError as error:
        return _of_system(path, error)
    if not path.is_file():
        return not_a_log(path, "it is not a file")
    if not os.access(path, os.R_OK):
        return Unavailable(f"{path} cannot be read (mode {found.st_mode & 0o777:o}); ask its owner for access")
    return Unavailable(f"{path} cannot be written: its folder {path.parent} is read-only; make it writable, or copy it")


def _of_system(path: Path, error: OSError) -> ChronologyError:
    match error.errno:
        case errno.ENOENT if (path.parent / "chronology.toml").is_file():
            # The folder is a chronology: making one there, or naming another, would be no way out.
            return Unavailable(f"{path} is not there, but its folder is a chronology; put it back, or {RESTORE}")
        case errno.ENOENT | errno.ENOTDIR:
            return Unavailable(f"{path} is not there; name its folder with -C, or make one with `chronology init`")
        case errno.ENOSPC | errno.EDQUOT:
            return Unavailable(_FULL.format(path=path))
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Unavailable(f"{path} cannot be written or read here: {error.strerror}; ask its owner, or copy it")
    return Unavailable(f"{path}: {error.strerror or error}; check the disk and try again")
