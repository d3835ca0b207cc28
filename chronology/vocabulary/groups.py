"""Groups of people that are counted: people are everybody, and a singular is its plural."""

from __future__ import annotations

import re
from typing import Final

from chronology.vocabulary.text import unprintable

__all__ = ["CALLED_OTHERWISE", "MAX_WORDS", "counted", "group_of", "is_group"]

MAX_WORDS: Final = 100

_EVERYBODY: Final = frozenset({"all", "people", "persons", "individuals", "person", "individual", "everybody"})
_PLURALS: Final = {
    **{
        noun: f"{noun}s"
        for noun in (
            "civilian", "soldier", "peacekeeper", "fighter", "militant", "rebel", "insurgent", "combatant", "officer",
            "worker", "journalist", "migrant", "refugee", "prisoner", "hostage", "passenger", "girl", "boy", "adult",
            "student", "teacher", "doctor", "nurse", "medic", "villager", "resident", "protester", "trooper", "guard",
        )
    },
    "man": "men",
    "woman": "women",
    "child": "children",
    "policeman": "policemen",
    "serviceman": "servicemen",
}  # fmt: skip
_COUNTED_AS_ONE: Final = frozenset({"staff", "personnel", "police", "military", "crew", "infantry"})

CALLED_OTHERWISE: Final = frozenset({*_EVERYBODY, *_PLURALS}) - {"all"}
"""The words of which `group_of` makes another."""


def group_of(victims: str, *, is_one: bool = False) -> str:
    """Return the group of people that `victims` names: people are `all`, and a singular is its plural.

    `is_one` says that exactly one is counted, so that a word we do not know is a singular as well. The rule is in
    docs/casualties.md, "What a source says".
    """
    if victims.lower() in _EVERYBODY:
        return "all"
    head, of, rest = victims.partition(" of ")
    before, space, noun = head.rpartition(" ")
    plural = _PLURALS.get(noun.lower())
    if (
        plural is None
        and is_one
        and noun.isascii()
        and noun.isalpha()
        and not noun.endswith(("s", "men", "people", "children"))
    ):
        plural = noun if noun.lower() in _COUNTED_AS_ONE else f"{noun}s"
    return f"{before}{space}{plural or noun}{of}{rest}"


_SINGULARS: Final = (("men$", "man"), ("children$", "child"), ("ies$", "y"), ("([^s])s$", r"\1"))


def counted(victims: str, number: int) -> str:
    """Return a group as it is said behind a number: "civilians", and of one "civilian".

    The macro `in_words` of the views does the same in SQL.
    """
    if number == 1 and not re.search(" (?:and|or|of) ", victims):
        for plural, singular in _SINGULARS:
            victims = re.sub(plural, singular, victims)
    return victims


# Words that belong to another form, or say that the number is not the whole statement: "8 or so", "22 more", "no data".
# A group's name has none of them in a short form, so that a slip is refused and not taken for people.
_LEFTOVER: Final = (
    r"(?i)^(?:of|and|in|on|by|from|with|near|so|per|including)\b|\b(?:"
    "or|to|than|at|least|most|more|less|fewer|up|about|around|nearly|almost|over|under|between|roughly|approximately|"
    "plus|minus|not|no|none|known|unknown|yet|others?|another|additional|further|total|some|few|several|many|tens|"
    "dozens?|hundreds?|thousands?|millions?|k|m|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|"
    "thirty|forty|fifty|sixty|seventy|eighty|ninety|numbers?|figures?|data|information|details?|reports?|reported|"
    "confirmed|claimed|alleged|evidence|word|change|update|killed|dead|deaths?|fatalities|died|injured|wounded|"
    r"injur(?:y|ies)|missing|abducted|kidnapped|captured|casualties)\b"
)


def is_group(victims: str | None) -> bool:
    """True if the words behind a number name a group of people, and are not the rest of something mistyped."""
    if victims is None:
        return True
    return (
        len(victims) <= MAX_WORDS
        and victims[0].isalpha()
        and not any(char in "<>=~+*?!;:|%#" or (char.isnumeric() and not char.isalpha()) for char in victims)
        and not unprintable(victims, prose=False)
        and not re.search(_LEFTOVER, victims)
    )
