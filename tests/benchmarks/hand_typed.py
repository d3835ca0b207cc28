"""Chronologies as people type them, in three shapes and any size, the same each time; and what to append to them next.

`many`: operations of 20 to 400 facts, some dozens of them under way at a time. `war`: one operation of forty parts
under five fronts, daily bulletins of three speakers over the whole, all of it one component. `bar`: two strikes to an
incident, five hundred operations, nothing contested.

Incidents have one to six reports by different sources; among them stand joint figures, figures of a week, running
totals, later updates, outcomes, claims and movements; some entries correct, dispute, retract or merge.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

__all__ = ["SHAPES", "Typed", "typed"]

Fact = dict[str, Any]

BEGIN: Final = date(2014, 1, 1)
SIZES: Final = ((20, 40, 80, 150, 250, 400), (25, 25, 20, 15, 10, 5))
"""How many facts an operation has, and how often."""

VIOLENCE: Final = ("ied_strike", "armed_attack", "shelling", "airstrike", "armed_clash")
PLACES: Final = tuple(f"Town {number}" for number in range(30))
SOURCES: Final = tuple(f"Paper {number}" for number in range(30))
SPEAKERS: Final = ("the mission", "Ministry of Health", "the governor", None, None, None, None, None)
ACTORS: Final = tuple(f"Group {number}" for number in range(10))
REASON: Final = "looked at again"


class Typed(NamedTuple):
    """A chronology in the order of its log; what to append to its busiest operation, by kind; and names to ask for."""

    facts: list[Fact]
    coming: dict[str, list[Fact]]
    operation: str
    day: str
    """A day in the middle of that operation."""


def typed(shape: str, size: int, seed: int = 7) -> Typed:
    """A chronology of a shape with so many facts."""
    desk = _Desk(seed)
    facts = _in_order(SHAPES[shape](desk, size))[:size]
    of_operation = defaultdict(list)
    for fact in facts:
        if fact.get("incidents") and "injured" in fact:
            of_operation[fact["operation"]].append(fact)
    busiest = max(of_operation, key=lambda name: (name.startswith(("convoy", "war")), len(of_operation[name])))
    some = of_operation[busiest]
    return Typed(facts, _coming(facts, some), busiest, some[len(some) // 2]["published"])


class _Desk:
    """Who types: what is drawn by chance, and what was typed so far."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.untouched: deque[Fact] = deque(maxlen=200)
        """The last reports with figures about which nothing was decided yet."""

    def name(self) -> str:
        self.count += 1
        return f"typed-{self.count:07}"

    def figure(self, number: int, group: str) -> str:
        forms = (
            f"{number}", f">={number}", f"~{number}", f"{number}..{number + self.random.randint(1, 4)}",
            self.random.choice(("several", "many", "dozens", "tens")),
        )  # fmt: skip
        return f"{self.random.choices(forms, (52, 22, 8, 10, 8))[0]} {group}"

    def report(self, kind: str, operation: str, day: date, **said: Any) -> Fact:
        fact = {
            "kind": kind, "id": self.name(), "source": self.random.choice(SOURCES), "published": f"{day}",
            "operation": operation, **said,
        }  # fmt: skip
        if (speaker := self.random.choice(SPEAKERS)) is not None:
            fact["attributed_to"] = speaker
        if self.random.random() < 0.6:
            fact["url"] = f"https://paper.example/{self.count}"
        if self.random.random() < 0.4:
            fact["note"] = f"{self.count}: as the desk has it, to be compared with the wires in the evening"
        return fact


# --- one operation


