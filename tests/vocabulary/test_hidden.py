"""Characters that nobody sees: none in a name, in prose only what prose is written with."""

import sys
import unicodedata

import pytest

from chronology.vocabulary.hidden import HIDDEN, unprintable

FILLERS = "\u3164\uffa0\u115f\u1160\u17b4\u17b5\u2800\u034f"
SELECTORS = "\ufe0f\ufe00\u180b\u180f\U000e0100"
TAGS = "\U000e0001\U000e0041\U000e007f"
DIRECTIONS = "\u202e\u2066\u200e\u061c"


@pytest.mark.parametrize(
    "char", [*FILLERS, *SELECTORS, *TAGS, *DIRECTIONS, *"\0\x1b\x7f\x85\xad\ufeff\u2028\ud800\u200d"]
)
def test_a_name_holds_nothing_that_nobody_sees(char):
    assert unprintable(f"AF{char}P", prose=False) == f"U+{ord(char):04X}"


@pytest.mark.parametrize("text", ["❤\ufe0f", "نمی\u200cشود", "क्\u200dष", "葛\U000e0100城", "one\n\ttwo\r\n"])
def test_prose_holds_what_it_is_written_with(text):
    assert unprintable(text, prose=True) is None
    assert unprintable(text, prose=False) is not None


@pytest.mark.parametrize("char", [*FILLERS, *TAGS, *DIRECTIONS, *"\0\x1b\x7f\x85\xad\ufeff\u2028\ud800"])
def test_prose_holds_nothing_else_that_nobody_sees(char):
    assert unprintable(f"a{char}b", prose=True) == f"U+{ord(char):04X}"


@pytest.mark.parametrize(
    "text", ["Kidal", "Tessalit (ville)", "كيدال", "키달", "基达尔", "Ⅻ", "e\u0301", "a\u00a0b", "🎉"]
)
def test_what_is_seen_is_let_be(text):
    assert unprintable(text, prose=False) is None


def test_the_list_holds_every_control_and_format_character_that_this_python_knows():
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in hidden and not HIDDEN.match(chr(code))
    ] == []
