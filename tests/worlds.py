"""Worlds in which the truth is known: what happened, and true things that speakers said about it.

`make_world(seed)` invents operations, incidents and people, and entries of a log that state only what is true, about
regions drawn at random, in random order. Whatever order they are appended in, the figures must hold the truth
(casualty-rules, "The property that holds it together"). `with_a_falsehood` adds one number that is not true.

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
from chronology.vocabulary import KINDS, Category, Kind

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
        return replace(self, order=_random_order(rng, self.units))

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


def _random_order(rng: random.Random, units: Iterable[Unit]) -> list[tuple[int, int]]:
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


# --- making a world


def make_world(seed: object) -> World:
    """A world and true statements about it, drawn from a seed."""
    rng = random.Random(f"{seed}")
    return _Maker(rng, seed).world(rng.choice((2, 3, 4, 6, 8, 10, 14)))


def make_world_of_late_deaths(seed: object) -> World:
    """A world in which some of the injured die later."""
    rng = random.Random(f"{seed}")
    maker = _Maker(rng, seed)
    maker.let_some_die()
    return maker.world(rng.choice((2, 3, 4, 6, 8, 10, 14)))


class _Maker:
    """Draws one world."""

    def __init__(self, rng: random.Random, seed: object) -> None:
        self.rng = rng
        parents = rng.choice(
            (
                {"op": None},
                {"op": None},
                {"op": "whole", "whole": None},
                {"op": "whole", "op2": "whole", "whole": None},
                {"op": None, "op2": None},
                {"op": "whole", "op2": "whole", "whole": "war", "war": None},
            )
        )
        peacekeepers, civilians = Series("injured", "peacekeepers"), Series("killed", "civilians")
        series = rng.choice(
            ([peacekeepers], [peacekeepers], [peacekeepers, civilians], [Series("killed", "all"), civilians])
        )
        incidents: dict[str, Incident] = {}
        harms = []
        scale = rng.choice((3, 9, 9, 30))
        for number in range(1, rng.choice((1, 2, 3, 3, 4, 5)) + 1):
            incident = Incident(f"i{number}", rng.choice(list(parents)), rng.randint(0, LAST_DAY))
            incidents[incident.name] = incident
            people = {each: rng.choice((0, rng.randint(0, 3), rng.randint(0, scale))) for each in series}
            if Series("killed", "all") in people:
                people[Series("killed", "all")] += people[civilians]
            harms += [Harm(incident.name, incident.day, each, count) for each, count in people.items()]
        self.w = World(seed, parents, incidents, harms, series)
        self.speakers = [f"S{n}" for n in range(1, rng.randint(1, 4) + 1)]
        self.papers = [f"P{n}" for n in range(1, 4)]
        self.periods: dict[tuple[str, str], list[tuple[int | None, int]]] = {}
        self.said: list[tuple[Unit, dict[str, Any]]] = []
        self.merges: dict[str, int] = {}
        self.deaths: list[Harm] = []

    def let_some_die(self) -> None:
        """Of the injured of each incident some die on a later day."""
        injured, killed = Series("injured", "peacekeepers"), Series("killed", "peacekeepers")
        self.w.series = [injured, killed]
        harms = []
        for each in self.w.incidents.values():
            hurt, at_once, later = self.rng.randint(1, 9), self.rng.randint(0, 3), self.rng.randint(0, 2)
            day = each.day + self.rng.randint(1, 5)
            harms += [Harm(each.name, each.day, injured, hurt), Harm(each.name, each.day, killed, at_once)]
            if later:
                harms.append(Harm(each.name, day, killed, min(later, hurt)))
                self.deaths.append(harms[-1])
        self.w.harms = harms

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def add(self, unit: Unit) -> Unit:
        unit.number = len(self.w.units)
        self.w.units.append(unit)
        return unit

    def world(self, statements: int) -> World:
        self._declare()
        makers = (
            [self._of_incidents] * 8 + [self._of_period] * 3 + [self._total] * 5 + [self._residual] * 2
            + [self._relay] * 2 + [self._several_figures] * 2 + [self._unspecified]
        )  # fmt: skip
        makers += [self._death] * (6 if self.deaths else 0)
        for _ in range(statements):
            self.rng.choice(makers)()
        self.w.order = _random_order(self.rng, self.w.units)
        return self.w

    # --- names

    def _declare(self) -> None:
        for name, parent in self.w.parents.items():
            if parent or self.chance(30):
                entry = {"kind": "operation_named", "id": f"n-{name}", "name": name}
                self.add(Unit([entry | ({"parent": parent} if parent else {})], fixed=True))
        for incident in self.w.incidents.values():
            if self.chance(20):
                entry = {"kind": "incident_named", "id": f"n-{incident.name}", "name": incident.name}
                if self.chance(70):
                    entry["operation"] = incident.operation
                if self.chance(60):
                    entry["occurred"] = self._occurred([incident.day])
                self.add(Unit([entry]))
            if self.chance(20):
                self._rename(incident, f"{incident.name}-too")
        if self.chance(10):
            speaker = self.speakers[0]
            entry = {"kind": "source_named", "id": "n-s", "name": f"{speaker}-house", "aliases": [speaker]}
            self.add(Unit([entry]))

    def _rename(self, incident: Incident, other: str) -> None:
        """The incident goes by another name as well, and somebody said so."""
        incident.other_names.append(other)
        names = [incident.name, other]
        self.rng.shuffle(names)
        if self.chance(60):
            entry = {"kind": "incidents_merged", "incidents": names, "reason": "the same"}
            if self.chance(50):
                entry["into"] = self.rng.choice(names)
        else:
            entry = {"kind": "incident_named", "name": names[0], "aliases": [names[1]]}
        self.merges[other] = self.add(Unit([entry | {"id": f"m-{other}"}])).number

    def _names_of(self, incidents: Iterable[str], needs: set[int]) -> list[str]:
        """Each incident by one of its names, or by two."""
        names = []
        for each in incidents:
            known = [each, *self.w.incidents[each].other_names]
            said = self.rng.sample(known, self.rng.choice((1, 1, 1, len(known))))
            names += said
            needs |= {self.merges[name] for name in said if name in self.merges}
        self.rng.shuffle(names)
        return names

    # --- dates

    def _occurred(self, days: list[int]) -> str:
        first, last = min(days), max(days)
        form = self.rng.randrange(5)
        if form == 0:
            return f"../{day_text(last + self.rng.randint(0, 3))}"
        if form == 1:
            return f"{day_text(first - self.rng.randint(0, 3))}/{day_text(last + self.rng.randint(0, 3))}"
        if form == 2 and self.chance(30):
            return f"{day_text(first - self.rng.randint(0, 2))}/.."
        return day_text(first) if first == last else f"{day_text(first)}/{day_text(last)}"

    def _published(self, after: int) -> int:
        return after + self.rng.choice((0, 0, 1, 1, 2, 3, 6))

    # --- numbers

    def _number(self, n: int) -> dict[str, Any]:
        """Some true way to say `n`."""
        rng = self.rng
        form = rng.randrange(20)
        if form < 7:
            return {"low": n, "best": n, "high": n}
        if form < 11:
            low = max(0, n - rng.choice((0, 0, 1, 2, 5)))
            return {"low": low, "best": low}
        if form < 13:
            return {"low": 0, "high": n + rng.choice((0, 1, 3))}
        if form < 16:
            low, high = max(0, n - rng.randint(0, 3)), n + rng.randint(0, 3)
            return {"low": low, "high": high} | ({"best": rng.randint(low, high)} if self.chance(40) else {})
        if form < 17:
            return {"best": max(0, n + rng.randint(-2, 2))}
        if form < 19:
            words = [word for word, least in WORDS.items() if n >= least]
            return {"words": rng.choice(words)} if words else {"low": n, "best": n, "high": n}
        return {"words": "not known"}

    # --- who says it, and what becomes of it

    def _state(
        self, entry: dict[str, Any], figures: list[tuple[Series, Region, dict[str, Any]]], needs: set[int]
    ) -> None:
        """Add a fact with its figures; sometimes mistyped first, sometimes beside a falsehood that falls."""
        rng, number = self.rng, len(self.w.units)
        self.breaks_down = len(figures) == 2 and figures[0][0] != figures[1][0] and self.chance(50)
        self.breaks_down &= Series("killed", "all") in self.w.series
        if self.speakers and self.chance(20):
            entry |= {"source": rng.choice(self.papers), "attributed_to": rng.choice(self.speakers)}
        entry = {"kind": entry["kind"], "id": f"f{number}"} | entry
        for series, region, extra in figures:
            said = {"victims": series.victims} | self._number(self.w.truth(region, series)) | extra
            if self.breaks_down and series == Series("killed", "civilians"):
                said |= {"measure": "breakdown", "part_of": "all"}
            key = "count" if entry["kind"] == "outcome_reported" else series.category
            entry.setdefault(key, []).append(said)
        claims: dict[tuple[str, Series], list[Region]] = {}
        for series, region, _ in figures:
            claims.setdefault((entry["id"], series), []).append(region)
        earlier = [fact["id"] for _, fact in self.said]
        if earlier and self.chance(12):
            entry["supersedes"] = rng.sample(earlier, min(len(earlier), rng.choice((1, 1, 2))))
            needs = needs | {unit.number for unit, fact in self.said if fact["id"] in entry["supersedes"]}
        unit = Unit([entry], claims, needs)
        fate = rng.randrange(100)
        if fate < 6:
            self._corrected(unit)
        elif fate < 9:
            self._wrongly_corrected(unit)
        elif fate < 12:
            self._fallen(unit)
        self.add(unit)
        if fate >= 12:
            self.said.append((unit, entry))

    def _mistyped(self, entry: dict[str, Any]) -> dict[str, Any]:
        """The same fact with numbers that may be anything."""
        wrong = dict(entry)
        for key in ("killed", "injured", "count"):
            if key in wrong:
                n = self.rng.randint(0, 60)
                wrong[key] = [
                    {k: v for k, v in figure.items() if k not in {"low", "best", "high", "words"}}
                    | {"low": n, "best": n, "high": n}
                    for figure in wrong[key]
                ]
        return wrong

    def _corrected(self, unit: Unit) -> None:
        (right,) = unit.entries
        wrong = self._mistyped(right)
        now = {key: value for key, value in right.items() if key != "id"}
        if self._body(wrong) != now:
            correction = {
                "kind": "fact_corrected",
                "fact": right["id"],
                "nature": self.rng.choice(("entry", "reading")),
            }
            unit.entries = [wrong, correction | {"reason": "mistyped", "now": now}]

    def _wrongly_corrected(self, unit: Unit) -> None:
        (right,) = unit.entries
        wrong = self._body(self._mistyped(right))
        if wrong != self._body(right):
            correction = {"kind": "fact_corrected", "fact": right["id"], "nature": "entry"}
            undone = {"kind": "fact_retracted", "id": f"u-{right['id']}", "fact": right["id"], "revision": 2}
            unit.entries += [correction | {"reason": "not so", "now": wrong}, undone | {"reason": "it was right"}]

    @staticmethod
    def _body(entry: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in entry.items() if key != "id"}

    def _fallen(self, unit: Unit) -> None:
        """A false fact that was retracted or disputed."""
        (entry,) = unit.entries
        wrong = self._mistyped(entry)
        decision = {"id": f"d-{entry['id']}", "fact": entry["id"], "reason": "not so"}
        if self.chance(50):
            unit.entries = [wrong, {"kind": "fact_retracted"} | decision]
        elif "killed" in entry and "injured" in entry and self.chance(70):
            category = self.rng.choice(("killed", "injured"))
            wrong = entry | {category: wrong[category]}
            unit.entries = [wrong, {"kind": "fact_disputed", "category": category} | decision]
            unit.claims = {
                (fact, series): r for (fact, series), r in unit.claims.items() if series.category != category
            }
            return
        else:
            unit.entries = [wrong, {"kind": "fact_disputed"} | decision]
        unit.claims = {}

    # --- statements

    def _kind(self, region: str, *, can_be_violence: bool = True) -> str:
        violence = can_be_violence and region == "incidents" and self.chance(60)
        return self.rng.choice(("ied_strike", "armed_attack", "violent_incident")) if violence else "casualty_update"

    def _series(self) -> list[Series]:
        return self.rng.sample(self.w.series, self.rng.randint(1, len(self.w.series)))

    def _of_incidents(self) -> None:
        rng, needs = self.rng, set[int]()
        several = self.chance(40)
        some = sorted(
            rng.sample(list(self.w.incidents), min(len(self.w.incidents), rng.choice((2, 2, 3)) if several else 1))
        )
        days = [self.w.incidents[each].day for each in some]
        homes = {self.w.incidents[each].operation for each in some}
        entry: dict[str, Any] = {"kind": self._kind("incidents"), "source": rng.choice(self.speakers)}
        published = self._published(max(days))
        if self.chance(95) or self.deaths:
            entry["published"] = day_text(published)
        if self.chance(75):
            entry["occurred"] = self._occurred(days)
        home = next(iter(homes))
        if len(homes) == 1 and self.chance(85):
            entry["operation"] = home
        names = self._names_of(some, needs)
        extra: dict[str, Any] = {}
        if self.chance(20):
            extra["incidents"] = names
            if self.chance(30):
                beside = [each.name for each in self.w.incidents.values() if {each.operation} == homes]
                beside = [each for each in beside if self.w.incidents[each].day <= published]
                entry["incidents"] = self._names_of(beside or some, needs)
                entry.pop("occurred", None)
        else:
            entry["incidents"] = names
        if entry["kind"] == "casualty_update":
            (entry if self.chance(50) else extra)["measure"] = rng.choice(("increment", "increment", "running_total"))
        if self.chance(10):
            extra["as_at"] = day_text(rng.randint(max(days), published))
        until = day_number(dt.date.fromisoformat(extra["as_at"])) if "as_at" in extra else published
        region = Region(home, incidents=frozenset(some), last=until)
        if len(some) == 1 and "incidents" in entry and self.chance(15) and entry["kind"] != "casualty_update":
            entry.pop("incidents")
            extra.pop("incidents", None)
            self._state(entry, [(each, region, dict(extra)) for each in self._series()], set())
            self._own_incident(self.w.units[-1], self.w.incidents[some[0]])
            return
        self._state(entry, [(each, region, dict(extra)) for each in self._series()], needs)

    def _own_incident(self, unit: Unit, incident: Incident) -> None:
        """A fact without incidents is an incident of its own; that it is this one, somebody said."""
        name = unit.entries[0]["id"]
        incident.other_names.append(name)
        self.merges[name] = unit.number
        merge = {
            "kind": "incidents_merged",
            "id": f"m-{name}",
            "incidents": [name, incident.name],
            "reason": "the same",
        }
        unit.entries.append(merge)

    def _death(self) -> None:
        """An injured person died."""
        rng, needs, death = self.rng, set[int](), self.rng.choice(self.deaths)
        home = self.w.incidents[death.incident].operation
        entry: dict[str, Any] = {
            "kind": "outcome_reported", "source": rng.choice(self.speakers), "from": "injured", "to": "killed",
            "published": day_text(self._published(death.day)), "occurred": self._occurred([death.day]),
            "operation": home, "incidents": self._names_of([death.incident], needs),
        }  # fmt: skip
        region = Region(home, incidents=frozenset([death.incident]), first=death.day, last=death.day)
        self._state(entry, [(death.series, region, {})], needs)

    def _several_figures(self) -> None:
        """One fact with a figure for each of several incidents."""
        rng, needs = self.rng, set[int]()
        some = rng.sample(list(self.w.incidents), min(2, len(self.w.incidents)))
        days = [self.w.incidents[each].day for each in some]
        published = self._published(max(days))
        entry: dict[str, Any] = {
            "kind": "casualty_update", "source": rng.choice(self.speakers), "measure": "increment",
            "published": day_text(published),
        }  # fmt: skip
        if self.chance(60):
            entry["occurred"] = self._occurred(days)
        if len(homes := {self.w.incidents[each].operation for each in some}) == 1:
            entry["operation"] = homes.pop()
        series = rng.choice(self.w.series)
        figures = []
        for each in some:
            region = Region(self.w.incidents[each].operation, incidents=frozenset([each]), last=published)
            figures.append((series, region, {"incidents": self._names_of([each], needs)}))
        self._state(entry, figures, needs)

    def _of_period(self) -> None:
        rng = self.rng
        operation, speaker = rng.choice(list(self.w.parents)), rng.choice(self.speakers)
        used = self.periods.setdefault((speaker, operation), [])
        if used and self.chance(25):
            first, last = rng.choice(used)
        else:
            first, last = rng.randint(-1, LAST_DAY), rng.choice((0, 1, 2, 3, 7))
            last += first
            if self.chance(8):
                first = None
            if any((a is None or a <= last) and (first is None or first <= b) for a, b in used):
                return
            used.append((first, last))
        published = self._published(last)
        if self.chance(15):
            published = rng.randint(last - 2 if first is None else first, last)
        entry: dict[str, Any] = {
            "kind": "casualty_update", "source": speaker, "operation": operation, "measure": "increment",
            "published": day_text(published),
        }  # fmt: skip
        text = f"{'..' if first is None else day_text(first)}/{day_text(last)}"
        extra = {}
        if first == last and self.chance(80):
            text = day_text(last)
        if self.chance(30):
            entry["occurred"] = text
        elif self.chance(50):
            entry["period"] = text
        else:
            extra["period"] = text
        region = Region(operation, first=first, last=min(last, published))
        self._state_as(entry, [(each, region, dict(extra)) for each in self._series()], speaker)

    def _state_as(
        self, entry: dict[str, Any], figures: list[tuple[Series, Region, dict[str, Any]]], speaker: str
    ) -> None:
        """As `_state`, where the speaker matters: a relay must be of this one."""
        if self.chance(20):
            entry |= {"source": self.rng.choice(self.papers), "attributed_to": speaker}
        speakers, self.speakers = self.speakers, []
        self._state(entry, figures, set())
        self.speakers = speakers

    def _moment(self, entry: dict[str, Any], extra: dict[str, Any]) -> int:
        moment = self.rng.randint(0, LAST_DAY + 2)
        if self.chance(50):
            entry["published"] = day_text(moment)
            return moment
        published = self._published(moment)
        if self.chance(95):
            entry["published"] = day_text(published)
        (entry if self.chance(50) else extra)["as_at"] = day_text(moment)
        return moment

    def _total(self) -> None:
        operation = self.rng.choice(list(self.w.parents))
        entry: dict[str, Any] = {
            "kind": "casualty_update", "source": self.rng.choice(self.speakers), "operation": operation,
        }  # fmt: skip
        extra: dict[str, Any] = {}
        region = Region(operation, last=self._moment(entry, extra))
        (entry if self.chance(50) else extra)["measure"] = "running_total"
        self._state(entry, [(each, region, dict(extra)) for each in self._series()], set())

    def _residual(self) -> None:
        rng, needs = self.rng, set[int]()
        operation = rng.choice(list(self.w.parents))
        besides = rng.sample(list(self.w.incidents), min(len(self.w.incidents), rng.choice((1, 1, 2))))
        entry: dict[str, Any] = {
            "kind": "casualty_update", "source": rng.choice(self.speakers), "operation": operation,
        }  # fmt: skip
        extra: dict[str, Any] = {}
        region = Region(operation, last=self._moment(entry, extra), excludes=frozenset(besides))
        (entry if self.chance(50) else extra).update(measure="residual", excludes=self._names_of(besides, needs))
        self._state(entry, [(each, region, dict(extra)) for each in self._series()], needs)

    def _unspecified(self) -> None:
        entry = {
            "kind": "casualty_update", "source": self.rng.choice(self.speakers), "operation": "op",
            "published": day_text(self.rng.randint(0, LAST_DAY)), "injured": [self._number(50)],
        }  # fmt: skip
        self.add(Unit([{"id": f"f{len(self.w.units)}"} | entry]))

    def _relay(self) -> None:
        """A paper repeats, later, what a speaker said earlier."""
        known = [(unit, fact) for unit, fact in self.said if "published" in fact]
        if not known:
            return
        unit, fact = self.rng.choice(known)
        number = len(self.w.units)
        speaker = fact.get("attributed_to", fact["source"])
        later = {key: value for key, value in fact.items() if key != "supersedes"}
        published = dt.date.fromisoformat(fact["published"]) + dt.timedelta(days=self.rng.randint(0, 9))
        later |= {
            "id": f"f{number}", "source": self.rng.choice(self.papers), "attributed_to": speaker,
            "published": published.isoformat(),
        }  # fmt: skip
        for category in {str(each) for each in Category} & later.keys():
            # What is repeated later still speaks of the day on which it was first said.
            moment = fact.get("as_at", fact["published"])
            later[category] = [{"as_at": moment} | figure for figure in later[category]]
        if "incidents" not in later and later["kind"] not in {"casualty_update", "outcome_reported"}:
            region = next(iter(unit.claims.values()))[0]
            later["incidents"] = sorted(region.incidents or ())
        claims = {(f"f{number}", series): regions for (_, series), regions in unit.claims.items()}
        self.add(Unit([later], claims, set(unit.needs)))


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
