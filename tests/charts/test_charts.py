"""Charts: what they draw is what their views hold, and what cannot be drawn is said in a line."""

import json
import sys
from itertools import pairwise

import pytest
from given import KIDAL, Given

from chronology import Chronology
from chronology.charts.chart_file import SHIPPED, charts
from chronology.charts.land import Frame, around, land_in
from chronology.charts.rendering import rendered

COLUMNS = "select * from {} where operation = 'kidal-gao'"


@pytest.fixture(scope="module")
def kidal(tmp_path_factory):
    """The Kidal case with its reports, for all tests of this module: nothing here changes it."""
    chronology = Chronology.create(tmp_path_factory.mktemp("charts") / "kidal")
    for name in ("article.toml", "reports.toml"):
        chronology.append(KIDAL / name)
    return chronology


@pytest.mark.parametrize(("chart", "view"), [("toll", "toll"), ("sources", "voices"), ("timeline", "timeline")])
@pytest.mark.parametrize("known_by", [None, "2023-11-03"])
def test_a_chart_holds_what_its_view_holds_at_that_moment(kidal, chart, view, known_by):
    spec = kidal.chart(chart, operation="kidal-gao", known_by=known_by)
    rows = kidal.query(COLUMNS.format(view), known_by=known_by).dicts()
    shown = spec["datasets"][view]
    assert sorted(map(repr, json.loads(json.dumps(rows, default=str)))) == sorted(map(repr, shown))
    assert shown


def test_the_toll_by_day_known_is_the_series(kidal):
    spec = kidal.chart("toll_known", operation="kidal-gao", category="injured", definition=None)
    assert [(row["known_by"], row["low"]) for row in spec["datasets"]["series casualties_by_operation"]] == [
        ("2023-11-01", 10),
        ("2023-11-03", 17),
        ("2023-11-06", 39),
    ]


def test_the_toll_goes_from_day_to_day_to_the_last_day_of_all(kidal):
    steps = kidal.query("""
        select day, until, low, high from toll
        where what = 'known' and operation = 'kidal-gao' and category = 'injured' and definition is null order by day
    """).rows()
    assert [(str(day), str(until), low) for day, until, low, _ in steps][:3] == [
        ("2023-10-31", "2023-11-01", 2),
        ("2023-11-01", "2023-11-02", 10),
        ("2023-11-02", "2023-11-03", 10),
    ]
    assert all(first[1] == second[0] for first, second in pairwise(steps))
    assert str(steps[-1][1]) == "2023-11-30"


def test_the_totals_of_a_toll_say_whether_they_count(kidal):
    stated = kidal.query("select speaker, low, counted, reason from toll where what = 'stated' and low in (15, 39)")
    assert sorted(stated.rows()) == [
        ("AP", 39, True, "total: all of it is itemised"),
        ("Le Républicain", 15, False, "stale: below 39"),
    ]


@pytest.fixture(scope="module")
def strike(tmp_path_factory):
    """One strike with coordinates, and a total."""
    given = Given(tmp_path_factory.mktemp("charts") / "given")
    given.append("""
        published = "2023-11-01"
        source = "AP"
        operation = "kidal-gao"
        [[ied_strike]]
        occurred = "../2023-11-01"
        place = {name = "Kidal", latitude = 18.44, longitude = 1.41}
        injured = ">=8 peacekeepers"
        [[casualty_update]]
        injured = {figure = "9 peacekeepers", measure = "running_total"}
    """)
    return Chronology(given.folder)


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.json")))
def test_every_shipped_chart_is_drawn(strike, name):
    assert rendered(strike.chart(name), ".svg").startswith(b"<svg")


@pytest.mark.parametrize(("suffix", "start"), [(".pdf", b"%PDF"), (".png", b"\x89PNG"), (".html", b"<!DOCTYPE html>")])
def test_a_chart_is_what_the_end_of_its_file_says(strike, suffix, start):
    assert rendered(strike.chart("toll"), suffix).startswith(start)


def test_no_text_of_a_source_ends_the_script_of_a_page():
    spec = {"data": {"values": [{"a": "</script><script>alert(1)</script>"}]}, "mark": "text", "title": "<b>"}
    page = rendered(spec, ".html").decode()
    assert (page.count("<script"), page.count("</script"), "<b>" in page.split("<script")[0]) == (2, 2, False)


def test_a_chart_says_of_which_moment_and_policy_it_is(kidal):
    spec = kidal.chart("toll", operation="kidal-gao", known_by="2023-11-03")
    assert spec["title"] == {
        "text": "Toll by day of occurrence",
        "anchor": "start",
        "subtitle": "kidal · operation kidal-gao · known by 2023-11-03 · head 45 · policy cautious-2",
        "subtitleColor": "#666",
    }


def test_a_parameter_of_a_chart_is_set_as_a_column_is(strike):
    without, with_borders = strike.chart("map"), strike.chart("map", borders="true")
    assert without["datasets"]["borders"] == []
    assert {shape["geometry"]["type"] for shape in with_borders["datasets"]["borders"]} == {"LineString"}


