"""Where the keys of a TOML file stand. The standard reader gives values and no lines, and people need lines.

The text has been read already, so it is known to be right: this only finds where its statements begin.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

__all__ = ["Path", "lines_of"]

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
