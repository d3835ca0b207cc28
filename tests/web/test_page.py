"""The page: its rows are those of the views on each day, and no text of a source is anything but text."""

import json
import re
import sys
from datetime import date
from html import unescape

import pytest
from given import KIDAL, Given

from chronology import Chronology
from chronology.exporters.state import state_of
from chronology.log import Log
from chronology.web.days import Course, single_days, thinned, walked_days
from chronology.web.moment_tables import Scope
from chronology.web.page import languages, words_of
from projections.asking.opening import open_session

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def kidal(tmp_path_factory):
    """The Kidal case with its reports, and its page."""
    chronology = Chronology.create(tmp_path_factory.mktemp("page") / "kidal")
    for name in ("article.toml", "reports.toml"):
        chronology.append(KIDAL / name)
    return chronology


@pytest.fixture(scope="module")
def page(kidal):
    return kidal.page()


def data_of(page):
    """What a page holds, as its script reads it."""
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


def rows_at(data, table, moment):
    """The rows of a table at a moment, as the page's script finds them."""
    columns, rows = data["tables"][table]["columns"], data["tables"][table]["rows"]
    return [
        dict(zip(columns, row[2:], strict=True))
        for row in rows
        if row[0] <= moment and (row[1] is None or moment < row[1])
    ]


def test_the_moments_are_the_days_on_which_something_changed(page):
    assert data_of(page)["moments"] == [
        "2023-11-01", "2023-11-02", "2023-11-03", "2023-11-06", "2023-11-08", "2023-11-30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "view"),
    [("tolls", "casualties_by_operation"), ("incidents", "incidents"), ("claims", "claims"), ("toll", "toll")],
)
def test_at_each_moment_the_rows_are_those_of_the_view_known_by_that_day(kidal, page, table, view):
    data = data_of(page)
    for number, day in list(enumerate(data["moments"]))[1::2]:
        rows = rows_at(data, table, number)
        shared = [column for column in data["tables"][table]["columns"] if column != "reports"]
        only = " where operation is not null" if view == "toll" else ""
        there = kidal.query(f"select {', '.join(shared)} from {view}{only}", known_by=day).dicts()
        shown = [{column: row[column] for column in shared} for row in rows]
        assert sorted(map(repr, json.loads(json.dumps(there, default=str)))) == sorted(map(repr, shown)), day


def test_the_reasons_of_a_figure_are_those_that_why_gives(kidal, page):
    data, keys = data_of(page), {"operation": "kidal-gao", "category": "injured", "definition": None}
    for number, day in list(enumerate(data["moments"]))[1::2]:
        (why,) = kidal.why("casualties_by_operation", keys, known_by=day).rows
        figures = {(row["fact"], row["figure"]): row for row in rows_at(data, "figures", number)}
        mine = [row for row in rows_at(data, "reasons", number) if row["of"].endswith("injured | peacekeepers | null")]
        shown = {(row["fact"], figures[row["fact"], row["figure"]]["reason"]) for row in mine}
        assert shown == {(each["fact"], each["reason"]) for each in (*why.counted, *why.not_counted)}


def test_a_page_of_one_operation_holds_nothing_of_others(tmp_path):
    given = Given(tmp_path / "given")
    given.append("""
        source = "AP"
        published = "2023-11-01"
        [[ied_strike]]
        operation = "kidal-gao"
        injured = 8
        [[ied_strike]]
        operation = "ber"
        injured = 3
    """)
    data = data_of(Chronology(given.folder).page(operation="ber"))
    assert [row["low"] for row in rows_at(data, "tolls", 0)] == [3]
    assert [row["operation"] for row in rows_at(data, "reports", 0)] == ["ber"]


def test_a_page_of_one_incident_holds_what_speaks_of_it(kidal):
    data = data_of(kidal.page(incident="ied-3", known_by="2023-11-01"))
    last = len(data["moments"]) - 1
    assert [row["incident"] for row in rows_at(data, "incidents", last)] == ["ied-3"]
    assert {row["fact"] for row in rows_at(data, "figures", last)} == {"minusma-eight", "afp-several"}
    assert data["moments"] == ["2023-11-01"]


def test_a_page_looks_back_in_our_log_too(kidal):
    data = data_of(kidal.page(as_of=16))
    assert [row["low"] for row in rows_at(data, "tolls", len(data["moments"]) - 1)] == [22]


def test_a_page_explains_the_policy_it_is_made_by(kidal):
    page = kidal.page(incident="ied-3", policy="majority-1", known_by="2023-11-01")
    assert "How the figures are made: policy majority-1" in page


def test_the_text_of_a_source_is_text(tmp_path):
    given = Given(tmp_path / "given")
    given.append(f"""
        [[ied_strike]]
        source = "{HOSTILE}"
        quote = "{HOSTILE}"
        url = "https://example.org/"
        operation = "{HOSTILE[:60]}"
        injured = 8
    """)
    page = Chronology(given.folder).page(title=HOSTILE)
    markup = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    assert "<img" not in markup
    assert page.count("<script") == page.count("</script>") == 3
    assert rows_at(data_of(page), "reports", 0)[0]["quote"] == HOSTILE


