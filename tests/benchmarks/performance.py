"""The benchmark: chronologies of growing size, the work analysts do, and the same work by other means, in one run.

`make bench` prints the tables and writes them into `docs/performance.md`. Every figure to judge by is a ratio of two
times of this run; machines differ, and are shared, so that it is processor time that is compared.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import by_hand
import chronologies
import duckdb
import explaining
import peers
from measuring import (
    ROOT,
    Measure,
    Took,
    by_the_clock,
    chronology,
    command,
    faster,
    in_turn,
    median,
    once,
    peak_of,
    slower,
    table,
)

from chronology.log import Draft, Folder, Log
from chronology.log.store.sqlite import connect
from projections.asking.opening import open_session
from projections.asking.upkeep import make_anew
from projections.explaining.why import explain
from projections.store import provenance
from projections.store.build import create_macros
from projections.store.refresh import rebuild
from projections.views.catalogue import BASE, Catalogue

PAGE: Final = ROOT / "docs" / "performance.md"
RUNS: Final = 7


class Sizes(NamedTuple):
    """How many entries the chronologies have; `huge` is for the memory of a rebuild alone."""

    small: int
    middle: int
    large: int
    typed: by_hand.TypedSizes
    huge: int | None = None


WHOLE: Final = Sizes(10_000, 100_000, 1_000_000, by_hand.TypedSizes(1_000, 100_000, 20_000))
QUICK: Final = Sizes(3_000, 10_000, 30_000, by_hand.TypedSizes(200, 2_000, 500))


class Bench:
    """The chronologies of one run, and the folder they stand in."""

    def __init__(self, place: Path, sizes: Sizes) -> None:
        self.place, self.sizes = place, sizes
        self.folders: dict[int, Folder] = {}

    def of(self, size: int) -> Folder:
        """The chronology of a size, of the rows of a data set for the most part."""
        if size not in self.folders:
            say(f"making {size:,} entries")
            self.folders[size] = chronologies.make(self.place / str(size), size)
        return self.folders[size]

    def scratch(self, name: str) -> Path:
        """A new folder of its own."""
        path = self.place / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path


def say(text: str) -> None:
    """Where the run is, apart from the table."""
    print(text, file=sys.stderr, flush=True)


# --- appending


def appending(bench: Bench) -> Iterator[Measure]:
    """One fact and ten thousand, against the bare library and SQLite alone."""
    rows = list(islice(chronologies.numbered_rows(10_000_000), 10_000))
    ours, bare = [], []
    for turn in range(3):
        place = bench.scratch("append")
        with Log.create(place / "ours.db") as log:
            ours.append(once(lambda log=log: log.append(rows)))
            events = peers.stored(log.lines())
        recorder = peers.bare_recorder(place / f"bare{turn}.db")
        bare.append(once(lambda recorder=recorder, events=events: recorder.insert_events(events)))
        recorder.datastore.close()
    yield faster(
        "append 10,000 in one call", min(ours), "eventsourcing's recorder, the same bytes", min(bare), "≥ 0.45"
    )
    place = bench.scratch("one")
    with Log.create(place / "ours.db") as log, closing(_plain_table(place / "plain.db")) as plain:
        coming = iter(rows)
        line = next(log.lines(log.append([next(coming)])[0].position - 1))[1]
        numbers = iter(range(10**9))

        def plainly() -> None:
            plain.execute("begin immediate")
            plain.execute("insert into entries values (null, ?, ?)", (f"{next(numbers)}", line))
            plain.execute("commit")

        times = in_turn({"ours": lambda: log.append([next(coming)]), "plain": plainly}, 200)
    yield by_the_clock(
        faster(
            "append one, durable",
            times["ours"],
            "sqlite3 alone, same pragmas: insert, commit",
            times["plain"],
            "≥ 0.75",
        )
    )


def _plain_table(path: Path) -> sqlite3.Connection:
    Log.create(path).close()
    connection = connect(path)
    connection.execute("create table entries (position integer primary key, id text unique, line blob) strict")
    return connection


# --- building the views


def building(bench: Bench) -> Iterator[Measure]:
    """Views made anew, against DuckDB reading the same lines, and the library's own projection."""
    folder, size = bench.of(bench.sizes.large), bench.sizes.large
    place = bench.scratch("building")
    with Log.open(folder.log_path, read_only=True) as log:
        peers.write_lines(log, place / "lines.ndjson")
        none = _only_the_mirror()

        def fresh(name: str) -> Path:
            (place / name).unlink(missing_ok=True)
            return place / name

        times = in_turn(
            {
                "mirror": lambda: rebuild(log, fresh("mirror.duckdb"), none),
                "ndjson": lambda: peers.read_ndjson(place / "lines.ndjson", fresh("plain.duckdb")),
                "views": lambda: rebuild(log, fresh("views.duckdb"), Catalogue(None)),
            },
            2 if size > 200_000 else 3,
        )
        head = log.head
        yield faster(
            f"rebuild of the mirror, {size:,}", times["mirror"], "DuckDB read_ndjson into the same table",
            times["ndjson"], "≥ 0.7",
        )  # fmt: skip
        some = peers.LibraryProjection(place, islice(log.lines(), min(20_000, head)))
        each = times["views"] / head
        one, many = once(lambda: some.run(1)) / some.count, once(lambda: some.run(500)) / some.count
    yield faster("rebuild of mirror and views, per fact", each, "eventsourcing's projection, one by one", one, "≥ 35")
    yield faster("rebuild of mirror and views, per fact", each, "the same, 500 in a transaction", many, "≥ 1.5")
    shutil.copyfile(place / "views.duckdb", folder.views_path)
    provenance.remember(folder.views_path)


