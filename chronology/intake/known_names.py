"""Names: which are known, which are new, and which are a slip of the hand.

A name is matched by its key (`vocabulary.name_key`). Operations, incidents, victims and definitions are what figures
are added up by, so a near miss of a known one is refused: it would split a sum in two without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, NamedTuple, Protocol

from chronology.vocabulary import Naming, Role, fields_of, name_key
from chronology.vocabulary.lookalikes import mixed_letters, skeleton
from chronology.vocabulary.slips import Guard, looks_like

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


class NamesOfLog(Protocol):
    """The names of a log, as far as they are asked for (`Log`)."""

    def names_among(self, role: Role, keys: Collection[str]) -> dict[str, str]:
        """Those of some names that an entry uses, as first written, by the form they are matched by."""

    def names_signed(self, role: Role, signs: Collection[str]) -> list[tuple[str, str]]:
        """Give what names of a role are filed under some signs (`slips.signs_of`), each with its sign."""


class NoNames:
    """The names of a log that has none."""

    def names_among(self, role: Role, keys: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        """None of them."""
        return {}

    def names_signed(self, role: Role, signs: Collection[str]) -> list[tuple[str, str]]:  # noqa: ARG002
        """None of them."""
        return []


class _Known:
    """The known names of one role: of the log those that were asked for, and all that the batch adds."""

    def __init__(self, role: Role, log: NamesOfLog) -> None:
        self._role, self._log = role, log
        self._asked: set[str] = set()
        self.names = {name_key(name): name for name in _ALWAYS_KNOWN.get(role, ())}
        # Actors, places and sources are only warned of: not at any price, where thousands begin alike.
        self.guard = Guard(self.names, None if role.is_guarded else _MOST_ALIKE, self)
        self.look_alike: dict[str, str] = {}

    def look_up(self, names: Collection[str]) -> None:
        """Ask the log for these names, and of those it lacks for what they are nearly, or look like."""
        looks = {key: _looks(name, key) for name in names if (key := name_key(name)) not in self._asked}
        if not looks:
            return
        self._asked.update(looks)
        self.among({*looks, *looks.values()})
        new = {key: look for key, look in looks.items() if key not in self.names}
        if not new:
            return
        self.guard.look_up(new)
        found = {sign[1:]: key for sign, key in sorted(self.signed([looks_like(look) for look in new.values()]))}
        written = self.among([*found.values()])
        self.look_alike |= {look: written[key] for look, key in found.items() if key in written}

    def among(self, keys: Collection[str]) -> dict[str, str]:
        """Those of some keys that the log has, with the name as it was first written."""
        found = self._log.names_among(self._role, keys)
        for key, name in found.items():
            self.names.setdefault(key, name)
        return found

    def signed(self, signs: Collection[str]) -> list[tuple[str, str]]:
        """Give what the log has filed under some signs, each with its sign."""
        return self._log.names_signed(self._role, signs)

    def add(self, key: str, name: str) -> None:
        """Make a new name known."""
        self.names[key] = name
        self.guard.add(key)
        if (looks := _looks(name, key)) != key:
            self.look_alike.setdefault(looks, name)

    def written(self, key: str) -> str:
        """A known name as it was first written."""
        if key not in self.names:
            self.among([key])
        return self.names[key]


class Names:
    """The names of the log, and of the facts that are being read with it.

    `accepted` are names that are new on purpose. `is_fact` says whether a text is the id of a fact: one that names no
    incident is one, and goes by its id.
    """

    def __init__(
        self,
        log: NamesOfLog,
        accepted: Iterable[str] = (),
        is_fact: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._log, self._is_fact = log, is_fact
        self._accepted = {name_key(name) for name in accepted}
        self._known: dict[Role, _Known] = {}
        self.new: dict[Role, list[str]] = defaultdict(list)
        self.warnings: list[str] = []
        self.respelled: dict[tuple[Role, str], str] = {}
        self.settled: set[tuple[Role, str]] = set()

    def declare(self, naming: Naming) -> None:
        """Take a naming's name and aliases for known: whoever declares a name means it. An alias is no new name."""
        for place, (role, name) in enumerate(names_of(naming)):
            self._settle(role, name, self._of(role, name), is_alias=place > 0, is_declared=True)

    def match(self, role: Role, name: str) -> Match:
        """Look a name up. A new one becomes known, unless it is guarded and nearly another."""
        known, key = self._of(role, name), name_key(name)
        if key not in known.names and role is Role.INCIDENT and self._is_fact(name):
            known.add(key, name)
            self.settled.add((role, name))
            return Match(name)
        if key not in known.names and role.is_guarded and key not in self._accepted:
            nearly = known.guard.nearest(key)
            if nearly is not None:
                return Match(name, known.written(nearly))
        return Match(self._settle(role, name, known))

    def look_up(self, named: Iterable[tuple[Role, str]]) -> None:
        """Ask the log for many names at once, and for what they are nearly."""
        by_role: dict[Role, set[str]] = defaultdict(set)
        for role, name in named:
            by_role[role].add(name)
        for role, names in by_role.items():
            self._of(role).look_up(names)

    def settle(self, named: Iterable[tuple[Role, str]]) -> bool:
        """Match names in their order; True if each stays as it is written: known so, or new and nearly no other."""
        stay = [(role, name) in self.settled or self.match(role, name) == (name, None) for role, name in named]
        return all(stay)

    def notes(self) -> list[str]:
        """Notes on spellings that were read as known ones, and on names that are new, role by role."""
        read_as = [f"{role} {name} read as {known}" for (role, name), known in self.respelled.items()]
        return read_as + [_listed(role, self.new[role]) for role in Role if self.new.get(role)]

    def _settle(
        self, role: Role, name: str, known: _Known, *, is_alias: bool = False, is_declared: bool = False
    ) -> str:
        key = name_key(name)
        spelling = known.names.get(key)
        if spelling is None:
            if not self._warn_of(role, name, key, known) and not is_declared:
                self._warn_of_near_miss(role, name, key, known)
            known.add(key, name)
            if not is_alias:
                self.new[role].append(name)
        elif spelling != name and role.is_guarded:
            self.respelled[role, name] = spelling
            return spelling
        self.settled.add((role, name))
        return name

    def _warn_of(self, role: Role, name: str, key: str, known: _Known) -> bool:
        """Warn of a new name that looks like a known one, or mixes alphabets in a word; whether there was need."""
        looks = _looks(name, key)
        alike = known.look_alike.get(looks) or (known.names.get(looks) if looks != key else None)
        letters = mixed_letters(name)
        if alike is not None:
            holds = f": it holds {letters}" if letters else ", in letters of another alphabet"
            self.warnings.append(f"{role} {name} looks like {alike}{holds}; if it is {alike}, correct it")
        elif letters:
            self.warnings.append(
                f"{role} {name} mixes alphabets in a word: it holds {letters}; if that is a slip, correct it"
            )
        return alike is not None or bool(letters)

    def _warn_of_near_miss(self, role: Role, name: str, key: str, known: _Known) -> None:
        """Warn of a new actor, place or source that is nearly a known one: they are many, and may well be close."""
        if role.is_guarded or not role.is_name or key in self._accepted:
            return
        nearly = known.guard.nearest(key)
        if nearly is not None:
            meant = known.written(nearly)
            self.warnings.append(
                f"{role} {name} is new, and nearly {meant}; if it is {meant}, correct it; if not, --new-name says so"
            )

    def _of(self, role: Role, name: str | None = None) -> _Known:
        """The known names of a role, this one looked up."""
        if role not in self._known:
            self._known[role] = _Known(role, self._log)
        known = self._known[role]
        if name is not None and name_key(name) not in known.names:
            known.look_up([name])
        return known


def names_of(naming: Naming) -> list[tuple[Role, str]]:
    """The name that a naming declares, and its aliases, each with its role; nothing of one that could not be read."""
    role = fields_of(type(naming))["name"].role or Role.TITLE
    declared: Any = naming
    return [(role, name) for name in (declared.name, *(declared.aliases or ())) if name is not None]


def _looks(name: str, key: str) -> str:
    return key if name.isascii() else skeleton(name)


def _listed(role: Role, names: list[str]) -> str:
    if len(names) == 1:
        return f"new {role}: {names[0]}"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"{len(names)} new {_PLURALS.get(role, f'{role}s')}: {', '.join(names[:_MOST_LISTED])}{more}"
