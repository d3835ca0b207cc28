"""Each case of the files in cases/: a sentence, the facts, and the rows that are right."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from reckoned import asked, of_toml, reckoned

from chronology.casualties import CAUTIOUS, POLICIES

FILES = sorted(Path(__file__).with_name("cases").glob("*.toml"))
CASES: list[dict[str, Any]] = [
    case for file in FILES for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]


def in_columns(row: dict[str, Any]) -> str:
    return " ".join(
        "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for value in row.values()
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"])
def test_the_rows_are_right(case: dict[str, Any], tmp_path: Path) -> None:
    entries = of_toml(case["facts"], tmp_path)
    assert [in_columns(row) for row in asked(reckoned(entries, CAUTIOUS), case["ask"])] == case["rows"]
    for name in POLICIES.keys() & case.keys():
        assert [in_columns(row) for row in asked(reckoned(entries, POLICIES[name]), case["ask"])] == case[name], name
