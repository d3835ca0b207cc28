"""The Merkle tree: published vectors, every size to 130, every proof of them, and forgeries."""

from hashlib import sha256
from itertools import starmap

import pytest

from chronology.log.merkle import (
    EMPTY,
    Frontier,
    consistency,
    held_by,
    holds_both,
    inclusion,
    leaf_hash,
    node_hash,
    root_of,
    subtrees_of,
)

MOST = 130
LINES = [f"line {number}".encode() for number in range(MOST)]

# The eight leaves of Certificate Transparency's own tests, and the roots over the first 1, 2, … 8 of them.
KNOWN_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def kept(lines):
    """The subtrees of a tree as a log keeps them: beside each position, what it completes."""
    frontier = Frontier()
    rows = [frontier.add(leaf_hash(line)) for line in lines]
    return lambda level, end: rows[end - 1][32 * level : 32 * level + 32]


def plainly(lines):
    """The definition of RFC 9162, word for word."""
    if len(lines) < 2:
        return leaf_hash(lines[0]) if lines else sha256().digest()
    split = max(1 << power for power in range(8) if 1 << power < len(lines))
    return node_hash(plainly(lines[:split]), plainly(lines[split:]))


SUBTREES = kept(LINES)
ROOTS = [plainly(LINES[:size]) for size in range(MOST + 1)]


def test_the_published_vectors():
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == EMPTY
    assert [root_of(KNOWN_LEAVES[:size]).hex() for size in range(1, 9)] == KNOWN_ROOTS


def test_the_published_proofs():
    subtrees = kept(KNOWN_LEAVES)
    assert [each.hex()[:8] for each in inclusion(0, 8, subtrees)] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert [each.hex()[:8] for each in inclusion(5, 8, subtrees)] == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert [each.hex()[:8] for each in consistency(6, 8, subtrees)] == ["0ebc5d34", "ca854ea1", "d37ee418"]


def test_the_root_of_every_size_is_the_one_of_the_definition():
    frontier = Frontier()
    for size, line in enumerate(LINES):
        assert frontier.root() == Frontier(size, starmap(SUBTREES, subtrees_of(size))).root() == ROOTS[size]
        frontier.add(leaf_hash(line))
    assert frontier.root() == ROOTS[MOST]


def test_every_inclusion_is_proved_and_no_other():
    for size in range(1, MOST + 1):
        for index in range(size):
            path = inclusion(index, size, SUBTREES)
            leaf = leaf_hash(LINES[index])
            assert held_by(ROOTS[size], size, leaf, index, path)
            assert not held_by(ROOTS[size - 1], size, leaf, index, path)
            assert not held_by(ROOTS[size], size, leaf, (index + 1) % size, path) or size == 1
            assert not held_by(ROOTS[size], size, leaf_hash(b"forged"), index, path)


def test_every_consistency_is_proved_and_no_other():
    for second in range(1, MOST + 1):
        for first in range(1, second + 1):
            path = consistency(first, second, SUBTREES)
            assert holds_both(first, ROOTS[first], second, ROOTS[second], path)
            assert not holds_both(first, ROOTS[first - 1], second, ROOTS[second], path)
            assert not holds_both(first, ROOTS[first], second, ROOTS[second - 1], path)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (3, 7), (64, 65), (100, 130), (129, 130)])
def test_a_forged_inclusion_is_refused(index, size):
    path, root, leaf = inclusion(index, size, SUBTREES), ROOTS[size], leaf_hash(LINES[index])
    forgeries = [[*path, bytes(32)], [bytes(32), *path], path[:-1], path[1:], path[::-1], [*path, root]]
    for at in range(len(path)):
        flipped = bytes([path[at][0] ^ 1]) + path[at][1:]
        forgeries += [[*path[:at], flipped, *path[at + 1 :]], [*path[:at], *path[at:][1:]]]
    for forged in forgeries:
        assert forged == path or not held_by(root, size, leaf, index, forged)
    assert not held_by(root, size, leaf, -1, path)
    assert not held_by(root, size, leaf, size, path)
    # A node offered as a leaf: the two are hashed apart.
    if path:
        assert not held_by(root, size, leaf_hash(leaf + path[0]), index >> 1, path[1:])


def test_a_way_to_the_root_of_few_lines_is_none_in_more():
    path, leaf = inclusion(1, 4, SUBTREES), leaf_hash(LINES[1])
    assert held_by(ROOTS[4], 4, leaf, 1, path)
    assert not held_by(ROOTS[4], 8, leaf, 1, path)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (3, 7), (4, 8), (64, 130), (65, 130), (129, 130), (5, 5)])
def test_a_forged_consistency_is_refused(first, second):
    path, roots = consistency(first, second, SUBTREES), (ROOTS[first], ROOTS[second])
    forgeries = [[*path, bytes(32)], [bytes(32), *path], path[:-1], path[1:], path[::-1]]
    forgeries += [[*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]] for at in range(len(path))]
    for forged in forgeries:
        assert forged == path or not holds_both(first, roots[0], second, roots[1], forged)
    assert not holds_both(0, EMPTY, second, roots[1], [])
    assert not holds_both(second + 1, roots[1], second, roots[1], path)


def test_another_implementation_finds_the_same():
    pymerkle = pytest.importorskip("pymerkle")
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for size, line in enumerate(LINES, 1):
        other.append_entry(line)
        assert other.get_root() == ROOTS[size]
