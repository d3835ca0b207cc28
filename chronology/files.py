"""Reading and writing files: those of a chronology, which may come from a stranger, and those that a user names.

Regular files only, read to a bound, never a wait; what is written appears whole or not at all.

A folder that was sent may hold a pipe, a device or a link under any name. Everything that opens a file of a chronology
by its own means comes through here; what a library opens by its path (SQLite, DuckDB) is looked at here before.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Any, BinaryIO, Final

from chronology.errors import Damaged, Refused

__all__ = [
    "BOM",
    "Linked",
    "NotAFile",
    "NotText",
    "NotToml",
    "TooLarge",
    "Unreadable",
    "check_regular",
    "check_text",
    "link_on_the_way",
    "made_whole",
    "open_input",
    "open_regular",
    "part_beside",
    "parts_left",
    "read_input",
    "read_regular",
    "replaced",
    "text_of",
    "toml_of",
]

BOM: Final = b"\xef\xbb\xbf"

_OPEN_ALREADY: Final = re.compile(r"/dev/(?:stdin|fd/[0-9]+)|/proc/(?:self|[0-9]+)/fd/[0-9]+")
_AT: Final = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

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
            f"{path} is {self.sort}; expected a file: something else took its place, so remove it or put the file back"
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


# --- files that a user names, to read from


class Unreadable(Refused):
    """A file that a user named and that cannot be read; `what` is wrong with it, in lower case."""

    def __init__(self, path: Path | str, what: str, expected: str) -> None:
        self.what, self.expected = what, expected
        super().__init__(f"{path} {what}; {expected}")

    @classmethod
    def because(cls, path: Path | str, error: OSError) -> Unreadable:
        """Say that a file cannot be read, in the words of the system."""
        return cls(path, f"cannot be read: {(error.strerror or str(error)).lower()}", "name an existing file")


def open_input(path: Path | str) -> BinaryIO:
    """Open a file that a user named: a regular file, or what is open already, as `/dev/stdin` and `<(…)` are.

    A pipe that is found by its name would wait for another end, a device may have none: both are refused at once.
    Raises Unreadable.
    """
    open_already = _OPEN_ALREADY.fullmatch(os.fspath(path)) is not None
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  a socket cannot be opened to be looked at
        if stat.S_ISREG(mode) or open_already:
            flags = os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC | (0 if open_already else os.O_NONBLOCK)
            file = open(os.open(path, flags), "rb")  # noqa: PTH123, SIM115  a descriptor that cannot wait
            mode = os.fstat(file.fileno()).st_mode  # it may be another than a moment ago
            if stat.S_ISREG(mode) or open_already:
                return file
            file.close()
    except OSError as error:
        raise Unreadable.because(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise Unreadable(ascii(path), "cannot be the name of a file", "name an existing file") from error
    sort = _SORTS.get(stat.S_IFMT(mode), "something else")
    raise Unreadable(path, f"is {sort}", "expected a file; give what a pipe holds on standard input, as -")


def read_input(path: Path | str, most: int) -> bytes:
    """The content of a file that a user named, of at most `most` bytes. Raises Unreadable."""
    try:
        with open_input(path) as file:
            content = file.read(most + 1)
    except OSError as error:
        raise Unreadable.because(path, error) from error
    if len(content) > most:
        raise Unreadable(path, f"is larger than {most >> 10:,} KiB", "name a file that is meant for this")
    return content


# --- files that are written


def part_beside(target: Path) -> Path:
    """The file beside `target` in which this process writes what will replace it."""
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def parts_left(target: Path) -> list[Path]:
    """Files beside `target` in which processes write what will replace it, or that were left when they were killed."""
    return list(target.parent.glob(f".{escape(target.name)}.*.part"))


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """A new file to write beside `target`, which it replaces when the block ends; if that fails it is removed.

    Raises OSError.
    """
    part = part_beside(target)
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def replaced(out: Path) -> Path | None:
    """The file that a new one replaces where a user names `out`: of a link, the one it leads to.

    None where `out` is a device or a pipe, which is written to as it is.
    """
    if out.is_file():
        return out.resolve()
    return None if out.exists() else out


# --- text and TOML


class NotText(ValueError):
    """Bytes that are no text in UTF-8: `line` (from 1, where it is one line) and `what` is wrong."""

    def __init__(self, line: int | None, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def check_text(start: bytes) -> None:
    """Raises NotText for the first bytes of a file in UTF-16, and for a NUL among them."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText(None, "is text in UTF-16")
    if (at := start.find(b"\0")) >= 0:
        raise NotText(start.count(b"\n", 0, at) + 1, "holds a NUL, so it is not text in UTF-8")


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8, without a byte order mark. Raises NotText."""
    check_text(content)
    try:
        return content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        content = content.removeprefix(BOM)
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        what = f"byte {column} of the line (0x{content[error.start]:02x}) is not UTF-8"
        raise NotText(line, what) from error


class NotToml(ValueError):
    """A text that is no TOML: `line` (from 1, where it is one line) and `what` is wrong, on one line."""

    def __init__(self, line: int | None, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def toml_of(text: str) -> dict[str, Any]:
    """The document that a text in TOML is. Raises NotToml, whatever the text."""
    import tomllib  # noqa: PLC0415  most commands read none

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at = _AT.search(message)
        line = int(at["line"]) if at and at["line"] else text.count("\n") + 1
        column = f" (column {at['column']})" if at and at["column"] else ""
        what = _AT.sub("", message)
        raise NotToml(line, f"is not TOML: {what[:1].lower()}{what[1:]}{column}") from error
    except RecursionError as error:
        raise NotToml(None, "is nested too deeply") from error
    except ValueError as error:  # tomllib leaves this one to Python
        raise NotToml(None, "holds a number with too many digits") from error
