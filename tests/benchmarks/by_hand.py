"""Measures of chronologies that people type: one more fact, a question about an earlier moment, all made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hand_typed import Fact, Typed, typed
from measuring import Measure, Took, in_turn, median, once, peak_of, slower

from chronology.intake import read_batch, read_file
from chronology.log import Folder, Log
from projections.asking.opening import open_session
from projections.store.refresh import rebuild
from projections.views.catalogue import Catalogue

if TYPE_CHECKING:
    from performance import Bench

__all__ = ["TypedSizes", "keeping_up", "looking_back", "making_anew"]

RUNS: Final = 5
KINDS: Final = ("contested", "correction", "merge", "retraction")
VIEW: Final = "select * from casualties_by_operation"


class TypedSizes(NamedTuple):
    """How many facts the chronologies have: two of many operations, and one that is one war."""

    small: int
    large: int
    war: int


class Desk(NamedTuple):
    """A chronology on disk, and what there is to append and to ask."""

    folder: Folder
    typed: Typed

    def append(self, *facts: Fact) -> None:
        """Append facts as a file of JSON Lines."""
        file = self.folder.path / "facts.jsonl"
        file.write_text("\n".join(map(json.dumps, facts)), encoding="utf-8")
        with Log.open(self.folder.log_path) as log:
            batch = read_batch(read_file(str(file)), log)
            assert not batch.problems, batch.problems[:3]
            log.append(batch.drafts)

    def ask(self, sql: str = "select 1", **look_back: str) -> list[Any]:
        """The rows of a question, once the views are at the head."""
        with open_session(self.folder, say=lambda _: None, **look_back) as session:  # type: ignore[arg-type]
            return list(session.ask(sql).rows)

    def head(self) -> int:
        """The last position."""
        with Log.open(self.folder.log_path, read_only=True) as log:
            return log.head


@cache
def desk(place: Path, shape: str, size: int) -> Desk:
    """A chronology of a shape, made once."""
    found = Desk(Folder.create(place / f"{shape}-{size}", "bench"), typed(shape, size))
    found.append(*found.typed.facts)
    return found


def keeping_up(bench: Bench) -> Iterator[Measure]:
    """Typed by hand: the refresh after one more fact, by size and against one that touches nothing."""
    sizes = bench.sizes.typed
    small, large, war = _desks(bench.place, sizes)
    few, many = (
        {kind: _after_one(each, each.typed.coming[kind]) for kind in ("plain", *KINDS)} for each in (small, large)
    )
    yield slower(f"plain fact, {sizes.large:,}", many["plain"], f"{sizes.small:,}", few["plain"], "≤ 1.5")
    for kind in KINDS:
        yield slower(f"{kind}, {sizes.large:,}", many[kind], f"{sizes.small:,}", few[kind], "≤ 1.5")
        yield slower(f"{kind}, {sizes.large:,}", many[kind], "plain fact", many["plain"], "≤ 2")
    took = _after_one(war, war.typed.coming["contested"][:3])
    yield _against(f"contested, a war of {sizes.war:,}", took, "three seconds", 3)


def looking_back(bench: Bench) -> Iterator[Measure]:
    """Typed by hand: a question about an earlier moment, against the same about now."""
    sizes = bench.sizes.typed
    _, large, _ = _desks(bench.place, sizes)
    large.ask()
    head, day = large.head(), large.typed.day
    moments = {
        "now": {}, "ten entries ago": {"as_of": str(head - 10)}, "half way": {"as_of": str(head // 2)},
        f"known by {day}": {"known_by": day},
    }  # fmt: skip
    for name, sql, aims, runs in (
        ("one operation", f"{VIEW} where operation = '{large.typed.operation}'", ("≤ 1.5",) * 3, RUNS),
        ("all operations", VIEW, ("≤ 2", "≤ 6", ""), 2),
    ):
        times = in_turn({moment: lambda q=sql, m=moment: large.ask(q, **moments[m]) for moment in moments}, runs)
        now = times.pop("now")
        for (moment, took), aim in zip(times.items(), aims, strict=True):
            yield slower(f"{name}, {moment}, {sizes.large:,}", took, "now", now, aim)


def making_anew(bench: Bench) -> Iterator[Measure]:
    """Typed by hand: all views made anew, a fact, and the memory that takes."""
    sizes = bench.sizes.typed
    _, large, war = _desks(bench.place, sizes)
    for name, each in ((f"many operations, {sizes.large:,}", large), (f"a war of {sizes.war:,}", war)):
        head = each.head()
        with Log.open(each.folder.log_path, read_only=True) as log:
            took = once(lambda log=log, path=bench.place / "anew.duckdb": rebuild(log, path, Catalogue(None)))
        yield _against(f"rebuild, a fact: {name}", took / head, "80 µs", 80e-6)
        peak = peak_of("chronology", "-C", str(each.folder.path), "rebuild")
        lines = each.folder.log_path.stat().st_size / 2**20
        yield Measure(f"memory of a rebuild: {name}", peak, "log.db", lines, peak / lines, "", "MiB")


def _desks(place: Path, sizes: TypedSizes) -> tuple[Desk, Desk, Desk]:
    return desk(place, "many", sizes.small), desk(place, "many", sizes.large), desk(place, "war", sizes.war)


def _after_one(each: Desk, facts: list[Fact]) -> Took:
    """What a refresh takes after one more of the facts, the median over some."""
    each.ask()
    times = []
    for fact in facts[:RUNS]:
        each.append(fact)
        times.append(once(each.ask))
    return median(times)


def _against(name: str, took: Took, against: str, seconds: float) -> Measure:
    """A time against so many seconds, which are to be enough."""
    return slower(name, took, against, Took(seconds, seconds), "≤ 1")
