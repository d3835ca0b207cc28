"""Files for other tools, read back without them; tests/exporters/test_validators.py has the tools themselves."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import openpyxl
import pytest
from exported import chronology_of, exported, written
from openpyxl.utils.escape import unescape

from chronology import Chronology, Refused, Usage
from chronology.exporters import exporter_named, exporters
from chronology.exporters.citation import as_bibtex
from chronology.exporters.csv_cells import harmless
from chronology.exporters.formats.ftm import _Ids
from chronology.exporters.formats.ical import _folded
from chronology.exporters.page_tables import in_markdown
from chronology.exporters.state import About
from chronology.exporters.written import web_address
from projections.asking.opening import open_session

# --- what all of them share


@pytest.mark.parametrize("name", sorted(exporters().keys() - {"datapackage"}))  # which is in the crate
def test_the_same_state_gives_the_same_bytes(chronology, name):
    assert written(chronology, name) == exported(chronology, name)


def test_an_export_of_an_operation_holds_its_parts_and_nothing_else(chronology):
    def incidents(**options):
        return [each["id"] for each in json.loads(exported(chronology, "geojson", **options))["features"]]

    assert incidents() == ["rafah-1", "@sum", "undated"]
    assert incidents(operation="campaign") == ["rafah-1", "@sum"]
    assert incidents(operation="SIEGE") == ["rafah-1"]
    tables = exported(chronology, "markdown", operation="siege").decode()
    assert "| siege |" in tables
    assert "campaign" not in tables
    with pytest.raises(Refused, match="--operation sieg: there is no such operation; did you mean siege"):
        incidents(operation="sieg")


def test_an_export_looks_back(chronology):
    def days(**options):
        return [
            each["properties"]["day"] for each in json.loads(exported(chronology, "geojson", **options))["features"]
        ]

    assert days(known_by="2023-11-02") == ["2023-11-01"]
    assert days(as_of=4) == ["2023-11-01"]
    assert days(as_of=3) == []


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.org/b", "https://a.org/b"),
        ("HTTP://a.org", "HTTP://a.org"),
        ("javascript:alert(1)", None),
        ("https:", None),
        ("data:text/html,x", None),
        ("https://a.org/\r\nX-Header: y", None),
        ('https://a.org/"><script>', None),
        ("https://[::1", None),
        (None, None),
    ],
)
def test_only_addresses_of_pages_become_links(url, link):
    assert web_address(url) == link


# --- format by format


def test_geojson_holds_the_columns_of_incidents_and_a_point_where_one_is_known(chronology):
    found = json.loads(exported(chronology, "geojson"))
    rafah = found["features"][0]
    assert rafah["geometry"] == {"type": "Point", "coordinates": [34.2436, 31.2969]}
    assert rafah["properties"]["geo_precision"] == "near"
    assert rafah["properties"]["place"] == "رفح"
    assert (found["features"][1]["id"], found["features"][1]["geometry"]) == ("@sum", None)
    numbers = ("killed_low", "killed_high", "injured_low", "injured_high", "in_words")
    assert [(each["id"], *(each["properties"][name] for name in numbers)) for each in found["features"]] == (
        chronology.query(f"select incident, {', '.join(numbers)} from incidents order by day nulls last").rows()
    )
    assert found["about"]["entries"] == chronology.head


def test_timelinejs_has_a_slide_for_each_dated_report_and_no_text_that_acts(chronology):
    found = json.loads(exported(chronology, "timelinejs"))
    strike, acts, aside = found["events"]
    assert strike["start_date"] == {"year": 2023, "month": 10, "day": 31}
    assert strike["end_date"] == {"year": 2023, "month": 11, "day": 1}
    assert strike["group"] == "siege"
    assert 'href="https://example.org/a?b=c&amp;d=e"' in strike["text"]["text"]
    assert acts["display_date"] == "by 3 Nov 2023"
    assert acts["start_date"] == {"year": 2023, "month": 11, "day": 3}
    assert "<script" not in acts["text"]["text"]
    assert "href" not in acts["text"]["text"]
    assert aside["display_date"] == "said 4 Nov 2023"


def test_what_has_no_day_is_left_out_of_a_timeline_and_said(chronology):
    said = []
    written(Chronology.open(chronology.path, on_warning=said.append), "ical")
    assert said == ["1 report has no day, neither occurred nor published, and is left out"]


def test_icalendar_has_whole_days_folded_lines_and_escaped_texts(chronology):
    text = exported(chronology, "ical")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    lines = text.decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert [line for line in lines if line.startswith("DT") and "VALUE" in line] == [
        "DTSTART;VALUE=DATE:20231031",
        "DTEND;VALUE=DATE:20231102",
        "DTSTART;VALUE=DATE:20231103",
        "DTEND;VALUE=DATE:20231104",
        "DTSTART;VALUE=DATE:20231104",
        "DTEND;VALUE=DATE:20231105",
    ]
    assert "GEO:31.296900;34.243600" in lines
    assert [line for line in lines if line.startswith("URL:")] == ["URL:https://example.org/a?b=c&d=e"]
    assert (
        r'DESCRIPTION:by 3 Nov 2023\n=HYPERLINK("http://evil")\nfirst\, *bold* [x](javascript:y)\nsecond\; line'
        in lines
    )


@pytest.mark.parametrize("char", ["x", "é", "北", "😀"])
def test_a_long_line_of_icalendar_is_folded_between_characters(char):
    line = f"SUMMARY:{char * 100}"
    folded = _folded(line)
    assert max(len(each) for each in folded.split(b"\r\n")) <= 75
    assert folded.decode().replace("\r\n ", "") == f"{line}\r\n"


def workbook(chronology, **options):
    return openpyxl.load_workbook(io.BytesIO(exported(chronology, "workbook", **options)))


def test_a_workbook_has_numbers_dates_and_the_word_open(chronology):
    sheet = workbook(chronology)["incidents"]
    head, *rows = sheet.iter_rows(values_only=True)
    names = ("incident", "day", "killed_low", "killed_high", "injured_low", "injured_high", "targets")
    found = [[row[head.index(name)] for name in names] for row in rows]
    assert found == [
        ["@sum", datetime(2023, 11, 3), 2, 2, None, None, None],
        ["rafah-1", datetime(2023, 11, 1), 3, "open", 7, 9, None],
        ["undated", None, None, None, 1, 1, None],
    ]


def as_in_a_sheet(value):
    match value:
        case datetime():
            return value.replace(tzinfo=None, microsecond=0)
        case date():
            return datetime(value.year, value.month, value.day)
        case list():
            return "; ".join(map(str, value)) or None
        case bool():
            return "yes" if value else "no"
    return None if value == "" else value


def test_the_sheets_of_a_workbook_are_views(chronology):
    book = workbook(chronology, known_by="2023-11-03")
    assert book.sheetnames == [
        "casualties_by_operation", "incidents", "timeline", "claims", "figures", "facts", "about"
    ]  # fmt: skip
    with open_session(chronology._folder, known_by="2023-11-03", say=print) as session:
        for view in book.sheetnames[:-1]:
            head, *rows = book[view].iter_rows(values_only=True)
            shown = {tuple(None if value == "open" else value for value in row) for row in rows}
            answer = session.ask(f"select {', '.join(head)} from {view}").rows
            assert shown == {tuple(map(as_in_a_sheet, row)) for row in answer}


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(chronology):
    book = workbook(chronology)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    assert '=HYPERLINK("http://evil")' in [cell.value for cell in cells]


def test_a_workbook_takes_what_excel_does_not_have(tmp_path):
    chronology = Chronology.create(tmp_path / "odd")
    chronology.append(
        {
            "kind": "shelling",
            "source": "AP",
            "id": "old",
            "occurred": "1899-12-31",
            "note": "long " * 1_500 + "\ttab _x0041_",
        }
    )
    book = workbook(chronology)
    facts = dict(zip(*list(book["facts"].iter_rows(values_only=True)), strict=True))
    assert facts["occurred_from"] == "1899-12-31"
    assert unescape(facts["note"]).endswith("\ttab _x0041_")


class Cells(HTMLParser):
    """The tags of a page, and the texts of its cells, row by row."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.rows, self.in_cell = [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.in_cell:
            self.rows[-1][-1] += data


