"""Types of the columns of a data set whose cells are all alike: whole numbers, numbers, days, or text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Final

from chronology.vocabulary import Report

__all__ = ["ColumnTypes"]

MOST_IN_NAME: Final = 100

_TYPES: Final = {
    # An id such as 007 is text: as a number it would be another.
    "integer": re.compile(r"(?:-?(?:0|[1-9][0-9]{0,17})(?:\.0+)?\n)*"),
    "number": re.compile(r"(?:-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?\n)*"),
    "date": re.compile(r"(?:[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\n)*"),
    "text": re.compile(r"(?s).*"),
}
_NEXT: Final = {"integer": ("number", "text"), "number": ("text",), "date": ("text",), "text": ()}


class ColumnTypes:
    """The columns of the records of a file by name, each with the narrowest type that all its cells are of."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        self._settled: set[str] = set()

    def add(self, facts: Iterable[Report]) -> None:
        """Take in the columns of some records."""
        cells: dict[str, list[str]] = defaultdict(list)
        # Half of the cells of some hundred rows are alike, and most columns are soon known to be text.
        for each in set(chain.from_iterable(fact.native for fact in facts)):
            name, _, value = each.partition("=")
            if name not in self._settled:
                cells[name].append(value)
        for name, values in cells.items():
            if len(name) > MOST_IN_NAME:
                continue
            now = self._types.get(name)
            # One cell a line: a line break within a cell is no break between two.
            joined = "".join(value.replace("\n", " ") + "\n" for value in values)
            tried = ("integer", "number", "date", "text") if now is None else (now, *_NEXT[now])
            self._types[name] = next(type_ for type_ in tried if _TYPES[type_].fullmatch(joined))
            if self._types[name] == "text":
                self._settled.add(name)

    def noted(self) -> tuple[str, ...]:
        """`integer fatalities`, `text notes`: as the entry of an import has them."""
        return tuple(f"{type_} {name}" for name, type_ in sorted(self._types.items()))
