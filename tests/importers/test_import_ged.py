"""UCDP GED: the real files to the last figure, and the contract of every import on small ones."""

from __future__ import annotations

import gzip
import io
import random
import sys
import zipfile

import pytest
from ged_rows import ROW
from given import SHARED, needs_shared_data
from imports import Imports, counts

from chronology.errors import Refused, Rejected, Usage
from chronology.importers import read_coverage
from chronology.importers.datasets.ged import HEADERLESS
from chronology.log import Log

GED = SHARED / "ucdp-ged"


@pytest.fixture
def imports(tmp_path):
    return Imports(tmp_path / "given", "ucdp-ged", ROW, HEADERLESS)


def zipped(text, *more):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, each in enumerate((text, *more)):
            archive.writestr(f"{number}.csv", each)
    return buffer.getvalue()


# --- the real files


@needs_shared_data
def test_two_releases_of_myanmar_are_a_history(imports):
    first = imports.take_in(GED / "ged191_subset_from_hdx_fixture.csv", "all")
    assert counts(first) == (3_194, 0, 0, 0, 0)
    at_first = imports.head
    second = imports.take_in(GED / "ged_v24x_Myanmar_49col.csv", "country=Myanmar")
    assert (second.new, second.revised + second.unchanged, second.vanished, second.rejected) == (4_787, 2_587, 6, 0)
    head = imports.head
    again = imports.take_in(GED / "ged_v24x_Myanmar_49col.csv", "country=Myanmar")
    assert counts(again) == (0, 0, 0, 7_374, 0)
    assert imports.head == head

    best = "select sum(best) from figures where category = 'killed' and victims = 'all' and fact in "
    of_191 = "(select fact from facts where country = 'Myanmar (Burma)')"
    assert imports.value(best + of_191, as_of=str(at_first)) == 19_574
    assert imports.value(best + "(select fact from history where revision = 2)") == 19_428
    assert imports.rows("select target from record_vanished order by 1") == [
        (f"ucdp-ged:{key}",) for key in ("209222", "234851", "275639", "275748", "50016", "51356")
    ]
    assert imports.value("select count(*) from facts where not plain") == 11  # their bounds cross
    assert sorted(imports.rows("select fact, old, new from revisions where field = 'best'")) == [
        ("ucdp-ged:234726", "0", "5"),
        ("ucdp-ged:246701", "3", "8"),
        ("ucdp-ged:48550", "20", "25"),
        ("ucdp-ged:48756", "144", "22"),
        ("ucdp-ged:48758", "9", "33"),
        ("ucdp-ged:48761", "40", "79"),
        ("ucdp-ged:50013", "7", "12"),
    ]
    assert imports.rows("select import, rows, new, revised, vanished, coverage from releases order by position") == [
        ("ucdp-ged/import-1", 3_194, 3_194, 0, 0, "all"),
        ("ucdp-ged/import-2", 7_374, 4_787, second.revised, 6, "country=Myanmar"),
    ]


@needs_shared_data
def test_the_central_african_republic_adds_up(imports):
    assert counts(imports.take_in(GED / "ged_v23_1_CAF_49col.csv")) == (1_848, 0, 0, 0, 0)
    assert imports.value("select sum(best) from figures where victims = 'all'") == 14_948
    raw = "select sum(best), sum(stated_low), sum_high(stated_high) from figures where victims = 'all'"
    assert imports.row(raw) == (14_948, 13_721, 17_760)
    assert imports.row("select sum(low), sum(high) from figures where victims = 'all'") == (13_694, 17_784)
    assert imports.value("select sum(best) from figures where measure = 'breakdown'") == 14_948
    assert imports.value("select count(*) from figures where category <> 'killed'") == 0


@needs_shared_data
def test_a_row_of_tags_is_no_row(imports):
    assert counts(imports.take_in(GED / "hdx_conflict_data_BGD_2025fixture.csv")) == (601, 0, 0, 0, 0)


# --- what a row says


