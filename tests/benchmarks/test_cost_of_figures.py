"""What figures cost: explaining them, comparing them, and keeping them up. Ratios within one run, with `make bench`."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chronology.intake import read_batch, read_file
from chronology.log import Folder, Log
from projections.asking.opening import open_session, open_two
from projections.explaining.diff import difference
from projections.explaining.why import explain

pytestmark = pytest.mark.bench

RUNS = 7
KINDS = ("airstrike", "armed_attack", "armed_clash", "shelling")


def _rows(count: int, operations: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Rows as large data sets have them: an incident of its own each; one in twenty of an operation."""
    rng = random.Random(seed)
    for number in range(count):
        dead = rng.randrange(20)
        row: dict[str, Any] = {
            "kind": rng.choice(KINDS), "id": f"set:{seed}-{number}", "source": "a data set",
            "published": f"{1991 + number % 30}-06-01", "occurred": f"{1990 + number % 30}-{1 + number % 12:02}-01",
            "place": {"name": f"Town {number % 5000}"}, "perpetrators": [f"Group {number % 300}"],
            "killed": [{"low": dead, "best": dead + 1, "high": dead + 3}],
        }  # fmt: skip
        if number % 20 == 0:
            row |= {"operation": f"operation {number % operations}", "incidents": [f"incident {number}"]}
        yield row


def _chronology(path: Path, count: int, operations: int = 100) -> Folder:
    folder = Folder.create(path, "bench")
    _append(folder, _rows(count, operations))
    with open_session(folder, say=print) as session:
        session.rows("select 1")
    return folder


def _append(folder: Folder, rows: Iterator[dict[str, Any]]) -> None:
    file = folder.path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with Log.open(folder.log_path) as log:
        batch = read_batch(read_file(str(file)), log)
        assert not batch.problems, batch.problems[:3]
        log.append(batch.drafts)


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _command(folder: Folder, *arguments: str) -> float:
    command = [sys.executable, "-m", "chronology", "-C", str(folder.path), *arguments]
    return _median(lambda: subprocess.run(command, capture_output=True, check=True))


def _told(name: str, seconds: float, base: float, target: str) -> None:
    print(f"  {name:<58} {seconds * 1000:8.1f} ms  {seconds / base:6.2f} times   {target}")


def test_why_and_diff_against_the_view_they_explain(tmp_path: Path) -> None:
    folder = _chronology(tmp_path / "case", 100_000)
    view = "select * from casualties_by_operation"

    def whole(**look_back: str) -> object:
        with open_session(folder, say=print, **look_back) as session:  # type: ignore[arg-type]
            return session.rows(view)

    def why() -> object:
        with open_session(folder, say=print) as session:
            return explain(session, "casualties_by_operation", {"operation": "operation 0"})

    def diff() -> object:
        before, after = open_two(folder, "90000", "100000", by_publication=False, say=print)
        with before, after:
            return list(difference(before, after, "casualties_by_operation"))

    now, then, later = _median(whole), _median(lambda: whole(as_of="90000")), _median(lambda: whole(as_of="100000"))
    print("\n100,000 facts, 5,000 of them of 100 operations")
    _told("casualties_by_operation", now, now, "")
    _told("why of one operation, against the view", _median(why), now, "to reach: 2")
    asked = _command(folder, "query", f"{view} where operation = 'operation 0'")
    _told("query of one operation, as a command", asked, asked, "")
    explained = _command(folder, "why", "casualties_by_operation", "operation=operation 0")
    _told("why of it, as a command", explained, asked, "to reach: 2")
    _told("casualties_by_operation --as-of 90000, then --as-of 100000", then + later, then + later, "")
    _told("diff of the two, against them", _median(diff), then + later, "to reach: 2")


def test_a_refresh_after_one_contested_fact_against_the_uncontested(tmp_path: Path) -> None:
    print("\na refresh after one contested fact, 500 contested facts")
    base = 0.0
    for count in (10_000, 100_000):
        folder = Folder.create(tmp_path / str(count), "bench")
        contested = [row for row in _rows(10_000, 10) if "operation" in row]
        _append(folder, iter(contested))
        _append(folder, (row for row in _rows(count, 10, seed=2) if "operation" not in row))
        with open_session(folder, say=print) as session:
            session.rows("select 1")
        seconds = []
        for run in range(RUNS):
            _append(folder, iter([dict(contested[0], id=f"again-{run}", source=f"paper {run}")]))
            start = time.perf_counter()
            with open_session(folder, say=print) as session:
                session.rows("select 1")
            seconds.append(time.perf_counter() - start)
        base = base or statistics.median(seconds)
        _told(f"{count:,} uncontested facts", statistics.median(seconds), base, "to reach: 1.2")
