"""More data sets by name: rows made up in the shapes of the Global Terrorism Database, Airwars, HDX HAPI, and APIs."""

from __future__ import annotations

import json

import pytest
from acled_rows import ROW as ACLED_ROW
from acled_rows import TODAY
from ged_rows import ROW as GED_ROW
from imports import Imports, counts

from chronology.importers.datasets.ged import HEADERLESS


def kind_of(fact):
    return fact.__struct_config__.tag


def bounds(figures):
    return [(each.low, each.best, each.high, each.victims) for each in figures]


# --- the Global Terrorism Database

GTD = {
    "eventid": "197007020001", "iyear": "1970", "imonth": "7", "iday": "2", "country_txt": "Mali", "provstate": "Gao",
    "city": "Ansongo", "latitude": "15.66", "longitude": "0.5", "specificity": "1", "attacktype1": "2",
    "attacktype1_txt": "Armed Assault", "suicide": "0", "targtype1_txt": "Military", "target1": "A patrol",
    "gname": "Some group", "nkill": "3", "nkillter": "1", "nwound": "-9", "scite1": "A paper, 3 July 1970.",
}  # fmt: skip


@pytest.fixture
def gtd(tmp_path):
    return Imports(tmp_path / "given", "gtd", GTD, list(GTD))


def test_a_row_of_gtd_says_what_it_does_and_no_more(gtd):
    gtd.take_in(gtd.written({}))
    fact = gtd.facts()["197007020001"]
    assert (kind_of(fact), fact.occurred, fact.perpetrators, fact.targets) == (
        "armed_attack", "1970-07-02", ("Some group",), ("A patrol",),
    )  # fmt: skip
    assert (bounds(fact.killed), fact.injured) == ([(3, 3, 3, "all")], ())
    assert (fact.place.name, str(fact.place.geo_precision)) == ("Ansongo", "exact")
    assert fact.cites == ("A paper, 3 July 1970.",)


@pytest.mark.parametrize(
    ("row", "field", "wanted"),
    [
        ({"iday": "0"}, "occurred", "1970-07"),
        ({"imonth": "0", "iday": "0"}, "occurred", "1970"),
        ({"gname": "Unknown"}, "perpetrators", ()),
        ({"city": "Unknown"}, "place", "Gao"),
        ({"nkill": "2.33"}, "killed", [(2, 2, 3, "all")]),
        ({"nkill": "0"}, "killed", [(0, 0, 0, "all")]),
        ({"nkill": ""}, "killed", []),
        ({"nwound": "12.0"}, "injured", [(12, 12, 12, "all")]),
        ({"attacktype1": "3", "attacktype1_txt": "Bombing/Explosion"}, "kind", "violent_incident"),
        ({"attacktype1": "3", "suicide": "1"}, "kind", "suicide_bombing"),
        ({"attacktype1": "6"}, "kind", "abduction"),
    ],
)
def test_codes_of_gtd_for_what_is_not_known_are_nothing(gtd, row, field, wanted):
    gtd.take_in(gtd.written(row))
    fact = gtd.facts()["197007020001"]
    found = kind_of(fact) if field == "kind" else getattr(fact, field)
    if field in {"killed", "injured"}:
        found = bounds(found)
    assert (found.name if field == "place" else found) == wanted


def test_what_is_no_row_of_gtd_is_told(gtd):
    wrong = [{"eventid": "x"}, {"eventid": "197007020002", "imonth": "13"}, {"eventid": "197007020003", "nkill": "few"}]
    assert sorted(gtd.problems(gtd.written(*wrong))) == [
        "release.csv:2: eventid: 'x'; expected the id of the attack, in 12 digits",
        "release.csv:3: imonth: '13'; expected a month, 1 to 12, or 0 or 99 where it is not known",
        "release.csv:4: nkill: 'few'; expected a number of people, or a share of one",
    ]


# --- Airwars

AIRWARS = {
    "Unique Reference Code": "XX0012", "Incident date": "8 November 2024", "Country": "Mali", "Location name": "Kidal",
    "Latitude": "18.44", "Longitude": "1.41", "Geolocation accuracy": "Within 100m", "Belligerents": "A, B",
    "Type of strike": "Airstrike", "Civilians killed (min)": "4", "Civilians killed (max)": "7",
    "Civilians injured (min)": "2", "Civilians injured (max)": "2", "Airwars grading": "Fair", "Notes": "x",
}  # fmt: skip


