"""How fast a large release comes in, beside what the library's own recorder does with the same bytes. `make bench`.

342,000 rows of UCDP GED: the real ones, again and again under new ids. Each step is a process of its own, so that its
peak of memory is its own too.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest
from given import SHARED, needs_shared_data
from measuring import as_installed

from chronology.log import Folder

pytestmark = [pytest.mark.bench, needs_shared_data]

ROWS = int(os.environ.get("IMPORT_ROWS", "342000"))
FILES = ("ged_v24x_Myanmar_49col.csv", "ged_v23_1_CAF_49col.csv")

IMPORT = """
import json, resource, sys, time
from pathlib import Path
from chronology.importers import Asked, datasets, import_release, opened
from chronology.log import Log
log, file = sys.argv[1:]
start = time.perf_counter()
with Log.open(Path(log)) as log, opened(file) as source:
    found = import_release(log, source, Asked(datasets()["ucdp-ged"]))
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
counts = {part: getattr(found, part) for part in ("new", "revised", "unchanged", "rejected")}
print(json.dumps({"seconds": seconds, "peak": peak, **counts}))
"""

LIBRARY = """
import json, sqlite3, sys, time
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
log, made = sys.argv[1:]
asked = "select originator_id, originator_version, topic, state from stored_events order by position"
stored = [StoredEvent(*row) for row in sqlite3.connect(log).execute(asked)]
recorder = SQLiteApplicationRecorder(SQLiteDatastore(made))
recorder.create_table()
start = time.perf_counter()
recorder.insert_events(stored)
print(json.dumps({"seconds": time.perf_counter() - start, "bytes": sum(len(each.state) for each in stored)}))
"""


def _real() -> tuple[list[str], list[list[str]]]:
    header: list[str] = []
    rows: list[list[str]] = []
    for file in FILES:
        with (SHARED / "ucdp-ged" / file).open(encoding="utf-8", newline="") as stream:
            header, *more = csv.reader(stream)
            rows += more
    return header, rows


def _release(count: int, *, changed: bool) -> Iterator[list[str]]:
    """So many rows; of a changed release, one in ten has another headline."""
    header, rows = _real()
    yield header
    headline = header.index("source_headline")
    for number, row in enumerate(islice(cycle(rows), count)):
        copy = [str(1_000_000 + number), *row[1:]]
        if changed and number % 10 == 0:
            copy[headline] = f"{copy[headline]} (corrected)"
        yield copy


def _write(path: Path, count: int, *, changed: bool = False) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(_release(count, changed=changed))
    return path


def _ran(program: str, *arguments: Path) -> dict[str, float]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, env=as_installed(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_large_release_against_the_library_without_any_parsing(tmp_path: Path) -> None:
    small, large = Folder.create(tmp_path / "small", "bench"), Folder.create(tmp_path / "large", "bench")
    tenth = _ran(IMPORT, small.log_path, _write(tmp_path / "small.csv", ROWS // 10))
    file = _write(tmp_path / "large.csv", ROWS)
    first = _ran(IMPORT, large.log_path, file)
    again = _ran(IMPORT, large.log_path, file)
    library = _ran(LIBRARY, large.log_path, tmp_path / "library.db")
    next_ = _ran(IMPORT, large.log_path, _write(tmp_path / "next.csv", ROWS, changed=True))
    assert (first["new"], again["unchanged"], next_["revised"]) == (ROWS, ROWS, len(range(0, ROWS, 10)))

    print(f"\n{ROWS:,} rows of GED, {library['bytes'] / ROWS:,.0f} bytes each in the log")
    _told("the library's recorder, the same bytes", library, "")
    _told("the import", first, f"{library['seconds'] / first['seconds']:5.2f} of it   to reach: 0.3")
    _told(
        "a changed release, nine of ten the same",
        next_,
        f"{first['seconds'] / next_['seconds']:5.2f} times  to reach: 1.5",
    )
    print(f"  the same file again                      {again['seconds'] * 1000:10,.0f} ms")
    ratio = first["peak"] / tenth["peak"]
    print(f"  peak of memory at ten times the rows     {first['peak'] / 1024:10,.0f} MB  {ratio:5.2f} times (< 1.3)")


def _told(what: str, done: dict[str, float], against: str) -> None:
    print(f"  {what:<40} {ROWS / done['seconds']:10,.0f} rows/s  {against}")
