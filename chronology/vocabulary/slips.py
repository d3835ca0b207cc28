"""Slips of the hand: of very many names, those that one name is nearly, found by signs that slips leave as they are.

Numbers are compared as numbers: ied-1 and ied-2 are two incidents, ied-1 and ied-01 one. What is left of a key without
its numbers is its shape, and shapes are compared letter by letter (`near.distance`), at most two letters apart.

Not all with all: a shape is cut into three pieces, and two slips leave one of them whole, at most two places off. Only
a swap of neighbours can touch two pieces at once; then one of them is whole when it is swapped back. So each shape is
filed under its pieces, and a new one is held only against those that share one (after PASS-JOIN by Li, Deng, Wang and
Feng, 2011).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from chronology.vocabulary.lookalikes import skeleton
from chronology.vocabulary.near import distance

__all__ = ["Guard", "StoredNames", "looks_like", "signs_of"]

_NUMBER: Final = re.compile("[0-9]+")


class _Shape(NamedTuple):
    """A key without its numbers, the numbers, and the key with its numbers written plainly."""

    shape: str
    numbers: tuple[int, ...]
    plain: str


class StoredNames(Protocol):
    """The names of one role that are stored, by what they are filed under."""

    def signed(self, signs: Collection[str]) -> Iterable[tuple[str, str]]:
        """Give what is filed under some signs (`signs_of`), each with its sign."""

    def among(self, keys: Collection[str]) -> dict[str, str]:
        """Those of some keys that are stored, with the name as it was first written."""


def signs_of(key: str, name: str) -> list[tuple[str, str]]:
    """Give the signs that a name is filed under, each with what it leads to.

    The pieces of its shape lead to the shape; `=` and the key with plain numbers to the key, where it writes them
    otherwise; `~` and what the name looks like to the key, where it looks like another.
    """
    shape, _, plain = _shape(key)
    signs = [(sign, shape) for sign in _signs_of(shape)]
    if plain != key:
        signs.append((f"={plain}", key))
    if not name.isascii() and (looks := skeleton(name)) != key:
        signs.append((looks_like(looks), key))
    return signs


def looks_like(looks: str) -> str:
    """The sign under which a name is filed that looks so."""
    return f"~{looks}"


class Guard:
    """Known keys, and which of them a new key is nearly; those that are `stored` are asked for as they are needed.

    Where more than `most` share a piece with it, none of them is taken for near but for its numbers.
    """

    def __init__(self, keys: Iterable[str] = (), most: int | None = None, stored: StoredNames | None = None) -> None:
        self._most, self._stored = most, stored
        self._by_sign: dict[str, set[str]] = defaultdict(set)
        self._shapes: set[str] = set()
        self._keys: dict[str, str] = {}
        self._near: dict[str, list[str]] = {}
        self._asked: set[str] = set()
        for key in keys:
            self.add(key)

    def add(self, key: str) -> None:
        """Make a key known."""
        shape, _, plain = _shape(key)
        if shape not in self._shapes:
            self._shapes.add(shape)
            self._near.clear()
            for sign in _signs_of(shape):
                self._by_sign[sign].add(shape)
        self._keys.setdefault(plain, key)

    def look_up(self, keys: Iterable[str]) -> None:
        """Ask for all that is stored and may be near some keys that are not, in three questions."""
        if self._stored is None:
            return
        new = {key: _shape(key) for key in keys if key not in self._asked}
        self._asked.update(new)
        signs = {sign for shape in {shape for shape, *_ in new.values()} for sign in _signs_near(shape)}
        for sign, shape in self._stored.signed(signs):
            self._by_sign[sign].add(shape)
        self._near.clear()
        meant = [form for read in new.values() for form in self._forms(read)]
        for key in self._stored.among([form for form in meant if form not in new]):
            self._keys.setdefault(key, key)
        for sign, key in sorted(self._stored.signed([f"={form}" for form in meant])):
            self._keys.setdefault(sign[1:], key)

    def nearest(self, key: str) -> str | None:
        """The known key that is nearest to `key`, near enough to be a slip; None if there is none."""
        if key not in self._asked:
            self.look_up([key])
        known = (self._keys.get(form) for form in self._forms(_shape(key)))
        return next((each for each in known if each is not None), None)

    def _forms(self, of: _Shape) -> Iterator[str]:
        """Yield the keys that a slip may have meant: the shapes near its own with its numbers, the nearest first."""
        shape, numbers, plain = of
        yield plain
        if shape not in self._near:
            self._near[shape] = self._shapes_near(shape)
        for near in self._near[shape]:
            if len(_NUMBER.findall(near)) == len(_NUMBER.findall(shape)):
                yield _filled(near, numbers)

    def _shapes_near(self, shape: str) -> list[str]:
        """Other shapes near enough to one, the nearest first."""
        candidates = set().union(*(self._by_sign.get(sign, ()) for sign in _signs_near(shape))) - {shape}
        if self._most is not None and len(candidates) > self._most:
            return []
        measured = sorted((distance(shape, each, 2), each) for each in candidates)
        return [each for edits, each in measured if edits <= _tolerance(len(shape), len(each))]


@lru_cache(maxsize=4_096)
def _shape(key: str) -> _Shape:
    """`row-012` → ("row-0", (12,), "row-12"). Numbers of more digits than Python reads are left to be letters."""
    numbers = tuple(int(found) for found in _NUMBER.findall(key) if len(found) < 100)
    if not numbers:
        return _Shape(key, numbers, key)
    shape = _NUMBER.sub(lambda found: "0" if len(found.group()) < 100 else found.group(), key)
    return _Shape(shape, numbers, _filled(shape, numbers))


def _filled(shape: str, numbers: tuple[int, ...]) -> str:
    """A shape with numbers in it, written plainly."""
    coming = iter(numbers)
    return _NUMBER.sub(lambda found: str(next(coming)) if len(found.group()) < 100 else found.group(), shape)


def _tolerance(one: int, other: int) -> int:
    """The letters that names of two lengths may be apart and still be a slip: short words are all near."""
    shorter = min(one, other)
    return 0 if shorter <= 3 else 1 if shorter <= 5 else 2


# --- pieces


def _pieces(shape: str | int) -> tuple[tuple[int, int], ...]:
    """The beginning and end of the three pieces of a shape (or of one so long); none of one too short for slips."""
    size = shape if isinstance(shape, int) else len(shape)
    if _tolerance(size, size) == 0:
        return ()
    one, two = size // 3, size // 3 + (size + 1) // 3
    return (0, one), (one, two), (two, size)


@lru_cache(maxsize=4_096)
def _signs_of(shape: str) -> tuple[str, ...]:
    return tuple(_sign(len(shape), piece, shape[begin:end]) for piece, (begin, end) in enumerate(_pieces(shape)))


def _sign(size: int, piece: int, letters: str) -> str:
    return f"{size}.{piece}.{letters}"


def _signs_near(shape: str) -> set[str]:
    """The signs of every shape that is near one: of each, one at least is here."""
    size, signs = len(shape), set()
    for other in range(max(0, size - 2), size + 3):
        most, longer = _tolerance(size, other), size - other
        for piece, (begin, end) in enumerate(_pieces(other)):
            for off in range(-most, most + 1):
                # So many letters came in or went before the piece, and the others behind it.
                if begin + off >= 0 and abs(off) + abs(longer - off) <= most:
                    signs.add(_sign(other, piece, shape[begin + off : end + off]))
        if most == 2 and abs(longer) < 2:
            signs.update(_signs_of_swaps(shape, other, longer))
    return signs


def _signs_of_swaps(shape: str, other: int, longer: int) -> Iterator[str]:
    """Yield the first and the last piece without a swap at their edge, for where the other slip is in the far one."""
    (_, first), _, (last, _) = _pieces(other)
    yield _sign(other, 0, shape[: first - 1] + shape[first : first + 1])
    at = last + longer
    yield _sign(other, 2, shape[at - 1 : at] + shape[at + 1 :])