def cells_of_markdown(page):
    rows = [
        line.removeprefix("| ").removesuffix(" |")
        for line in page.splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    return [[re.sub(r"\\(.)", r"\1", cell) for cell in re.split(r"(?<!\\) \| ", row)] for row in rows]


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_the_tables_of_a_page_show_the_views(chronology, name):
    page = exported(chronology, name).decode()
    rows = Cells(page).rows if name == "html" else cells_of_markdown(page)
    assert rows[:3] == [
        ["operation", "group", "what", "as", "low", "best", "high", "in words"],
        ["campaign", "", "injured", "", "7", "7", "open", "at least 7 injured"],
        ["campaign", "", "killed", "", "5", "5", "open", "at least 5 killed"],
    ]
    quoted = "a|b <script>alert(1)</script>"
    assert ["by 3 Nov 2023", "armed attack · 2 killed", quoted, "campaign"] in [row[:4] for row in rows]


def test_a_page_of_html_runs_nothing_loads_nothing_and_gives_each_name_its_direction(chronology):
    tags = Cells(exported(chronology, "html").decode()).tags
    known = "html head meta title style body h1 h2 p b bdi table thead tbody tr th td"
    assert {tag for tag, _ in tags} <= set(known.split(" "))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": policy}) in tags
    assert {attrs.get("dir") for tag, attrs in tags if tag == "td" and attrs.get("class") != "number"} == {"auto"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b", r"a\|b"),
        ("<b>*x*</b>", r"\<b\>\*x\*\</b\>"),
        ("[a](javascript:b)", r"\[a\](javascript:b)"),
        ("first\nsecond", "first second"),
        ("\\|", r"\\\|"),
        ("ied_strike _it_", r"ied_strike \_it\_"),
        ("&lt;", r"\&lt;"),
        ("\u202ea", r"\\u202ea"),
    ],
)
def test_text_in_markdown_is_text(text, written):
    assert in_markdown(text) == written