def test_a_ged_row_becomes_a_fact_that_says_no_more(imports):
    imports.take_in(imports.written({}, {"id": "2", "type_of_violence": "3", "side_b": "Civilians"}))
    assert imports.rows(
        "select fact, occurred_edtf, place, geo_precision, country, perpetrators, targets, participants, cites "
        "from violent_incident join (select fact, from_json(body -> '$.cites', '[\"VARCHAR\"]') as cites from facts) "
        "using (fact) order by fact"
    ) == [
        ("ucdp-ged:1", "2023-10-30/2023-10-31", "Kidal town", "near", "Mali", [], [], ["Government of X", "Y"],
         ["AFP", "BBC"]),
        ("ucdp-ged:2", "2023-10-30/2023-10-31", "Kidal town", "near", "Mali", ["Government of X"], ["Civilians"], [],
         ["AFP", "BBC"]),
    ]  # fmt: skip
    assert imports.rows("select victims, measure, low, best, high from figures where fact = 'ucdp-ged:1'") == [
        ("all", "increment", 1, 3, 5),
        ("side A", "breakdown", None, 1, None),
        ("side B", "breakdown", None, 0, None),
        ("civilians", "breakdown", None, 2, None),
        ("unknown", "breakdown", None, 0, None),
    ]
    row = "select killed_low, killed_best, killed_high, injured_low, injured_high from incidents limit 1"
    assert imports.row(row) == (1, 3, 5, None, None)


def test_figures_are_the_same_by_the_short_way_and_the_long_one(imports):
    imports.take_in(imports.written({}))
    asked = "select victims, low, best, high from casualties_by_incident order by victims"
    figures = "select victims, measure, low, best, high, counted, reason from figures order by figure"
    short = imports.rows(asked), imports.rows(figures)
    imports.append('[[fact_assessed]]\nfact = "ucdp-ged:1"\ncredibility = 2\nreason = "looks right"')
    assert (imports.rows(asked), imports.rows(figures)) == short


def test_bounds_that_cross_are_kept_and_said(imports):
    found = imports.take_in(imports.written({"low": "9"}))
    assert found.warnings == ["rows without low ≤ best ≤ high, kept as published: 1"]
    assert imports.row("select figures[1].low, figures[1].best, figures[1].high from facts") == (9, 3, 5)


# --- the contract


def test_a_changed_row_is_the_next_revision_and_says_what_changed(imports):
    imports.take_in(imports.written({}, {"id": "2"}))
    found = imports.take_in(imports.written({"best": "4", "deaths_a": "2"}, {"id": "2"}, name="next.csv"))
    assert counts(found) == (0, 1, 0, 1, 0)
    assert imports.rows("select revision, reason, nature from history where fact = 'ucdp-ged:1' and revision > 1") == [
        (2, "in next.csv: best 3 → 4, deaths_a 1 → 2", "source")
    ]


def test_a_revision_of_an_import_names_it_and_one_of_ours_does_not(imports):
    imports.take_in(imports.written({}))
    imports.take_in(imports.written({"best": "4", "deaths_a": "2"}, name="next.csv"), release="24.1")
    imports.append(
        """
        [[fact_corrected]]
        fact = "ucdp-ged:1"
        nature = "reading"
        reason = "it was in Gao"
        now = { kind = "violent_incident", source = "UCDP GED", country = "Mali", form = "state-based conflict" }
        """
    )
    assert imports.rows(
        "select revision, field, old, revisions.new, import, release from revisions left join releases using (import) "
        "where field in ('best', 'deaths_a', 'occurred', 'country') order by revision, field"
    ) == [
        (2, "best", "3", "4", "ucdp-ged/import-2", "24.1"),
        (2, "deaths_a", "1", "2", "ucdp-ged/import-2", "24.1"),
        (3, "occurred", "2023-10-30/2023-10-31", None, None, None),
    ]


def test_the_same_number_written_otherwise_is_no_revision(imports):
    imports.take_in(imports.written({"latitude": "18.440000", "active_year": "True", "geom_wkt": "POINT (1.410 18.0)"}))
    as_now = {"latitude": "18.44", "active_year": "1", "geom_wkt": "POINT (1.41 18)", "date_start": "2023-10-30"}
    assert counts(imports.take_in(imports.written(as_now, name="next.csv"))) == (0, 0, 0, 1, 0)


