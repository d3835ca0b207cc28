"""Daily bulletins with both numbers: an increment for the day and a total since the beginning, by one ministry.

Once as facts made here, and once imported by the mapping file that docs/importing.md points to.

The data are real (`gaza-daily`, public domain): 1,051 days, and one commit that restated 2023.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from given import ROOT, SHARED, Given, needs_shared_data

from chronology.importers import Asked, Mapped, Summary, import_release, opened, read_mapping
from chronology.log import Log
from projections.asking.opening import open_two
from projections.explaining.diff import difference

pytestmark = needs_shared_data

TOTALS = (
    "select category, itemised_low, stated_total_low, not_itemised, low from casualties_by_operation "
    "where operation = 'gaza' order by category desc"
)


def _bulletins(file: str, categories: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each day as one fact: `killed` and `injured` for its period, `…_cum` since the beginning; gaps are left out."""
    rows = json.loads((SHARED / "gaza-daily" / file).read_text(encoding="utf-8"))
    facts = [_bulletin(row, categories) for row in rows]
    return [fact for fact in facts if any(category in fact for category in categories)]


def _bulletin(row: dict[str, Any], categories: tuple[str, ...]) -> dict[str, Any]:
    day = date.fromisoformat(row["report_date"])
    hours = row.get("report_period") or 24
    period = day.isoformat() if hours == 24 else f"{day - timedelta(days=hours // 24 - 1)}/{day}"
    fact: dict[str, Any] = {
        "kind": "casualty_update", "id": f"gaza-{day}", "source": "health ministry",
        "published": day.isoformat(), "operation": "gaza",
    }  # fmt: skip
    for category in categories:
        figures = []
        # A period of 0 hours with 0 people is a day without a bulletin: a gap, not a statement.
        if category in row and (row.get("report_period") != 0 or row[category]):
            figures.append({"figure": row[category], "measure": "increment", "period": period})
        if f"{category}_cum" in row:
            figures.append({"figure": row[f"{category}_cum"], "measure": "running_total", "as_at": day.isoformat()})
        if figures:
            fact[category] = figures
    return fact


def _append(given: Given, facts: list[dict[str, Any]]) -> None:
    path = given.folder.path / "facts.jsonl"
    path.write_text("\n".join(json.dumps(fact) for fact in facts), encoding="utf-8")
    given.append(path)


def test_itemised_stated_and_not_itemised_of_a_thousand_days(tmp_path: Path) -> None:
    given = Given(tmp_path / "case")
    _append(given, _bulletins("casualties_daily.json", ("killed", "injured")))
    assert given.rows(TOTALS) == [
        ("killed", 68_864, 73_419, 4_555, 73_419),
        ("injured", 137_181, 174_364, 37_183, 174_364),
    ]
    last = given.rows(
        "select category, low, best, high from casualties_daily "
        "qualify row_number() over (partition by category order by day desc) = 1 order by category desc"
    )
    assert last == given.rows("select category, low, best, high from casualties_by_operation order by category desc")


@pytest.fixture(scope="module")
def restated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Given, int]:
    """The bulletins before the restating commit, then its corrections by name; and the position before these."""
    given = Given(tmp_path_factory.mktemp("restated"))
    before = _bulletins("casualties_daily.before.json", ("killed",))
    after = {fact["id"]: fact for fact in _bulletins("casualties_daily.after.json", ("killed",))}
    _append(given, before)
    head = given.head
    known = {fact["id"]: fact for fact in before}
    corrections = [
        {
            "kind": "fact_corrected", "fact": name, "nature": "source", "reason": "restated on 18 February 2024",
            "now": {key: value for key, value in fact.items() if key != "id"},
        }
        for name, fact in after.items()
        if name in known and fact != known[name]
    ]  # fmt: skip
    _append(given, corrections + [fact for name, fact in after.items() if name not in known])
    return given, head


def test_a_restatement_moves_what_was_known_then_and_the_old_answer_can_be_had_again(
    restated: tuple[Given, int],
) -> None:
    given, before = restated
    stated = "select stated_total_low from casualties_by_operation where category = 'killed'"
    assert given.value(stated, known_by="2023-11-24") == 14_800
    assert given.value(stated, known_by="2023-11-24", as_of=str(before)) == 15_000
    itemised = "select itemised_low, stated_total_low from casualties_by_operation where category = 'killed'"
    assert given.row(itemised, as_of=str(before)) == (19_222, 28_985)
    assert given.row(itemised) == (24_430, 28_985)


def test_diff_across_the_restatement_lists_what_it_changed_added_and_withdrew(restated: tuple[Given, int]) -> None:
    given, before = restated
    old, new = open_two(given.folder, str(before), "now", by_publication=False, say=given.said.append)
    with old, new:
        changes = list(difference(old, new, "figures"))
    values = [change for change in changes if change.change == "changed" and "low" in change.new]
    assert len(values) == 37
    assert sum(change.change == "added" for change in changes) == 17
    assert sum(change.change == "removed" for change in changes) == 1
    assert all(change.causes and min(change.causes) > before for change in values)


# --- by a mapping file


def _take_in(given: Given, file: str) -> Summary:
    with Log.open(given.folder.log_path) as log, opened(str(file)) as source:
        mapping = read_mapping(ROOT / "docs" / "mappings" / "daily-bulletins.toml", log, ())
        return import_release(log, source, Asked(Mapped(mapping)))


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_a_mapping_file_takes_them_in_and_the_figures_are_the_same(tmp_path: Path, form: str) -> None:
    given = Given(tmp_path / "case")
    source = SHARED / "gaza-daily" / "casualties_daily.json"
    rows = json.loads(source.read_text(encoding="utf-8"))
    file = given.folder.path / f"bulletins.{form}"
    if form == "csv":
        columns = list(dict.fromkeys(key for row in rows for key in row))
        lines = [",".join(str(row.get(column, "")) for column in columns) for row in rows]
        file.write_text("\n".join([",".join(columns), *lines]), encoding="utf-8")
    elif form == "jsonl":
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        file = source
    found = _take_in(given, str(file))
    assert (found.rows, found.new, found.skipped, found.rejected) == (1_051, 1_033, 18, 0)
    assert given.rows(TOTALS) == [
        ("killed", 68_864, 73_419, 4_555, 73_419),
        ("injured", 137_181, 174_364, 37_183, 174_364),
    ]


def test_a_restatement_that_is_imported_moves_what_was_known_then(tmp_path: Path) -> None:
    given = Given(tmp_path / "case")
    folder = SHARED / "gaza-daily"
    _take_in(given, str(folder / "casualties_daily.before.json"))
    before = given.head
    _take_in(given, str(folder / "casualties_daily.after.json"))
    stated = "select stated_total_low from casualties_by_operation where category = 'killed'"
    assert given.value(stated, known_by="2023-11-24") == 14_800
    assert given.value(stated, known_by="2023-11-24", as_of=str(before)) == 15_000
    itemised = "select itemised_low, stated_total_low from casualties_by_operation where category = 'killed'"
    assert given.row(itemised, as_of=str(before)) == (19_222, 28_985)
    assert given.row(itemised) == (24_430, 28_985)
    changed = given.rows(
        "select count(*) filter (where old is not null and new is not null), count(*) filter (where old is null), "
        "count(*) filter (where new is null) from revisions where field in ('killed', 'killed_cum')"
    )
    assert changed == [(37, 13, 1)]
    # The other four of the 17 values added stand in bulletins for days that had none before.
    added = f"select count(*) from figures where position > {before} and fact not in (select fact from revisions)"
    assert given.value(f"{added} and category = 'killed'") == 4
