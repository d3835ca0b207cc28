"""Small cases with the rows that are right, from the log to the views; those of ../shared are not in the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from given import SHARED, Given, needs_shared_data

from chronology.casualties import POLICIES

CASES = sorted(path.stem for path in (SHARED / "figure-cases").glob("*.toml"))


@needs_shared_data
@pytest.mark.parametrize("case", CASES or ["none"])
def test_a_small_case_comes_out_as_a_careful_recorder_would_have_it(tmp_path: Path, case: str) -> None:
    given = Given(tmp_path / "case")
    given.append(SHARED / "figure-cases" / f"{case}.toml")
    for check in json.loads((SHARED / "figure-cases" / f"{case}.json").read_text(encoding="utf-8"))["checks"]:
        sql, _, policy = check["sql"].partition(" -- policy ")
        found = given.answers(sql, policy=POLICIES[policy] if policy else None)
        assert sorted(map(str, found)) == sorted(map(str, check["rows"])), sql
