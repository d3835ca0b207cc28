"""Every small case of ../shared/data/figure-cases, reckoned without a log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from given import SHARED
from reckoned import asked, of_toml, reckoned

from chronology.casualties import CAUTIOUS, POLICIES

FOLDER = SHARED / "figure-cases"
CASES = sorted(FOLDER.glob("*.toml")) if FOLDER.is_dir() else []


@pytest.mark.skipif(not CASES, reason="the cases of ../shared/data/figure-cases are not here")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_rows_are_right(path: Path, tmp_path: Path) -> None:
    case: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    entries = of_toml(path.read_text(encoding="utf-8"), tmp_path)
    for check in case["checks"]:
        sql, _, policy = check["sql"].partition("-- policy ")
        assert asked(reckoned(entries, POLICIES.get(policy.strip(), CAUTIOUS)), sql) == check["rows"], sql
