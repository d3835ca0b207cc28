"""ACLED exports: every shape of ten years on synthetic rows, and what becomes of each code."""

from __future__ import annotations

import pytest
from acled_rows import IN_2015, IN_2019, ROW, SHAPES, TODAY
from imports import Imports, counts

from chronology.importers.datasets.acled_codes import EARLY_TYPES, TYPES


@pytest.fixture
def imports(tmp_path):
    return Imports(tmp_path / "given", "acled", ROW, TODAY)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_is_read_in_every_shape_that_exports_have_had(imports, shape):
    found = imports.take_in(imports.written({}, columns=SHAPES[shape]))
    assert (counts(found), found.warnings) == ((1, 0, 0, 0, 0), [])
    assert imports.row("select fact, kind, occurred_edtf, source, figures[1].best from facts") == (
        "acled:MLI1234", "armed_clash", "2023-10-31", "ACLED", 4,
    )  # fmt: skip


def test_a_row_becomes_a_fact_that_says_no_more(imports):
    imports.take_in(imports.written({}))
    assert imports.row(
        "select published_edtf, place, geo_precision, country, perpetrators, targets, actors from facts"
    ) == (
        "2023-11-06T19:46:40Z", "Kidal", "exact", "Mali", [], [],
        ["Military Forces of Mali", "Wagner Group", "Dozo Militia", "JNIM"],
    )  # fmt: skip
    assert imports.rows("select category, victims, low, best, high, words, imputed from figures") == [
        ("killed", "all", None, 4, None, None, False)
    ]
    native = imports.value("select body ->> '$.native' from facts")
    for kept in ("event_type=Battles", "sub_event_type=Armed clash", "inter1=State forces", "notes=Clash near Kidal."):
        assert kept in native
    assert "interaction" not in native
    assert imports.value("select body ->> '$.cites' from facts") == '["AFP","Reuters"]'


def test_each_of_the_25_sub_types_is_a_kind_and_keeps_its_code(imports):
    codes = [(type_, sub_type) for type_, below in TYPES.items() for sub_type in below]
    assert len(codes) == 25
    rows = [
        {"event_id_cnty": f"MLI{at}", "event_type": type_, "sub_event_type": sub_type, "fatalities": "0"}
        for at, (type_, sub_type) in enumerate(codes)
    ]
    assert counts(imports.take_in(imports.written(*rows))) == (25, 0, 0, 0, 0)
    kinds = dict(
        imports.rows(
            "select concat(list_filter(n, lambda x: starts_with(x, 'event_type='))[1][12:], ' / ', "
            "list_filter(n, lambda x: starts_with(x, 'sub_event_type='))[1][16:]), kind "
            "from (select kind, from_json(body -> '$.native', '[\"VARCHAR\"]') as n from facts)"
        )
    )
    assert kinds == {
        "Battles / Armed clash": "armed_clash",
        "Battles / Government regains territory": "armed_clash",
        "Battles / Non-state actor overtakes territory": "armed_clash",
        "Explosions/Remote violence / Chemical weapon": "chemical_attack",
        "Explosions/Remote violence / Air/drone strike": "airstrike",
        "Explosions/Remote violence / Suicide bomb": "suicide_bombing",
        "Explosions/Remote violence / Shelling/artillery/missile attack": "shelling",
        "Explosions/Remote violence / Remote explosive/landmine/IED": "ied_strike",
        "Explosions/Remote violence / Grenade": "grenade_attack",
        "Violence against civilians / Sexual violence": "sexual_violence",
        "Violence against civilians / Attack": "armed_attack",
        "Violence against civilians / Abduction/forced disappearance": "abduction",
        "Protests / Peaceful protest": "protest",
        "Protests / Protest with intervention": "protest",
        "Protests / Excessive force against protesters": "violent_incident",
        "Riots / Violent demonstration": "riot",
        "Riots / Mob violence": "riot",
        "Strategic developments / Agreement": "agreement_reached",
        "Strategic developments / Arrests": "arrests",
        "Strategic developments / Change to group/activity": "force_changed",
        "Strategic developments / Disrupted weapons use": "force_changed",
        "Strategic developments / Headquarters or base established": "force_changed",
        "Strategic developments / Looting/property destruction": "property_destroyed",
        "Strategic developments / Non-violent transfer of territory": "territory_changed",
        "Strategic developments / Other": "development_reported",
    }


