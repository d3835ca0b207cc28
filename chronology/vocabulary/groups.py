"""Groups of people that are counted: people are everybody, and a singular is its plural."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["CALLED_OTHERWISE", "counted", "group_of"]

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
