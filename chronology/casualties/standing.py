"""The input of the rules: entries in force, and decisions about names (docs/casualties.md, rule 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from chronology.vocabulary import Figure, Kind, Report, Role, name_key, texts_of
from chronology.vocabulary.kinds.casualties import OutcomeReported
from chronology.vocabulary.kinds.curation import SourceAssessed
from chronology.vocabulary.kinds.names import IncidentNamed, OperationNamed, PlaceNamed, SourceNamed
from chronology.vocabulary.kinds.violence import Violence

__all__ = ["CATEGORIES", "Entry", "Names", "Nicknames", "figures_of", "links", "names_of"]

CATEGORIES: Final = ("killed", "injured", "missing", "abducted", "captured")


class Entry(NamedTuple):
    """One entry in force, after the look-back.

    Retracted entries are not here; of a fact that was corrected there is one entry, whose `fact` is how it reads now
    and whose `position` is that of the newest revision in force.
    """

    position: int
    id: str
    revision: int
    fact: Kind


class Names(NamedTuple):
    """Decisions for everybody: speakers by any of their names, places and their location, trust in sources."""

    sources: Mapping[str, str]
    places: Mapping[str, str]
    within: Mapping[str, str]
    reliability: Mapping[str, float]

    def source(self, name: str) -> str:
        """The name under which a speaker is known."""
        return self.sources.get(name_key(name), name) if self.sources else name

    def place(self, name: str) -> str:
        """The name under which a place is known."""
        return self.places.get(name_key(name), name) if self.places else name

    def around(self, place: str) -> list[str]:
        """The places that a place lies within, itself first."""
        found = [place]
        while (larger := self.within.get(found[-1])) is not None and larger not in found:
            found.append(larger)
        return found

    def apart(self, one: str | None, other: str | None, *, by_one_speaker: bool) -> bool:
        """Tell whether two parts by place share nobody: one speaker tells them apart, or a larger place holds both.

        None is the whole, which is apart from nothing; nor are a place and one within it apart.
        """
        if one is None or other is None or one == other:
            return False
        here, there = self.around(one), self.around(other)
        return other not in here and one not in there and (by_one_speaker or not {*here}.isdisjoint(there))


class Nicknames:
    """Names that stand for one thing: of two that are joined the one declared last as the name is shown."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._shown: dict[str, tuple[int, str]] = {}
        self._found: dict[str, str] = {}

    def _root(self, key: str) -> str:
        while (above := self._parent.setdefault(key, key)) != key:
            key = above
        return key

    def join(self, name: str, others: Iterable[str], position: int) -> None:
        """From `position` on `others` are other names of `name`."""
        self._found.clear()
        root = self._root(name_key(name))
        shown = max(self._shown.get(root, (-1, "")), (position, name))
        for other in others:
            below = self._root(name_key(other))
            if below != root:
                self._parent[below] = root
                shown = max(shown, self._shown.pop(below, (-1, "")))
        self._shown[root] = shown

    def __call__(self, name: str) -> str:
        """The name that is shown for a name."""
        found = self._found.get(name)
        if found is None:
            key = name_key(name)
            found = self._shown.get(self._root(key), (0, name))[1] if key in self._parent else name
            self._found[name] = found
        return found

    def known(self) -> dict[str, str]:
        """Every name key with the name that is shown for it."""
        return {key: self._shown[self._root(key)][1] for key in self._parent if self._root(key) in self._shown}


_TIES: Final = frozenset({Role.ENTRY, Role.INCIDENT, Role.OPERATION})
_GRADES: Final = {"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0, "E": 5.0, "F": 3.5}


def names_of(entries: Iterable[Entry]) -> Names:
    """Return what the entries decide about sources and places; of all others they take no notice."""
    sources, places = Nicknames(), Nicknames()
    within: dict[str, str] = {}
    grades: dict[str, float] = {}
    for entry in sorted(entries, key=lambda entry: entry.position):
        fact = entry.fact
        if isinstance(fact, SourceNamed):
            sources.join(fact.name, fact.aliases, entry.position)
        elif isinstance(fact, PlaceNamed):
            places.join(fact.name, fact.aliases, entry.position)
            if fact.within is not None:
                within[fact.name] = fact.within
        elif isinstance(fact, SourceAssessed):
            grades[fact.name] = _GRADES[fact.reliability]
    return Names(
        sources.known(),
        places.known(),
        {places(inner): places(outer) for inner, outer in within.items()},
        {sources(name): grade for name, grade in grades.items()},
    )


def figures_of(fact: Kind) -> Iterator[tuple[str, Figure]]:
    """Yield (category, figure) for every figure a report states, in the order of the categories."""
    if isinstance(fact, OutcomeReported):
        if fact.to == "killed":
            for figure in fact.count:
                yield "killed", figure
    else:
        for category in CATEGORIES:
            for figure in getattr(fact, category, ()):
                yield category, figure


def links(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what ties an entry into a component: ("entry" | "incident" | "operation", key).

    A report is an incident under its own id, so that a merge or a figure of another fact finds it.
    """
    fact = entry.fact
    yield "entry", name_key(entry.id)
    if isinstance(fact, Report):
        yield "incident", name_key(entry.id)
    if isinstance(fact, OperationNamed | IncidentNamed):
        named = "operation" if isinstance(fact, OperationNamed) else "incident"
        for name in (fact.name, *fact.aliases):
            yield named, name_key(name)
    for path, role, text in texts_of(fact):
        if role in _TIES and not path.startswith("because"):
            yield str(role), name_key(text)


def is_violence(fact: Kind) -> bool:
    """Tell whether a fact that names no incident is an incident of its own."""
    return isinstance(fact, Violence)