class _Operation:
    """An operation as it is typed: what happened, and who reported it."""

    def __init__(self, desk: _Desk, name: str, group: str) -> None:
        self.desk, self.name, self.group = desk, name, group
        self.happened: dict[str, tuple[date, int]] = {}
        """Each incident, with its day and how many were hurt."""

    def some_incident(self) -> tuple[str, date, int]:
        label = self.desk.random.choice(list(self.happened))
        return label, *self.happened[label]

    def incident(self, day: date) -> Iterator[Fact]:
        """One to six reports of a new incident, the first at once, others up to twelve days after."""
        chance = self.desk.random
        label = f"{self.name}/i{len(self.happened) + 1}"
        kind, place, hurt, dead = (
            chance.choice(VIOLENCE), chance.choice(PLACES), chance.randint(0, 30), chance.randint(0, 6)
        )  # fmt: skip
        self.happened[label] = day, hurt
        for _ in range(chance.choices(range(1, 7), (40, 25, 15, 10, 6, 4))[0]):
            said = {
                "occurred": chance.choices(
                    (f"{day}", f"{day}?", f"{day}~", f"../{day}", f"{day}/{day + timedelta(1)}"), (80, 6, 4, 5, 5)
                )[0],
                "place": place, "incidents": [label], "perpetrators": [chance.choice(ACTORS)],
                "injured": self.desk.figure(max(0, hurt + chance.randint(-2, 2)), self.group),
            }  # fmt: skip
            if chance.random() < 0.5:
                said["killed"] = self.desk.figure(max(0, dead + chance.randint(-1, 1)), self.group)
            published = day + timedelta(chance.choices((0, 1, 2, 5, 12), (45, 35, 12, 6, 2))[0])
            fact = self.desk.report(kind, self.name, published, **said)
            self.desk.untouched.append(fact)
            yield fact

    def more(self, day: date) -> Fact:
        """Something else that is said of the operation on a day."""
        chance, tomorrow = self.desk.random, day + timedelta(1)
        label, then, hurt = self.some_incident()
        weights = {"update": 7, "total": 5, "joint": 3, "week": 3, "claim": 5, "outcome": 2, "movement": 3}
        match chance.choices(list(weights), list(weights.values()))[0]:
            case "update":
                said = {"incidents": [label], "injured": self.desk.figure(hurt, self.group)}
                fact = self.desk.report("casualty_update", self.name, max(day, then + timedelta(2)), **said)
                self.desk.untouched.append(fact)
                return fact
            case "total":
                hurt = int(sum(each for _, each in self.happened.values()) * chance.uniform(0.8, 1.1))
                said = {"measure": "running_total", "as_at": f"{day}", "injured": f">={hurt} {self.group}"}
            case "joint":
                some = sorted(chance.sample(list(self.happened), min(len(self.happened), chance.randint(2, 3))))
                hurt = sum(self.happened[each][1] for each in some)
                said = {"measure": "increment", "incidents": some, "injured": f"{hurt} {self.group}"}
            case "week":
                said = {"measure": "increment", "period": f"{day - timedelta(7)}/{day}"}
                said["injured"] = f"{chance.randint(1, 60)} {self.group}"
            case "claim":
                kind = chance.choice(("responsibility_claimed", "responsibility_denied", "responsibility_attributed"))
                return self.desk.report(kind, self.name, day, incidents=[label], actor=chance.choice(ACTORS))
            case "outcome":
                said = {"incidents": [label], "from": "injured", "to": "killed", "count": f"1 {self.group}"}
                return self.desk.report("outcome_reported", self.name, tomorrow, occurred=f"{day}", **said)
            case _:
                where = {"occurred": f"{day}", "place": chance.choice(PLACES)}
                return self.desk.report("convoy_located", self.name, tomorrow, **where)
        return self.desk.report("casualty_update", self.name, tomorrow, **said)

    def decision(self, day: date) -> Fact | None:
        """What the desk decides about one of the last reports, or of two incidents."""
        chance = self.desk.random
        if not self.desk.untouched:
            return None
        fact = chance.choice(self.desk.untouched)
        self.desk.untouched.remove(fact)
        match chance.choices(("correct", "dispute", "retract", "merge"), (50, 20, 15, 15))[0]:
            case "correct":
                return _corrected(fact, self.desk.figure(chance.randint(0, 30), self.group), day)
            case "dispute":
                return {"kind": "fact_disputed", "fact": fact["id"], "reason": REASON}
            case "retract":
                return {"kind": "fact_retracted", "fact": fact["id"], "nature": "source", "reason": REASON}
            case _ if len(self.happened) > 4:
                return _merged(*chance.sample(list(self.happened), 2))
        return None


def _corrected(fact: Fact, injured: str, day: date | None = None) -> Fact:
    now = {name: value for name, value in fact.items() if name != "id"} | {"injured": injured, "note": "corrected"}
    published = {} if day is None else {"published": f"{day + timedelta(3)}"}
    return {
        "kind": "fact_corrected", "fact": fact["id"], "nature": "entry", "reason": REASON, "now": now, **published
    }  # fmt: skip


def _merged(one: str, other: str) -> Fact:
    return {"kind": "incidents_merged", "incidents": [one, other], "into": one, "reason": REASON}


Typing = list[tuple[date, Fact]]
"""Facts with the day on which each is typed."""


