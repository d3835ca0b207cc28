"""Views: one file, one SELECT, named as the table it makes. Found here, read here, put in order here.

A file begins with a comment: what the view is, and then notes, each on a line of its own:

    -- grain: operation, category          the columns that tell its rows apart; checked after a rebuild
    -- stored: yes                         kept as a table (a step of a chain that would be slow as a view on views)
    -- grows: operation varchar, low bigint   kept as a table that reads itself: run again until it adds nothing
    -- follows: position                   each row comes from the entry at its position and from no other entry, so
                                           that new entries that end none add rows and leave the others as they are
    -- column low: …                       what a column means

The order comes from the SQL itself: a view is built after those it selects from.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from chronology.errors import Refused

__all__ = ["View", "read_view"]

_NOTE = re.compile(r"--\s*(grain|stored|grows|follows|column\s+(\w+)):\s*(.*)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COLUMN = r"[a-z][a-z0-9_]* [a-z][a-z0-9_]*(\[\])*"
_COLUMNS = re.compile(rf"{_COLUMN}(,\s*{_COLUMN})*")


class View(NamedTuple):
    """One view: its name, its SELECT, and what its header says."""

    name: str
    select: str
    description: str
    grain: tuple[str, ...] = ()
    stored: bool = False
    grows: str | None = None
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


def read_view(path: Path, origin: str) -> View:
    """Read a view's file. Raises `Refused` where its name cannot be that of a table, or it holds no SELECT."""
    name = path.stem
    if not _NAME.fullmatch(name):
        msg = f"{path}: a view's file is named as its table, in lower case: expected such as my_view.sql"
        raise Refused(msg)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as text ({error}); mend or remove it"
        raise Refused(msg) from error
    description: list[str] = []
    notes: dict[str, str] = {}
    columns: dict[str, str] = {}
    last: tuple[dict[str, str], str] | None = None
    lines = text.splitlines()
    body = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for line in lines[:body]:
        if match := _NOTE.match(line):
            last = (columns, match[2]) if match[2] else (notes, match[1])
            last[0][last[1]] = match[3].strip()
        elif last is None:
            description.append(line.removeprefix("--").strip())
        elif words := line.removeprefix("--").strip():
            last[0][last[1]] += f" {words}"
    if "grows" in notes and not _COLUMNS.fullmatch(notes["grows"]):
        msg = f"{path}: grows: expected columns with their types, such as operation varchar, low bigint"
        raise Refused(msg)
    return View(
        name=name,
        select="\n".join(lines[body:]).strip().rstrip(";"),
        description=" ".join(part for part in description if part),
        grain=tuple(part.strip() for part in notes.get("grain", "").split(",") if part.strip()),
        stored=notes.get("stored", "no").lower() in {"yes", "true"},
        grows=notes.get("grows"),
        follows_entries=notes.get("follows") == "position",
        columns=columns,
        origin=origin,
    )