def _only_the_mirror() -> Catalogue:
    catalogue = Catalogue(None)
    catalogue.views = {}
    return catalogue


# --- keeping them up


def refreshing(bench: Bench) -> Iterator[Measure]:
    """The refresh after one append and after a thousand, by size."""
    rows = chronologies.numbered_rows(20_000_000)
    small, large = bench.sizes.small, bench.sizes.large
    seconds = {size: _after_one(bench.of(size), rows) for size in (small, large)}
    yield slower(f"refresh after one append, {large:,}", seconds[large], f"{small:,}", seconds[small], "≤ 1.2")
    told = chronologies.strikes_on_a_convoy()
    contested = {size: _after_one(bench.of(size), told) for size in (small, large)}
    yield slower(f"refresh after a strike on a convoy, {large:,}", contested[large], f"{small:,}", contested[small])
    folder = bench.of(large)
    _append(folder, list(islice(rows, 1_000)))
    thousand = once(lambda: open_session(folder, say=say))
    yield slower(f"refresh after a thousand, {large:,}", thousand, "after one", seconds[large])


def _after_one(folder: Folder, drafts: Iterator[Draft]) -> Took:
    """What a refresh takes after one more of the drafts, the median of some."""
    with open_session(folder, say=say):
        pass
    times = []
    for _ in range(RUNS):
        _append(folder, list(islice(drafts, 1)))
        times.append(once(lambda: open_session(folder, say=say)))
    return median(times)


def _append(folder: Folder, drafts: list[Draft]) -> None:
    with Log.open(folder.log_path) as log:
        log.append(drafts)


# --- asking


def asking(bench: Bench) -> Iterator[Measure]:
    """Each shipped view, whole and by key, against plain tables and against fewer facts."""
    catalogue = Catalogue(None)
    names = [view.name for view in catalogue.views.values() if view.origin == "shipped"]
    small, middle, large = (bench.of(size) for size in bench.sizes[:3])
    for folder in (small, middle, large):
        with open_session(folder, say=say):
            pass
    plain = _over_plain_tables(large, catalogue, bench.scratch("plain") / "plain.duckdb")
    with closing(plain), closing(_attached(small)) as few, closing(_attached(middle)) as some, \
            closing(_attached(large)) as all_:  # fmt: skip
        for name in names:
            key = _key_of(all_, catalogue, name)
            if key is None:
                continue
            question = f"select * from {name} where {key[0]} = $1"
            few_key = _key_of(few, catalogue, name) or key
            times = in_turn(
                {
                    "large": lambda q=question, k=key: all_.execute(q, [k[1]]).fetchall(),
                    "plain": lambda q=question, k=key: plain.execute(q, [k[1]]).fetchall(),
                    "small": lambda q=question, k=few_key: few.execute(q, [k[1]]).fetchall(),
                },
                RUNS,
            )
            asked = f"{name}, one {key[0]}"
            yield slower(asked, times["large"], "the same SQL over plain tables", times["plain"], "≤ 1.6")
            yield slower(asked, times["large"], f"{bench.sizes.small:,} facts", times["small"], "≤ 4")
            whole = f"create temp table whole as select * from {name}"
            one, other = once(partial(all_.execute, whole)), once(partial(some.execute, whole))
            for connection in (all_, some):
                connection.execute("drop table whole")  # by itself, so that no view pays for the one before it
            yield slower(f"{name}, whole", one, f"{bench.sizes.middle:,} facts", other, "≤ 10")


