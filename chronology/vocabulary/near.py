"""Near misses: which known words or names somebody may have meant.

`did_you_mean` is for messages, and finds the word that looks most alike. Names are compared letter by letter
(`distance`); among many of them `slips` finds those that can be near.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean", "distance", "nearest"]


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
