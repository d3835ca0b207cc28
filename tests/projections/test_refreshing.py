"""Views kept up a little at a time are what a rebuild gives, whatever was decided and taken back meanwhile."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from empty_views import put_empty_views
from histories import LEISURELY, STEPS, append
from hypothesis import given, settings

from chronology.log import Folder, Log
from projections.asking.verify_views import verify
from projections.store.refresh import refresh
from projections.views.catalogue import Catalogue


def kept_up(steps: list[list[dict[str, Any]]]) -> list[str]:
    """What is wrong with views that were refreshed after each step."""
    with tempfile.TemporaryDirectory() as path:
        folder = Folder.create(Path(path) / "case", "case")
        put_empty_views(folder)
        with Log.open(folder.log_path) as log:
            for step in steps:
                for given in step:
                    append(log, given)
                refresh(log, folder.views_path, Catalogue(None), pytest.fail)
            return [f"{check.view}: {check.problem}" for check in verify(log, folder, Catalogue(None)) if check.problem]


@settings(LEISURELY, max_examples=3)
@given(STEPS)
def test_views_kept_up_through_any_history_are_what_a_rebuild_gives(steps: list[list[dict[str, Any]]]) -> None:
    assert kept_up(steps) == []


@pytest.mark.torture
@settings(LEISURELY, max_examples=300)
@given(STEPS)
def test_views_kept_up_through_many_histories_are_what_a_rebuild_gives(steps: list[list[dict[str, Any]]]) -> None:
    assert kept_up(steps) == []


def test_a_row_that_others_spoke_of_before_it_came_is_contested_with_them() -> None:
    told = {
        "kind": "ied_strike", "id": "told-1", "source": "AP", "published": "2023-11-04", "occurred": "2023-10-31",
        "operation": "march", "incidents": ["row-1"], "killed": [{"low": 2}],
    }  # fmt: skip
    row = {
        "kind": "ied_strike", "id": "row-1", "source": "AFP", "published": "2023-11-04", "occurred": "2023-10-31",
        "native": ["id=1"], "killed": [{"best": 9}],
    }  # fmt: skip
    assert kept_up([[told], [row]]) == []
    assert kept_up([[row], [told], [{"kind": "fact_retracted", "fact": "told-1", "reason": "not so"}]]) == []