def _attached(folder: Folder) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(f"set timezone = 'UTC'; attach '{folder.views_path}' as store (read_only); use store")
    return connection


def _key_of(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, name: str) -> tuple[str, object] | None:
    """The first column of a view's grain, and a value of it; None of a view without rows."""
    column = next(iter(catalogue.views[name].grain), None)
    column = column or connection.execute(f"describe {name}").fetchall()[0][0]
    rows = connection.execute(f"select {column} from {name} where {column} is not null limit 1").fetchall()
    return (column, rows[0][0]) if rows else None


def _over_plain_tables(folder: Folder, catalogue: Catalogue, path: Path) -> duckdb.DuckDBPyConnection:
    """The same views over `entries`, `facts`, `history` and every stored step as plain tables."""
    connection = duckdb.connect(str(path))
    connection.execute(f"set timezone = 'UTC'; attach '{folder.views_path}' as store (read_only)")
    create_macros(connection)
    for name in sorted(BASE):
        connection.execute(f"create table {name} as select * from store.{name}")
    for view in catalogue.in_order(catalogue.shipped_needs(connection)):
        if view.stored or view.name in {"entries", "facts", "history"}:
            connection.execute(f"create table {view.name} as select * from store.{view.name}")
        else:
            connection.execute(f"create view {view.name} as {view.select}")
    return connection


