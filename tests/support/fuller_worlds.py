"""Worlds of people in which more is said: one more, parts by place, people missing and found, what supersedes what.

They begin as those of `people` do; the statements that are added are as true, of regions that the simpler worlds lack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from people import DAYS, GROUPS, Person, World, make_world, number, text

__all__ = ["make_fuller_world", "missing_at"]

PLACES = {"F": "land", "K": "land", "camp": "F"}
"""Places, and within which they lie."""

Fact = dict[str, Any]


def make_fuller_world(seed: object) -> World:
    """A world and true statements about it, drawn from a seed."""
    w = make_world(f"fuller {seed}")
    rng = w.rng
    at = {incident: rng.choice(list(PLACES)) for incident in w.incidents}
    for incident, (_, day) in w.incidents.items():
        for _ in range(rng.choice((0, 0, 3, 7))):
            found = day + rng.randint(1, 6) if rng.random() < 0.5 else None
            w.people.append(Person(incident, rng.choice(GROUPS), "missing", day, found))
    for name, around in PLACES.items():
        # That a camp lies in a town must be known: else their figures would be of two places that share nobody.
        if around != "land" or rng.random() < 0.7:
            w.facts.append({"kind": "place_named", "name": name, "within": around})
    makers: list[Callable[[World, dict[str, str]], list[Fact]]] = [
        _parts, _parts, _one_more, _one_more, _missing, _missing, _found, _breakdown, _since_the_baseline, _uncertain,
        _of_parent_and_part,
    ]  # fmt: skip
    for n in range(rng.choice((2, 4, 8, 12))):
        w.facts += [fact | {"id": f"more-{n}-{at}"} for at, fact in enumerate(rng.choice(makers)(w, at))]
    _supersede(w)
    for fact in w.facts:
        # An incident was moved: facts that name another operation are older than the declaration, or did not know.
        if "incidents" in fact and fact["kind"] == "casualty_update" and rng.random() < 0.3:
            fact["operation"] = rng.choice(list(w.parents))
    rng.shuffle(w.facts)
    for n, fact in enumerate(w.facts):
        fact.setdefault("id", f"added-{n}")
    return w


def missing_at(w: World, group: str, moment: int, incidents: set[str]) -> int:
    """How many of some incidents are missing at the end of a day."""
    return sum(
        p.category == "missing" and group in {p.group, "all"} and p.incident in incidents
        and p.day <= moment and (p.found is None or moment < p.found)
        for p in w.people
    )  # fmt: skip


def _update(w: World, moment: int, speaker: str | None = None) -> Fact:
    said = moment + w.rng.choice((0, 0, 1, 4))
    fact = {"kind": "casualty_update", "source": speaker or w.rng.choice(("A", "B", "C")), "published": text(said)}
    return fact if said == moment else fact | {"as_at": text(moment)}


def _somewhere(at: dict[str, str], incidents: set[str], place: str) -> set[str]:
    inside = {place, *(inner for inner, outer in PLACES.items() if outer == place)}
    return {incident for incident in incidents if at[incident] in inside}


def _parts(w: World, at: dict[str, str]) -> list[Fact]:
    """Figures of one or more places of an operation, of a period or up to a moment."""
    rng = w.rng
    operation = rng.choice([op for op in w.parents if op not in w.baselines] or [None])
    if operation is None:
        return []
    moment, first = rng.randint(2, DAYS + 5), rng.randint(0, DAYS)
    category, group = rng.choice(("killed", "injured")), rng.choice(("all", *GROUPS))
    last = min(first + rng.choice((0, 2, 6)), moment)
    fact = _update(w, moment) | {"operation": operation, "measure": "running_total"}
    if rng.random() < 0.5 and first <= last:
        fact |= {"measure": "increment", "period": f"{text(first)}/{text(last)}"}
    else:
        first, last = -99, moment
    places = rng.sample(list(PLACES), rng.choice((1, 2, 2, 3)))
    fact[category] = []
    for place in places:
        n = w.count(category, group, moment, _somewhere(at, w.of(operation, first, last), place))
        fact[category].append({"victims": group, "place": place, "part": len(places) == 1} | number(rng, n))
    if rng.random() < 0.3:
        n = w.count(category, group, moment, w.of(operation, first, last))
        fact[category].append({"victims": group} | number(rng, n))
    return [fact]


def _one_more(w: World, at: dict[str, str]) -> list[Fact]:
    """A figure, and later so many more, by a speaker who says nothing else."""
    rng, speaker = w.rng, f"D{len(w.facts)}"
    first, second = rng.randint(0, DAYS), rng.randint(0, DAYS + 5)
    if first >= second:
        return []
    category, group = rng.choice(("killed", "injured")), rng.choice(("all", *GROUPS))
    happened = [i for i, (_, day) in w.incidents.items() if day <= first]
    operation = rng.choice([op for op in w.parents if op not in w.baselines] or [None])
    if rng.random() < 0.5 and happened:
        some = rng.sample(happened, 1)
        before, after = w.count(category, group, first, {*some}), w.count(category, group, second, {*some})
        region: Fact = {"incidents": some}
    elif operation is not None:
        before = w.count(category, group, first, w.of(operation, last=first))
        after = w.count(category, group, second, w.of(operation, last=second))
        region = {"operation": operation}
    else:
        return []
    measure = {"measure": "increment" if "incidents" in region else "running_total"}
    said = {"kind": "casualty_update", "source": speaker, "published": text(first)} | region | measure
    more = {"kind": "casualty_update", "source": speaker, "published": text(second)} | region
    n = after - before
    facts = [said | {category: [{"victims": group} | number(rng, before)]}]
    if n:
        added = rng.choice(({"low": n, "best": n, "high": n}, {"low": n - 1, "best": n - 1}, {"words": "several"}))
        facts.append(more | {category: [{"victims": group, "measure": "additional"} | added]})
    return facts


def _missing(w: World, at: dict[str, str]) -> list[Fact]:
    """How many are missing at a moment, of an incident or of an operation."""
    rng = w.rng
    moment, group = rng.randint(0, DAYS + 5), rng.choice(("all", *GROUPS))
    happened = [i for i, (_, day) in w.incidents.items() if day <= moment]
    if rng.random() < 0.6 and happened:
        some = rng.sample(happened, 1)
        fact, inside = _update(w, moment) | {"incidents": some, "measure": "increment"}, {*some}
    else:
        operation = rng.choice(list(w.parents))
        if operation in w.baselines:
            return []
        fact, inside = _update(w, moment) | {"operation": operation, "measure": "running_total"}, w.of(operation)
    return [fact | {"missing": [{"victims": group} | number(rng, missing_at(w, group, moment, inside))]}]


def _found(w: World, at: dict[str, str]) -> list[Fact]:
    """Some who were missing were found, on a day that is told or not."""
    found = [p for p in w.people if p.category == "missing" and p.found is not None]
    if not found:
        return []
    one = w.rng.choice(found)
    n = sum((p.incident, p.found, p.group) == (one.incident, one.found, one.group) for p in found)
    day = one.found or 0
    fact = {
        "kind": "outcome_reported", "source": w.rng.choice(("A", "B")), "published": text(day + w.rng.randint(0, 2)),
        "incidents": [one.incident], "from": "missing", "to": "found", "occurred": text(day),
        "count": [{"victims": one.group, "low": n, "best": n, "high": n}],
    }  # fmt: skip
    return [fact]


def _breakdown(w: World, at: dict[str, str]) -> list[Fact]:
    """A whole and one of its groups in one fact."""
    rng = w.rng
    moment, category = rng.randint(0, DAYS + 5), rng.choice(("killed", "injured"))
    happened = [i for i, (_, day) in w.incidents.items() if day <= moment]
    operation = rng.choice(list(w.parents))
    if rng.random() < 0.6 and happened:
        some = rng.sample(happened, rng.randint(1, min(2, len(happened))))
        fact, inside = _update(w, moment) | {"incidents": some, "measure": "increment"}, {*some}
    elif operation not in w.baselines:
        inside = w.of(operation, last=moment)
        fact = _update(w, moment) | {"operation": operation, "measure": "running_total"}
    else:
        return []
    whole = {"victims": "all"} | number(rng, w.count(category, "all", moment, inside))
    group = rng.choice(GROUPS)
    part = {"victims": group, "measure": "breakdown", "part_of": "all"}
    return [fact | {category: [whole, part | number(rng, w.count(category, group, moment, inside))]}]


def _since_the_baseline(w: World, at: dict[str, str]) -> list[Fact]:
    """A total of an operation from its baseline on."""
    if not w.baselines:
        return []
    rng = w.rng
    ((operation, first),) = w.baselines.items()
    moment, category = rng.randint(first, DAYS + 5), rng.choice(("killed", "injured"))
    group = rng.choice(("all", *GROUPS))
    n = w.count(category, group, moment, w.of(operation, first, moment))
    fact = _update(w, moment) | {"operation": operation, "measure": "running_total"}
    return [fact | {category: [{"victims": group} | number(rng, n)]}]


def _uncertain(w: World, at: dict[str, str]) -> list[Fact]:
    """A figure that is true at one of several days, it is not said which."""
    rng = w.rng
    moment, category = rng.randint(0, DAYS + 5), rng.choice(("killed", "injured"))
    operation = rng.choice([op for op in w.parents if op not in w.baselines] or [None])
    if operation is None:
        return []
    first, last = moment - rng.randint(0, 3), moment + rng.randint(0, 3)
    fact = {
        "kind": "casualty_update", "source": rng.choice(("A", "B", "C")), "operation": operation,
        "measure": "running_total", "published": text(last + rng.choice((0, 2))),
        "as_at": f"{text(first)}/{text(last)}",
    }  # fmt: skip
    n = w.count(category, "all", moment, w.of(operation, last=moment))
    return [fact | {category: [{"victims": "all"} | number(rng, n)]}]


def _of_parent_and_part(w: World, at: dict[str, str]) -> list[Fact]:
    """A joint figure on an incident of an operation and one of a part of it, and a total of the part."""
    rng = w.rng
    pairs = [(i, j) for i, (a, _) in w.incidents.items() for j, (b, _) in w.incidents.items() if w.parents[b] == a]
    if not pairs:
        return []
    some = rng.choice(pairs)
    part = w.incidents[some[1]][0]
    moment = rng.randint(max(w.incidents[i][1] for i in some), DAYS + 5)
    category = rng.choice(("killed", "injured"))
    joint = _update(w, moment) | {"incidents": [*some], "measure": "increment"}
    facts = [joint | {category: [{"victims": "all"} | number(rng, w.count(category, "all", moment, {*some}))]}]
    if part not in w.baselines:
        n = w.count(category, "all", moment, w.of(part, last=moment))
        total = _update(w, moment) | {"operation": part, "measure": "running_total"}
        facts.append(total | {category: [{"victims": "all"} | number(rng, n)]})
    return facts


def _supersede(w: World) -> None:
    """Some facts stand in the place of others, which are true as well."""
    rng = w.rng
    said = [fact for fact in w.facts if fact["kind"] == "casualty_update" and not fact["source"].startswith("D")]
    for fact in said:
        if rng.random() < 0.1:
            earlier = rng.choice(said)
            if earlier is not fact and "supersedes" not in earlier:
                fact["supersedes"] = [earlier["id"]]
