"""Cells of a data set: a name, a count, degrees. What cannot be read is a `Wrong`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import Final

from chronology.importers.numbers import plain_number
from chronology.vocabulary import GeoPrecision, Place
from chronology.vocabulary.hidden import HIDDEN, HIDDEN_IN_PROSE

__all__ = [
    "Native",
    "Wrong",
    "columns_of",
    "count_of",
    "degrees",
    "is_day",
    "name_of",
    "names_of",
    "one_or_zero",
    "place_of",
    "without_hidden",
]

Wrong = tuple[str, str, str]
"""A column, its value, what was expected."""

MOST_NAMES: Final = 200

_COUNT: Final = re.compile(r"[0-9]{1,9}")
_ZEROS: Final = re.compile(r"(?:\.0+|(\.[0-9]*[1-9])0+)(?![0-9])")
_SPELLED: Final = {"true": "1", "false": "0"}


@lru_cache(maxsize=16_384)
def name_of(text: str, most: int = 200) -> str | None:
    """A name on one line, composed, without hidden characters; one that is too long stays in `native` alone."""
    text = " ".join(without_hidden(text).split())
    return text if 0 < len(text) <= most else None


def without_hidden(text: str, *, prose: bool = False) -> str:
    """A text composed, its spaces plain ones, without hidden characters, and without signs that are none in Unicode.

    `prose` keeps line breaks, and what prose is written with.
    """
    if text.isascii() and text.isprintable():
        return text
    hidden = HIDDEN_IN_PROSE if prose else HIDDEN
    return "".join(
        char
        if prose and char in "\n\r\t"
        else " "
        if char.isspace()
        else ""
        if hidden.match(char) or unicodedata.category(char) in {"Cn", "Co"}
        else char
        for char in unicodedata.normalize("NFC", text)
    )


@lru_cache(maxsize=4_096)
def names_of(text: str) -> tuple[str, ...]:
    """The names of a `;` list, each once, as many as a fact can hold; the whole list stays in `native`."""
    return tuple(dict.fromkeys(filter(None, map(name_of, text.split(";")))))[:MOST_NAMES]


def count_of(text: str) -> int | None:
    """A whole number of people of at most nine digits, also written as 3.0 or 1,234; None where it is none."""
    if not _COUNT.fullmatch(text):
        text = plain_number(text) or ""
    return int(text) if _COUNT.fullmatch(text) else None


@lru_cache(maxsize=16_384)
def is_day(text: str) -> bool:
    """True if an ISO day is one of the calendar."""
    try:
        return date.fromisoformat(text).year > 0
    except ValueError:
        return False


def place_of(
    name: str, latitude: str, longitude: str, precision: GeoPrecision | None, wrong: list[Wrong]
) -> Place | None:
    """The place, as far as it is given: a name, and both degrees. Mistakes in these are added to `wrong`."""
    north = _degrees_of("latitude", latitude, 90, wrong) if latitude else None
    east = _degrees_of("longitude", longitude, 180, wrong) if longitude else None
    if bool(latitude) != bool(longitude):
        missing = "longitude" if latitude else "latitude"
        wrong.append((missing, "", "expected both coordinates, or neither"))
    named = name_of(name)
    if named is None and north is None and precision is None:
        return None
    return Place(name=named, latitude=north, longitude=east, geo_precision=precision)


def _degrees_of(column: str, text: str, most: int, wrong: list[Wrong]) -> float | None:
    try:
        # Degrees have no thousands: a comma among them is what stands before the fraction.
        found = float(text.replace(",", ".") if "." not in text else text)
    except ValueError:
        found = most + 1.0
    if not -most <= found <= most:
        wrong.append((column, text, f"expected degrees from -{most} to {most}"))
        return None
    return found


def columns_of(columns: list[str], named: Sequence[str]) -> Callable[[list[str]], Iterator[str]]:
    """A function that takes the named columns out of a row, trimmed; one that the file lacks is empty."""
    at = {name: place for place, name in enumerate(columns)}
    # The one that is not there is read from behind the last.
    cells = itemgetter(*(at.get(name, len(columns)) for name in named))
    return lambda values: map(str.strip, cells([*values, ""]))


class Native:
    """A row as it came, for `native`: `name=value` of each column that is not empty, by name.

    `written` says how a column is written here that releases write in several ways: else every row of the next release
    would be another.
    """

    def __init__(self, columns: list[str], written: Mapping[str, Callable[[str], str]]) -> None:
        at = {name: place for place, name in enumerate(columns)}
        self._named = [f"{name}=" for name in sorted(at)]
        self._cells = itemgetter(*(at[name] for name in sorted(at)))
        self._changes = [(place, written[name]) for place, name in enumerate(sorted(at)) if name in written]

    def of(self, values: list[str]) -> tuple[str, ...]:
        """The columns of one row."""
        cells = list(self._cells(values))
        for place, change in self._changes:
            cells[place] = change(cells[place])
        return tuple(compress(map(str.__add__, self._named, cells), cells))


@lru_cache(maxsize=1_024)
def one_or_zero(text: str) -> str:
    """`True` is 1, `False` 0."""
    return _SPELLED.get(text.strip().lower(), text)


@lru_cache(maxsize=16_384)
def degrees(text: str) -> str:
    """`18.440000` is 18.44, also inside `POINT (1.410 18.0)`."""
    return _ZEROS.sub(r"\1", text) if "0" in text and "." in text else text
