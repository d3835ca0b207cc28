"""A date whose year, month and day stand in columns of their own, with 0 or 99 where one is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from chronology.importers.numbers import UNKNOWN, whole_text

__all__ = ["date_of_parts", "in_parts"]

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER: Final = re.compile(r"-?[0-9]{1,4}")
_NOT_KNOWN: Final = UNKNOWN | {"", "0", "00", "99", "-9", "-99", "-", "--", "unknown", "not known"}
_NO_YEAR: Final = UNKNOWN | {"", "0", "0000", "9999", "-9", "-99", "-999", "-9999", "-", "--", "unknown", "not known"}
_EXPECTED: Final = ("expected a year such as 2023", "expected a month, 1 to 12, or 0 or 99 where it is not known",
                    "expected a day of that month, or 0 or 99 where it is not known")  # fmt: skip


def in_parts(parts: Sequence[str]) -> bool:
    """True if the pieces of a template are a date in two or three columns: `{year}-{month}-{day}`."""
    return len(parts) in {5, 7} and not parts[0] and not parts[-1] and all(part == "-" for part in parts[2:-1:2])


@lru_cache(maxsize=16_384)
def date_of_parts(year: str, month: str, day: str) -> str | tuple[int, str] | None:
    """The date as EDTF, as exact as is known: what follows a part that is not known says nothing.

    None without a year; for a part that is none, which of the three it is, and what was expected.
    """
    year, month, day = (whole_text(part.strip()) for part in (year, month, day))
    if year.lower() in _NO_YEAR:
        return None
    if not _NUMBER.fullmatch(year) or len(year) != 4:
        # A whole date may stand in the column of the year: then nothing is put together here.
        return 0, _EXPECTED[0]
    if month.lower() in _NOT_KNOWN:
        return year
    number = _month(month)
    if number is None:
        return 1, _EXPECTED[1]
    if day.lower() in _NOT_KNOWN:
        return f"{year}-{number:02}"
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return 2, _EXPECTED[2]


def _month(text: str) -> int | None:
    """1 to 12, also of a name."""
    if text.isascii() and text.isdecimal():
        return int(text) if 1 <= int(text[:4]) <= 12 else None
    short = text.lower()[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else None
