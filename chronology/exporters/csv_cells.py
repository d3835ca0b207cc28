"""Values in the fields of a CSV file, for programs and for spreadsheets."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import msgspec

__all__ = ["flat", "harmless"]

# Where a program that splits at commas, semicolons, tabs or lines would find a cell begin with what spreadsheets begin
# a formula with, also in full width, or skip before one; a plain number is none.
_RUNS: Final = re.compile(
    r"(?:\A|(?<=[;\t\r\n]))"
    r"(?![+-]?\d+(\.\d+)?(?:[;\t\r\n]|\Z))"
    r"(?=\A[\t\r\n]|(?!\A)\"*[=+\-@\uff1d\uff0b\uff0d\uff20]|[=+\-@\uff1d\uff0b\uff0d\uff20])"
)
_HARMLESS: Final = (int, float, Decimal, date, time, timedelta)
_encode: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode


def flat(value: object) -> str | int | float:
    """A value in one field of a csv line: empty for null, ISO for dates, JSON for what has parts."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case enum.Enum():
            return str(value.value)
        case str() | int() | float():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case dict() | list() | tuple() | set() | msgspec.Struct():
            return _encode(value).decode()
        case _:
            return str(value)


def harmless(value: object) -> str | int | float:
    """A value in one field of a csv line; text that a spreadsheet would run is text there, behind an apostrophe.

    Numbers, also those written as text, are left alone: they do nothing.
    """
    text = flat(value)
    return _RUNS.sub("'", text) if isinstance(text, str) and not isinstance(value, _HARMLESS) else text
