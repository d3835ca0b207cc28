"""Text that was broken before it came here: letters lost for good, or UTF-8 that was read as something else once."""

from __future__ import annotations

import re
from typing import Final

from chronology.importers.tables import Row

__all__ = ["is_damaged"]

_LOST: Final = re.compile(r"[^\W\d_]\?[^\W\d_]")
_SECOND: Final = bytes(each for each in range(0x80, 0xC0) if each not in {0x81, 0x8D, 0x8F, 0x90, 0x9D})
_ENCODED_TWICE: Final = re.compile(rf"[ÃÂÐ][{re.escape(_SECOND.decode('windows-1252'))}\x80-\x9f]|â€|\ufffd")
"""A letter of two bytes in UTF-8, as it looks when these were read as windows-1252; or a lost one."""
_MOST: Final = 100


def is_damaged(row: Row) -> bool:
    """True if a name in a row holds signs of that. Addresses and prose have question marks of their own."""
    joined = "\n".join(row.values)
    if not joined.isascii() and _ENCODED_TWICE.search(joined):
        return True
    return "?" in joined and any(
        _LOST.search(value) for value in row.values if "?" in value and len(value) <= _MOST and "/" not in value
    )
