"""A ledger that entries come to and go from leaves, at every moment, what all that stands leaves from nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import msgspec
import pytest
from people import World, make_world

import chronology.casualties.ledger
from chronology.casualties import CAUTIOUS, POLICIES, Entry, Ledger, Result, names_of, reckon, reckon_changed
from chronology.vocabulary import KINDS, Kind, Report

WORLDS = int(os.environ.get("CHRONOLOGY_WORLDS", "150"))


def moments(w: World, rng: random.Random) -> Iterator[tuple[list[Entry], list[Entry]]]:
    """What goes and comes from moment to moment: facts in any order, corrections, retractions, disputes, words."""
    coming = w.entries()
    rng.shuffle(coming)
    stands: dict[str, Entry] = {}
    position = len(coming)
    while coming or rng.random() < 0.8:
        some = rng.choice((0, 1, 1, 2, 3))
        gone, came, coming = [], coming[:some], coming[some:]
        if stands and rng.random() < 0.5:
            old = stands.pop(rng.choice(sorted(stands)))
            gone.append(old)
            if rng.random() < 0.7:
                position += 1
                came.append(Entry(position, old.id, old.revision + 1, _changed(old, rng)))
        if stands and rng.random() < 0.2:
            position += 1
            said = {"kind": "fact_disputed", "fact": rng.choice(sorted(stands)), "reason": "not believed"}
            came.append(Entry(position, f"d{position}", 1, msgspec.convert(said, KINDS["fact_disputed"])))
        stands |= {entry.id: entry for entry in came}
        yield gone, came


def _changed(entry: Entry, rng: random.Random) -> Kind:
    """The fact as it reads after a correction: another source, day, place or number, words, or what it supersedes."""
    fact = entry.fact
    if not isinstance(fact, Report):
        return fact
    ways: list[dict[str, object]] = [
        {"source": rng.choice("abc")},
        {"attributed_to": "x", "place": {"name": rng.choice(("Gao", "Kidal"))}},
        {"attributed_to": "x", "place": {"name": rng.choice(("Gao", "Kidal"))}},
        {"published": f"2023-10-{rng.randint(1, 28):02}"},
        {"supersedes": [f"f{number}" for number in range(rng.randint(0, 9))]},
        {"modality": "denied"},
    ]
    for category in ("killed", "injured"):
        if figures := getattr(fact, category, ()):
            number, victims = rng.randint(0, 9), figures[0].victims
            ways += [{category: [{"low": number, "best": number, "high": number, "victims": victims}]}]
            ways += [{category: [{"low": 1, "best": 1, "high": 1, "measure": "additional", "victims": victims}]}]
            ways += [{category: [{"words": "several", "victims": victims}]}]
    raw = msgspec.to_builtins(fact)
    for way in rng.sample(ways, 2):
        raw |= way
    return msgspec.convert(raw, type(fact), strict=False)


def words(rng: random.Random, number: int) -> Entry:
    """One of many words on the same few subjects: few speakers, days and numbers, so that they repeat and replace."""
    low = rng.choice((3, 5, 8))
    figure: dict[str, object] = {"low": low, "best": low, "high": rng.choice((low, low, None))}
    if rng.random() < 0.1:
        figure["measure"] = "additional"
    said: dict[str, object] = {
        "kind": "casualty_update", "source": rng.choice("ab"), "operation": "siege", "killed": [figure],
        "published": f"2023-10-{rng.randint(1, 6):02}",
    }  # fmt: skip
    if rng.random() < 0.1:
        said["supersedes"] = [f"f{rng.randint(0, number)}"]
    said |= rng.choice(({"incidents": ["one"]}, {"measure": "running_total"}, {"measure": "running_total"}))
    position = number + 10 * rng.randint(0, 2)
    return Entry(100 * position + number, f"f{number}", 1, msgspec.convert(said, KINDS["casualty_update"]))


def rows(result: Result) -> dict[str, list[str]]:
    return {name: sorted(map(repr, getattr(result, name))) for name in Result._fields}


@pytest.mark.parametrize("start", range(0, WORLDS, 50))
def test_what_is_carried_over_is_what_is_reckoned_from_nothing(start: int) -> None:
    for seed in range(start, start + 50):
        rng = random.Random(f"moments {seed}")
        w = make_world(seed, more=rng.choice((0, 0, 0, 12)))
        ledger = Ledger(names_of(()), rng.choice([*POLICIES.values()]))
        for moment, (gone, came) in enumerate(moments(w, rng)):
            wanted = rng.choice((Result._fields, ("by_operation", "current"), ("by_incident", "voices", "figures")))
            found = rows(reckon_changed(ledger, gone, came, wanted=wanted))
            from_nothing = rows(reckon([*ledger.entries.values()], ledger.names, ledger.policy))
            for name in wanted:
                assert found[name] == from_nothing[name], f"seed {seed}, moment {moment}: {name}"


def test_one_more_word_among_many_leaves_what_it_leaves_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronology.casualties.ledger, "_MANY", 0)
    for seed in range(40):
        rng = random.Random(f"words {seed}")
        ledger = Ledger(names_of(()), CAUTIOUS)
        for number in range(20):
            gone = rng.sample(sorted(ledger.entries.values()), 1) if ledger.entries and rng.random() < 0.1 else []
            found = rows(reckon_changed(ledger, gone, [words(rng, number)]))
            assert found == rows(reckon([*ledger.entries.values()], ledger.names)), f"seed {seed}, word {number}"


def entry(position: int, **said: object) -> Entry:
    fact = {"kind": "casualty_update", "operation": "siege", "published": "2023-10-09", **said}
    return Entry(position, f"f{position}", 1, msgspec.convert(fact, KINDS["casualty_update"]))


FIVE = [{"low": 5, "best": 5, "high": 5}]
THREE = [{"low": 3, "best": 3, "high": 3}]


@pytest.mark.parametrize(
    ("stays", "goes"),
    [
        (  # a joint figure below what is inside it
            {"source": "a", "incidents": ["one", "two"], "killed": THREE},
            {"source": "b", "incidents": ["one"], "killed": FIVE, "published": "2023-10-08"},
        ),
        (  # a word that gives way to a total
            {"source": "a", "incidents": ["one"], "injured": [{"words": "dozens"}]},
            {"source": "b", "measure": "running_total", "injured": THREE},
        ),
        (  # a total that is stale
            {"source": "b", "measure": "running_total", "killed": THREE},
            {"source": "a", "incidents": ["one"], "killed": FIVE, "published": "2023-10-01", "occurred": "2023-10-01"},
        ),
    ],
)
def test_what_gave_way_counts_again_when_what_it_gave_way_to_is_gone(stays: dict, goes: dict) -> None:
    one, other = entry(1, **stays), entry(2, **goes)
    ledger = Ledger(names_of(()), CAUTIOUS)
    both = rows(reckon_changed(ledger, (), [one, other]))
    alone = rows(reckon_changed(ledger, [other], ()))
    assert alone == rows(reckon([one], names_of(())))
    assert {*alone["figures"], *alone["items"]} - {*both["figures"], *both["items"]}
