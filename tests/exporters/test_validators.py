"""Each export by the tool it is for, or by its validator, where that is installed: `make test-exports` does it."""

from __future__ import annotations

import json
import zipfile
from datetime import date

import pytest
from exported import exported


def test_geojson_agrees_with_its_schema(chronology):
    """By the rules of RFC 7946, as https://geojson.org/schema/FeatureCollection.json has them for points."""
    jsonschema = pytest.importorskip("jsonschema")
    position = {"type": "array", "minItems": 2, "maxItems": 3, "items": {"type": "number"}}
    point = {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"const": "Point"}, "coordinates": position},
    }
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": ["string", "number"]},
            "geometry": {"oneOf": [{"type": "null"}, point]},
            "properties": {"type": ["object", "null"]},
        },
    }
    collection = {
        "type": "object",
        "required": ["type", "features"],
        "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": feature}},
    }
    jsonschema.validate(json.loads(exported(chronology, "geojson")), collection)


def test_geojson_is_valid_to_its_library(chronology):
    geojson = pytest.importorskip("geojson")
    found = geojson.loads(exported(chronology, "geojson"))
    assert type(found) is geojson.FeatureCollection
    assert found.is_valid
    assert [each.geometry and each.geometry.is_valid for each in found.features] == [True, None, None]


def test_timelinejs_agrees_with_the_rules_of_its_documentation(chronology):
    """By https://timeline.knightlab.com/docs/json-format.html: what slides and dates have to be."""
    found = json.loads(exported(chronology, "timelinejs"))
    assert found.keys() <= {"title", "events", "eras", "scale"}
    assert "start_date" not in found["title"]
    slides = found["events"]
    known = {"start_date", "end_date", "text", "media", "group", "display_date", "background", "autolink", "unique_id"}
    assert {name for slide in slides for name in slide} <= known
    assert len({slide["unique_id"] for slide in slides}) == len(slides)
    for slide in slides:
        assert slide["text"].keys() == {"headline", "text"}
        start = slide["start_date"]
        days = [date(each["year"], each["month"], each["day"]) for each in (start, slide.get("end_date", start))]
        assert days == sorted(days)


def test_icalendar_reads_the_days_and_texts(chronology):
    icalendar = pytest.importorskip("icalendar")
    calendar = icalendar.Calendar.from_ical(exported(chronology, "ical"))
    events = calendar.walk("VEVENT")
    read = [(event.decoded("DTSTART"), event.decoded("DTEND"), str(event["SUMMARY"])) for event in events]
    headlines = dict(chronology.query("select fact, headline from timeline").rows())
    assert read == [
        (date(2023, 10, 31), date(2023, 11, 2), headlines["strike"]),
        (date(2023, 11, 3), date(2023, 11, 4), headlines["acts"]),
        (date(2023, 11, 4), date(2023, 11, 5), headlines["aside"]),
    ]
    assert [event.errors for event in events] == [[], [], []]


def test_frictionless_finds_a_data_package_valid_and_reads_its_numbers(chronology, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    file = tmp_path / "package.zip"
    file.write_bytes(exported(chronology, "datapackage"))
    report = frictionless.validate(str(file), type="package")
    assert [(task.name, error.message) for task in report.tasks for error in task.errors] == []
    assert report.valid
    rows = frictionless.Package(str(file)).get_resource("incidents").read_rows()
    numbers = ("incident", "day", "killed_low", "killed_high", "injured_low", "injured_high", "facts")
    assert sorted(tuple(row[name] for name in numbers) for row in rows if row["incident"] != "'@sum") == (
        chronology.query(
            f"select {', '.join(numbers)} from incidents where incident <> '@sum' order by incident"
        ).rows()
    )


def test_rocrate_reads_every_file_of_an_ro_crate(chronology, tmp_path):
    rocrate = pytest.importorskip("rocrate.rocrate")
    (tmp_path / "crate.zip").write_bytes(exported(chronology, "ro-crate"))
    with zipfile.ZipFile(tmp_path / "crate.zip") as archive:
        archive.extractall(tmp_path / "crate")
    crate = rocrate.ROCrate(tmp_path / "crate")
    files = {each.id for each in crate.get_entities() if each.type == "File"}
    there = {path.relative_to(tmp_path / "crate").as_posix() for path in (tmp_path / "crate").rglob("*.*")}
    assert files == there - {"ro-crate-metadata.json"}
    assert (crate.name, crate.root_dataset["version"]) == ("published", str(chronology.head))


@pytest.mark.parametrize("operation", [None, "siege"])
def test_followthemoney_finds_every_entity_valid(chronology, operation):
    model = pytest.importorskip("followthemoney").model
    proxies = {}
    for line in exported(chronology, "ftm", operation=operation).splitlines():
        entity = json.loads(line)
        proxy = proxies[entity["id"]] = model.get_proxy(entity, cleaned=False)
        proxy.schema.validate(entity)
        # What is not as its type has it is left out, or written otherwise.
        assert {name: sorted(proxy.get(name)) for name in entity["properties"]} == {
            name: sorted(values) for name, values in entity["properties"].items()
        }
    for proxy in proxies.values():
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                assert proxies[value].schema.is_a(prop.range)


def test_a_reader_of_markdown_finds_the_tables_and_no_html(chronology):
    markdown_it = pytest.importorskip("markdown_it")
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(exported(chronology, "markdown").decode())
    assert "<td>a|b &lt;script&gt;alert(1)&lt;/script&gt;</td>" in page
    assert "<script" not in page
    assert "<a " not in page
    assert page.count("<table>") == 5
