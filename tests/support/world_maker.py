"""How a world is made: what happens in it, and who says what is true of it, in random order."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from typing import Any

from worlds import (
    LAST_DAY,
    WORDS,
    Harm,
    Incident,
    Region,
    Series,
    Unit,
    World,
    day_number,
    day_text,
    random_order,
)

from chronology.vocabulary import Category

__all__ = ["make_world", "make_world_of_late_deaths"]


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
        self.w.order = random_order(self.rng, self.w.units)
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
