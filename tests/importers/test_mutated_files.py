"""Files of every importer and shape with bytes changed at random: always our own words, whole or not there."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tracemalloc

import pytest
from acled_rows import ROW as ACLED_ROW
from acled_rows import TODAY
from ged_rows import ROW as GED_ROW
from mapped_imports import MAPPING

from chronology.errors import Refused, Usage
from chronology.importers import Asked, datasets, import_release, opened, suggest
from chronology.importers.datasets.ged import HEADERLESS
from chronology.log import DraftRefused, Log

GTD = {"eventid": "197007020001", "iyear": "1970", "imonth": "7", "iday": "2", "attacktype1": "2", "nkill": "3"}
AIRWARS = {"code": "XX1", "date": "2024-11-08", "killed_min": "4", "killed_max": "7", "location": "Kidal"}
HAPI = {
    "location_code": "MLI", "event_type": "demonstration", "fatalities": "0",
    "reference_period_start": "2024-01-01", "reference_period_end": "2024-01-31",
}  # fmt: skip
MAPPED = {"id": "a", "date": "31/10/2023", "dead": "8"}
ROWS = {
    "ucdp-ged": ({name: GED_ROW.get(name, "") for name in HEADERLESS}, "id"),
    "acled": ({name: ACLED_ROW.get(name, "") for name in TODAY}, "event_id_cnty"),
    "gtd": (GTD, "eventid"),
    "airwars": (AIRWARS, "code"),
    "hdx-hapi-conflict": (HAPI, "location_code"),
    "csv": (MAPPED, "id"),
}
PIECES = (
    b'"', b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xe9", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b":", b"#",
    b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", b"<x>", b"0" * 400, b"\xc3\x28", b"\xe2\x80\xae", b"-", b".0", b"nan",
)  # fmt: skip


def rows_of(dataset):
    row, key = ROWS[dataset]
    return [row | {key: f"{row[key]}{number}"} for number in range(3)]


def shapes_of(dataset):
    """The same rows as CSV, with tabs, as JSON in three ways, as a workbook, packed."""
    from openpyxl import Workbook

    rows = rows_of(dataset)
    made = []
    for delimiter in ",\t":
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows([list(rows[0]), *(list(row.values()) for row in rows)])
        made.append(text.getvalue().encode())
    made += [json.dumps(rows).encode(), json.dumps({"n": 3, "data": rows}, indent=1).encode()]
    made.append("\n".join(map(json.dumps, rows)).encode())
    book, data = Workbook(), io.BytesIO()
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        book.active.append(row)
    book.save(data)
    return [*made, data.getvalue(), gzip.compress(made[0], mtime=0), made[0].decode().encode("utf-16")]


def mutated(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        at = chance.randrange(len(data))
        match chance.randrange(5 if len(data) > 100 else 2):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at:at] = chance.choice(PIECES)
            case 2:
                del data[at : at + chance.randint(1, 60)]
            case 3:
                data[at:at] = data[chance.randrange(len(data)) :][:40]
            case 4:
                del data[at + 1 :]
    return bytes(data) or b" "


def tried(imports, files, seed):
    """So many files over all importers; how many were taken, and how many refused."""
    chance = random.Random(seed)
    shapes = {dataset: shapes_of(dataset) for dataset in ROWS}
    (imports.folder.path / "m.toml").write_text(MAPPING.replace("\n    ", "\n").lstrip())
    path, taken, refused, said = imports.folder.path / "file", 0, 0, []
    with Log.open(imports.folder.log_path) as log:
        mapped = imports.mapped(log)
        for number in range(files):
            dataset = chance.choice(list(ROWS))
            path.write_bytes(mutated(chance.choice(shapes[dataset]), chance))
            before, aside = log.head, []
            try:
                with opened(str(path)) as source:
                    if number % 5 == 0:
                        suggest(source)
                    format_ = mapped if dataset == "csv" else datasets()[dataset]
                    rejects = aside.extend if number % 2 else None
                    import_release(log, source, Asked(format_, rejects=rejects, new_history=True))
            except DraftRefused:
                raise  # the log says no line of the file: what it would refuse is found before
            except (Refused, Usage) as error:
                refused += 1
                said.append((str(error), log.head - before))
                continue
            taken += 1
    assert [each for each in said if "\n" in each[0] or each[1]] == []
    return taken, refused


def test_some_hundred_mutated_files_over_all_importers(imports):
    taken, refused = tried(imports, 300, 1)
    assert taken > 50
    assert refused > 50


@pytest.mark.torture
def test_fifty_thousand_mutated_files_over_all_importers_in_bounded_memory(imports):
    tried(imports, 200, 2)
    tracemalloc.start()
    tried(imports, 50_000, 3)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 << 20
