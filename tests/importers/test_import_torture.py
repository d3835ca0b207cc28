"""An import is whole or not there: whatever is done to the rows, and whenever the process is killed."""

from __future__ import annotations

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from acled_rows import ROW as ACLED_ROW
from acled_rows import TODAY
from ged_rows import ROW as GED_ROW
from given import ROOT, SHARED, needs_shared_data
from imports import Imports

from chronology.errors import Refused
from chronology.importers.datasets.ged import HEADERLESS
from chronology.log import DraftRefused, Log, reading
from chronology.log.evidence.verify import verify_log

# --- rows that nobody would write

EACH = 20
NASTY = (
    "", " ", "0", "-1", "1.5", "1e309", "nan", "inf", "9" * 30, "9" * 5_000, "٣", "²", "1,234", "0x1f", "None", "null",
    "True", "2020-02-30", "0000-01-01", "9999-12-31", "2020-01-01T00:00", "31-Feb-20", "=1+1", "'; drop table x; --",
    "a\nb", "a\r\nb", '"', '""', "\\", "\t", "\x1b[31m", "\u202etxt", "\u200b", "\ufeff", "e\u0301", "\U0001f600",
    "a;b;;c", ";" * 300, "a;b" * 300, "x" * 250, "x" * 20_500, "\x01" * 11_000, "\U0001f600" * 9_000, "{id}", "@",
    "a@2", "1@1", "/", "..", "acled:1", "Ω" * 101, "1731082800", "99999999999", "Riots/Protests",
)  # fmt: skip