def looking_back(bench: Bench) -> Iterator[Measure]:
    """Figures as they stood and as they were known, the reason for one, and the timeline, at the largest size."""
    folder = bench.of(bench.sizes.large)
    question = "select * from casualties_by_operation"

    def ask(**look_back: str) -> Callable[[], object]:
        def work() -> None:
            with open_session(folder, say=say, **look_back) as session:  # type: ignore[arg-type]
                session.rows(question)

        return work

    def why() -> None:
        with open_session(folder, say=say) as session:
            explain(session, "injuries_by_convoy", {"convoy": "kidal-gao-00"})

    middle = str(bench.sizes.large // 2)
    works = {
        "now": ask(), "as of": ask(as_of=middle), "as of the head": ask(as_of=str(bench.sizes.large)),
        "known by": ask(known_by="2023-11-05"), "why": why,
    }  # fmt: skip
    times = in_turn(works, 3)
    yield slower("figures, --as-of the middle", times["as of"], "now", times["now"], "≤ 1.5")
    yield slower("figures, --as-of the middle", times["as of"], "--as-of the head", times["as of the head"])
    yield slower("figures, --known-by a day", times["known by"], "now", times["now"], "≤ 3")
    yield slower("why of one convoy", times["why"], "figures of all operations", times["now"], "≤ 2")
    series = once(chronology("-C", str(folder.path), "series", "injuries_by_convoy", "convoy=kidal-gao-00"))
    yield slower("series of one convoy, as a command", series, "figures, --as-of the middle", times["as of"])
    diff = once(chronology("-C", str(folder.path), "diff", str(bench.sizes.large - 10), "now"))
    yield slower("diff of the last ten entries, as a command", diff, "figures, --as-of the middle", times["as of"])


# --- commands


def starting(bench: Bench) -> Iterator[Measure]:
    """Commands from nothing, against the least a program of their kind can take."""
    folder = bench.of(bench.sizes.large)
    with open_session(folder, say=say):
        pass
    case = Folder.create(bench.scratch("start") / "case", "start")
    state = bench.place / "state"
    sql = "select * from injuries_by_convoy where convoy = 'kidal-gao-00'"
    alone = f"import duckdb; duckdb.connect({str(folder.views_path)!r}, read_only=True).execute({sql!r}).fetchall()"
    strike = ("ied_strike", "--source", "AP", "--occurred", "2023-11-01", "--injured", ">=8 peacekeepers")
    numbers = iter(range(10**6))

    def append() -> None:
        """Another fact each time."""
        chronology("-C", str(case.path), "append", *strike, "--note", f"{next(numbers)}", state=state)()

    times = in_turn(
        {
            "typer": command(sys.executable, "-c", "import typer"),
            "help": chronology("--help"),
            "append": append,
            "duckdb": command(sys.executable, "-c", alone),
            "query": chronology("-C", str(folder.path), "query", sql, state=state),
        },
        RUNS * 2 + 1,
    )
    yield slower("--help", times["help"], "import typer", times["typer"], "≤ 1.3")
    yield slower("append of one fact, as a command", times["append"], "import typer", times["typer"], "≤ 3")
    yield slower("query, nothing new", times["query"], "import duckdb and the question", times["duckdb"], "≤ 1.5")
    if not peers.MISSING:
        yield from _others(bench, folder, times["query"])


def _others(bench: Bench, folder: Folder, query: Took) -> Iterator[Measure]:
    place = bench.scratch("others")
    with Log.open(folder.log_path, read_only=True) as log:
        peers.write_csv(log, place / "facts.csv")
    pandas = min(once(command(sys.executable, "-c", peers.PANDAS, str(place / "facts.csv"))) for _ in range(3))
    yield slower("query, nothing new", query, "pandas over a CSV, from nothing", pandas)
    middle = bench.of(bench.sizes.small)
    with Log.open(middle.log_path, read_only=True) as log:
        peers.write_lines(log, place / "lines.ndjson")
    inserted = once(lambda: peers.sqlite_utils_insert(place / "lines.ndjson", place / "utils.db"))
    case = Folder.create(place / "case", "case")
    drafts = list(islice(chronologies.numbered_rows(30_000_000), bench.sizes.small))
    with Log.open(case.log_path) as log:
        ours = once(lambda: log.append(drafts))
    yield slower(f"append {bench.sizes.small:,} facts", ours, "sqlite-utils inserting as many", inserted)


# --- memory, bytes, and many at once


def weighing(bench: Bench) -> Iterator[Measure]:
    """Memory of a rebuild by size, and bytes on disk."""
    size, larger = bench.sizes.large, bench.sizes.huge
    less, more = (size, larger) if larger else (bench.sizes.middle, size)
    peaks = [peak_of("chronology", "-C", str(bench.of(each).path), "rebuild") for each in (less, more)]
    aim = "≤ 1.2" if larger else ""  # what is asked for is that of five million against one
    yield Measure(f"memory of a rebuild, {more:,}", peaks[1], f"{less:,}", peaks[0], peaks[1] / peaks[0], aim, "MiB")
    folder = bench.of(size)
    with Log.open(folder.log_path, read_only=True) as log:
        lines = sum(len(line) + 1 for _, line in log.lines())
        head = log.head
        make_anew(log, folder, Catalogue(None), say)
    log_bytes, views = folder.log_path.stat().st_size, folder.views_path.stat().st_size
    each, logged, made = lines / head, log_bytes / head, views / head
    yield Measure("bytes of log.db a fact", logged, "its canonical line", each, logged / each, "≤ 1.25", "bytes")
    yield Measure("bytes of views.duckdb a fact", made, "log.db", logged, made / logged, "≤ 0.25", "bytes")


READER: Final = """
import sys, time
from pathlib import Path
from chronology.log import Folder
from projections.asking.opening import open_session
question, wrong = "select * from injuries_by_convoy order by all", 0
def ask():
    with open_session(Folder.find(Path(sys.argv[1])), say=lambda _: None) as session:
        return session.rows(question)
right = ask()
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    wrong += ask() != right
print(wrong)
"""


def at_once(bench: Bench) -> Iterator[Measure]:
    """Four readers that ask all the time, and refreshes between them."""
    folder = bench.of(bench.sizes.middle)
    rows = chronologies.numbered_rows(40_000_000)
    end = bench.scratch("readers") / "end"

    def refreshes() -> Took:
        times = []
        for _ in range(RUNS):
            _append(folder, list(islice(rows, 1)))
            times.append(once(lambda: open_session(folder, say=say)))
        return max(times, key=lambda took: took.clock)

    idle = refreshes()
    read = [sys.executable, "-c", READER, str(folder.path), str(end)]
    readers = [subprocess.Popen(read, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for reader in readers:
        assert reader.stdout is not None
        reader.stdout.readline()
    busy = refreshes()
    end.touch()
    told = [reader.communicate() for reader in readers]
    failed = sum(reader.returncode != 0 or out.strip() != "0" for reader, (out, _) in zip(readers, told, strict=True))
    yield by_the_clock(slower("worst refresh beside four readers", busy, "the worst idle one", idle, "≤ 5"))
    yield Measure("readers with an error or a wrong read", failed, "of", len(readers), failed / len(readers), "0", "")
    for _, error in told:
        say(error)


PARTS: Final = (
    by_hand.keeping_up, by_hand.looking_back, by_hand.making_anew, explaining.explaining, explaining.rules_alone,
    starting, appending, building, refreshing, asking, looking_back, weighing, at_once,
)  # fmt: skip
"""What is measured, in the order of the page: what people type comes first."""


def main(arguments: list[str]) -> None:
    """Run it, print the table, and write the page unless told not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small chronologies, a minute; the page is not written")
    parser.add_argument("--large", action="store_true", help="the memory of a rebuild at five million too")
    names = {_title(part): part for part in PARTS}
    parser.add_argument(
        "--only", metavar="WORD", action="append", help="parts whose titles hold it; the page keeps the others"
    )
    given = parser.parse_args(arguments)
    sizes = QUICK if given.quick else WHOLE
    if given.large:
        sizes = sizes._replace(huge=5 * sizes.large)
    if peers.MISSING:
        say(f"left out, not installed: {', '.join(peers.MISSING)}")
    parts = [part for title, part in names.items() if not given.only or any(word in title for word in given.only)]
    sections: dict[str, list[Measure]] = {}
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-") as place:
        bench = Bench(Path(place), sizes)
        for part in parts:
            say(f"{_title(part)} …")
            start = time.perf_counter()
            measures = list(part(bench))
            sections[_title(part)] = measures
            print(f"\n{_title(part)}\n", *table(measures), sep="\n", flush=True)
            say(f"{time.perf_counter() - start:.0f} s")
    if not given.quick:
        PAGE.write_text(page(sections, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        say(f"written: {PAGE.relative_to(ROOT)}")


def _title(part: Callable[[Bench], Iterator[Measure]]) -> str:
    return (part.__doc__ or "").strip().removesuffix(".")


def page(sections: dict[str, list[Measure]], before: str) -> str:
    """The page of documentation: the sections that were measured, and the others as they were `before`."""
    libraries = ("duckdb", "eventsourcing", "msgspec")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in libraries)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    measured = f"{dt.datetime.now(dt.UTC).date()}, {machine}, SQLite {sqlite3.sqlite_version}, {versions}"
    kept = {title: text.strip() for title, _, text in (each.partition("\n") for each in before.split("\n## ")[1:])}
    new = {title: "\n".join([measured, "", *table(measures)]) for title, measures in sections.items()}
    found = [(title, new.get(title) or kept.get(title)) for title in map(_title, PARTS)]
    return "\n".join([INTRODUCTION, *(f"## {title}\n\n{text}\n" for title, text in found if text)])


INTRODUCTION: Final = f"""# Performance

Written by `make bench`; nothing here is from anywhere else. Each section says when and on what it was measured, in one
run. What is compared is processor time, as others use the machine too; "by the clock" is what somebody waited for. A
ratio is how many times as much it took; of `append` and `rebuild` against others, how many times as fast it was.

- *Typed by hand* are chronologies as people type them (`tests/benchmarks/hand_typed.py`): many operations of up to 400
  facts each, or one war; incidents with reports by several sources, joint figures, totals, corrections.
- The others are of {WHOLE.small:,}, {WHOLE.middle:,} and {WHOLE.large:,} entries: rows of a data set under new ids,
  and {chronologies.CONVOYS} convoys and a thousand daily bulletins in each.
"""


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(sys.argv[1:])