@pytest.mark.parametrize(
    ("type_", "inter1", "kind"),
    [
        ("Battle-No change of territory", "1", "armed_clash"),
        ("BATTLE-NO CHANGE OF TERRITORY", "1", "armed_clash"),
        ("Battle - Government regains territory", "1", "armed_clash"),
        ("Battle-Non-state actor overtakes territory", "2", "armed_clash"),
        ("battle-non-state actors overtake territory", "2", "armed_clash"),
        ("Headquarters or base established", "2", "force_changed"),
        ("Strategic development", "2", "development_reported"),
        ("Non-violent transfer of territory", "1", "territory_changed"),
        ("Riots/Protests", "5", "riot"),
        ("riots/protests", "6", "protest"),
        ("Riots/Protests", "Protesters", "protest"),
        ("Violence against civilians", "3", "violent_incident"),
        ("remote Violence", "2", "violent_incident"),
    ],
)
def test_the_taxonomy_before_2019_is_read_in_any_case(imports, type_, inter1, kind):
    row = {"EVENT_TYPE": type_, "INTER1": inter1, "FATALITIES": "0"}
    imports.take_in(imports.written(row, columns=IN_2015))
    assert imports.value("select kind from facts") == kind


def test_every_early_type_is_read():
    assert all(meaning.kind for meaning in EARLY_TYPES.values())
    assert len(EARLY_TYPES) == 10


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"event_type": "Skirmish"}, "event_type: 'Skirmish'; expected one of Battles, Explosions/Remote violence"),
        ({"sub_event_type": "Ambush"}, "sub_event_type: 'Ambush'; expected one of Battles: Armed clash, Government"),
        ({"sub_event_type": "Attack"}, "sub_event_type: 'Attack'; expected one of Battles: Armed clash"),
        ({"sub_event_type": ""}, "sub_event_type; expected one of Battles: Armed clash"),
        ({"event_type": "Riots/Protests", "sub_event_type": ""}, "inter1: 'State forces'; expected 5 or 6"),
        ({"inter1": "9"}, "inter1: '9'; expected 0 to 8, or one of State forces, Rebel group"),
        ({"inter2": "Bandits"}, "inter2: 'Bandits'; expected 0 to 8"),
        ({"time_precision": "4"}, "time_precision: '4'; expected 1, 2 or 3"),
        ({"geo_precision": "0"}, "geo_precision: '0'; expected 1, 2 or 3"),
        ({"event_date": "31/10/2023"}, "event_date: '31/10/2023'; expected a day such as 2024-11-08"),
        ({"event_date": "30 February 2023"}, "event_date: '30 February 2023'; expected a day such as"),
        ({"event_date": "2022-10-31"}, "event_date: '2022-10-31'; expected a day of the year 2023"),
        ({"fatalities": ""}, "fatalities; expected a whole number of deaths"),
        ({"fatalities": "-1"}, "fatalities: '-1'; expected a whole number of deaths"),
        ({"timestamp": "yesterday"}, "timestamp: 'yesterday'; expected seconds since 1970"),
        ({"latitude": "91"}, "latitude: '91'; expected degrees from -90 to 90"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_not_known_stops_the_row_and_is_never_guessed(imports, row, expected):
    (problem,) = imports.problems(imports.written(row))
    assert problem.startswith(f"release.csv:2: {expected}")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-11-08", "2024-11-08"),
        ("08 November 2024", "2024-11-08"),
        ("03 December 2020", "2020-12-03"),
        ("9-May-20", "2020-05-09"),
        ("01-January-2015", "2015-01-01"),
        ("31-Dec-97", "1997-12-31"),
    ],
)
def test_a_day_is_read_in_all_five_styles(imports, written, day):
    imports.take_in(imports.written({"event_date": written, "year": day[:4]}))
    assert imports.value("select occurred_edtf from facts") == day
    again = imports.written({"event_date": day, "year": day[:4]}, name="again.csv")
    assert counts(imports.take_in(again)) == (0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("precision", "occurred"), [("1", "2023-10-31"), ("2", "2023-10-28/2023-11-03"), ("3", "2023-10")]
)
def test_time_precision_widens_the_interval(imports, precision, occurred):
    imports.take_in(imports.written({"time_precision": precision}))
    assert imports.value("select occurred_edtf from facts") == occurred


