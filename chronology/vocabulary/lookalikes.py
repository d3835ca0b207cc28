"""Names that look alike and are not: letters of the Cyrillic and Greek alphabets in the place of Latin ones.

After Unicode TR39: two names with the same skeleton are taken for each other by a reader, and one word is written in
one alphabet. The table holds the letters that print alike in common fonts, and no more; nothing is refused for it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from chronology.vocabulary.text import name_key

__all__ = ["mixed_letters", "skeleton"]

_LOOKS: Final = {
    ord(letter): latin
    for letters, latins in (
        # Cyrillic, upper and lower case
        ("АВЕЅЈКМНОРСТУХІԚԜҺ", "ABESJKMHOPCTYXIQWH"),
        ("аеѕјорсухіһԁԛԝѵ", "aesjopcyxihdqwv"),
        # Greek, upper and lower case
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC"),
        ("ανικορυϲ", "avikopuc"),
    )
    for letter, latin in zip(letters, latins, strict=True)
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_ALPHABETS: Final = ("LATIN", "CYRILLIC", "GREEK")


def skeleton(name: str) -> str:
    """Reduce a name to what it looks like, whatever letters it is made of, in the form of `name_key`."""
    return name_key(name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_LOOKS))


def mixed_letters(name: str) -> str | None:
    """The letters that stand in a word of another alphabet, as `І (Cyrillic, U+0406)`; None where there are none.

    Names in two alphabets are fine, word by word: Wagner (Вагнер).
    """
    if name.isascii():
        return None
    for word in _WORD.findall(unicodedata.normalize("NFC", name)):
        by_alphabet: dict[str, list[str]] = {}
        for letter in word:
            alphabet = unicodedata.name(letter, "").partition(" ")[0]
            if alphabet in _ALPHABETS:
                by_alphabet.setdefault(alphabet, []).append(letter)
        if len(by_alphabet) > 1:
            fewest = min(by_alphabet, key=lambda each: len(by_alphabet[each]))
            strange = dict.fromkeys(by_alphabet[fewest])
            return ", ".join(f"{letter} ({fewest.title()}, U+{ord(letter):04X})" for letter in strange)
    return None
