"""Worlds of people in which the truth is known, and random speakers who say only what is true.

Each person was hurt in one incident, of one group, and was killed at once, died on a later day, or lived. A statement
is the true number of some region as of some moment, said in a random form, in random order of the log.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chronology.casualties import Entry
from chronology.vocabulary import KINDS

START = dt.date(2023, 10, 1)
DAYS = 12
GROUPS = ("civilians", "soldiers")


def text(day: int) -> str:
    return (START + dt.timedelta(days=day)).isoformat()


@dataclass(slots=True)
class Person:
    incident: str
    group: str
    category: str
    day: int
    """When it was killed or hurt; a person who died later counts as injured on the incident's day, too."""
    found: int | None = None
    """Of the missing, when it was found."""


@dataclass
class World:
    seed: object
    rng: random.Random
    parents: dict[str, str | None] = field(default_factory=dict)
    incidents: dict[str, tuple[str, int]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    baselines: dict[str, int] = field(default_factory=dict)

    def within(self, operation: str, other: str) -> bool:
        step: str | None = operation
        while step is not None and step != other:
            step = self.parents[step]
        return step is not None

    def count(self, category: str, group: str, by: int, incidents: set[str]) -> int:
        """How many of some incidents there were by a day."""
        return sum(
            p.category == category and group in {p.group, "all"} and p.day <= by and p.incident in incidents
            for p in self.people
        )

    def of(self, operation: str, first: int = -99, last: int = 99) -> set[str]:
        return {i for i, (op, day) in self.incidents.items() if self.within(op, operation) and first <= day <= last}

    def entries(self, facts: list[dict[str, Any]] | None = None) -> list[Entry]:
        found = []
        for position, fact in enumerate(self.facts if facts is None else facts, 1):
            said = {key: value for key, value in fact.items() if key not in {"id", "kind"}}
            kind = KINDS[fact["kind"]]
            found.append(Entry(position, fact["id"], 1, msgspec.convert(said | {"kind": fact["kind"]}, kind)))
        return found


def make_world(seed: object, *, more: int = 0) -> World:
    """A world and true statements about it, drawn from a seed; `more` tries at a statement than it would have."""
    w = World(seed, random.Random(f"{seed}"))
    rng = w.rng
    w.parents = dict(rng.choice(({"op": None}, {"op": None}, {"op": "war", "war": None},
                                 {"op": "war", "south": "war", "war": None})))  # fmt: skip
    for n in range(rng.choice((1, 2, 3, 3, 4))):
        name, day = f"i{n}", rng.randint(0, DAYS)
        w.incidents[name] = (rng.choice(list(w.parents)), day)
        for _ in range(rng.choice((0, 1, 2, 4, 9))):
            group, killed = rng.choice(GROUPS), rng.random() < 0.5
            w.people.append(Person(name, group, "killed" if killed else "injured", day))
            if not killed and rng.random() < 0.3:
                w.people.append(Person(name, group, "killed", day + rng.randint(1, 4)))
    facts = [fact for _ in range(rng.choice((1, 2, 3, 5, 8, 12)) + more) if (fact := _said(w)) is not None]
    names = [{"kind": "operation_named", "name": op} | ({"parent": up} if up else {}) for op, up in w.parents.items()]
    if rng.random() < 0.3:
        op = rng.choice(list(w.parents))
        w.baselines[op] = rng.randint(0, DAYS)
        names.append({"kind": "operation_named", "name": op, "baseline": text(w.baselines[op])})
        if w.parents[op]:
            names[-1]["parent"] = w.parents[op]
    facts = [f for f in facts if f.pop("total of", None) not in w.baselines]
    for incident, (op, day) in w.incidents.items():
        names.append({"kind": "incident_named", "name": incident, "operation": op} | _day(w, day))
        if rng.random() < 0.2:
            merge = {"kind": "incidents_merged", "incidents": [f"{incident}-TOO", incident], "reason": "the same"}
            names.append(merge | {"into": incident})
            w.names[incident] = [f"{incident}-TOO", f"{incident}-too"]
    w.facts = [*names, *facts]
    rng.shuffle(w.facts)
    for n, fact in enumerate(w.facts):
        fact.setdefault("id", f"f{n}")
        if "incidents" in fact and fact["kind"] != "incidents_merged":
            fact["incidents"] = [rng.choice([i, *w.names.get(i, [])]) for i in fact["incidents"]]
    return w


def _day(w: World, day: int) -> dict[str, str]:
    form = w.rng.randrange(4)
    if form == 0:
        return {}
    if form == 1:
        return {"occurred": f"{text(day - w.rng.randint(0, 2))}/{text(day + w.rng.randint(0, 2))}"}
    return {"occurred": text(day)}


def number(rng: random.Random, n: int) -> dict[str, Any]:
    """Some true way to say `n`."""
    form = rng.randrange(12)
    if form < 6:
        return {"low": n, "best": n, "high": n}
    if form < 9:
        low = max(0, n - rng.choice((0, 0, 1, 2)))
        return {"low": low, "best": low}
    if form < 10:
        return {"low": 0, "high": n + rng.choice((0, 1, 3))}
    if form < 11:
        return {"low": max(0, n - rng.randint(0, 2)), "high": n + rng.randint(0, 2)}
    return {"words": "several"} if n >= 2 else {"best": n + rng.randint(0, 1)}


def _said(w: World) -> dict[str, Any] | None:
    rng = w.rng
    speaker = rng.choice(("A", "B", "C"))
    form = rng.choice(("one", "one", "one", "joint", "period", "total", "total", "residual", "death", "relay"))
    if form == "death":
        return _death(w, speaker)
    moment = rng.randint(0, DAYS + 5)
    said = moment + rng.choice((0, 0, 0, 1, 3))
    fact: dict[str, Any] = {"kind": "casualty_update", "source": speaker, "published": text(said)}
    if said != moment:
        fact["as_at"] = text(moment)
    op = rng.choice(list(w.parents))
    happened = [i for i, (_, day) in w.incidents.items() if day <= moment]
    if form in {"one", "joint"}:
        if len(happened) < 1 + (form == "joint"):
            return None
        inside = set(rng.sample(happened, 1 if form == "one" else rng.randint(2, len(happened))))
        fact |= {"incidents": sorted(inside), "measure": "increment"}
    elif form == "period":
        first = rng.randint(0, DAYS)
        last = first + rng.choice((0, 0, 1, 2, 6))
        if last > moment:
            return None
        inside = w.of(op, first, last)
        fact |= {"operation": op, "measure": "increment", "period": f"{text(first)}/{text(last)}"}
    elif form in {"total", "relay"}:
        inside = w.of(op, last=moment)
        fact |= {"operation": op, "measure": "running_total", "total of": op}
    else:
        besides = {rng.choice(list(w.incidents))}
        inside = w.of(op, last=moment) - besides
        fact |= {"operation": op, "measure": "residual", "excludes": sorted(besides), "total of": op}
    for category in rng.sample(("killed", "injured"), rng.randint(1, 2)):
        groups = rng.sample(("all", *GROUPS), rng.choice((1, 1, 2)))
        fact[category] = [
            {"victims": group} | number(rng, w.count(category, group, moment, inside)) for group in sorted(groups)
        ]
    if form == "relay":
        fact |= {"attributed_to": speaker, "source": "Paper"}
    return fact


def _death(w: World, speaker: str) -> dict[str, Any] | None:
    """Some who were hurt died, on a day that is told or not."""
    late = [p for p in w.people if p.category == "killed" and p.day > w.incidents[p.incident][1]]
    if not late:
        return None
    one = w.rng.choice(late)
    n = sum(p.incident == one.incident and p.day == one.day and p.group == one.group for p in late)
    occurred = text(one.day) if w.rng.random() < 0.7 else f"{text(one.day - 1)}/{text(one.day)}"
    return {
        "kind": "outcome_reported", "source": speaker, "published": text(one.day + w.rng.randint(0, 3)),
        "occurred": occurred, "incidents": [one.incident], "from": "injured", "to": "killed",
        "count": [{"victims": one.group, "low": n, "best": n, "high": n}],
    }  # fmt: skip
