"""The golden case: the convoy from Kidal to Gao, as one article, all reports, and our curation have it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from given import KIDAL, Given

FIGURES = (
    "select low, best, high, itemised_low, stated_total_low, not_itemised from injuries_by_convoy "
    "where convoy = 'kidal-gao' and definition is null"
)


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The article alone."""
    given = Given(tmp_path_factory.mktemp("article"))
    given.append(KIDAL / "article.toml")
    return given


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The article and all other reports."""
    given = Given(tmp_path_factory.mktemp("reports"))
    given.append(KIDAL / "article.toml")
    given.append(KIDAL / "reports.toml")
    return given


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """All reports, and what we decided about them."""
    given = Given(tmp_path_factory.mktemp("curated"))
    for name in ("article", "reports", "curation"):
        given.append(KIDAL / f"{name}.toml")
    return given


def test_the_article_file_is_under_ninety_lines() -> None:
    assert len((KIDAL / "article.toml").read_text(encoding="utf-8").splitlines()) < 90


def test_by_the_article_alone_at_least_22_are_injured_and_14_of_them_not_itemised(article: Given) -> None:
    assert article.row(FIGURES) == (22, 22, None, 8, 22, 14)


BY_KNOWLEDGE = [
    ("2023-11-01", 10),
    ("2023-11-03", 17),
    ("2023-11-05", 17),
    ("2023-11-06", 39),
    ("2023-11-08", 39),
    ("2023-11-30", 39),
]


@pytest.mark.parametrize(("day", "low"), BY_KNOWLEDGE)
def test_the_low_known_by_each_day_is_that_of_the_public_record(reports: Given, day: str, low: int) -> None:
    assert reports.row(FIGURES, known_by=day)[0] == low


@pytest.mark.parametrize(("day", "low"), BY_KNOWLEDGE)
def test_curation_does_not_change_what_was_known_when(curated: Given, day: str, low: int) -> None:
    assert curated.row(FIGURES, known_by=day)[0] == low


@pytest.mark.parametrize("stage", ["reports", "curated"])
def test_all_reports_give_at_least_39_and_37_who_required_medical_attention(
    stage: str, request: pytest.FixtureRequest
) -> None:
    given: Given = request.getfixturevalue(stage)
    assert given.rows(
        "select definition, low, best, high, itemised_low, not_itemised from injuries_by_convoy "
        "order by definition nulls first"
    ) == [(None, 39, 39, None, 39, 0), ("required medical attention", 37, 37, 37, None, 37)]


def test_the_eight_killed_are_disputed_and_leave_the_injured_alone(reports: Given, curated: Given) -> None:
    killed = "select low from casualties_by_operation where category = 'killed'"
    assert reports.rows(killed) == [(8,)]
    assert curated.rows(killed) == []
    assert curated.row(FIGURES)[0] == 39


def test_figures_that_do_not_count_say_why(curated: Given) -> None:
    reasons = dict(
        curated.rows("select fact, reason from figures where not counted and fact <> 'african-perceptions-8-killed'")
    )
    assert reasons["afp-several"] == "superseded by minusma-eight"
    assert reasons["republicain-15"] == "stale: below 39"
    (disputed,) = curated.row("select reason from figures where category = 'killed' and not counted")
    assert str(disputed).startswith("disputed: ")


def test_the_22_read_anew_are_an_increment_near_anefis(curated: Given) -> None:
    assert curated.row("select measure, incidents, counted from figures where fact = 'atlas-22'") == (
        "increment",
        ["ied-5", "ied-6"],
        True,
    )


def test_jnim_claims_the_attacks_of_31_october_and_2_november(article: Given) -> None:
    assert article.rows("select day, incident, actor, stance, contested from claims order by day, incident") == [
        (date(2023, 10, 31), "ied-1", "JNIM", "claimed", False),
        (date(2023, 10, 31), "ied-2", "JNIM", "claimed", False),
        (date(2023, 11, 2), "attack-2-nov", "JNIM", "claimed", False),
        (date(2023, 11, 3), "atlas-airstrikes", "Malian Armed Forces", "attributed", False),
    ]


def test_the_convoy_is_en_route_by_the_article_and_has_arrived_by_all_reports(article: Given, reports: Given) -> None:
    where = "select status, destination, since from convoys where convoy = 'kidal-gao'"
    assert article.row(where) == ("en_route", "Gao", date(2023, 11, 6))
    assert reports.row(where) == ("arrived", "Gao", date(2023, 11, 7))


def test_kidal_is_evacuated(article: Given) -> None:
    assert article.row("select status, since from sites where site = 'Kidal'") == ("evacuated", date(2023, 10, 31))


def test_mlna_is_an_alias_of_mnla(article: Given) -> None:
    assert article.row("select aliases, fact_count from actors where name = 'MNLA'") == (["MLNA"], 1)
    assert article.rows("select name from actors where name = 'MLNA'") == []


def test_by_3_november_stands_in_the_timeline_as_that_and_sorted_by_that_day(article: Given) -> None:
    days = article.rows("select day, occurred_edtf, kind from timeline where day between '2023-11-02' and '2023-11-06'")
    assert days[:2] == [
        (date(2023, 11, 2), "2023-11-02", "violent_incident"),
        (date(2023, 11, 3), "../2023-11-03", "airstrike"),
    ]


def test_as_of_before_a_correction_gives_the_old_answer(curated: Given) -> None:
    dispute = curated.value("select position from fact_disputed")
    killed = "select low from casualties_by_operation where category = 'killed'"
    assert curated.rows(killed, as_of=str(int(str(dispute)) - 1)) == [(8,)]
    assert curated.rows(killed, as_of=str(dispute)) == []


def test_every_figure_of_every_stage_counts_or_says_why_not(article: Given, reports: Given, curated: Given) -> None:
    for given in (article, reports, curated):
        assert given.rows("select fact from figures where reason is null") == []


def test_every_grain_holds(curated: Given, tmp_path: Path) -> None:
    from projections.asking.opening import open_session
    from projections.asking.verify_views import grains

    del tmp_path
    with open_session(curated.folder, say=curated.said.append) as session:
        assert grains(session.connection, session.catalogue) == []
