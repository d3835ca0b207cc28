"""Line numbers of the keys of a TOML file: the standard reader gives none, and people need them.

The text has been read already, so it is known to be right: this only finds where its statements begin.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

__all__ = ["Lines", "LinesBelow", "Path", "lines_of"]

Path = tuple[str | int, ...]

# Strings first, so that what looks like syntax inside them is passed over; a multi-line one may end in five quotes.
_PIECE: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=\n]"
    r"|[^\s\[\]{}=\"'#]+"
    r"|[ \t\r]+",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")


# A header on a line of its own. In an array over several lines no value looks like it but a number, a date, true or
# false, and no kind is called so.
_HEADER: Final = re.compile(r"^[ \t]*\[{1,2}[ \t]*([A-Za-z0-9_-]+)[ \t]*\]{1,2}[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)


class Lines:
    """The lines of a right TOML text: those of its tables at once, those of its keys when somebody asks for them."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def of_keys(self) -> dict[Path, int]:
        """As `lines_of`."""
        return lines_of(self._text)

    @cached_property
    def by_table(self) -> dict[Path, dict[str, int]]:
        """The lines inside each table of a fact, by the path as problems write it: `now.injured`."""
        found: dict[Path, dict[str, int]] = {}
        for path, line in self.of_keys.items():
            size = 2 if len(path) > 1 and isinstance(path[1], int) else 1
            found.setdefault(path[:size], {})[".".join(str(part) for part in path[size:])] = line
        return found

    def of_tables(self, tables: Collection[Path], known: Collection[str]) -> dict[Path, int]:
        """The line of each of some tables.

        Where all have `known` names, and nothing else can look like their headers, it takes a twentieth of the time.
        """
        if '"""' not in self._text and "'''" not in self._text and all(path[0] in known for path in tables):
            found = self._headers(known)
            if found.keys() == set(tables):
                return found
        return {path: self.of_keys.get(path, self.of_keys.get(path[:1], 1)) for path in tables}

    def _headers(self, known: Collection[str]) -> dict[Path, int]:
        found: dict[Path, int] = {}
        counts: dict[str, int] = {}
        line, at = 1, 0
        for match in _HEADER.finditer(self._text):
            name = match[1]
            line, at = line + self._text.count("\n", at, match.start()), match.start()
            if name not in known:
                continue
            if match[0].lstrip().startswith("[["):
                counts[name] = counts.get(name, -1) + 1
                found[name, counts[name]] = line
            else:
                found[(name,)] = line
        return found


class LinesBelow(Mapping[str, int]):
    """Line numbers of the keys of one table, by path, and of the defaults it holds; found when first used."""

    def __init__(self, lines: Lines, table: Path, defaults: Collection[str]) -> None:
        self._lines, self._table, self._defaults = lines, table, defaults

    @cached_property
    def _found(self) -> dict[str, int]:
        of_keys = self._lines.of_keys
        above = {name: of_keys[name,] for name in self._defaults if (name,) in of_keys}
        return above | self._lines.by_table.get(self._table, {})

    def __getitem__(self, path: str) -> int:
        return self._found[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table header and key of a right TOML text, by path: ("ied_strike", 0, "occurred").

    Keys inside inline tables and arrays are not entered; they stand with the key they belong to.
    """
    found: dict[Path, int] = {}
    arrays: dict[Path, int] = {}
    here: Path = ()
    for line, header, key in _statements(text):
        if not header:
            found.setdefault(here + _parts(key), line)
            continue
        here = ()
        *above, last = _parts(key)
        for part in above:
            here = _entered((*here, part), arrays)
        here = (*here, last)
        if header == "[[":
            arrays[here] = arrays.get(here, -1) + 1
        here = _entered(here, arrays)
        found.setdefault(here, line)
    return found


def _entered(path: Path, arrays: dict[Path, int]) -> Path:
    """`path`, and into the newest of its tables if it is an array of tables."""
    return (*path, arrays[path]) if path in arrays else path


def _statements(text: str) -> list[tuple[int, str, str]]:
    """(line, header, key) of each statement: header is `[`, `[[` or, for `key = value`, nothing."""
    found: list[tuple[int, str, str]] = []
    line, depth, start, key, in_value = 1, 0, 1, "", False
    for match in _PIECE.finditer(f"{text}\n"):
        piece = match.group()
        if piece == "\n" and depth == 0:
            if key.startswith("["):
                found.append((start, "[[" if key.startswith("[[") else "[", key.strip().strip("[]")))
            key, in_value = "", False
        elif in_value:
            depth += (piece in "[{") - (piece in "]}")
        elif piece == "=":
            found.append((start, "", key.strip()))
            key, in_value = "", True
        elif not piece.startswith("#") and (key or not piece.isspace()):
            start = start if key else line
            key += piece
        line += piece.count("\n")
    return found


def _parts(key: str) -> tuple[str, ...]:
    """`a.b` → ("a", "b"); a quoted key is read by the reader itself."""
    key = key.strip()
    if _BARE.fullmatch(key):
        return tuple(key.split("."))
    inner: Any = tomllib.loads(f"{key} = 0")
    parts = []
    while isinstance(inner, dict):
        ((part, inner),) = inner.items()
        parts.append(part)
    return tuple(parts)