def test_columns_in_another_order_are_no_revision(imports):
    imports.take_in(imports.written({}))
    assert counts(imports.take_in(imports.written({}, columns=HEADERLESS[::-1], name="next.csv"))) == (0, 0, 0, 1, 0)


def test_what_we_corrected_is_not_undone_by_the_same_row(imports):
    imports.take_in(imports.written({}))
    imports.append(
        """
        [[fact_corrected]]
        fact = "ucdp-ged:1"
        nature = "reading"
        reason = "it was in Gao"
        now = { kind = "violent_incident", source = "UCDP GED", place = "Gao", killed = 3 }
        """
    )
    found = imports.take_in(imports.written({}, {"id": "2"}, name="next.csv"))
    assert counts(found) == (1, 0, 0, 1, 0)
    assert imports.value("select place from facts where fact = 'ucdp-ged:1'") == "Gao"


def test_an_import_is_undone_as_one_and_the_views_show_the_state_before(imports):
    asked = (
        "select fact, revision, body from facts order by fact",
        "select * exclude (policy) from casualties_by_incident order by all",
        "select fact, victims, best from figures order by all",
        "select target from record_vanished",
        "select import from releases",
        "select fact, revision, field, old, new from revisions order by all",
        "select count(*) from incidents",
    )
    imports.take_in(imports.written({}, {"id": "2"}, {"id": "3"}))
    before = [imports.rows(sql) for sql in asked]
    at_before = str(imports.head)
    second = imports.written({"best": "9", "deaths_a": "7"}, {"id": "4"}, {"id": "2"}, name="next.csv")
    assert counts(imports.take_in(second, "all")) == (1, 1, 1, 1, 0)
    after, at_after = [imports.rows(sql) for sql in asked], str(imports.head)
    undo = '[[fact_retracted]]\nfact = "{}"\nreason = "the wrong file"'
    (undone,) = imports.append(undo.format("ucdp-ged/import-2"))
    assert [imports.rows(sql) for sql in asked] == before
    assert [imports.rows(sql, as_of=at_after) for sql in asked] == after
    assert [imports.rows(sql, as_of=at_before) for sql in asked] == before
    with Log.open(imports.folder.log_path, read_only=True) as log:
        assert log.standing("ucdp-ged:4") is None
        assert log.standing("ucdp-ged:1").revision == 1
        assert log.retracted("ucdp-ged:4") == undone.position
        assert log.retracted("ucdp-ged:1") is None

    imports.append(undo.format(undone.id))
    assert [imports.rows(sql) for sql in asked] == after


def test_an_import_of_nothing_but_a_vanished_record_is_undone(imports):
    imports.take_in(imports.written({}, {"id": "2"}))
    assert counts(imports.take_in(imports.written({}, name="next.csv"), "all")) == (0, 0, 1, 1, 0)
    assert imports.rows("select target from record_vanished") == [("ucdp-ged:2",)]
    imports.append('[[fact_retracted]]\nfact = "ucdp-ged/import-2"\nreason = "the wrong file"')
    assert imports.rows("select target from record_vanished") == []


def test_after_an_import_was_undone_the_file_can_be_taken_in_again(imports):
    imports.take_in(imports.written({}))
    second = imports.written({"best": "9", "deaths_a": "7"}, {"id": "2"}, name="next.csv")
    imports.take_in(second)
    facts = "select fact, body from facts order by fact"
    after = imports.rows(facts)
    imports.append('[[fact_retracted]]\nfact = "ucdp-ged/import-2"\nreason = "the wrong file"')
    assert counts(imports.take_in(second)) == (1, 1, 0, 0, 0)
    assert imports.rows(facts) == after
    assert counts(imports.take_in(second)) == (0, 0, 0, 2, 0)


