"""Provenance of `views.duckdb`: only a file made by this user on this machine is opened; any other is rebuilt.

A database that somebody sent can hold a view in place of a table we read, another view under the name of one of ours,
or other figures. So the file is known by what nobody can send: its inode and the time of its last change, as they
were when we had written it. These are kept outside of the folder. A token within the file would travel with a copy.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from chronology.log.evidence.places import keep_views, known_views

__all__ = ["adopt", "files_beside", "identity", "odd_file", "remember", "why_not_ours"]

_SORTS: Final = (
    (stat.S_ISLNK, "a link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

# Where the state folder cannot be written, what this process has made itself is known to it all the same.
_made_here: dict[Path, str] = {}


def odd_file(path: Path) -> str | None:
    """Name what is in place of a file ("a pipe"), without opening it; None for a file, or if nothing is there."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    return next((what for is_such, what in _SORTS if is_such(mode)), None)


def identity(path: Path) -> str | None:
    """The identity of a file until it is written again; None if it is no file."""
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}\n"


def remember(path: Path) -> bool:
    """Note that the file at `path` is of our making, as it is now; False where that cannot be kept."""
    known_by = identity(path)
    if known_by is None:
        return True
    adopt(path, known_by)
    return keep_views(path.parent, known_by, os.environ)


def adopt(path: Path, known_by: str) -> None:
    """Take the word of another process of ours for what the file at `path` is known by."""
    _made_here[path] = known_by


def why_not_ours(path: Path) -> str | None:
    """Why the file at `path` is not to be opened, in a sentence; None where it was made by this user, here."""
    if odd := odd_file(path):
        return f"{path.name} is {odd}, not a file"
    known_by = identity(path)
    if known_by is None:
        return f"{path.name} is not there"
    if known_by not in {_made_here.get(path), known_views(path.parent, os.environ)}:
        return f"{path.name} was not made by you on this machine, or was changed by another program"
    # DuckDB would take what stands there for changes to the file.
    left = [beside.name for beside in files_beside(path) if os.path.lexists(beside)]
    return f"{left[0]} is left of a refresh that was cut short, or was sent" if left else None


def files_beside(path: Path) -> tuple[Path, ...]:
    """The files in which DuckDB has changes to the file at `path` that are not in it yet."""
    return tuple(path.with_name(f"{path.name}.{ending}") for ending in ("wal", "wal.checkpoint", "wal.recovery"))
