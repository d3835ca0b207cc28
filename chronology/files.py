"""Opening the files of a chronology, which may come from a stranger: regular files only, read to a bound, never a wait.

A folder that was sent may hold a pipe, a device or a link under any name. Everything that opens a file of a chronology
by its own means comes through here; what a library opens by its path (SQLite, DuckDB) is looked at here before.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from chronology.errors import Damaged, Refused

__all__ = ["Linked", "NotAFile", "TooLarge", "check_regular", "link_on_the_way", "open_regular", "read_regular"]

_SORTS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class NotAFile(Damaged):
    """A pipe, a device, a socket or a folder in place of a file of a chronology."""

    def __init__(self, path: Path, mode: int) -> None:
        self.sort = _SORTS.get(stat.S_IFMT(mode), "something else")
        super().__init__(
            f"{path} is {self.sort}; expected a file: it is not as it was made, so take it away or put it right"
        )


class Linked(Refused):
    """A link in place of a file or a folder of a chronology that was not made here: it may lead anywhere."""

    def __init__(self, path: Path) -> None:
        try:
            target = f"{str(path.readlink())!a:.200}"
        except OSError:
            target = "elsewhere"
        super().__init__(
            f"{path} is a link to {target}, and this chronology was not made by you on this machine; "
            "put the file itself in its place, or name the folder that it leads to with -C"
        )


class TooLarge(Refused):
    """A file of a chronology that is longer than such a file can be."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(f"{path} has more than {most:,} bytes; expected at most as many: shorten it, or take it away")


def check_regular(path: Path, *, links: bool = False) -> os.stat_result | None:
    """Return the status of a file of a chronology before it is opened by its path; None where there is nothing.

    With `links` (a chronology made here, see `last_seen.made_here`) a link is followed, and what it leads to must be a
    regular file. Raises Linked, NotAFile, OSError.
    """
    try:
        found = path.stat() if links else path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise Linked(path)
    if not stat.S_ISREG(found.st_mode):
        raise NotAFile(path, found.st_mode)
    return found


def link_on_the_way(folder: Path, path: Path) -> Path | None:
    """Return the first part of `path` below `folder` that is a link; None where there is none. Raises OSError."""
    at = folder
    for part in path.relative_to(folder).parts:
        at /= part
        if at.is_symlink():
            return at
    return None


@contextmanager
def open_regular(path: Path, *, links: bool = False) -> Iterator[BinaryIO]:
    """Open a regular file of a chronology for reading; it never waits for another end, as a pipe would.

    Raises Linked, NotAFile, FileNotFoundError, OSError.
    """
    check_regular(path, links=links)
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (0 if links else os.O_NOFOLLOW)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123  a descriptor, opened so that it cannot wait
        found = os.fstat(file.fileno())  # it may be another than a moment ago
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile(path, found.st_mode)
        yield file


def read_regular(path: Path, most: int, *, links: bool = False) -> bytes:
    """Return the content of a regular file of at most `most` bytes. Raises TooLarge, and as `open_regular`."""
    with open_regular(path, links=links) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise TooLarge(path, most)
    return content