def test_a_revision_after_an_undone_one_is_held_against_what_stood_before(imports):
    imports.take_in(imports.written({}))
    imports.take_in(imports.written({"best": "9", "deaths_a": "7"}, name="wrong.csv"))
    imports.append('[[fact_retracted]]\nfact = "ucdp-ged/import-2"\nreason = "the wrong file"')
    imports.take_in(imports.written({"best": "4", "deaths_a": "2"}, name="right.csv"))
    assert imports.rows("select revision, field, old, new, import from revisions order by field") == [
        (3, "best", "3", "4", "ucdp-ged/import-3"),
        (3, "deaths_a", "1", "2", "ucdp-ged/import-3"),
    ]


def test_facts_of_an_import_without_a_day_of_publication_are_one_thing_to_review(imports):
    imports.take_in(imports.written({}, {"id": "2"}, {"id": "3"}))
    assert imports.rows("select fact, what, detail, settle from needs_review") == [
        (
            "ucdp-ged/import-1",
            "facts without published",
            "3 facts of UCDP GED: no --known-by sees them",
            "chronology retract --import ucdp-ged/import-1, and import it with --published DATE",
        )
    ]
    dated = Imports(imports.folder.path / "dated", "ucdp-ged", ROW, HEADERLESS)
    dated.take_in(dated.written({}), published="2024-06-01")
    assert dated.rows("select * from needs_review") == []


def test_a_row_that_a_later_release_repeats_is_unchanged_and_was_public_with_the_first(imports):
    first = imports.written({}, {"id": "2"})
    second = imports.written({"best": "9", "deaths_a": "7"}, {"id": "2"}, {"id": "3"}, name="next.csv")
    assert counts(imports.take_in(first, published="2023-06")) == (2, 0, 0, 0, 0)
    assert counts(imports.take_in(second, published="2024-06")) == (1, 1, 0, 1, 0)
    published = "select fact, published_edtf from facts order by fact"
    assert imports.rows(published) == [("ucdp-ged:1", "2024-06"), ("ucdp-ged:2", "2023-06"), ("ucdp-ged:3", "2024-06")]
    assert imports.rows(published, known_by="2023-12-31") == [("ucdp-ged:1", "2023-06"), ("ucdp-ged:2", "2023-06")]
    # Without a day, or with that of the third, they are still the same rows.
    third = imports.written({"best": "9", "deaths_a": "7"}, {"id": "2"}, {"id": "3"}, {"id": "4"}, name="third.csv")
    assert counts(imports.take_in(third)) == (1, 0, 0, 3, 0)
    assert imports.rows(published)[:3] == [
        ("ucdp-ged:1", "2024-06"),
        ("ucdp-ged:2", "2023-06"),
        ("ucdp-ged:3", "2024-06"),
    ]


def test_the_same_file_with_another_day_of_publication_corrects_that_day(imports):
    file = imports.written({})
    imports.take_in(file, published="2032-06")
    assert counts(imports.take_in(file, published="2023-06")) == (0, 1, 0, 0, 0)
    assert imports.rows("select published_edtf from facts") == [("2023-06",)]
    assert counts(imports.take_in(file)) == (0, 0, 0, 1, 0)


def test_without_a_coverage_nothing_vanishes_and_inside_it_a_record_can_come_back(imports):
    imports.take_in(imports.written({}, {"id": "2"}, {"id": "3", "country": "Niger"}))
    assert counts(imports.take_in(imports.written({}, name="less.csv"))) == (0, 0, 0, 1, 0)
    assert counts(imports.take_in(imports.written({}, name="less.csv"), "country=Mali")) == (0, 0, 1, 1, 0)
    assert imports.rows("select target, reason from record_vanished") == [("ucdp-ged:2", "not in less.csv")]
    assert imports.value("select count(*) from facts") == 3
    back = imports.take_in(imports.written({}, {"id": "2"}, name="back.csv"), "country=Mali")
    assert counts(back) == (0, 1, 0, 1, 0)
    assert imports.value("select reason from history where revision = 2") == "in back.csv: back again"
    head = imports.head
    assert counts(imports.take_in(imports.written({}, name="less.csv"), "country=Mali")) == (0, 0, 1, 1, 0)
    assert imports.head == head + 2


