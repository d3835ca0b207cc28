"""One refresher at a time: whoever holds `views.lock`."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chronology.errors import Busy, Unavailable
from chronology.files import check_regular

__all__ = ["only_refresher"]

_PAUSE: Final = 0.005
_PATIENCE: Final = 2.0


@contextlib.contextmanager
def only_refresher(path: Path) -> Iterator[None]:
    """Nobody else refreshes the views at `path` meanwhile.

    Raises `Busy` where another does for two seconds, `Unavailable` where the folder cannot be written; Linked and
    NotAFile where something that is no file stands in place of the lock.
    """
    file = path.with_name("views.lock")
    deadline = time.monotonic() + _PATIENCE
    while (handle := _held(file)) is None:
        if time.monotonic() > deadline:
            msg = f"{path.name} is being refreshed by another process; try again in a moment"
            raise Busy(msg)
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        os.close(handle)


def _held(file: Path) -> int | None:
    """The lock, open and held; None where another holds it."""
    try:
        check_regular(file)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
        handle = os.open(file, flags, 0o600)
    except OSError as error:
        msg = f"{file.parent}: the views cannot be written ({error.strerror}); make the folder writable"
        raise Unavailable(msg) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever deletes the lock lets another take one of the same name.
        if os.fstat(handle).st_ino == file.lstat().st_ino:
            return handle
    except OSError:  # held by another, or deleted since
        pass
    os.close(handle)
    return None
