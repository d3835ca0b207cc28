"""Folders, names and small files so that a power cut leaves them whole: what was not synced may be lost."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chronology.files import made_whole

__all__ = ["held_alone", "make_folder", "sync_names", "write_whole"]


def sync_names(folder: Path) -> None:
    """Settle which names stand in a folder: a file that was synced is lost without its name. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """No other process holds the folder meanwhile. Raises OSError.

    Not a file in it: closing a second handle of an SQLite file would drop the locks SQLite has on it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and those above it where they are not there, each for its owner alone. Raises OSError."""
    new = [each for each in path.parents if not each.exists()]
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in (path, *new):
        with suppress(PermissionError):  # a folder whose names cannot be read cannot be synced either
            sync_names(each.parent)


def write_whole(file: Path, content: bytes, *, synced: bool = True) -> None:
    """Write a file for its owner alone, in place of the one before: at any time it is one or the other, never a part.

    What is not `synced` may be lost with the power. Raises OSError.
    """
    if not file.parent.is_dir():
        make_folder(file.parent)
    with made_whole(file) as part:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            if synced:
                os.fsync(handle)
