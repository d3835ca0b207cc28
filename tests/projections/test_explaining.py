"""Why a number is what it is, what contradicts what, what needs review, and what changed between two moments."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from given import KIDAL, Given

from chronology.cli import run
from chronology.errors import Refused
from projections.asking.opening import open_session, open_two
from projections.asking.session import Session
from projections.explaining.diff import DIFFED, difference
from projections.explaining.why import explain


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """All of the Kidal case."""
    given = Given(tmp_path_factory.mktemp("curated"))
    for name in ("article", "reports", "curation"):
        given.append(KIDAL / f"{name}.toml")
    return given


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """An empty chronology."""
    return Given(tmp_path / "case")


def _told(capsys: pytest.CaptureFixture[str], given: Given, *arguments: str) -> str:
    assert run(["-C", str(given.folder.path), *arguments]) == 0
    return capsys.readouterr().out


def test_why_names_the_superseded_the_stale_and_the_read_anew(
    curated: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, curated, "why", "injuries_by_convoy", "convoy=kidal-gao", "definition=")
    for line in (
        "several peacekeepers injured: superseded by minusma-eight",
        "15 peacekeepers injured in all: stale: below 39",
        "corrected atlas-22 (reading): ",
        "before: 22 peacekeepers injured in all",
        "policy cautious-2 · now · head 48",
    ):
        assert line in told


def test_why_as_json_has_items_facts_that_count_and_those_that_do_not(
    curated: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    why = json.loads(_told(capsys, curated, "why", "injuries_by_convoy", "definition=null", "--format", "json"))
    (row,) = why["rows"]
    assert (why["policy"], why["head"], why["known_by"]) == ("cautious-2", 48, None)
    assert sum(item["low"] for item in row["items"]) == row["row"]["low"] == 39
    assert {f["fact"] for f in row["not_counted"]} == {"afp-several", "republicain-15", "african-perceptions-8-killed"}
    assert {"ap-39", "minusma-eight"} <= {f["fact"] for f in row["counted"]}


def test_why_looks_back_with_the_figure(curated: Given, capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, curated, "why", "injuries_by_convoy", "definition=", "--known-by", "2023-11-03")
    assert "low 17 " in told
    assert "known by 2023-11-03" in told
    assert "ap-39" not in told


@pytest.mark.parametrize(
    ("view", "keys", "said"),
    [
        ("injuries_by_convoi", {}, "did you mean injuries_by_convoy"),
        ("injuries_by_convoy", {"convoi": "x"}, "did you mean convoy"),
    ],
)
def test_why_of_what_is_not_there_names_what_is(curated: Given, view: str, keys: dict[str, str], said: str) -> None:
    with open_session(curated.folder, say=curated.said.append) as session, pytest.raises(Refused, match=said):
        explain(session, view, keys)


@pytest.mark.parametrize("view", ["claims", "convoys", "incidents", "sites", "timeline", "casualties_by_incident"])
def test_every_view_with_facts_can_be_explained(curated: Given, view: str) -> None:
    with open_session(curated.folder, say=curated.said.append) as session:
        explanations, rows = explain(session, view, {})
        assert rows > 0
        assert all(each.counted or each.not_counted for each in explanations)


STRIKE = """
[[ied_strike]]
id = "{fact}"
source = "{source}"
published = "2023-02-0{day}"
occurred = "2023-01-0{day}"
place = {{ name = "{place}", latitude = {latitude}, longitude = 1.0 }}
injured = {count}
"""


def test_incidents_that_may_be_one_are_offered_until_merged_or_separated(given: Given) -> None:
    given.append(
        STRIKE.format(fact="strike-a", source="AP", day=1, place="Anefis", latitude=18.0, count=8)
        + STRIKE.format(fact="strike-b", source="AFP", day=2, place="Anefis base", latitude=18.05, count=8)
        + STRIKE.format(fact="strike-c", source="UN", day=9, place="Anefis", latitude=18.0, count=8)
    )
    offered = "select detail from needs_review where what = 'incidents that may be one'"
    assert given.rows(offered) == [("strike-a and strike-b: both ied_strike, 1 days and 5.6 km",)]
    (separated,) = given.append('[[incidents_separated]]\nincidents = ["strike-a", "strike-b"]\nreason = "two holes"')
    assert given.rows(offered) == []
    given.append(f'[[fact_retracted]]\nfact = "{separated.position}"\nreason = "one hole"')
    assert len(given.rows(offered)) == 1
    given.append('[[incidents_merged]]\nincidents = ["strike-a", "strike-b"]\nreason = "one hole"')
    assert given.rows(offered) == []
    assert given.rows("select incident, injured_low, facts from incidents order by 1") == [
        ("strike-a", 8, ["strike-a", "strike-b"]),
        ("strike-c", 8, ["strike-c"]),
    ]


def test_what_counts_nowhere_or_has_no_day_is_up_for_review(given: Given) -> None:
    given.append(
        '[[casualty_update]]\nid = "loose"\nsource = "AP"\npublished = "2023-01-01"\noperation = "march"\ninjured = 9\n'
        '[[statement_made]]\nid = "undated"\nsource = "AP"\nactor = "UN"\nabout = "x"\n'
    )
    assert given.rows("select fact, what from needs_review order by fact") == [
        ("loose", "figure of unspecified measure"),
        ("undated", "fact without published"),
    ]


def test_an_incident_in_two_operations_or_on_days_that_exclude_each_other_is_a_contradiction(given: Given) -> None:
    given.append(
        """
