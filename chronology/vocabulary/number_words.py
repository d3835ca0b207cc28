"""Numbers in words, up to ninety-nine, as digits."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["in_digits"]

_UNITS: Final = "one|two|three|four|five|six|seven|eight|nine"
_TEENS: Final = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS: Final = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORTH: Final = {word: number for number, word in enumerate(f"{_UNITS}|{_TEENS}".split("|"), start=1)} | {
    word: number for number, word in zip(range(20, 100, 10), _TENS.split("|"), strict=True)
}
_WORDS: Final = rf"(?ai)\b(?:(?:{_TENS})(?:[ -](?:{_UNITS}))?|{_TEENS}|{_UNITS})\b"


def in_digits(text: str) -> str:
    """The text with its numbers in digits: `twenty-two to thirty` is `22 to 30`."""
    return re.sub(_WORDS, lambda found: str(sum(_WORTH[word] for word in re.split("[ -]", found[0].lower()))), text)