def test_an_incident_of_airwars_has_the_fewest_and_the_most_civilians(tmp_path):
    imports = Imports(tmp_path / "given", "airwars", AIRWARS, list(AIRWARS))
    second = {
        "Unique Reference Code": "XX0013",
        "Civilians killed (max)": "",
        "Type of strike": "Ground action",
    }
    assert counts(imports.take_in(imports.written({}, second))) == (2, 0, 0, 0, 0)
    first, other = imports.facts()["XX0012"], imports.facts()["XX0013"]
    assert (kind_of(first), first.occurred, first.perpetrators) == ("airstrike", "2024-11-08", ("A", "B"))
    assert (bounds(first.killed), bounds(first.injured)) == ([(4, None, 7, "civilians")], [(2, 2, 2, "civilians")])
    assert (kind_of(other), other.form, bounds(other.killed)) == (
        "violent_incident", "Ground action", [(4, None, None, "civilians")],
    )  # fmt: skip
    assert "grading=Fair" in first.native


# --- HDX HAPI

HAPI = {
    "location_code": "MLI", "location_name": "Mali", "admin1_code": "ML08", "admin1_name": "Kidal",
    "admin2_code": "ML0801", "admin2_name": "Tessalit", "admin_level": "2", "event_type": "political_violence",
    "events": "3", "fatalities": "5", "reference_period_start": "2024-01-01T00:00:00",
    "reference_period_end": "2024-01-31T23:59:59",
}  # fmt: skip


@pytest.mark.parametrize("wrapped", [False, True])
def test_rows_of_hapi_are_deaths_of_a_month_in_an_area_by_sort(tmp_path, wrapped):
    imports = Imports(tmp_path / "given", "hdx-hapi-conflict", HAPI, list(HAPI))
    rows = [
        HAPI,
        HAPI | {"event_type": "civilian_targeting", "fatalities": "2"},
        HAPI | {"admin2_code": "", "admin2_name": "", "admin1_code": "", "admin1_name": "Gao", "fatalities": None},
    ]
    if wrapped:
        file = imports.folder.path / "api.json"
        file.write_text(json.dumps({"data": rows}))
    else:
        file = imports.written(*({name: value or "" for name, value in row.items()} for row in rows))
    assert counts(imports.take_in(file)) == (3, 0, 0, 0, 0)
    found = imports.facts()["MLI-ML08-ML0801-political_violence-2024-01-01"]
    assert (found.operation, found.occurred, found.place.name) == (
        "hdx-hapi MLI", "2024-01-01/2024-01-31", "Tessalit",
    )  # fmt: skip
    assert imports.rows("select definition, best from figures order by 1") == [
        ("civilian targeting", 2), ("political violence", 5),
    ]  # fmt: skip


# --- APIs, and releases before the final one


def test_the_api_of_acled_and_that_of_ucdp_wrap_the_rows_of_their_files(tmp_path):
    acled = Imports(tmp_path / "acled", "acled", ACLED_ROW, TODAY)
    row = {name: ACLED_ROW[name] for name in TODAY if name in ACLED_ROW}
    file = acled.folder.path / "a.json"
    file.write_text(json.dumps({"status": 200, "success": True, "count": 1, "data": [row | {"fatalities": 4}]}))
    assert counts(acled.take_in(file)) == (1, 0, 0, 0, 0)
    assert counts(acled.take_in(acled.written({}))) == (0, 0, 0, 1, 0)

    ged = Imports(tmp_path / "ged", "ucdp-ged", GED_ROW, HEADERLESS)
    row = {name: int(value) if value.isdecimal() else value for name, value in GED_ROW.items()}
    row |= {"date_start": "2023-10-30T00:00:00", "date_end": "2023-10-31T00:00:00", "active_year": True, "gwnoa": None}
    file = ged.folder.path / "u.json"
    file.write_text(json.dumps({"TotalCount": 1, "TotalPages": 1, "NextPageUrl": "", "Result": [row]}))
    assert counts(ged.take_in(file)) == (1, 0, 0, 0, 0)
    assert ged.facts()["1"].occurred == "2023-10-30/2023-10-31"


def test_a_candidate_release_of_ucdp_comes_before_the_final_one(tmp_path):
    ged = Imports(tmp_path / "ged", "ucdp-ged", GED_ROW, HEADERLESS)
    candidate = {"code_status": "Check dates", "best": "4", "deaths_a": "2"}
    first = ged.written(candidate, {"id": "2", "code_status": "Check dates"}, name="GEDEvent_v24_01_24_03.csv")
    ged.take_in(first, release="24.0.3", published="2024-04-20")
    final = ged.written({"code_status": "Clear"}, {"id": "3", "code_status": "Clear"}, name="GEDEvent_v25_1.csv")
    found = ged.take_in(final, release="25.1", published="2025-06-01")
    assert counts(found) == (1, 1, 0, 0, 0)
    best = "select best from figures where fact = 'ucdp-ged:1' and victims = 'all'"
    assert (ged.rows(best), ged.rows(best, known_by="2024-12-31")) == ([(3,)], [(4,)])
