"""What the log costs beside what it is made of. It prints; numbers are for people to judge (`make bench`)."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from log_examples import fact_of, statement

from chronology.log import Draft, Log, reading
from chronology.log.evidence.verify import verify_log
from chronology.log.store.side_tables import SIDE_TABLES
from chronology.log.store.sqlite import connect

pytestmark = pytest.mark.bench
COUNT = 10_000


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_a_bulk_append_beside_the_bare_library(tmp_path):
    facts = [
        fact_of("ied_strike", quote="x" * 250, url=f"https://ucdp.uu.se/event/{n}", incidents=[f"incident-{n}"])
        for n in range(COUNT)
    ]
    ours, bare = [], []
    for turn in range(5):
        with Log.create(tmp_path / f"ours{turn}.db") as log:
            ours.append(seconds(lambda log=log: log.append(map(Draft, facts))))
            rows = [
                (entry.id, entry.revision, entry.kind, line)
                for (_, line), (_, entry) in zip(log.lines(), log.entries(), strict=True)
            ]
        recorder = SQLiteApplicationRecorder(
            SQLiteDatastore(str(tmp_path / f"bare{turn}.db"), originator_id_type="text")
        )
        recorder.create_table()
        bare.append(
            seconds(lambda recorder=recorder, rows=rows: recorder.insert_events([StoredEvent(*row) for row in rows]))
        )
        recorder.datastore.close()
    print(
        f"\n{COUNT:,} facts: {COUNT / min(ours):,.0f}/s, bare {COUNT / min(bare):,.0f}/s: {min(bare) / min(ours):.2f}"
    )
    with Log.open(tmp_path / "ours0.db") as log:
        print(f"lines read: {COUNT / seconds(lambda: list(log.lines())):,.0f}/s")
        print(f"entries read: {COUNT / seconds(lambda: list(log.entries())):,.0f}/s")
        print(f"known again: {COUNT / seconds(lambda: log.append(map(Draft, facts))):,.0f}/s")
        print(f"position_at, the oldest: {1000 * seconds(lambda: log.position_at(log.begins_at)):.1f} ms")


def test_one_append_beside_plain_sqlite(tmp_path):
    Log.create(tmp_path / "plain.db").close()
    plain = connect(tmp_path / "plain.db")
    insert = "insert into stored_events values (null, ?, 1, 'statement_made', ?, ?)"

    def plainly(number):
        plain.execute("begin immediate")
        plain.execute(insert, (f"{number:010}", bytes(300), os.urandom(32)))
        plain.execute("commit")

    with Log.create(tmp_path / "ours.db") as log:
        ours = [
            (seconds(lambda n=n: log.append([Draft(statement(f"{n}"))])), seconds(lambda n=n: plainly(n)))
            for n in range(200)
        ]
    one, other = (statistics.median(each) for each in zip(*ours, strict=True))
    print(f"\none append: {1000 * one:.2f} ms, plain SQLite {1000 * other:.2f} ms: {other / one:.2f}")
    plain.close()


def test_the_import(tmp_path):
    run = [sys.executable, "-c", "import chronology.log"]
    least = min(seconds(lambda: subprocess.run(run, check=True, cwd=Path(__file__).parents[2])) for _ in range(5))
    nothing = min(seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True)) for _ in range(5))
    print(f"\nimport chronology.log: {1000 * (least - nothing):.0f} ms above Python's own {1000 * nothing:.0f} ms")


@pytest.mark.parametrize("table", SIDE_TABLES)
def test_the_share_of_a_side_table_in_an_append(tmp_path, monkeypatch, table):
    spent, add = [], table.add
    monkeypatch.setattr(table, "add", lambda *given: spent.append(seconds(lambda: add(*given))))
    facts = [
        fact_of("ied_strike", quote="x" * 250, url=f"https://ucdp.uu.se/event/{n}", incidents=[f"incident-{n}"])
        for n in range(COUNT)
    ]
    with Log.create(tmp_path / "log.db") as log:
        bulk = seconds(lambda: log.append(map(Draft, facts)))
        share = sum(spent) / bulk
        spent.clear()
        single = sum(seconds(lambda n=n: log.append([Draft(statement(f"{n}"))])) for n in range(50))
        print(f"\n{table.__name__}, of {COUNT:,} at once {share:.2f}, one by one {sum(spent) / single:.2f}")


def test_verify_beside_a_plain_read(tmp_path):
    count = 100_000
    with Log.create(tmp_path / "log.db") as log:
        log.append(
            Draft(fact_of("ied_strike", url=f"https://ucdp.uu.se/event/{n}", incidents=[f"incident-{n}"]))
            for n in range(count)
        )

    def plain():
        with Log.open(tmp_path / "log.db", read_only=True) as log:
            for position, entry in log.entries():
                reading(entry, f"position {position}")

    def cost(work):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        return time.perf_counter() - clock, time.process_time() - processor

    def beside(work):
        """Times that of a plain read right before and after, by the clock and by the processor."""
        before, (clock, processor), after = cost(plain), cost(work), cost(plain)
        return 2 * clock / (before[0] + after[0]), 2 * processor / (before[1] + after[1])

    for name, quick in (("verify", False), ("verify --quick", True)):
        found = [beside(lambda quick=quick: verify_log(tmp_path / "log.db", quick=quick)) for _ in range(7)]
        clock, processor = (statistics.median(each) for each in zip(*found, strict=True))
        print(f"\n{count:,} entries, {name}: {clock:.2f} times a plain read, {processor:.2f} of the processor's time")
