"""Words as they are looked for: without case and accents, in any spelling of a letter, with or without spaces.

DuckDB finds the entries that may hold the words, in JSON whose accents it has stripped; Python finds where they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple
from unicodedata import category, combining, name, normalize

__all__ = ["Folded", "Phrase", "folded", "phrases_of"]

_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ‘][^\W_]+)*")
_QUOTED: Final = re.compile(r'"([^"]*)"|(\S+)')

_ALIKE: Final = (
    "lł", "oø", "dđð", "iı", "hħ", "tŧ", "σς", "'’ʼ‘`´", "اٱ", "يىیې", "كک", "هةۀە",
)  # fmt: skip
"""Letters that are one to who searches, and that no decomposition makes one."""
_CLASS: Final = {char: f"[{chars}]" for chars in _ALIKE for char in chars}
_APART: Final = {"ARMENIAN", "CYRILLIC", "DIGIT", "ETHIOPIC", "GEORGIAN", "GREEK", "HANGUL", "LATIN"}
"""Scripts in which a word begins after a space. Others have none, or write articles and prepositions on to a word."""
_ACCENT: Final = 10
"""From this class of combining on, a mark is an accent or a point on a letter."""
_BETWEEN: Final = "[\u0640\u200c]*"
"""What draws Arabic letters out, or keeps them apart, and says nothing."""
_BEGINS: Final = r"(?:^|[^\p{L}\p{N}]|\\[bfnrt]|\\u[0-9a-f]{4})"
"""Before the first letter of a word, in a text or in JSON."""
_IN_HEADLINES: Final = frozenset(
    ["about", "all", "at", "besides", "by", "for", "in", "known", "least", "not", "on", "to", "up"]
)
"""Words that headlines are written with, and that no entry needs to hold."""


class Folded(NamedTuple):
    """A text without case and marks; `at[n]` is where the n-th character of it comes from in `whole`."""

    text: str
    at: list[int]
    whole: str


class Phrase(NamedTuple):
    """Words that follow one another.

    An entry with a text that holds them has something for each of the patterns `in_json`, which are for DuckDB.
    `signed` are those of the words that have vowel signs, which a folded text has not.
    """

    in_json: tuple[str, ...]
    pattern: re.Pattern[str]
    signed: tuple[str, ...]

    def start_in(self, read: Folded) -> int | None:
        """The place in the whole text where the words begin, if they are there."""
        match = self.pattern.search(read.text)
        if match is None or (self.signed and not all(word in _signed(read.whole) for word in self.signed)):
            return None
        return read.at[match.start()]


def phrases_of(text: str) -> list[Phrase]:
    """The words searched for, and each "phrase in quotes", which is words in sequence."""
    found = (quoted or word for quoted, word in _QUOTED.findall(text))
    return [phrase for phrase in map(_phrase, found) if phrase is not None]


def folded(text: str) -> Folded:
    """A text as patterns of `Phrase` look at it."""
    chars: list[str] = []
    at: list[int] = []
    for n, char in enumerate(text):
        for each in _folded_char(char):
            chars.append(each)
            at.append(n)
    return Folded("".join(chars), at, text)


@cache
def _folded_char(char: str) -> str:
    """A character without case and marks, as DuckDB strips them; nothing of a mark alone."""
    kept = [each for each in normalize("NFD", char.lower()) if not category(each).startswith("M")]
    return normalize("NFC", "".join(kept))


def _signed(text: str) -> str:
    """A text without case and accents, but with the vowel signs of scripts that write vowels so."""
    return normalize("NFC", "".join(each for each in normalize("NFD", text.lower()) if combining(each) < _ACCENT))


def _phrase(text: str) -> Phrase | None:
    words = _WORD.findall(folded(text).text)
    if not words:
        return None
    in_json = (_begins(word, _BEGINS) + _letters(word) for word in words if word not in _IN_HEADLINES)
    in_text = (_begins(word, r"(?<![^\W_])") + _letters(word) + _ends(word) for word in words)
    signed = (word for word in _signed(text).split() if any(category(char).startswith("M") for char in word))
    return Phrase(tuple(in_json), re.compile(r"[\W_]+".join(in_text)), tuple(signed))


def _begins(word: str, pattern: str) -> str:
    """The pattern before a word of a script in which words are separated."""
    return pattern if _script(word[0]) in _APART else ""


def _ends(word: str) -> str:
    """The pattern after a word: of a number no more digits, of a word anything."""
    return r"(?!\d)" if word.isdigit() else ""


@cache
def _script(char: str) -> str:
    return name(char, "").partition(" ")[0]


def _letters(word: str) -> str:
    between = _BETWEEN if _script(word[0]) == "ARABIC" else ""
    return between.join(_CLASS.get(char) or re.escape(char) for char in word)