[[ied_strike]]
id = "one"
source = "AP"
published = "2023-02-01"
occurred = "2023-01-01"
operation = "north"
incidents = ["blast"]
[[ied_strike]]
id = "two"
source = "AFP"
published = "2023-02-01"
occurred = "2023-01-05"
operation = "south"
incidents = ["blast"]
"""
    )
    assert given.rows("select what, incident, facts from contradictions order by what") == [
        ("incident in two operations", "blast", ["one", "two"]),
        ("incident on days that exclude each other", "blast", ["one", "two"]),
    ]


def test_two_exact_numbers_for_one_incident_contradict_and_the_verb_that_settles_it_is_named(given: Given) -> None:
    given.append(
        "".join(
            f'[[ied_strike]]\nid = "{source}"\nsource = "{source}"\npublished = "2023-02-01"\nincidents = ["blast"]\n'
            f"injured = {count}\n"
            for source, count in (("AP", 8), ("AFP", 11))
        )
    )
    (contradiction,) = given.rows("select what, says, against, settle from contradictions")
    assert contradiction[0] == "figures of one region that exclude each other"
    assert "at least 11" in str(contradiction[1])
    assert "at most 8" in str(contradiction[2])
    assert "chronology dispute AFP" in str(contradiction[3])


def test_diff_tells_added_changed_and_withdrawn_with_the_entries_that_caused_it(
    curated: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, curated, "diff", "45", "48", "casualties_by_operation").splitlines()
    assert told == [
        (
            "~ casualties_by_operation · kidal-gao · injured · peacekeepers: itemised_high null → 39, "
            "facts +atlas-22  [46, 47]"
        ),
        (
            "- casualties_by_operation · kidal-gao · killed · peacekeepers: low 8, best 8, stated_total_low 8, "
            "not_itemised 8, residual 8, contradiction False, single_voices [africanperceptions.org], "
            "in_words at least 8 peacekeepers killed  [48]"
        ),
        "casualties_by_operation: 0 values changed, 0 added, 1 withdrawn, 1 rows changed otherwise",
    ]


def test_diff_of_a_moment_with_itself_is_nothing(curated: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, curated, "diff", "48", "now") == "nothing changed\n"


@pytest.mark.parametrize(("first", "second"), [("1", "30"), ("30", "48"), ("48", "now"), ("45", "20")])
def test_what_was_with_the_changes_of_a_diff_is_what_is(curated: Given, first: str, second: str) -> None:
    before, after = open_two(curated.folder, first, second, by_publication=False, say=curated.said.append)
    with before, after:
        for view in DIFFED:
            if not (grain := after.catalogue.views[view].grain):
                continue
            rows, now = _rows_by_key(before, view, grain), _rows_by_key(after, view, grain)
            for change in difference(before, after, view):
                key = tuple(change.key.values())
                if change.change == "removed":
                    rows.pop(key)
                else:
                    rows[key] = rows.get(key, dict.fromkeys(next(iter(now.values())))) | change.key | change.new
            assert {key: _said(row) for key, row in rows.items()} == {key: _said(row) for key, row in now.items()}


def _rows_by_key(session: Session, view: str, grain: tuple[str, ...]) -> dict[tuple[object, ...], dict[str, object]]:
    return {tuple(row[key] for key in grain): row for row in session.rows(f"select * from {view}")}


def _said(row: dict[str, object]) -> dict[str, object]:
    """A row without the columns that say nothing, which a diff leaves out of a row that came."""
    return {column: value for column, value in row.items() if value not in (None, []) and column != "policy"}


def test_diff_of_a_view_without_a_grain_and_of_one_with_a_wrong_grain_takes_row_by_row(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    strike = "[[airstrike]]\nsource = 'AP'\npublished = 2023-11-0{day}\nplace = '{place}'\n"
    for day, place in enumerate(("Kidal", "Kidal", "Gao"), start=1):
        given.append(strike.format(day=day, place=place))
    (folder := given.folder.projections_path).mkdir()
    (folder / "spots.sql").write_text("select place from airstrike", encoding="utf-8")
    (folder / "twice.sql").write_text("-- grain: place\nselect place, published_to from airstrike", encoding="utf-8")
    assert _told(capsys, given, "diff", "1", "3", "spots").splitlines() == [
        "+ spots: place Gao",
        "+ spots: place Kidal",
        "spots: 0 values changed, 2 added, 0 withdrawn",
    ]
    assert _told(capsys, given, "diff", "1", "3", "twice").splitlines() == [
        "+ twice · Gao: published_to 2023-11-03",
        "+ twice · Kidal: published_to 2023-11-02",
        "twice: 0 values changed, 2 added, 0 withdrawn",
    ]


def test_diff_of_a_view_that_was_left_out_says_so_and_writes_nothing(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    given.append("[[airstrike]]\nsource = 'AP'\npublished = 2023-11-01\nplace = 'Kidal'")
    (folder := given.folder.projections_path).mkdir()
    (folder / "bad.sql").write_text("select nope from facts", encoding="utf-8")
    assert run(["-C", str(given.folder.path), "diff", "1", "now", "bad", "--format", "json"]) == 1
    out, said = capsys.readouterr()
    assert out == ""
    assert "there is no view bad: it could not be made; `chronology rebuild` says why" in said


def test_diff_as_json_and_csv_is_for_programs(curated: Given, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("diff", "--known-by", "2023-11-03", "2023-11-06", "injuries_by_convoy", "--format")
    (change,) = json.loads(_told(capsys, curated, *arguments, "json"))
    assert (change["change"], change["old"]["low"], change["new"]["low"]) == ("changed", 17, 39)
    lines = _told(capsys, curated, *arguments, "csv").splitlines()
    assert lines[0] == "view,change,key,column,old,new,causes"
    assert any(",low,17,39," in line for line in lines)


def test_the_series_by_publication_is_what_each_day_knew(curated: Given, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(_told(capsys, curated, "series", "injuries_by_convoy", "definition=", "--format", "json"))
    assert [(row["known_by"], row["low"]) for row in rows] == [
        ("2023-11-01", 10),
        ("2023-11-03", 17),
        ("2023-11-06", 39),
    ]
    for row in rows:
        known = curated.row("select low from injuries_by_convoy where definition is null", known_by=row["known_by"])
        assert known == (row["low"],)


def test_why_of_a_day_names_what_may_have_happened_by_then_and_nothing_later(curated: Given) -> None:
    keys = {"convoy": "kidal-gao", "definition": "null", "day": "2023-11-01"}
    with open_session(curated.folder, say=curated.said.append) as session:
        (day,), _ = explain(session, "injuries_by_convoy_daily", keys)
        (whole,), _ = explain(session, "injuries_by_convoy", {"convoy": "kidal-gao", "definition": "null"})
    assert (day.row["low"], sum(item["low"] for item in day.items)) == (10, 10)
    named = {figure["item"] for figure in (*day.counted, *day.not_counted)}
    assert named == {"incidents: ied-1, ied-2", "incidents: ied-3", "incidents: ied-3, ied-4"}
    assert {"incidents: ied-4", "incidents: ied-5, ied-6"} < {figure["item"] for figure in whole.counted}


def test_the_daily_series_ends_with_the_undated_figures(curated: Given) -> None:
    assert curated.rows(
        "select definition, day, low, high from injuries_by_convoy_daily "
        "qualify row_number() over (partition by definition order by day desc) = 1 order by definition nulls first"
    ) == [(None, date(2023, 11, 30), 39, None), ("required medical attention", date(2023, 11, 8), 37, 37)]
    assert curated.rows(
        "select day, low from injuries_by_convoy_daily where definition is null and day <= '2023-11-04' order by day"
    ) == [
        (date(2023, 10, 31), 2),
        (date(2023, 11, 1), 10),
        (date(2023, 11, 2), 10),
        (date(2023, 11, 3), 17),
        (date(2023, 11, 4), 39),
    ]
