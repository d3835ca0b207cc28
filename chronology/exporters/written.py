"""Values as a page shows them: plain words, an open bound said to be open, and no text that acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from chronology.vocabulary.dates import in_words
from chronology.vocabulary.hidden import shown

__all__ = ["OPEN", "are_numbers", "bounds", "in_text", "web_address", "when", "with_open"]

OPEN: Final = "open"
"""The word for an upper bound that nobody stated."""

_encode: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode
_ENDS_AN_ADDRESS: Final = re.compile(r"[\s<>\"\x00-\x1f\x7f]")


def bounds(columns: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of columns with lower and upper bounds: low and high, killed_low and killed_high."""
    at = {column: n for n, column in enumerate(columns)}
    return [
        (low, high)
        for column, high in at.items()
        if column.endswith("high") and (low := at.get(f"{column.removesuffix('high')}low")) is not None
    ]


def with_open(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """The rows, with the word `open` for an upper bound that is null beside a lower one that is not."""
    pairs = bounds(columns)
    for row in rows:
        values = list(row)
        for low, high in pairs:
            if values[low] is not None and values[high] is None:
                values[high] = OPEN
        yield values


def in_text(value: object) -> str:
    """A value as people read it: nothing for null, times to the second, lists with semicolons, the rest as JSON.

    Line ends and tabs stay; whatever else acts rather than shows is escaped.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return shown(value, prose=True)
        case datetime():
            return value.isoformat(" ", "seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case list() | tuple() if not any(isinstance(each, list | tuple | dict) for each in value):
            return "; ".join(map(in_text, value))
        case list() | tuple() | dict():
            return shown(_encode(value).decode())
        case _:
            return shown(str(value))


def when(day: object, edtf: str | None) -> str:
    """The date of a report in words: when it happened, else when it was said; nothing where neither is known."""
    if edtf is not None:
        return in_words(edtf)
    return "" if day is None else f"(said {in_words(str(day))})"


def are_numbers(values: Iterable[object]) -> bool:
    """True if these are numbers and nothing else, unknown and open ones aside; and one at least."""
    known = [value for value in values if value is not None and value is not OPEN]
    return bool(known) and all(isinstance(each, int | float | Decimal) and not isinstance(each, bool) for each in known)


def web_address(url: str | None) -> str | None:
    """A link that opens a page, and does nothing else: only http and https; None for any other."""
    if url is None or _ENDS_AN_ADDRESS.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else None