@pytest.mark.parametrize(
    ("fatalities", "notes", "words"),
    [
        ("10", "Tens of fighters were killed.", "tens"),
        ("12", "Dozens were reported dead.", "dozens"),
        ("12", "A dozen soldiers were killed.", None),
        ("100", "Hundreds of people died.", "hundreds"),
        ("10", "The number of casualties is unknown.", "not known"),
        ("3", "An unspecified number of fatalities followed.", "not known"),
        ("3", "Three killed.", None),
        ("5", "Dozens of houses were burnt, five killed.", None),
        ("0", "Casualties unknown.", None),
    ],
)
def test_a_number_in_the_place_of_words_is_told_where_the_notes_tell(imports, fatalities, notes, words):
    imports.take_in(imports.written({"fatalities": fatalities, "notes": notes}))
    figure = imports.row("select low, best, high, words, imputed, counted from figures")
    assert figure == (None, int(fatalities), None, words, words is not None, True)


def test_deaths_where_the_code_is_no_violence_are_not_lost(imports):
    row = {"event_type": "Protests", "sub_event_type": "Peaceful protest", "fatalities": "2"}
    imports.take_in(imports.written(row))
    assert imports.row("select kind, body ->> '$.form', figures[1].best from facts") == (
        "violent_incident", "Peaceful protest", 2,
    )  # fmt: skip


def test_numbers_and_words_for_an_actor_are_the_same_code(imports):
    imports.take_in(imports.written({"inter1": "1", "inter2": "2", "interaction": "12"}))
    assert counts(imports.take_in(imports.written({}, name="next.csv"))) == (0, 0, 0, 1, 0)


def test_an_export_numbered_anew_is_no_revision(imports):
    imports.take_in(imports.written({}, columns=IN_2019))
    again = imports.written({"data_id": "9999999"}, columns=IN_2019, name="next.csv")
    assert counts(imports.take_in(again)) == (0, 0, 0, 1, 0)


def test_the_same_row_under_two_numbers_of_an_export_counts_once(imports):
    found = imports.take_in(imports.written({"": "1"}, {"": "2"}, columns=["", *TODAY]))
    assert (counts(found), found.repeated) == ((1, 0, 0, 0, 0), 1)


def test_a_revision_is_as_old_as_its_timestamp(imports):
    imports.take_in(imports.written({}))
    imports.take_in(imports.written({"fatalities": "6", "timestamp": "1707300000"}, name="next.csv"))
    assert imports.value("select best from figures") == 6
    assert imports.value("select best from figures", known_by="2024-01-31") == 4
    assert imports.rows("select fact from facts", known_by="2023-11-05") == []
    assert imports.rows("select field, old, new from revisions order by field") == [
        ("fatalities", "4", "6"), ("timestamp", "1699300000", "1707300000"),
    ]  # fmt: skip


def test_a_filtered_export_makes_nothing_vanish(imports):
    imports.take_in(imports.written({}, {"event_id_cnty": "MLI1"}, {"event_id_cnty": "NIR1", "country": "Niger"}))
    assert counts(imports.take_in(imports.written({}, name="filtered.csv"))) == (0, 0, 0, 1, 0)
    covered = imports.take_in(imports.written({}, name="covered.csv"), "country=Mali")
    assert counts(covered) == (0, 0, 1, 1, 0)
    assert imports.rows("select target from record_vanished") == [("acled:MLI1",)]


def test_two_rows_without_an_id_are_two_errors(imports):
    file = imports.written({"event_id_cnty": ""}, {}, {"event_id_cnty": " "})
    assert imports.problems(file) == [
        f"release.csv:{line}: event_id_cnty; expected the id of the event, such as MLI1234" for line in (2, 4)
    ]


def test_a_file_of_another_data_set_is_refused_with_what_is_missing(imports):
    (problem,) = imports.problems(imports.written({}, columns=["id", "date_start", "best"]))
    assert (
        "expected a row of the columns of acled; event_id_cnty, event_date, event_type, fatalities missing" in problem
    )