def mangled(header, rows, chance):
    """A file of these rows with some cells changed, and sometimes a few bytes of it."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *(mangled_row(row, chance) for row in rows)])
    data = bytearray(text.getvalue().encode())
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        at = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 60)]
            case 2:
                data[at:at] = data[chance.randrange(len(data)) :][:40]
    return bytes(data)


def mangled_row(row, chance):
    row = list(row)
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        at, other = chance.randrange(len(row)), chance.randrange(len(row))
        match chance.randrange(8):
            case 0 | 1 | 2:
                row[at] = chance.choice(NASTY)
            case 3 | 4:
                row[at], row[other] = row[other], row[at]
            case 5 | 6:
                row[at] = row[at][: chance.randrange(len(row[at]) + 1)] + chance.choice(NASTY)
            case 7:
                del row[at]
    return row


def fuzzed(imports, header, rows, *, files, seed):
    """Take in so many mangled files, one after the other; each of them is whole or not there."""
    chance = random.Random(seed)
    file = imports.folder.path / "mangled.csv"
    taken = refused = 0
    for number in range(files):
        file.write_bytes(mangled(header, chance.sample(rows, EACH), chance))
        before, aside = imports.head, []
        coverage = chance.choice((None, None, "all", "country=Mali"))
        try:
            found = imports.take_in(file, coverage, rejects=aside.extend if number % 2 else None)
        except DraftRefused:
            raise  # the log says no line of the file: what it would refuse is found before
        except Refused:
            assert imports.head == before
            refused += 1
            continue
        if imports.head > before:
            with Log.open(imports.folder.log_path, read_only=True) as log:
                assert imports.head == before + reading(log.at(log.head)).entries + 1
        assert (imports.head > before) is (found.entry is not None and not found.known)
        assert found.rows == found.new + found.revised + found.unchanged + found.rejected + found.repeated
        assert bool(aside) == bool(found.rejected)
        taken += 1
    assert verify_log(imports.folder.log_path).entries == imports.head
    assert imports.value("select count(*) from facts") > 0
    assert taken
    assert refused


def real_rows(*files):
    for file in files:
        with (SHARED / "ucdp-ged" / file).open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
            yield header, [row for row in rows if not row[1].startswith("#")]


def acled_rows():
    rows = [{**ACLED_ROW, "event_id_cnty": f"MLI{number}", "fatalities": str(number % 13)} for number in range(200)]
    return TODAY, [[row.get(column, "") for column in TODAY] for row in rows]


@needs_shared_data
def test_mutated_rows_of_real_files_are_taken_in_whole_or_not_at_all(tmp_path):
    ((header, rows),) = real_rows("ged_v23_1_CAF_49col.csv")
    imports = Imports(tmp_path / "given", "ucdp-ged", GED_ROW, HEADERLESS)
    fuzzed(imports, header, rows, files=20, seed=1)


def test_mutated_rows_of_acled_are_taken_in_whole_or_not_at_all(tmp_path):
    header, rows = acled_rows()
    fuzzed(Imports(tmp_path / "given", "acled", ACLED_ROW, TODAY), header, rows, files=20, seed=2)


@pytest.mark.torture
@needs_shared_data
def test_twenty_thousand_mutated_rows_of_real_files(tmp_path):
    files = ("ged_v23_1_CAF_49col.csv", "ged_v24x_Myanmar_49col.csv", "ged191_subset_from_hdx_fixture.csv",
             "hdx_conflict_data_BGD_2025fixture.csv")  # fmt: skip
    for number, (header, rows) in enumerate(real_rows(*files)):
        imports = Imports(tmp_path / f"given-{number}", "ucdp-ged", GED_ROW, HEADERLESS)
        fuzzed(imports, header, rows, files=250, seed=number)


@pytest.mark.torture
def test_ten_thousand_mutated_rows_of_acled(tmp_path):
    header, rows = acled_rows()
    fuzzed(Imports(tmp_path / "given", "acled", ACLED_ROW, TODAY), header, rows, files=500, seed=3)


# --- killed


ROWS = 3_000


def started(folder, file):
    command = [
        sys.executable,
        "-m",
        "chronology",
        "-C",
        str(folder.path),
        "import",
        "ucdp-ged",
        str(file),
        "--new-history",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def killed(imports, file, moment):
    """Kill an import of `file` at a moment: it left nothing, or all of it, and the next run says which."""
    before = imports.head
    process = started(imports.folder, file)
    moment(imports.folder.log_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    head = imports.head
    assert head in (before, before + ROWS + 1)
    process = started(imports.folder, file)
    printed, _ = process.communicate()
    assert process.returncode == 0, printed
    *_, last = printed.splitlines()
    whole = head > before
    if whole:
        assert "already imported as ucdp-ged/import-" in printed
        assert last == f"{ROWS:,} rows: 0 new · 0 revised · 0 vanished · {ROWS:,} unchanged · 0 rejected"
    else:
        assert "already imported" not in printed
        assert last == f"{ROWS:,} rows: {ROWS:,} new · 0 revised · 0 vanished · 0 unchanged · 0 rejected"
    with Log.open(imports.folder.log_path, read_only=True) as log:
        assert (log.head, reading(log.at(log.head)).entries) == (before + ROWS + 1, ROWS)
    return whole


def after(seconds):
    return lambda _: time.sleep(seconds)


def when_the_journal_is_there(seconds):
    """So long after the transaction began to write."""

    def moment(log_path):
        journal = log_path.with_name(f"{log_path.name}-journal")
        end = time.monotonic() + 60
        while time.monotonic() < end and not (journal.exists() and journal.stat().st_size):
            time.sleep(0.001)
        time.sleep(seconds)

    return moment


def releases(imports):
    """Files of ROWS rows each, all under other ids."""
    number = 0
    while True:
        rows = ({"id": str(number * ROWS + row + 1)} for row in range(ROWS))
        yield imports.written(*rows, name=f"release-{number}.csv")
        number += 1


@pytest.fixture
def imports(tmp_path):
    return Imports(tmp_path / "given", "ucdp-ged", GED_ROW, HEADERLESS)


def test_an_import_that_is_killed_leaves_nothing_or_all_of_it(imports):
    coming = releases(imports)
    for seconds in (0.05, 0.15):
        killed(imports, next(coming), when_the_journal_is_there(seconds))


@pytest.mark.torture
def test_an_import_killed_at_any_moment_leaves_nothing_or_all_of_it(imports):
    chance, coming, seen = random.Random(7), releases(imports), set()
    start = time.monotonic()
    process = started(imports.folder, next(coming))
    process.communicate()
    took = time.monotonic() - start
    for number in range(40):
        moment = (after, when_the_journal_is_there)[number % 2](chance.uniform(0, took * (1.1 - number % 2 * 0.5)))
        seen.add(killed(imports, next(coming), moment))
    assert seen == {True, False}
