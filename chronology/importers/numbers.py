"""Numbers as people and programs write them: `3.0` beside a missing one, `1 234`, `1.234,5`, `?`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["UNKNOWN", "plain_number", "whole_text"]

UNKNOWN: Final = frozenset({"?", "??", "n/a", "na", "nan", "null", "<na>", "#n/a", "nil data", "not available"})
"""What stands where a number is not known, in lower case. (`none` is not among them: people write it for 0.)"""

_WHOLE: Final = re.compile(r"([+-]?[0-9]+)\.0+")
_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " "))
_GROUPED: Final = {
    ".": re.compile(r"-?[0-9]{1,3}(?:([, '’])[0-9]{3}(?:\1[0-9]{3})*)?(?:\.[0-9]+)?|-?[0-9]+(?:\.[0-9]+)?"),
    ",": re.compile(r"-?[0-9]{1,3}(?:([. '’])[0-9]{3}(?:\1[0-9]{3})*)?(?:,[0-9]+)?|-?[0-9]+(?:,[0-9]+)?"),
}
_SEPARATORS: Final = re.compile(r"[, '’.]")


@lru_cache(maxsize=16_384)
def plain_number(text: str, decimal: str = ".") -> str | None:
    """A number in digits with a point, and without one where it is whole; None for what is none.

    `decimal` is what stands before its fraction.
    """
    text = text.strip().translate(_SPACES)
    if not _GROUPED[decimal].fullmatch(text):
        return None
    whole, _, fraction = text.partition(decimal)
    whole = _SEPARATORS.sub("", whole)
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def whole_text(text: str) -> str:
    """`40899.0` is 40899: what programs make of whole numbers in a column where one is missing."""
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text
