"""Characters that nobody sees, in one list: two names that differ by one look the same, and a text reads as another.

From the properties of Unicode 17: General_Category Cc, Cf, Cs, Zl and Zp, Default_Ignorable_Code_Point (fillers,
joiners, selectors of variants, tags), and two that are drawn as nothing. Spaces are none: intake makes them plain ones.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["HIDDEN", "HIDDEN_IN_PROSE", "WRITTEN_WITH", "shown", "unprintable"]

WRITTEN_WITH: Final = "\u200c\u200d\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef"
"""What Persian and Indic scripts join by, and what selects a variant of an emoji, a Mongolian or a Chinese sign.

They are at home in prose, and change nothing for who reads it.
"""

_ALL: Final = (
    "\x00-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c"  # soft hyphen, grapheme joiner, Arabic letter mark
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"  # marks around numbers and verses
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u17b4\u17b5"  # Khmer vowels inherent in the consonant
    "\u180b-\u180f"  # Mongolian variation selectors and vowel separator
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line ends, directions, invisible operators
    "\u2800\U0001d159"  # a Braille cell without dots, a note without a head
    "\ud800-\udfff"  # halves of a pair
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # variation selectors, byte order mark, annotations
    "\U00013430-\U0001343f"  # joiners of hieroglyphs
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # controls of shorthand and of music
    "\U000e0000-\U000e0fff"  # tags, more variation selectors
)

HIDDEN: Final = re.compile(f"[{_ALL}]")
"""Whatever has no place in a name."""

HIDDEN_IN_PROSE: Final = re.compile(f"(?![{WRITTEN_WITH}\\n\\r\\t])[{_ALL}]")
"""Whatever has no place in a text of several lines."""

# Whatever acts rather than shows, or does not show at all; what texts are written with stays, but for line ends.
_ACTS: Final = re.compile(f"(?![{WRITTEN_WITH}]){HIDDEN.pattern}")


def shown(text: str, *, prose: bool = False) -> str:
    r"""`text` with every character that acts, rather than shows, written as an escape: `\x1b`, `\u202e`.

    Of `prose`, line ends and tabs stay.
    """
    acting = HIDDEN_IN_PROSE if prose else _ACTS
    return acting.sub(lambda found: found.group().encode("unicode_escape", "surrogatepass").decode(), text)


def unprintable(text: str, *, prose: bool) -> str | None:
    """The first character that has no place in `text`, as `U+202E`, or None.

    `prose` allows line breaks and tabs, and what prose is written with.
    """
    if text.isascii() and text.isprintable():
        return None
    found = (HIDDEN_IN_PROSE if prose else HIDDEN).search(text)
    return None if found is None else f"U+{ord(found[0]):04X}"
