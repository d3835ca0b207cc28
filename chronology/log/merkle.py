"""The Merkle tree over the lines of a log, hashed as RFC 9162 says (SHA-256): roots, proofs, and how they are checked.

A leaf is the hash of one line. Position 1 is leaf 0. Nothing here reads or writes; `Subtrees` says how a hash that is
kept is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import Final, TypeAlias

__all__ = [
    "EMPTY",
    "HASH",
    "Frontier",
    "Subtrees",
    "consistency",
    "held_by",
    "holds_both",
    "inclusion",
    "leaf_hash",
    "node_hash",
    "root_of",
    "subtrees_of",
]

HASH: Final = 32
"""The length of a hash in bytes."""

EMPTY: Final = sha256(b"").digest()
"""The root of no lines."""

Subtrees: TypeAlias = Callable[[int, int], bytes]
"""`subtrees(level, end)`: the hash over the 2**level lines that end with position `end`, a multiple of 2**level."""


def leaf_hash(line: bytes) -> bytes:
    """The hash of one line; it can never be that of a node (RFC 9162, 2.1.1)."""
    return sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\1" + left + right).digest()


def subtrees_of(size: int) -> list[tuple[int, int]]:
    """Level and end of the subtrees that a tree over `size` lines is made of, the largest first."""
    levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
    return list(zip(levels, accumulate(1 << level for level in levels), strict=True))


class Frontier:
    """A tree that grows: of its hashes only those that the next line may need, the largest subtree first.

    `roots` are those of the subtrees that the tree over the first `size` lines is made of (`subtrees_of`).
    """

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self._roots = list(roots)

    def add(self, leaf: bytes) -> bytes:
        """Take in the next leaf. Gives it and the hash of each subtree that it completes, one behind the other."""
        node, completed, size = leaf, leaf, self.size
        while size & 1:
            node = node_hash(self._roots.pop(), node)
            completed += node
            size >>= 1
        self._roots.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root over all lines so far."""
        if not self._roots:
            return EMPTY
        root = self._roots[-1]
        for left in self._roots[-2::-1]:
            root = node_hash(left, root)
        return root


def root_of(lines: Iterable[bytes]) -> bytes:
    """The root over some lines."""
    frontier = Frontier()
    for line in lines:
        frontier.add(leaf_hash(line))
    return frontier.root()


# --- proofs (RFC 9162, 2.1.3.1 and 2.1.4.1)


def inclusion(index: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """The hashes which lead from leaf `index` to the root over `size` lines, the lowest first."""
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if index < middle:
            path.append(_range(middle, end, subtrees))
            end = middle
        else:
            path.append(_range(begin, middle, subtrees))
            begin = middle
    return path[::-1]


def consistency(first: int, second: int, subtrees: Subtrees) -> list[bytes]:
    """The hashes which show that the tree over `second` lines begins with the one over `first` (at least 1)."""
    begin, end, path, whole = 0, second, [], True
    while first != end:
        middle = begin + _left(end - begin)
        if first <= middle:
            path.append(_range(middle, end, subtrees))
            end = middle
        else:
            path.append(_range(begin, middle, subtrees))
            begin, whole = middle, False
    if not whole:
        path.append(_range(begin, end, subtrees))
    return path[::-1]


def _left(size: int) -> int:
    """The number of `size` lines in the left subtree: the largest power of two below."""
    return 1 << (size - 1).bit_length() - 1


def _range(begin: int, end: int, subtrees: Subtrees) -> bytes:
    size = end - begin
    if size & size - 1 == 0:
        return subtrees(size.bit_length() - 1, end)
    middle = begin + _left(size)
    return node_hash(subtrees(_left(size).bit_length() - 1, middle), _range(middle, end, subtrees))


# --- checks (RFC 9162, 2.1.3.2 and 2.1.4.2)


def held_by(root: bytes, size: int, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
    """True if `path` shows that `leaf` is number `index` of the `size` leaves below `root`."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(each, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, each)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def holds_both(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """True if `path` shows that the tree of `second` leaves begins with that of `first` (1 <= first <= second)."""
    if not 1 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    hashes = list(path)
    if first & first - 1 == 0:
        hashes.insert(0, first_root)
    if not hashes:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
