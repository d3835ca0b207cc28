"""Worlds in which the truth is known: what happened, and true things that speakers said about it.

`world_maker` invents operations, incidents and people, and entries of a log that state only what is true, about regions
drawn at random, in random order. Whatever order they are appended in, the figures must hold the truth
(docs/casualties.md). `with_a_falsehood` adds one number that is not true.

A world is made of units: entries that are only true together, such as a mistyped figure and its correction. Units can
be left out of a world without making it false, and so a failing world is made smaller (`smaller_worlds`).
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec

from chronology.log import Draft
from chronology.vocabulary import KINDS, Kind

BEGIN = dt.date(2023, 10, 1)
LAST_DAY = 12
WORDS = {"several": 2, "many": 3, "tens": 20, "dozens": 24, "hundreds": 200}
"""The least that each word is taken to say by the policy; it is used where it is true."""

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {tag: msgspec.json.Decoder(kind) for tag, kind in KINDS.items()}


def day_text(day: int) -> str:
    return (BEGIN + dt.timedelta(days=day)).isoformat()


def day_number(day: dt.date) -> int:
    return (day - BEGIN).days


class Series(NamedTuple):
    category: str
    victims: str


class Region(NamedTuple):
    """What a figure speaks of: incidents by name, or an operation from a day to a day, except some incidents."""

    operation: str
    incidents: frozenset[str] | None = None
    first: int | None = None
    last: int | None = None
    excludes: frozenset[str] = frozenset()


class Harm(NamedTuple):
    """So many people of one series, hurt in one incident on one day."""

    incident: str
    day: int
    series: Series
    people: int


@dataclass
class Incident:
    name: str
    operation: str
    day: int
    other_names: list[str] = field(default_factory=list)


@dataclass
class Unit:
    """Entries that are true together, in the order they must be appended; `needs` are units without which they lie."""

    entries: list[dict[str, Any]]
    claims: dict[tuple[str, Series], list[Region]] = field(default_factory=dict)
    needs: set[int] = field(default_factory=set)
    fixed: bool = False
    number: int = -1


@dataclass
class World:
    seed: object
    parents: dict[str, str | None]
    incidents: dict[str, Incident]
    harms: list[Harm]
    series: list[Series]
    units: list[Unit] = field(default_factory=list)
    order: list[tuple[int, int]] = field(default_factory=list)
    falsehood: tuple[str, Series] | None = None

    # --- the truth

    def lies_in(self, operation: str, other: str) -> bool:
        """Whether an operation is `other`, or a part of it."""
        step: str | None = operation
        while step is not None and step != other:
            step = self.parents[step]
        return step is not None

    def holds(self, region: Region, harm: Harm) -> bool:
        """Whether a harm lies in a region."""
        if region.incidents is not None:
            inside = harm.incident in region.incidents
        else:
            home = self.incidents[harm.incident].operation
            inside = self.lies_in(home, region.operation) and harm.incident not in region.excludes
        return (
            inside
            and (region.first is None or region.first <= harm.day)
            and (region.last is None or harm.day <= region.last)
        )

    def is_inside(self, region: Region, operation: str) -> bool:
        """Whether all of a region lies in an operation."""
        homes = [self.incidents[each].operation for each in region.incidents or ()] or [region.operation]
        return all(self.lies_in(home, operation) for home in homes)

    def true_name(self, name: str) -> str | None:
        """The name an incident has here, of those it goes by in the log."""
        return next((i.name for i in self.incidents.values() if name in {i.name, *i.other_names}), None)

    def truth(self, region: Region, series: Series) -> int:
        return sum(harm.people for harm in self.harms if harm.series == series and self.holds(region, harm))

    def happened_by(self, operation: str, day: int | None, series: Series) -> int:
        """How many people the incidents up to a day hurt; who died of it later is counted with the incident."""
        return sum(
            harm.people
            for harm in self.harms
            if harm.series == series
            and self.lies_in(self.incidents[harm.incident].operation, operation)
            and (day is None or self.incidents[harm.incident].day <= day)
        )

    def of(self, operation: str) -> Callable[[Harm], bool]:
        return lambda harm: self.lies_in(self.incidents[harm.incident].operation, operation)

    # --- the log

    def claims(self) -> dict[tuple[str, Series], list[Region]]:
        """What the figures that stand speak of, by fact and series, in the order of the figures."""
        return {key: regions for unit in self.units for key, regions in unit.claims.items()}

    def entries(self) -> Iterator[dict[str, Any]]:
        by_number = {unit.number: unit for unit in self.units}
        for number, index in self.order:
            yield by_number[number].entries[index]

    def drafts(self, prefix: str) -> list[Draft]:
        """The entries as drafts; every name begins with `prefix`, so that worlds can share a log."""
        return [_draft(entry, prefix) for entry in self.entries()]

    def shuffled(self, rng: random.Random) -> World:
        """The same entries in another order; only decisions stay behind what they decide about."""
        return replace(self, order=random_order(rng, self.units))

    def without(self, numbers: set[int]) -> World:
        """The world without some units, and without those that need them."""
        gone = set(numbers)
        while more := {unit.number for unit in self.units if unit.needs & gone} - gone:
            gone |= more
        units = [unit for unit in self.units if unit.number not in gone]
        left = {entry["id"] for unit in units for entry in unit.entries if "id" in entry}
        units = [replace(unit, entries=[_without_links(entry, left) for entry in unit.entries]) for unit in units]
        return replace(self, units=units, order=[each for each in self.order if each[0] not in gone])

    def __str__(self) -> str:
        lines = [f"# world {self.seed}"]
        lines += [
            f"# operation {name}{f', part of {parent}' if parent else ''}" for name, parent in self.parents.items()
        ]
        for each in self.incidents.values():
            harms = ", ".join(
                f"{h.people} {h.series.victims} {h.series.category}"
                f"{f' (on {day_text(h.day)})' if h.day != each.day else ''}"
                for h in self.harms
                if h.incident == each.name
            )
            also = f" (also {', '.join(each.other_names)})" if each.other_names else ""
            lines.append(f"# {day_text(each.day)} {each.name}{also} in {each.operation}: {harms or 'nobody'}")
        if self.falsehood:
            lines.append(f"# not true: {self.falsehood[0]}, {self.falsehood[1]}")
        for entry in self.entries():
            lines.append(f"\n[[{entry['kind']}]]")
            lines += [f"{key} = {_toml(value)}" for key, value in entry.items() if key != "kind"]
        return "\n".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _without_links(entry: dict[str, Any], left: set[str]) -> dict[str, Any]:
    if "supersedes" not in entry:
        return entry
    links = [each for each in entry["supersedes"] if each in left]
    rest = {key: value for key, value in entry.items() if key != "supersedes"}
    return rest | ({"supersedes": links} if links else {})


def random_order(rng: random.Random, units: Iterable[Unit]) -> list[tuple[int, int]]:
    """Entries of a unit stay in their order; of all else the order is drawn."""
    left = {unit.number: list(range(len(unit.entries))) for unit in units}
    slots = [number for number, indexes in left.items() for _ in indexes]
    rng.shuffle(slots)
    return [(number, left[number].pop(0)) for number in slots]


# --- from entries to drafts

_NAMES = frozenset(
    {"source", "attributed_to", "operation", "incidents", "excludes", "name", "aliases", "parent", "into"}
    | {"fact", "because", "supersedes", "included_in"}
)


def _prefixed(value: Any, prefix: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _prefixed(v, prefix, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_prefixed(each, prefix, key) for each in value]
    return prefix + value if key in _NAMES else value


def _draft(entry: dict[str, Any], prefix: str) -> Draft:
    said = _prefixed({key: value for key, value in entry.items() if key != "id"}, prefix)
    fact: Kind = _DECODERS[entry["kind"]].decode(msgspec.json.encode(said))
    if entry["kind"] == "fact_corrected":
        return Draft(fact, expects=1)
    return Draft(fact, id=prefix + entry["id"])


# --- one falsehood


def _fact(unit: Unit) -> str:
    return str(unit.entries[0]["id"])


def with_a_falsehood(world: World, seed: object) -> World | None:
    """The world with one number that is not true: too high or too low. None where nobody states anything."""
    rng = random.Random(f"false {seed}")
    choices = [
        (unit, series)
        for unit in world.units
        for (_, series), regions in unit.claims.items()
        if len(unit.entries) == 1 and len(regions) == 1
    ]
    if not choices:
        return None
    spoken_of = Counter((unit.claims[_fact(unit), series][0]._replace(last=None), series) for unit, series in choices)
    contested = [(u, s) for u, s in choices if spoken_of[u.claims[_fact(u), s][0]._replace(last=None), s] > 1]
    unit, series = rng.choice(contested if contested and rng.random() < 0.7 else choices)
    (entry,) = unit.entries
    figures = entry[series.category]
    n = world.truth(unit.claims[entry["id"], series][0], series)
    said = n + rng.choice((1, 2, 5, 20)) if n == 0 or rng.random() < 0.6 else rng.randrange(n)
    number = rng.choice(({"low": said, "best": said, "high": said}, {"low": said, "best": said}))
    if said < n:
        number = {"low": said, "best": said, "high": said}
    figures = [
        {k: v for k, v in figure.items() if k not in {"low", "best", "high", "words"}} | number
        if figure["victims"] == series.victims
        else figure
        for figure in figures
    ]
    false = replace(unit, entries=[entry | {series.category: figures}])
    units = [false if each is unit else each for each in world.units]
    return replace(world, units=units, falsehood=(entry["id"], series))


# --- fewer statements


def smaller_worlds(world: World) -> list[World]:
    """The world with one unit, figure or link less, each way."""
    smaller = [
        world.without({unit.number}) for unit in world.units if not unit.fixed and world.falsehood not in unit.claims
    ]
    for unit in world.units:
        if len(unit.entries) != 1:
            continue
        (entry,) = unit.entries
        keys = [key for key in ("killed", "injured") if key in entry]
        if len(keys) == 2:
            for key in keys:
                less = {k: v for k, v in entry.items() if k != key}
                claims = {(f, s): regions for (f, s), regions in unit.claims.items() if s.category != key}
                if world.falsehood and world.falsehood[0] == entry["id"] and world.falsehood[1].category == key:
                    continue
                smaller.append(_with(world, unit, replace(unit, entries=[less], claims=claims)))
        for key in ("supersedes", "occurred", "operation", "published"):
            if key in entry and (key == "supersedes" or (unit.claims and _may_lose(unit, entry, key))):
                less = {k: v for k, v in entry.items() if k != key}
                smaller.append(_with(world, unit, replace(unit, entries=[less])))
    return smaller


def _may_lose(unit: Unit, entry: dict[str, Any], key: str) -> bool:
    """Whether a fact stays true without a field: of incidents it may have no date and no operation."""
    return key in {"occurred", "operation"} and all(
        region.incidents is not None for regions in unit.claims.values() for region in regions
    )


def _with(world: World, old: Unit, new: Unit) -> World:
    return replace(world, units=[new if each is old else each for each in world.units])
