"""Slips of the hand: found among many names as if each was compared with each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronology.vocabulary.near import distance
from chronology.vocabulary.slips import Guard, signs_of


class Stored:
    """Names as a log has them, filed under their signs."""

    def __init__(self, keys):
        self.keys = {key: key.title() for key in keys}
        self.filed = {signed for key, name in self.keys.items() for signed in signs_of(key, name)}
        self.asked = 0

    def signed(self, signs):
        self.asked += 1
        return [(sign, value) for sign, value in self.filed if sign in set(signs)]

    def among(self, keys):
        return {key: self.keys[key] for key in keys if key in self.keys}


WORDS = st.text("abc", min_size=1, max_size=14)
SLIPS = st.lists(st.tuples(st.sampled_from(["in", "out", "other", "swap"]), st.integers(0, 14), st.sampled_from("abc")))


def slipped(word, slips):
    for kind, place, letter in slips[:2]:
        at = place % (len(word) + 1)
        match kind:
            case "in":
                word = word[:at] + letter + word[at:]
            case "out":
                word = word[:at] + word[at + 1 :]
            case "other":
                word = word[:at] + letter + word[at + 1 :]
            case "swap":
                word = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return word


def tolerance(one, other):
    shorter = min(len(one), len(other))
    return 0 if shorter <= 3 else 1 if shorter <= 5 else 2


@settings(max_examples=settings.default.max_examples * 3)
@given(word=WORDS, slips=SLIPS, others=st.lists(WORDS, max_size=5))
def test_a_slip_is_found_if_and_only_if_it_is_near_enough(word, slips, others):
    written, known = slipped(word, slips), {word, *others}
    near = {each for each in known - {written} if distance(written, each, 2) <= tolerance(written, each)}
    for guard in (Guard(known - {written}), Guard(stored=Stored(known - {written}))):
        found = guard.nearest(written)
        assert (found in near) if near else (found is None)
        if near:
            assert distance(written, found, 2) == min(distance(written, each, 2) for each in near)


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("ied-1", "ied-01"),
        ("ied-01", "ied-1"),
        ("kidal-2023-10-05", "kidal-2023-10-5"),
        ("kidal-2023-10-05", "kidl-2023-10-05"),
        ("convoy 0012 north", "convoi 12 north"),
    ],
)
def test_stored_numbers_are_numbers_however_they_are_written(known, written):
    assert Guard(stored=Stored([known, "another name"])).nearest(written) == known


def test_what_may_be_near_many_names_is_asked_for_at_once():
    stored = Stored(f"incident {number} at place {number % 7}" for number in range(1_000))
    guard = Guard(stored=stored)
    names = [f"incdent {number} at place {number % 7}" for number in range(900)] + ["incident 1 at plaza 2"]
    guard.look_up(names)
    assert [guard.nearest(name) for name in names] == [name.replace("incdent", "incident") for name in names[:-1]] + [
        None
    ]
    assert stored.asked == 2