def test_a_period_covers_what_lies_inside_it(imports):
    later = {"date_start": "2024-01-01", "date_end": "2024-01-01"}
    imports.take_in(imports.written({}, {"id": "2"}, {"id": "3", **later}))
    found = imports.take_in(imports.written({}, name="less.csv"), "from=2023-01-01,to=2023-12-31")
    assert counts(found) == (0, 0, 1, 1, 0)
    with pytest.raises(Refused, match="no row of"):
        imports.take_in(imports.written({}, name="less.csv"), "country=Chad")
    for wrong in ("Mali", "country=Mali,country=Niger", "from=yesterday"):
        with pytest.raises(Usage, match="expected all, or such as"):
            read_coverage(wrong)


def test_a_bad_row_stops_the_file_with_its_line_unless_it_is_put_aside(imports):
    file = imports.written({}, {"id": "2", "type_of_violence": "4"}, {"id": "", "best": "x"}, {"id": "5", "best": "-1"})
    expected = [
        "release.csv:3: type_of_violence: '4'; expected 1, 2 or 3",
        "release.csv:4: id; expected the id of the record, in digits",
        "release.csv:5: best: '-1'; expected a whole number of deaths",
    ]
    assert imports.problems(file) == sorted(expected, key=lambda line: "id;" not in line)
    aside = []
    found = imports.take_in(file, rejects=aside.extend)
    assert counts(found) == (1, 0, 0, 0, 3)
    assert len(aside) == 3


def test_the_same_row_twice_counts_once_and_one_id_with_two_contents_rejects_both(imports):
    found = imports.take_in(imports.written({}, {}, {"id": "2"}))
    assert str(found) == "3 rows: 2 new · 0 revised · 0 vanished · 0 unchanged · 0 rejected · 1 repeated"
    file = imports.written({"id": "7"}, {"id": "8"}, {"id": "8", "best": "9"}, name="torn.csv")
    with pytest.raises(Rejected) as caught:
        imports.take_in(file)
    assert [problem.line for problem in caught.value.problems] == [3, 4]
    assert counts(imports.take_in(file, rejects=lambda _: None)) == (1, 0, 0, 0, 2)


def test_a_dry_run_says_the_same_and_appends_nothing(imports):
    file = imports.written({}, {"id": "2"})
    assert counts(imports.take_in(file, dry_run=True)) == (2, 0, 0, 0, 0)
    assert imports.head == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.split(b"\n", 1)[1],
        lambda text: text.replace(b"id,", b"ID,").replace(b"best", b"Best"),
        gzip.compress,
        zipped,
        lambda text: text.replace(b"Kidal town", b'"Kidal\ntown"'),
    ],
    ids=["bom", "crlf", "no header", "upper case", "gzip", "zip", "a line break in a field"],
)
def test_a_file_is_read_however_it_is_wrapped(imports, change):
    file = imports.written({}, {"id": "2"})
    file.write_bytes(change(file.read_bytes()))
    assert counts(imports.take_in(file)) == (2, 0, 0, 0, 0)
    assert imports.rows("select distinct place, country from facts") == [("Kidal town", "Mali")]


def test_what_is_no_text_is_told_with_its_line(imports):
    file = imports.written({}, {"id": "2"}, {"id": "3"})
    good = file.read_bytes().split(b"\n")
    for bad, expected in (
        (good[2].replace(b"Kidal", b"Kid\0al"), "release.csv:3: expected text, but line 3 holds a NUL byte"),
        (good[2].replace(b"Kidal", b"Kid\xffl"), "release.csv:3: expected UTF-8, but line 3 has the byte 0xff"),
        (good[2] + b",more", "release.csv:3: expected 49 fields, found 50"),
        (good[2].replace(b"Kidal", b"K" * (1 << 20)), "field larger than field limit"),
        (good[2].replace(b"Kidal", b'"Kidal'), "release.csv:3: expected CSV"),
    ):
        file.write_bytes(b"\n".join([*good[:2], bad, *good[3:]]))
        (problem,) = imports.problems(file)
        assert expected in problem
    file.write_bytes(zipped(b"a", b"b"))
    with pytest.raises(Refused, match="holds 2 files"):
        imports.take_in(file)