def unpacked(chronology, name, **options):
    with zipfile.ZipFile(io.BytesIO(exported(chronology, name, **options))) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def test_a_data_package_has_every_table_twice_with_the_numbers_of_its_view(chronology, tmp_path):
    files = unpacked(chronology, "datapackage")
    package = json.loads(files["datapackage.json"])
    tables = {each["path"]: each for each in package["resources"]}
    assert {path for path in files if path.startswith("data/")} == tables.keys()
    for path, resource in tables.items():
        view = Path(path).stem
        assert hashlib.sha256(files[path]).hexdigest() == resource["hash"].removeprefix("sha256:")
        if path.endswith(".csv"):
            head, *rows = csv.reader(io.StringIO(files[path].decode(), newline=""))
            assert head == [field["name"] for field in resource["schema"]["fields"]]
            answer = chronology.query(f"select {', '.join(head)} from {view}")
            assert sorted(rows) == sorted([str(harmless(value)) for value in row] for row in answer)
        else:
            (tmp_path / "table.parquet").write_bytes(files[path])
            read = duckdb.sql(f"select {', '.join(head)} from '{tmp_path / 'table.parquet'}'").fetchall()
            assert len(read) == len(answer)
            assert [row for row in read if row not in answer.rows()] == []


def test_a_data_package_says_what_its_columns_mean_and_where_it_comes_from(chronology):
    files = unpacked(chronology, "datapackage")
    package = json.loads(files["datapackage.json"])
    low = next(field for field in package["resources"][0]["schema"]["fields"] if field["name"] == "low")
    assert (low["type"], low["unit"]) == ("integer", "people")
    assert low["description"].startswith("at least so many")
    assert (package["version"], package["about"]["entries"]) == ("7", 7)
    assert chronology.cite("bibtex") + "\n" == files["CITATION.bib"].decode()
    assert "checkpoint.txt" not in files


def test_a_data_package_carries_the_last_checkpoint_unless_that_is_of_a_later_log(tmp_path):
    chronology = chronology_of(tmp_path / "published")
    note = chronology.checkpoint()
    assert unpacked(chronology, "datapackage")["checkpoint.txt"].decode() == note
    assert '"checkpoint":null' in exported(chronology, "geojson", as_of=3).decode()


