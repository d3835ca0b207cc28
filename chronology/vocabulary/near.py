"""Near misses: which known words or names somebody may have meant.

`did_you_mean` is for messages, and finds the word that looks most alike. Names are compared letter by letter
(`distance`); among many of them a `Guard` looks only at those that can be near.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Final

__all__ = ["Guard", "did_you_mean", "distance", "nearest"]

_NUMBER: Final = re.compile("[0-9]+")
_PREFIX: Final = 8


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The next step after a word nobody knows: `did you mean kidal?`, the nearest of `known`, else `otherwise`."""
    from difflib import get_close_matches  # noqa: PLC0415  only where something is wrong

    close = get_close_matches(word, known, 1)
    return f"did you mean {close[0]}?" if close else otherwise


def nearest(word: str, candidates: Iterable[str], most: int) -> list[str]:
    """Those of `candidates` at most `most` edits from `word`, the nearest first."""
    measured = ((distance(word, each, most), each) for each in candidates)
    return [each for edits, each in sorted(measured) if edits <= most]


def distance(one: str, other: str, most: int) -> int:
    """Count the letters to insert, delete, change or swap with a neighbour that make `one` into `other`.

    Damerau–Levenshtein in its simpler form (no letter is edited twice). `most + 1` stands for anything above `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    # Long names differ in few places, and often at one end.
    alike = _alike(one, other)
    one, other = one[alike:][::-1], other[alike:][::-1]
    alike = _alike(one, other)
    one, other = one[alike:], other[alike:]
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, against in enumerate(other, 1):
            best = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != against))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                best = min(best, before[column - 2] + 1)
            here.append(best)
        if min(here) > most and min(above) > most:
            return most + 1
        before, above = above, here
    return min(above[-1], most + 1)


def _alike(one: str, other: str) -> int:
    """Count the letters that two texts begin with alike."""
    differ = (at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there)
    return next(differ, min(len(one), len(other)))


class Guard:
    """Known keys, and which of them a new key is nearly.

    Numbers are compared as numbers: ied-1 and ied-2 are two incidents, ied-1 and ied-01 one. What is left of a key
    without its numbers is its shape, and shapes are compared letter by letter. Not all with all: two that are at most
    two letters apart share what is left of their beginnings when up to two letters are taken out of each. Where more
    than `most` begin alike, none of them is taken for near.
    """

    def __init__(self, keys: Iterable[str], most: int | None = None) -> None:
        self._most = most
        self._shapes: dict[str, dict[tuple[int, ...], str]] = defaultdict(dict)
        self._by_remains: dict[str, set[str]] = defaultdict(set)
        self._near: dict[str, list[str]] = {}
        for key in keys:
            self.add(key)

    def add(self, key: str) -> None:
        """Make a key known."""
        shape, numbers = _shape(key)
        if shape not in self._shapes:
            self._near.clear()
            for remains in _remains(shape):
                self._by_remains[remains].add(shape)
        self._shapes[shape].setdefault(numbers, key)

    def nearest(self, key: str) -> str | None:
        """The known key that is nearest to `key`, near enough to be a slip; None if there is none."""
        shape, numbers = _shape(key)
        if shape not in self._near:
            self._near[shape] = self._shapes_near(shape)
        known = (self._shapes[near].get(numbers) for near in self._near[shape])
        return next((each for each in known if each is not None), None)

    def _shapes_near(self, shape: str) -> list[str]:
        """The known shapes that are near enough to one, the nearest first; itself among them if it is known."""
        candidates = set().union(*(self._by_remains.get(remains, ()) for remains in _remains(shape)))
        if self._most is not None and len(candidates) > self._most:
            return [shape] if shape in candidates else []
        measured = sorted((distance(shape, each, 2), each) for each in candidates)
        return [each for edits, each in measured if edits <= _tolerance(shape, each)]


def _shape(key: str) -> tuple[str, tuple[int, ...]]:
    """`row-12` → ("row-0", (12,)). Numbers of more digits than Python reads are left to be letters."""
    numbers = tuple(int(found) for found in _NUMBER.findall(key) if len(found) < 100)
    return _NUMBER.sub(lambda found: "0" if len(found.group()) < 100 else found.group(), key), numbers


def _tolerance(one: str, other: str) -> int:
    """The letters by which two different names may differ and still be taken for a slip: short words are all near."""
    shorter = min(len(one), len(other))
    return 0 if shorter <= 3 else 1 if shorter <= 5 else 2


def _remains(shape: str) -> set[str]:
    """The beginning of a shape with no, one and two letters taken out."""
    start = shape[:_PREFIX]
    places = range(len(start))
    return {start} | {
        "".join(letter for at, letter in enumerate(start) if at not in out)
        for size in (1, 2)
        for out in combinations(places, size)
    }
