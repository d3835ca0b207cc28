"""Names: which are known, which are new, and which are a slip of the hand.

A name is matched by its key (`vocabulary.name_key`). Operations, incidents, victims and definitions are what figures
are added up by, so a near miss of a known one is refused: it would split a sum in two without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from chronology.intake.lookalikes import mixed_letters, skeleton
from chronology.vocabulary import Naming, Role, fields_of, name_key
from chronology.vocabulary.near import Guard

__all__ = ["Match", "Names", "names_of"]

# What the policy itself gives a meaning to.
_ALWAYS_KNOWN: Final = {Role.VICTIMS: ("all",)}
_MOST_LISTED: Final = 8
_MOST_ALIKE: Final = 500
_PLURALS: Final = {Role.VICTIMS: "groups of victims"}


class Match(NamedTuple):
    """A name matched with those known: the spelling to use, or the one it nearly is (then it is to be refused)."""

    spelling: str
    nearly: str | None = None


class Names:
    """The names of the log, and of the facts that are being read with it.

    `of_log` gives the names of a role by key, as `Log.names` does; `accepted` are names that are new on purpose.
    `is_fact` says whether a text is the id of a fact: one that names no incident is one, and goes by its id.
    """

    def __init__(
        self,
        of_log: Callable[[Role], dict[str, str]],
        accepted: Iterable[str] = (),
        is_fact: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._of_log, self._is_fact = of_log, is_fact
        self._accepted = {name_key(name) for name in accepted}
        self._known: dict[Role, dict[str, str]] = {}
        self._guards: dict[Role, Guard] = {}
        self._look_alike: dict[Role, dict[str, str]] = {}
        self.new: dict[Role, list[str]] = defaultdict(list)
        self.warnings: list[str] = []
        self.respelled: dict[tuple[Role, str], str] = {}
        self.settled: set[tuple[Role, str]] = set()

    def declare(self, naming: Naming) -> None:
        """Take a naming's name and aliases for known: whoever declares a name means it. An alias is no new name."""
        for place, (role, name) in enumerate(names_of(naming)):
            self._settle(role, name, self._of(role), is_alias=place > 0, is_declared=True)

    def match(self, role: Role, name: str) -> Match:
        """Look a name up. A new one becomes known, unless it is guarded and nearly another."""
        known, key = self._of(role), name_key(name)
        if key not in known and role is Role.INCIDENT and self._is_fact(name):
            known[key] = name
            self.settled.add((role, name))
            return Match(name)
        if key not in known and role.is_guarded and key not in self._accepted:
            nearly = self._guard(role).nearest(key)
            if nearly is not None:
                return Match(name, known[nearly])
        return Match(self._settle(role, name, known))

    def settle(self, named: Iterable[tuple[Role, str]]) -> bool:
        """Look names up in their order; whether each stays as it is written: known so, or new and nearly no other."""
        stay = [(role, name) in self.settled or self.match(role, name) == (name, None) for role, name in named]
        return all(stay)

    def notes(self) -> list[str]:
        """Notes on spellings that were read as known ones, and on names that are new, role by role."""
        read_as = [f"{role} {name} read as {known}" for (role, name), known in self.respelled.items()]
        return read_as + [_listed(role, self.new[role]) for role in Role if self.new.get(role)]

    def _settle(
        self, role: Role, name: str, known: dict[str, str], *, is_alias: bool = False, is_declared: bool = False
    ) -> str:
        key = name_key(name)
        spelling = known.get(key)
        if spelling is None:
            if not self._warn_of(role, name, key, known) and not is_declared:
                self._warn_of_near_miss(role, name, key, known)
            known[key] = name
            if not is_alias:
                self.new[role].append(name)
            if role in self._guards:
                self._guards[role].add(key)
        elif spelling != name and role.is_guarded:
            self.respelled[role, name] = spelling
            return spelling
        self.settled.add((role, name))
        return name

    def _warn_of(self, role: Role, name: str, key: str, known: dict[str, str]) -> bool:
        """Warn of a new name that looks like a known one, or mixes alphabets in a word; whether there was need."""
        if role not in self._look_alike:
            others = (each for each in known.values() if not each.isascii())
            self._look_alike[role] = {looks: each for each in others if (looks := skeleton(each)) != name_key(each)}
        looks = skeleton(name)
        alike = self._look_alike[role].get(looks) or (known.get(looks) if looks != key else None)
        letters = mixed_letters(name)
        if looks != key:
            self._look_alike[role].setdefault(looks, name)
        if alike is not None:
            holds = f": it holds {letters}" if letters else ", in letters of another alphabet"
            self.warnings.append(f"{role} {name} looks like {alike}{holds}; if it is {alike}, correct it")
        elif letters:
            self.warnings.append(
                f"{role} {name} mixes alphabets in a word: it holds {letters}; if that is a slip, correct it"
            )
        return alike is not None or bool(letters)

    def _warn_of_near_miss(self, role: Role, name: str, key: str, known: dict[str, str]) -> None:
        """Warn of a new actor, place or source that is nearly a known one: they are many, and may well be close."""
        if role.is_guarded or not role.is_name or key in self._accepted:
            return
        nearly = self._guard(role).nearest(key)
        if nearly is not None:
            meant = known[nearly]
            self.warnings.append(
                f"{role} {name} is new, and nearly {meant}; if it is {meant}, correct it; if not, --new-name says so"
            )

    def _of(self, role: Role) -> dict[str, str]:
        if role not in self._known:
            always = {name_key(name): name for name in _ALWAYS_KNOWN.get(role, ())}
            self._known[role] = always | self._of_log(role)
        return self._known[role]

    def _guard(self, role: Role) -> Guard:
        if role not in self._guards:
            # Actors, places and sources are only warned of: not at any price, where thousands begin alike.
            self._guards[role] = Guard(self._of(role), None if role.is_guarded else _MOST_ALIKE)
        return self._guards[role]


def names_of(naming: Naming) -> list[tuple[Role, str]]:
    """The name that a naming declares, and its aliases, each with its role; nothing of one that could not be read."""
    role = fields_of(type(naming))["name"].role or Role.TITLE
    declared: Any = naming
    return [(role, name) for name in (declared.name, *(declared.aliases or ())) if name is not None]


def _listed(role: Role, names: list[str]) -> str:
    if len(names) == 1:
        return f"new {role}: {names[0]}"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"{len(names)} new {_PLURALS.get(role, f'{role}s')}: {', '.join(names[:_MOST_LISTED])}{more}"
