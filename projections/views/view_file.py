"""Views: one file, one SELECT, named as the table it makes. Found here, read here, put in order here.

A file begins with a comment: what the view is, and then notes, each on a line of its own:

    -- grain: operation, category          the columns that tell its rows apart; checked after a rebuild
    -- stored: yes                         kept as a table, computed anew by each refresh
    -- keys: operation, incident           columns whose value says from which entries alone a row can come: figures
                                           of no other operation or incident have to be known for it
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

_NOTE = re.compile(r"--\s*(grain|stored|keys|column\s+(\w+)):\s*(.*)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COLUMN = re.compile(r"[^\W\d]\w*")


class View(NamedTuple):
    """One view: its name, its SELECT, and what its header says."""

    name: str
    select: str
    description: str
    grain: tuple[str, ...] = ()
    stored: bool = False
    keys: tuple[str, ...] = ()
    columns: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default; never changed
    origin: str = "shipped"

    @property
    def is_step(self) -> bool:
        """True if it is a step on the way to other views, of less interest by itself."""
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
        raise Refused(f"{path}: cannot be read ({error.strerror}); fix or remove it") from error


def read_view(path: Path, origin: str, content: bytes | None = None) -> View:
    """Read a view's file, or its `content`. Raises `Refused` where its name or a note of its header cannot be one."""
    name = path.stem
    if not _NAME.fullmatch(name):
        msg = f"{path}: a view's file is named as its table, in lower case: expected such as my_view.sql"
        raise Refused(msg)
    try:
        text = (read_file(path) if content is None else content).decode()
    except UnicodeDecodeError as error:
        msg = f"{path}: cannot be read as text ({error}); fix or remove it"
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
        grain=_columns(path, "grain", notes.get("grain", "")),
        stored=notes.get("stored", "no").lower() in {"yes", "true"},
        keys=_columns(path, "keys", notes.get("keys", "")),
        columns=columns,
        origin=origin,
    )


def _columns(path: Path, note: str, text: str) -> tuple[str, ...]:
    """The columns that a note names."""
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        if not _COLUMN.fullmatch(name):
            raise Refused(f"{path}: {note}: {name[:50]!a} is no column; expected such as operation, category")
    return names