def test_an_ro_crate_is_the_data_package_with_its_metadata(chronology):
    crate, package = unpacked(chronology, "ro-crate"), unpacked(chronology, "datapackage")
    metadata = json.loads(crate.pop("ro-crate-metadata.json"))
    assert crate == package
    graph = {each["@id"]: each for each in metadata["@graph"]}
    assert graph["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert {part["@id"] for part in graph["./"]["hasPart"]} == crate.keys()
    assert {part["@id"] for part in graph["./"]["hasPart"]} <= graph.keys()


def test_an_entity_is_named_by_others_only_after_it_was_written():
    ids = _Ids("chronology/a")
    assert ids.of("place", "Gao") is None
    assert ids.new("place", "Gao") == ids.of("place", "Gao") != _Ids("chronology/b").new("place", "Gao")


@pytest.mark.parametrize("operation", [None, "siege"])
def test_entities_of_follow_the_money_name_only_entities_that_are_there(chronology, operation):
    lines = exported(chronology, "ftm", operation=operation).splitlines()
    entities = {each["id"]: each for each in map(json.loads, lines)}
    assert len(entities) == len(lines)
    for entity in entities.values():
        for name in ("involved", "proof", "addressEntity", "subject", "object"):
            assert set(entity["properties"].get(name, ())) <= entities.keys()
    (rafah,) = (each for each in entities.values() if each["properties"].get("recordId") == ["rafah-1"])
    assert rafah["properties"]["summary"] == ["at least 3 civilians killed; 7 to 9 injured"]
    assert rafah["properties"]["startDate"] == ["2023-10-31"]
    (actor,) = rafah["properties"]["involved"]
    assert entities[actor]["properties"]["name"] == ["إسرائيل"]


# --- citing


def test_a_citation_names_the_head_the_root_and_the_look_back(chronology):
    root = "root " + exported(chronology, "geojson").decode().partition('"root":"')[2].partition('"')[0]
    assert root in chronology.cite()
    assert "as the public record stood on 2023-11-02" in chronology.cite(known_by="2023-11-02")
    assert "head 4," in chronology.cite(as_of=4)
    assert root not in chronology.cite(as_of=4)


def test_a_citation_in_bibtex_and_csl_json(chronology):
    assert chronology.cite("bibtex", known_by="2023-11-02").startswith("@misc{published-7-2023-11-02,\n")
    (item,) = json.loads(chronology.cite("csl-json", operation="siege"))
    assert (item["type"], item["version"], item["title"]) == (
        "dataset", "7", "published: siege, a chronology of 7 entries"
    )  # fmt: skip
    with pytest.raises(Usage, match="no such form of citation: bibtx; did you mean bibtex"):
        chronology.cite("bibtx")


def test_bibtex_takes_any_name_as_text():
    about = About(
        name="50% of {all} & #1_~^\\", origin="chronology/a", entries=1, root="b", recorded=date(2023, 11, 3),
        known_by=None, policy="cautious-2",
    )  # fmt: skip
    escaped = r"{{50\% of \{all\} \& \#1\_\textasciitilde{}\textasciicircum{}\textbackslash{}, a"
    assert escaped in as_bibtex(about)


def test_an_empty_chronology_is_not_cited(tmp_path):
    with pytest.raises(Refused, match="empty is empty: there is nothing to export or to cite; append a fact first"):
        Chronology.create(tmp_path / "empty").cite()


# --- the verb


def test_the_end_of_a_file_name_chooses_the_format(chronology, cli, tmp_path):
    file = tmp_path / "map.geojson"
    assert cli("export", "-C", chronology.path, "-o", file).code == 0
    assert file.read_bytes() == exported(chronology, "geojson")
    assert cli("export", "-C", chronology.path, "-o", tmp_path / "log").code == 0
    assert (tmp_path / "log").read_text(encoding="utf-8").startswith('{"format":1')


@pytest.mark.parametrize(
    ("named", "name"),
    [("xlsx", "workbook"), ("ics", "ical"), ("GeoJSON", "geojson"), ("zip", "datapackage")],
)
def test_a_format_goes_by_the_end_of_its_files_too(named, name):
    assert exporter_named(named).name == name


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--as", "geojsn"], "no such format: geojsn; did you mean geojson?"),
        (["-o", "x.csv"], "-o x.csv: the log is not csv; use chronology query for csv, or --as with a format"),
        (["--operation", "siege"], "the log is exported whole; --operation and look-backs are for --as NAME"),
    ],
)
def test_a_mistake_in_what_is_asked_for_names_the_next_step(cli, options, says):
    assert cli("export", *options).err == [f"chronology: {says}"]


def test_an_export_that_fails_leaves_the_file_that_was_there(chronology, cli, tmp_path):
    file = tmp_path / "map.geojson"
    file.write_text("as it was")
    assert cli("export", "-C", chronology.path, "-o", file, "--operation", "nowhere").code == 1
    assert file.read_text() == "as it was"
    assert [each.name for each in tmp_path.iterdir() if "part" in each.name] == []
