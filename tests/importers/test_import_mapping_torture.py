"""Mappings and JSON that nobody would write: always our own words, never a traceback."""

from __future__ import annotations

import json
import random

import pytest
from mapped_imports import MappedImports

from chronology.errors import Refused
from chronology.log import DraftRefused

MAPPING = """
dataset = "bulletins"
key = "{day}-{town}"
delimiter = ","
skip = [{ dead = "", hurt = "" }]

[columns.day]
date = ["%d/%m/%Y", "%Y-%m-%d"]

[columns.type]
codes = { "1" = "airstrike", "2" = "casualty_update" }

[columns.who]
split = ";"
empty = ["-"]

[fact]
kind = "{type}"
source = "{paper}"
published = "{day}"
occurred = { until = "{day}", hours = "{hours}" }
place = { name = "{town}", latitude = "{lat}", longitude = "{lon}", geo_precision = "near" }
participants = ["{who}", "{host}"]
operation = "siege"
killed = [
  { figure = "{dead}", measure = "increment", period = { from = "{day}", days = 2 } },
  { low = "{dead}", victims = "{group}", measure = "breakdown", part_of = "all", unless = { dead = "0" } },
]
injured = "{hurt}"
"""
ROWS = [
    {"day": "31/10/2023", "town": "Kidal", "type": "1", "paper": "AP", "hours": "24", "lat": "18.4", "lon": "1.4",
     "who": "A; B", "host": "C", "dead": "8", "group": "women", "hurt": ">=3 civilians"},
    {"day": "2023-11-01", "town": "Gao", "type": "2", "paper": "AFP", "hours": "48", "lat": "", "lon": "",
     "who": "-", "host": "", "dead": "0", "group": "men", "hurt": "several"},
]  # fmt: skip
CSV = "\n".join(",".join(row) for row in ([*ROWS[0]], *(row.values() for row in ROWS)))
PIECES = (
    "{", "}", "{{", "{day}", "{none}", '"', "'", "[", "]", "=", "\n", "#", ".", ",", "0", "-1", "true", "2023-10-31",
    "[[fact]]", "[fact]", "[columns]", "unless", "until", "from", "hours", "days", "\x00", "\u202e", "%Y", "%", "null",
    "1e999", "\\", "\\ud800", '"kind":', "[[[[", "9" * 60,
)  # fmt: skip


def mutated(text, chance):
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[at + chance.randint(1, 30) :]
            case 1:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 2:
                other = chance.randrange(len(text))
                text = text[:at] + text[other : other + 25] + text[at:]
            case 3:
                text = text[:at] + chance.choice(PIECES) + text[at + 1 :]
    return text


def tried(imports, rounds, seed):
    chance, taken = random.Random(seed), 0
    tables = (CSV, json.dumps(ROWS, indent=1), "\n".join(map(json.dumps, ROWS)))
    assert imports.take_in(CSV, MAPPING, dry_run=True).new == 2
    for number in range(rounds):
        table, mapping = chance.choice(tables), MAPPING
        if number % 2:
            table = mutated(table, chance)
        if number % 4 != 1:
            mapping = mutated(mapping, chance)
        try:
            found = imports.take_in(table.encode(errors="replace"), mapping, dry_run=number % 8 > 0)
        except DraftRefused:
            raise  # the log says no line of the file: what it would refuse is found before
        except Refused:
            continue
        taken += 1
        assert found.rejected == 0
    assert taken


def test_some_hundred_mutated_mappings_and_tables(tmp_path):
    tried(MappedImports(tmp_path / "given"), 400, 1)


@pytest.mark.torture
def test_ten_thousand_mutated_mappings_and_tables(tmp_path):
    tried(MappedImports(tmp_path / "given"), 10_000, 2)