def test_unknown_columns_are_said_once_and_kept(imports):
    file = imports.written({"mood": "dark"}, {"id": "2", "mood": "grey"}, columns=[*HEADERLESS, "mood"])
    assert imports.take_in(file).warnings == ["release.csv: unknown columns, kept as they are: mood"]
    assert imports.value("select count(*) from facts where body like '%\"mood=dark\"%'") == 1


def test_the_command_says_one_line_and_ends_well(cli, tmp_path):
    file = tmp_path / "ged.csv"
    file.write_text(",".join(HEADERLESS) + "\n" + ",".join(ROW.get(name, "") for name in HEADERLESS) + "\n")
    line = "1 row: 1 new · 0 revised · 0 vanished · 0 unchanged · 0 rejected"
    assert cli("import", "ucdp-ged", file, "--dry-run").out == [line, "dry run: nothing was appended"]
    assert cli("import", "ucdp-ged", "-", stdin=file.read_bytes()).out == [line]
    again = cli("import", "ucdp-ged", file)
    assert (again.code, again.out) == (
        0,
        ["already imported as ucdp-ged/import-1", "1 row: 0 new · 0 revised · 0 vanished · 1 unchanged · 0 rejected"],
    )
    assert cli("import", "ucdp-ged", file, file, "--coverage", "all").code == 2


def test_who_watches_sees_a_bar_and_a_file_does_not(cli, tmp_path, monkeypatch):
    file = tmp_path / "ged.csv"
    file.write_text(",".join(HEADERLESS) + "\n" + ",".join(ROW.get(name, "") for name in HEADERLESS) + "\n")
    monkeypatch.setattr("chronology.cli.import_.WORTH_A_BAR", 1)
    assert not any("importing ged.csv" in line for line in cli("import", "ucdp-ged", file, "--dry-run").err)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert any("importing ged.csv" in line for line in cli("import", "ucdp-ged", file, "--dry-run").err)


def test_rejected_rows_are_written_beside(cli, tmp_path):
    file = tmp_path / "ged.csv"
    bad = {**ROW, "type_of_violence": "9"}
    rows = [HEADERLESS, *([row.get(name, "") for name in HEADERLESS] for row in (ROW, {**bad, "id": "2"}))]
    file.write_text("\n".join(",".join(row) for row in rows) + "\n")
    assert cli("import", "ucdp-ged", file).err[-1] == "chronology: 1 problem; nothing was appended"
    ran = cli("import", "ucdp-ged", file, "--rejects", tmp_path / "bad.csv")
    assert (ran.code, ran.out[0]) == (0, "2 rows: 1 new · 0 revised · 0 vanished · 0 unchanged · 1 rejected")
    assert (tmp_path / "bad.csv").read_text().splitlines() == [
        "file,line,column,value,expected",
        "ged.csv,3,type_of_violence,'9',\"expected 1, 2 or 3\"",
    ]


# --- what is thrown at it


def test_whatever_becomes_of_a_file_it_is_taken_in_whole_or_not_at_all(imports):
    good = imports.written(*({"id": str(number)} for number in range(1, 6))).read_bytes()
    file = imports.folder.path / "mangled.csv"
    chance = random.Random(5)
    for _ in range(300):
        mangled = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(mangled))
            match chance.randrange(3):
                case 0:
                    mangled[at] = chance.choice(b'\0",;\n\r\xff x9-')
                case 1:
                    del mangled[at : at + chance.randint(1, 40)]
                case 2:
                    mangled[at:at] = mangled[chance.randrange(len(mangled)) :][:20]
        file.write_bytes(mangled)
        try:
            found = imports.take_in(file, dry_run=True)
        except Refused:
            pass
        else:
            assert found.rows == found.new + found.repeated
            assert found.rejected == 0
        aside = []
        try:
            found = imports.take_in(file, rejects=aside.extend, dry_run=True)
        except Refused:
            pass
        else:
            assert found.rows == found.new + found.repeated + found.rejected
            assert bool(aside) == bool(found.rejected)
        assert imports.head == 0
