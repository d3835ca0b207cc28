"""The convoy from Kidal to Gao, and the daily bulletins of one ministry, reckoned without a log."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from given import KIDAL, SHARED, needs_shared_data
from reckoned import asked, reckoned, standing

from chronology.casualties import Entry, Result
from chronology.intake import read_batch, read_file
from chronology.log import Log
from chronology.vocabulary.dates import bounds
from chronology.vocabulary.figures import read_figures
from chronology.vocabulary.kinds.casualties import CasualtyUpdate

CONVOY = "where definition is null and category = 'injured' and victims = 'peacekeepers' and operation = 'kidal-gao'"


def convoy(folder: Path, *files: str) -> list[Entry]:
    drafts = []
    with Log.create(folder / "log.db") as log:
        for file in files:
            batch = read_batch(read_file(str(KIDAL / file), None), log)
            assert not batch.problems
            log.append(batch.drafts)
            drafts += [(draft.id or f"{file}-{n}", draft.fact) for n, draft in enumerate(batch.drafts)]
    return standing(drafts)


def test_the_article_alone_says_at_least_22_and_14_of_them_are_not_itemised(tmp_path: Path) -> None:
    (row,) = asked(
        reckoned(convoy(tmp_path, "article.toml")),
        f"select low, best, high, itemised_low, stated_total_low, not_itemised from casualties_by_operation {CONVOY}",
    )
    assert [*row.values()] == [22, 22, None, 8, 22, 14]


@pytest.mark.parametrize("files", [("article.toml", "reports.toml"), ("article.toml", "reports.toml", "curation.toml")])
def test_all_reports_say_39_before_and_after_curation_and_by_day(tmp_path: Path, files: tuple[str, ...]) -> None:
    result = reckoned(convoy(tmp_path, *files))
    (row,) = asked(result, f"select low, itemised_low from casualties_by_operation {CONVOY}")
    assert [*row.values()] == [39, 39]
    (row,) = asked(result, "select low, best, high from casualties_by_operation where definition is not null")
    assert [*row.values()] == [37, 37, 37]
    days = asked(result, f"select day, low from casualties_daily {CONVOY} and day <= '2023-11-04' order by day")
    assert [(row["day"].isoformat()[5:], row["low"]) for row in days] == [
        ("10-31", 2), ("11-01", 10), ("11-02", 10), ("11-03", 17), ("11-04", 39),
    ]  # fmt: skip
    stale = asked(result, "select fact from figures where reason = 'stale: below 39' order by fact")
    assert "republicain-15" in [row["fact"] for row in stale]


@pytest.mark.parametrize(
    ("known_by", "low"),
    [("2023-11-01", 10), ("2023-11-03", 17), ("2023-11-05", 17), ("2023-11-06", 39), ("2023-11-08", 39)],
)
def test_what_was_known_on_each_day(tmp_path: Path, known_by: str, low: int) -> None:
    known = []
    for entry in convoy(tmp_path, "article.toml", "reports.toml"):
        published = getattr(entry.fact, "published", None)
        last = bounds(published).latest if published is not None else None
        if last is None or last <= dt.date.fromisoformat(known_by):
            known.append(entry)
    (row,) = asked(reckoned(known), f"select low from casualties_by_operation {CONVOY}")
    assert row["low"] == low


def bulletins() -> list[Entry]:
    """Each day as one fact; a period of 0 hours with nobody in it is a gap."""
    rows = json.loads((SHARED / "gaza-daily" / "casualties_daily.json").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        day = dt.date.fromisoformat(row["report_date"])
        hours = row.get("report_period") or 24
        first = day - dt.timedelta(days=hours // 24 - 1)
        figures: dict[str, Any] = {}
        for category in ("killed", "injured"):
            some = []
            if category in row and (row.get("report_period") != 0 or row[category]):
                some.append({"figure": row[category], "measure": "increment", "period": f"{first}/{day}"})
            if f"{category}_cum" in row:
                some.append({"figure": row[f"{category}_cum"], "measure": "running_total", "as_at": f"{day}"})
            if some:
                figures[category] = read_figures(some)
        if figures:
            fact = CasualtyUpdate(source="health ministry", published=f"{day}", operation="gaza", **figures)
            found.append(Entry(len(found) + 1, f"gaza-{day}", 1, fact))
    return found


@pytest.fixture(scope="module")
def of_bulletins() -> Result:
    return reckoned(bulletins())


def stated(category: str) -> dict[dt.date, int]:
    return {
        dt.date.fromisoformat(figure.as_at): figure.low or 0
        for entry in bulletins()
        for figure in getattr(entry.fact, category)
        if figure.measure == "running_total"
    }


@needs_shared_data
def test_bulletins_itemised_stated_and_not_itemised(of_bulletins: Result) -> None:
    found = {
        row.category: (row.itemised_low, row.stated_total_low, row.not_itemised, row.low)
        for row in of_bulletins.by_operation
    }
    assert found == {
        "killed": (68_864, 73_419, 4_555, 73_419),
        "injured": (137_181, 174_364, 37_183, 174_364),
    }  # fmt: skip


@needs_shared_data
def test_by_day_the_low_is_the_total_stated_for_the_day_but_for_the_slips(of_bulletins: Result) -> None:
    low = {(row.category, row.day): row.low for row in of_bulletins.by_day}
    killed, injured = stated("killed"), stated("injured")
    slips = {f"{day}": total for day, total in killed.items() if low["killed", day] != total}
    assert (len(killed), slips) == (1_033, {"2023-12-05": 16_248, "2023-12-07": 17_177, "2024-08-27": 40_435})
    assert (len(injured), sum(low["injured", day] == total for day, total in injured.items())) == (1_025, 1_005)
    named = [row.fact for row in of_bulletins.contradictions if row.category == "killed"]
    assert named == ["gaza-2023-12-05", "gaza-2023-12-07", "gaza-2024-08-27"]


@needs_shared_data
@pytest.mark.parametrize(
    "step", [pytest.param(100, id="every hundredth"), pytest.param(1, id="each", marks=pytest.mark.torture)]
)
def test_the_total_known_on_each_day_is_the_one_stated_that_day(step: int) -> None:
    """Each of the 1,033 days takes more than a minute, and is for `make torture`."""
    entries, killed = bulletins(), stated("killed")
    for n in range(step, len(entries) + 1, step):
        result = reckoned(entries[:n])
        day = dt.date.fromisoformat(str(entries[n - 1].fact.published))
        if day in killed:
            assert {row.low for row in result.by_operation if row.category == "killed"} == {killed[day]}, day