def _operation(desk: _Desk, name: str, size: int, first: date, days: int, **named: str) -> Typing:
    """About `size` facts of one operation that lasts so many days, in the order they are typed."""
    typing: Typing = [(first, {"kind": "operation_named", "name": name, **named})]
    operation = _Operation(desk, name, desk.random.choice(("peacekeepers", "civilians", "soldiers")))
    while len(typing) < size:
        day = first + timedelta(days * len(typing) // size)
        if len(operation.happened) < 3 or desk.random.random() < 0.72:
            typing += [(date.fromisoformat(fact["published"]), fact) for fact in operation.incident(day)]
        else:
            typing.append((day, operation.more(day)))
        if desk.random.random() < 0.06 and (decided := operation.decision(day)):
            typing.append((day + timedelta(3), decided))
    return typing


# --- the shapes


def _many(desk: _Desk, size: int) -> Typing:
    typing: Typing = []
    first = BEGIN
    number = 0
    while len(typing) < size:
        number += 1
        first += timedelta(desk.random.randint(0, 12))
        sort = desk.random.choice(("convoy", "convoy", "siege", "offensive", "campaign"))
        facts = min(desk.random.choices(*SIZES)[0], max(20, size - len(typing)))
        typing += _operation(desk, f"{sort}-{number}", facts, first, desk.random.randint(20, 400), type=sort)
    return typing


def _war(desk: _Desk, size: int) -> Typing:
    named = {"kind": "operation_named", "type": "campaign"}
    typing: Typing = [(BEGIN, named | {"name": "war"})]
    typing += [(BEGIN, named | {"name": f"front-{number}", "parent": "war"}) for number in range(5)]
    totals = dict.fromkeys(("Ministry of Health", "Paper 1", "Paper 2"), 0)
    bulletins = size // 6
    for number in range(bulletins):
        source, day = list(totals)[number % 3], BEGIN + timedelta(1_200 * number // bulletins)
        more = desk.random.randint(0, 40)
        totals[source] += more
        injured = [
            {"figure": f"{more} civilians", "measure": "increment", "period": f"{day}"},
            {"figure": f"{totals[source]} civilians", "measure": "running_total", "as_at": f"{day}"},
        ]
        fact = desk.report("casualty_update", "war", day + timedelta(1), injured=injured)
        fact.pop("attributed_to", None)
        typing.append((day, fact | {"source": source}))
    each = (size - len(typing)) // 41
    for number in range(40):
        first = BEGIN + timedelta(desk.random.randint(0, 300))
        parent = f"front-{number % 5}"
        typing += _operation(desk, f"sub-{number}", each, first, 800, type="offensive", parent=parent)
    return typing + _operation(desk, "war", size - len(typing) + 1, BEGIN, 1_100, type="campaign")[1:]


def _bar(_: _Desk, size: int) -> Typing:
    strike = {
        "kind": "ied_strike", "source": "Paper 1", "published": "2023-11-06", "occurred": "2023-10-31", "injured": 3,
    }  # fmt: skip
    return [
        (BEGIN, strike | {"incidents": [f"i{n // 2}"], "operation": f"convoy-{n % 500}", "note": f"{n}"})
        for n in range(size)
    ]


SHAPES: Final = {"many": _many, "war": _war, "bar": _bar}


def _in_order(typing: Typing) -> list[Fact]:
    """The facts by the day they are typed; what is about one of them comes after it."""
    known: set[str] = set()
    facts, waiting = [], []
    for _, fact in sorted(typing, key=lambda each: each[0]):
        (facts if fact.get("fact") in known | {None} else waiting).append(fact)
        if "id" in fact:
            known.add(fact["id"])
    return facts + waiting


# --- what is appended next


def _coming(facts: list[Fact], some: list[Fact]) -> dict[str, list[Fact]]:
    """By kind, what may be appended one after another: of nothing else, and of the operation of `some` reports."""
    group = str(some[0]["injured"]).split()[-1]
    last = {"source": "Paper 1", "published": max(fact["published"] for fact in some)}
    occurred = {"kind": "ied_strike", "occurred": last["published"]}
    operation = some[0]["operation"]
    decided = {fact["fact"] for fact in facts if "fact" in fact}
    free = iter([fact for fact in some if "id" in fact and fact["id"] not in decided])
    labels = sorted({fact["incidents"][0] for fact in some})
    coming: dict[str, list[Fact]] = {
        "plain": [last | occurred | {"injured": n + 1, "note": f"alone {n}"} for n in range(10)],
        "contested": [
            last | occurred | {"operation": operation, "incidents": [f"late-{n}"], "injured": f"{n + 1} {group}"}
            for n in range(10)
        ],
    }
    coming["correction"] = [_corrected(fact, f"17 {group}") for _, fact in zip(range(10), free, strict=False)]
    coming["retraction"] = [
        {"kind": "fact_retracted", "fact": fact["id"], "nature": "source", "reason": REASON}
        for _, fact in zip(range(10), free, strict=False)
    ]
    coming["merge"] = [_merged(*labels[n : n + 2]) for n in range(0, min(20, len(labels) - 1), 2)]
    return coming