def test_a_page_loads_nothing_and_lets_nothing_load(page):
    head = unescape(page.split("</head>")[0])
    assert "default-src 'none'" in head
    assert not re.search(r"<(link|img|iframe|script src)", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
    assert len(page.encode()) < 2_000_000


def test_a_page_says_how_to_cite_and_to_verify_it(kidal, page):
    assert "Computed from the first 45 entries of the log of kidal." in page
    assert kidal.cite().split(";")[0] in page


@pytest.mark.parametrize("lang", sorted(languages()))
def test_every_language_has_all_words_with_the_same_places(lang):
    english, other = words_of("en"), words_of(lang)
    places = re.compile(r"\{\w+\}|`")
    assert {word: sorted(places.findall(text)) for word, text in other.items()} == {
        word: sorted(places.findall(text)) for word, text in english.items()
    }


def test_a_row_holds_from_the_moment_it_came_until_it_was_another():
    course = Course()
    for day, low in enumerate([8, 8, 17, 8], start=1):
        course.add(f"day {day}", {"tolls": [{"operation": "a", "low": low}]})
    assert course.moments == ["day 1", "day 3", "day 4"]
    assert course.tables()["tolls"]["rows"] == [[0, 1, "a", 8], [1, 2, "a", 17], [2, None, "a", 8]]


def test_of_many_days_some_are_taken_evenly_with_both_ends():
    assert thinned(range(5), 9) == [0, 1, 2, 3, 4]
    assert thinned(range(1033), 5) == [0, 258, 516, 774, 1032]
    assert thinned(range(1033), 1) == [1032]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("a.html --lang de", 2, "--lang de: there are no words; there are ar, en, fr"),
        ("a.html --operation kidal", 1, "--operation kidal: there is no such operation; did you mean kidal-gao?"),
        ("a.html --incident ied-33", 1, "there is no incident ied-33; did you mean ied-3?"),
        ("a.html --operation a --incident b", 2, "a page is of one --operation or of one --incident; give one of them"),
    ],
)
def test_what_cannot_be_a_page_is_said_in_a_line(cli, kidal, words, code, said):
    ran = cli("-C", kidal.path, "page", *words.split())
    assert (ran.code, ran.err) == (code, [f"chronology: {said}"])


def test_the_verb_writes_a_file_and_says_to_open_it(cli, kidal, tmp_path):
    ran = cli("-C", kidal.path, "page", tmp_path / "kidal.html", "--known-by", "2023-11-01")
    assert ran.out == [f"wrote {tmp_path / 'kidal.html'} (1.0 MB); open it in a browser"]
    assert "chronology page kidal.html --known-by 2023-11-01" in (tmp_path / "kidal.html").read_text()


def test_a_walk_through_the_days_gives_what_each_day_by_itself_gives(tmp_path):
    given = Given(tmp_path / "given")
    given.append("""
        operation = "kidal-gao"
        [[ied_strike]]
        id = "strike"
        source = "AP"
        published = "2023-11-01"
        incidents = ["a"]
        injured = ">=8 peacekeepers"
        [[ied_strike]]
        id = "same-strike"
        source = "AFP"
        published = "2023-11-02"
        incidents = ["b"]
        injured = 9
        [[casualty_update]]
        id = "total"
        source = "AFP"
        published = "2023-11-02"
        injured = {figure = 22, measure = "running_total"}
    """)
    given.append("""
        [[incidents_merged]]
        incidents = ["a", "b"]
        into = "a"
        reason = "one strike"
        published = "2023-11-03"
        [[fact_retracted]]
        fact = "total"
        nature = "source"
        reason = "withdrawn"
        published = "2023-11-04"
        [[fact_disputed]]
        fact = "same-strike"
        reason = "no source is named"
        published = "2023-11-03"
    """)
    days = [date(2023, 11, number) for number in (1, 2, 3, 4)]
    with (
        open_session(given.folder, say=pytest.fail) as session,
        Log.open(given.folder.log_path, read_only=True) as log,
    ):
        scope = Scope.of(state_of(given.folder, log, session, say=pytest.fail), None, None)
    walked, before = [], None
    for day, tables in walked_days(given.folder, scope, days, None):
        before = before if tables is None else tables
        walked.append((day, in_any_order(before)))
    alone = [(day, in_any_order(tables)) for day, tables in single_days(given.folder, scope, days, None, None)]
    assert walked == alone


def in_any_order(tables):
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


def test_the_demo_ends_with_a_page_to_open(cli, tmp_path):
    ran = cli("demo", tmp_path / "demo")
    assert ran.out[-2].endswith((tmp_path / "demo" / "kidal.html").as_uri())
    assert "The convoy from Kidal to Gao" in (tmp_path / "demo" / "kidal.html").read_text(encoding="utf-8")


def test_where_nothing_draws_it_the_demo_says_how_to_get_that(cli, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    ran = cli("demo", tmp_path / "demo")
    said = "charts are drawn by vl-convert, which is not here; pip install 'chronology[charts]'"
    assert (ran.code, ran.out[-2]) == (0, f"There is no page to open: {said}")