NO_SUFFIX = "-o a.doc: a chart is written as .svg, .png, .pdf, .html, .json; expected such as -o toll.svg"
NO_AS_OF = "a chart of the series of casualties_by_operation looks back day by day; use --known-by, not --as-of"
OWN = {"title": "Reports", "data": {"name": "reports_by_source"}, "mark": "bar", "encoding": {"x": {"field": "n"}}}


def test_a_chart_of_ones_own_draws_a_view_of_ones_own(cli, folder):
    (folder.path / "charts").mkdir()
    (folder.path / "charts" / "mine.json").write_text(json.dumps(OWN))
    (folder.path / "projections").mkdir()
    (folder.path / "projections" / "reports_by_source.sql").write_text(
        "-- Reports.\nselect source, count(*) as n from facts group by source"
    )
    cli("append", "ied_strike", "--source", "AP")
    assert cli("chart", "mine", "-o", "mine.json").out == ["wrote mine.json"]
    assert json.loads((folder.path / "mine.json").read_text())["datasets"] == {
        "reports_by_source": [{"source": "AP", "n": 1}]
    }


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ('{"data": {"url": "http://example.org/a.csv"}}', "loads something by its address; a chart draws views"),
        ('{"layer": [{"mark": {"type": "image", "url": "file:///etc/passwd"}}]}', "loads something by its address"),
        ('{"layer": [{"mark": "image"}]}', "loads something by its address"),
        ("[]", "is no chart"),
        ("{", "is no chart"),
        ('{"data": {"name": "incident"}}', "there is no view incident; did you mean incidents?"),
        (f"{'[' * 5000}{']' * 5000}", "is no chart"),
        (f'{{"layer": {"[" * 70}{"]" * 70}}}', "is nested too deep"),
        ('{"data": {"name": "facts"}, "mark": "no such mark"}', "the chart cannot be drawn"),
    ],
)
def test_a_file_that_is_no_chart_is_refused_in_a_line(cli, strike, tmp_path, spec, said):
    (strike.path / "charts").mkdir(exist_ok=True)
    (strike.path / "charts" / "odd.json").write_text(spec)
    ran = cli("-C", strike.path, "chart", "odd", "-o", tmp_path / "odd.svg")
    (strike.path / "charts" / "odd.json").unlink()
    assert (ran.code, len(ran.err), said in ran.err[0], ran.out) == (1, 1, True, [])
    assert not (tmp_path / "odd.svg").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("toll", "a chart is written to a file; expected such as: chronology chart toll -o toll.svg"),
        ("tol -o a.svg", "there is no chart tol; did you mean toll?"),
        ("toll -o a.doc", NO_SUFFIX),
        ("toll operaton=a -o a.svg", "chart toll has no operaton; did you mean operation?"),
        ("toll operation=b -o a.svg", "chart toll: nothing to draw of operation=b; see: chronology query 'from toll'"),
        ("map borders=perhaps -o a.svg", "chart map: borders=perhaps cannot be; expected such as borders=true"),
        ("toll_known -o a.svg --as-of 1", NO_AS_OF),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_in_a_line(cli, strike, words, said):
    ran = cli("-C", strike.path, "chart", *words.split())
    assert (ran.code > 0, ran.err) == (True, [f"chronology: {said}"])


def test_a_map_of_what_has_no_coordinates_says_how_to_give_a_place_its_own(cli, kidal):
    (line,) = cli("-C", kidal.path, "chart", "map", "-o", "a.svg").err
    how = "chronology append place_named --name Gao --latitude 16.27 --longitude=-0.04"
    assert line == f"chronology: chart map: nothing here has coordinates; give a place its own: {how}"


def test_without_the_library_a_line_says_how_to_get_it(cli, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert cli("chart", "toll", "-o", "toll.svg").err == [
        "chronology: charts are drawn by vl-convert, which is not here; pip install 'chronology[charts]'"
    ]


def test_charts_behind_a_link_of_a_received_folder_are_not_looked_for(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "theirs.json").write_text("{}")
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "charts").symlink_to(tmp_path / "elsewhere")
    assert "theirs" not in charts(tmp_path / "received")


def test_land_is_cut_to_what_a_map_shows():
    frame = around([(35.2, 31.0), (34.3, 31.6)])
    wide = frame.grown(0.61)
    shapes = land_in(frame)
    rings = [ring for shape in shapes for ring in shape["geometry"]["coordinates"]]
    assert rings
    assert all(wide.west <= x <= wide.east and wide.south <= y <= wide.north for ring in rings for x, y in ring)
    assert all(ring[0] == ring[-1] for ring in rings)


def test_a_map_around_one_point_shows_some_land_around_it():
    assert around([(1.41, 18.44)]) == pytest.approx(Frame(0.356, 17.69, 2.464, 19.19), abs=0.01)


def test_the_timeline_says_from_which_day_to_which_a_report_is(kidal):
    days = kidal.query("select occurred_from, occurred_to from timeline where occurred_edtf = '../2023-11-06'").rows()
    assert {(first, str(last)) for first, last in days} <= {(None, "2023-11-06")}
    assert kidal.query("select count(*) from timeline where occurred_from <= occurred_to").rows()[0][0] > 10
