"""Views: one file, one SELECT, named as the table it makes. Found here, read here, put in order here.

A file begins with a comment: what the view is, and then notes, each on a line of its own:

    -- grain: operation, category          the columns that tell its rows apart; checked after a rebuild
    -- stored: yes                         kept as a table (a step of a chain that would be slow as a view on views)
    -- grows: operation varchar, low bigint   kept as a table that reads itself: run again until it adds nothing
    -- follows: position                   each row comes from the entry at its position and from no other entry, so
                                           that new entries that end none add rows and leave the others as they are
    -- column low: …                       what a column means

Notes are read to names here: nothing of a header is ever SQL. The order comes from the SQL itself: a view is built
after those it selects from.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from chronology.errors import Refused
from chronology.files import NotAFile, read_regular

__all__ = ["MOST_BYTES", "MOST_HEADER", "View", "read_file", "read_view"]

MOST_BYTES: Final = 1 << 20
MOST_HEADER: Final = 200
"""Bytes of a view, and lines of its header."""

_NOTE = re.compile(r"--\s*(grain|stored|grows|follows|column\s+(\w+)):\s*(.*)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COLUMN = re.compile(r"[^\W\d]\w*")
_GROWN = re.compile(r"([a-z][a-z0-9_]*) ([a-z]+)((?:\[\])*)")
_TYPES: Final = frozenset({
    "bigint", "boolean", "date", "double", "hugeint", "int", "integer", "text", "timestamp", "timestamptz", "varchar",
})  # fmt: skip


class View(NamedTuple):
    """One view: its name, its SELECT, and what its header says. `grows` are columns with their types."""

    name: str
    select: str
    description: str
    grain: tuple[str, ...] = ()
    stored: bool = False
    grows: tuple[tuple[str, str], ...] | None = None
    follows_entries: bool = False
    columns: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default; never changed
    origin: str = "shipped"

    @property
    def is_table(self) -> bool:
        """Whether its rows are kept rather than computed when asked for."""
        return self.stored or self.grows is not None

    @property
    def is_step(self) -> bool:
        """Whether it is a step on the way to other views, of less interest by itself."""
        return self.origin == "step"


def read_file(path: Path, *, links: bool = False) -> bytes:
    """The bytes of a view's file. Raises `Refused` for what is no file (it is not opened), and for one too long.

    A link is followed with `links`.
    """
    try:
        return read_regular(path, MOST_BYTES, links=links)
    except NotAFile as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror}); mend or remove it") from error


def read_view(path: Path, origin: str, content: bytes | None = None) -> View:
    """Read a view's file, or its `content`. Raises `Refused` where its name or a note of its header cannot be one."""
    name = path.stem
    if not _NAME.fullmatch(name):
        msg = f"{path}: a view's file is named as its table, in lower case: expected such as my_view.sql"
        raise Refused(msg)
    try:
        text = (read_file(path) if content is None else content).decode()
    except UnicodeDecodeError as error:
        msg = f"{path}: cannot be read as text ({error}); mend or remove it"
        raise Refused(msg) from error
    description: list[str] = []
    notes: dict[str, str] = {}
    columns: dict[str, str] = {}
    last: tuple[dict[str, str], str] | None = None
    lines = text.splitlines()
    body = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    if body > MOST_HEADER:
        raise Refused(f"{path}: its header has {body:,} lines; it may have {MOST_HEADER}")
    for line in lines[:body]:
        if match := _NOTE.match(line):
            last = (columns, match[2]) if match[2] else (notes, match[1])
            last[0][last[1]] = match[3].strip()
        elif last is None:
            description.append(line.removeprefix("--").strip())
        elif words := line.removeprefix("--").strip():
            last[0][last[1]] += f" {words}"
    return View(
        name=name,
        select="\n".join(lines[body:]).strip().rstrip(";"),
        description=" ".join(part for part in description if part),
        grain=_grain(path, notes.get("grain", "")),
        stored=notes.get("stored", "no").lower() in {"yes", "true"},
        grows=_grown(path, notes["grows"]) if "grows" in notes else None,
        follows_entries=notes.get("follows") == "position",
        columns=columns,
        origin=origin,
    )


def _grain(path: Path, note: str) -> tuple[str, ...]:
    """The columns a note of the grain names."""
    names = tuple(part.strip() for part in note.split(",") if part.strip())
    for name in names:
        if not _COLUMN.fullmatch(name):
            raise Refused(f"{path}: grain: {name[:50]!a} is no column; expected such as operation, category")
    return names


def _grown(path: Path, note: str) -> tuple[tuple[str, str], ...]:
    """The columns, each with its type, of a note of what grows."""
    found = [_GROWN.fullmatch(part.strip()) for part in note.split(",")]
    columns = tuple((each[1], f"{each[2]}{each[3]}") for each in found if each and each[2] in _TYPES)
    if len(columns) != len(found):
        msg = f"{path}: grows: expected columns with their types, such as operation varchar, low bigint"
        raise Refused(msg)
    return columns
