"""A fact as it was given: nothing is known of it yet but where it stands."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from datetime import date, time
from typing import Any, NamedTuple, TypeAlias

from chronology.errors import Problem

__all__ = ["Given", "Raw", "brief"]

Given: TypeAlias = Any
"""A value as a file gives it: text, a number, a date, a list, a table."""


class Raw(NamedTuple):
    """One fact out of a file, or out of options when `file` is None.

    `kind` is its tag as written. `lines` says where its keys stand, by path into `values`, where a format can tell
    (`{"occurred": 8, "now.injured": 14}`). `size` is how many bytes it took, where that is known. `as_published` lets
    the bounds of its figures cross, as those of data sets do.
    """

    file: str | None
    line: int | None
    kind: object
    values: dict[str, Given]
    lines: Mapping[str, int] = {}
    size: int | None = None
    as_published: bool = False

    def problem(self, path: str, expected: str, value: object = None, what: str = "") -> Problem:
        """A mistake at `path` inside this fact: `value` stands there (None: nothing), and `what` is wrong with it."""
        found = f"{brief(value)} {what}".strip()
        if self.file is None:
            # The reader wrote an option, and looks for that.
            option, dot, rest = path.removeprefix("now.").partition(".")
            name, bracket, index = option.partition("[")
            where = f"--{name.replace('_', '-')}" if name else str(self.kind)
            # Most options are given once: then the first is the only one.
            inner = index.removeprefix("0]") if bracket else ""
            inner = f"[{inner}" if inner and not index.startswith("0]") else inner
            return Problem(where, None, (inner + dot + rest).lstrip("."), found, expected)
        return Problem(self.file, self._line_of(path), path, found, expected)

    def _line_of(self, path: str) -> int | None:
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.line


class _Brief(reprlib.Repr):
    """One short line for any value, with texts as files write them."""

    maxstring = 80
    maxother = 80

    def repr_str(self, x: str, level: int) -> str:  # noqa: ARG002
        inner = x if len(x) <= self.maxstring else f"{x[: self.maxstring - 1]}…"
        return '"' + inner.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def repr_int(self, x: int, level: int) -> str:
        return super().repr_int(x, level) if x.bit_length() < 1000 else "an enormous number"

    def repr_bool(self, x: bool, level: int) -> str:  # noqa: ARG002, FBT001
        return "true" if x else "false"


def brief(value: object) -> str:
    """A value as a problem shows it: short, on one line, as a reader wrote it; nothing for None."""
    if value is None:
        return ""
    return str(value) if isinstance(value, date | time) else _Brief().repr(value)
