"""Any table by a mapping file: what it can say, and what is said of its mistakes and of those of the rows."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from imports import counts
from mapped_imports import MAPPING, TABLE

from chronology.importers import opened, suggest

FACTS = "select fact, kind, occurred_edtf, figures[1].low, figures[1].high, figures[1].victims from facts order by fact"


def test_a_mapping_is_a_fact_with_columns_in_the_place_of_words(imports):
    assert counts(imports.take_in(TABLE)) == (2, 0, 0, 0, 0)
    assert imports.rows(FACTS) == [
        ("bulletins:a", "airstrike", "2023-10-31", 8, 8, "all"),
        ("bulletins:b", "airstrike", "2023-11-01", 3, None, "civilians"),
    ]
    assert imports.value("select body ->> '$.native' from facts where fact = 'bulletins:a'") == (
        '["date=31/10/2023","dead=8","id=a"]'
    )


@pytest.mark.parametrize(
    "table",
    [
        [{"id": "a", "date": "31/10/2023", "dead": 8}, {"id": "b", "date": "2023-11-01", "dead": ">=3 civilians"}],
        '{"id": "a", "date": "31/10/2023", "dead": 8}\n\n{"ID": "b", "dead": ">=3 civilians", "date": "2023-11-01"}\n',
        TABLE.replace("id,date", "ID, Date "),
        b"\xef\xbb\xbf" + TABLE.encode(),
    ],
    ids=["json", "json lines", "other case", "bom"],
)
def test_json_and_csv_say_the_same(imports, table):
    imports.take_in(table if isinstance(table, str | bytes) else json.dumps(table, indent=1))
    assert [row[:4] for row in imports.rows(FACTS)] == [
        ("bulletins:a", "airstrike", "2023-10-31", 8), ("bulletins:b", "airstrike", "2023-11-01", 3),
    ]  # fmt: skip


def test_a_later_file_revises_and_names_what_changed(imports):
    imports.take_in(TABLE)
    assert counts(imports.take_in(TABLE.replace(",8", ",9"), name="next.csv")) == (0, 1, 0, 1, 0)
    assert imports.rows("select fact, field, old, new from revisions") == [("bulletins:a", "dead", "8", "9")]
    assert counts(imports.take_in(TABLE.replace(",8", ",9"), name="next.csv")) == (0, 0, 0, 2, 0)


def test_columns_in_another_order_are_no_revision(imports):
    imports.take_in(TABLE)
    turned = "dead,id,date\n8,a,31/10/2023\n>=3 civilians,b,2023-11-01\n"
    assert counts(imports.take_in(turned, name="next.csv")) == (0, 0, 0, 2, 0)


def test_several_figures_of_one_row_have_their_own_measures_groups_and_definitions(imports):
    imports.take_in(
        "day,hours,dead,all_dead,women,treated\n2023-11-02,48,5,20,2,7\n2023-11-03,0,0,20,,\n2023-11-04,,,,,\n",
        """
        dataset = "bulletins"
        key = "{day}"
        skip = { dead = "", all_dead = "" }
        [columns.hours]
        empty = ["0"]
        [fact]
        kind = "casualty_update"
        source = "ministry"
        published = "{day}"
        operation = "siege"
        [[fact.killed]]
        figure = "{dead}"
        measure = "increment"
        period = { until = "{day}", hours = "{hours}" }
        unless = { hours = "0", dead = "0" }
        [[fact.killed]]
        figure = "{all_dead}"
        measure = "running_total"
        as_at = "{day}"
        [[fact.killed]]
        best = "{women}"
        victims = "women"
        measure = "breakdown"
        part_of = "all"
        [[fact.injured]]
        figure = "{treated}"
        measure = "increment"
        period = "{day}"
        definition = "required medical attention"
        """,
    )
    assert imports.rows(
        "select fact[11:], f.category, f.victims, f.measure, f.definition, f.low, f.best, f.period_from::varchar, "
        "f.period_to::varchar from (select fact, unnest(figures) as f from facts) order by fact, f.figure"
    ) == [
        ("2023-11-02", "killed", "all", "increment", None, 5, 5, "2023-11-01", "2023-11-02"),
        ("2023-11-02", "killed", "all", "running_total", None, 20, 20, None, None),
        ("2023-11-02", "killed", "women", "breakdown", None, None, 2, "2023-11-01", "2023-11-02"),
        ("2023-11-02", "injured", "all", "increment", "required medical attention", 7, 7, "2023-11-02", "2023-11-02"),
        ("2023-11-03", "killed", "all", "running_total", None, 20, 20, None, None),
    ]


def test_a_code_table_says_the_kind_and_what_a_kind_has_no_field_for_stays_in_native(imports):
    mapping = """
        dataset = "incidents"
        key = "{country}-{no}"
        [columns.type]
        codes = { "1" = "airstrike", "2" = "protest" }
        [columns.who]
        split = ";"
        empty = ["-", "n/a"]
        [fact]
        kind = "{type}"
        source = "{paper}"
        place = { name = "{town}, {region}", latitude = "{lat}", longitude = "{lon}", geo_precision = "near" }
        participants = ["{who}", "{host}"]
        targets = ["{target}"]
        killed = { best = "{dead}" }
    """
    imports.take_in(
        "no,country,type,paper,town,region,lat,lon,who,host,target,dead\n"
        "1,South Sudan,1,AFP,Juba,Equatoria,4.85,31.6,A; B,C,D,3\n"
        "2,Mali,2,AP,Kidal,,,,n/a,,,4\n",
        mapping,
    )
    assert imports.rows(
        "select fact, kind, place, latitude, actors, targets, figures[1].best from facts order by fact"
    ) == [
        ("incidents:Mali-2", "protest", None, None, [], [], None),
        ("incidents:South%20Sudan-1", "airstrike", "Juba, Equatoria", 4.85, ["D", "A", "B", "C"], ["D"], 3),
    ]
    assert "dead=4" in imports.value("select body ->> '$.native' from facts where kind = 'protest'")
    unknown = "no,country,type,paper,town,region,lat,lon,who,host,target,dead\n1,X,3,A,,,,,,,,\n"
    assert imports.problems(unknown, mapping) == ["table.csv:2: type: '3'; expected one of its codes: 1, 2"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,31.10.2023,8", "table.csv:2: date: '31.10.2023'; expected a date written as %d/%m/%Y or %Y-%m-%d"),
        ("a,31/10/2023,8 or so", 'table.csv:2: dead → killed: "8 or so"; expected 8, at least 8 (>=8, 8+)'),
        (",31/10/2023,8", "table.csv:2: id; expected the key of the record, which is {id}"),
        ("a,31/10/2023", "table.csv:2: expected 3 fields, found 2"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_column(imports, rows, expected):
    (problem,) = imports.problems(f"id,date,dead\n{rows}\n")
    assert problem.startswith(expected)


def test_the_figure_that_is_wrong_is_named_though_others_were_left_out(imports):
    mapping = MAPPING.replace('killed = "{dead}"', 'killed = [{ figure = "{dead}" }, { low = "{least}" }]')
    (problem,) = imports.problems("id,date,dead,least\na,2023-11-01,,few\n", mapping)
    assert problem.startswith('table.csv:2: least → killed[0].low: "few"; expected a whole number')


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"{dead}"', '"{daed}"', "m.toml:11: {daed}; expected a column of table.csv; did you mean dead?"),
        ("[columns.date]", "[columns.dat]", "m.toml:4: {dat}; expected a column of table.csv; did you mean date?"),
        ("killed =", "kiled =", 'm.toml:11: fact.kiled: "{dead}"; expected a field of airstrike; did you mean killed?'),
        ("airstrike", "air_strike", 'm.toml:8: fact.kind: "air_strike"; expected a kind of report; did you mean airst'),
        ('"health ministry"', "5", "m.toml:9: fact.source: 5; expected text of 1 to 200"),
        ('"{date}"', '"31 October"', 'm.toml:10: fact.occurred: "31 October" is not a date'),
        ('"{dead}"', '"eightish"', 'm.toml:11: fact.killed: "eightish"; expected 8, at least 8'),
        ('"{dead}"', '"{dead"', 'm.toml:11: fact.killed: "{dead"; expected {column}, or {{ and }}'),
        ('source = "health ministry"', "", "m.toml:7: fact.source: missing; expected "),
        ('key = "{id}"', "", "m.toml: key: missing; expected the columns that tell a record from all others"),
        ('"{id}"', '"id"', 'm.toml:2: key: "id"; expected the columns that tell a record from all others'),
        ('"bulletins"', '"acled"', 'm.toml:1: dataset: "acled"; expected a short name for the data set'),
        ('["%d/%m/%Y", "%Y-%m-%d"]', '"dd/mm"', 'm.toml:5: columns.date.date: "dd/mm"; expected how its dates are'),
        ("date = [", "dates = [", "m.toml:5: columns.date.dates: "),
        ('key = "{id}"', 'key = "{id}"\nkeys = 1', "m.toml:3: keys: 1; expected one of dataset, key"),
        ('key = "{id}"', 'key = "{id}', "m.toml:2: is not TOML"),
        ('"{dead}"', '{ figure = "{dead}", measure = "total" }', 'm.toml:11: fact.killed.measure: "total"; expected'),
        ('"{dead}"', '1\n    supersedes = "{id}"', 'm.toml:12: fact.supersedes: "{id}"; expected no field that names'),
        ('"{dead}"', '1\n    id = "{id}"', 'm.toml:12: fact.id: "{id}"; expected no such field'),
        ("[fact]", "[facts]", "m.toml: fact: missing; expected [fact], with a kind, a source"),
    ],
    ids=lambda each: each[:30],
)  # fmt: skip
def test_what_is_wrong_with_a_mapping_is_told_with_its_line(imports, old, new, expected):
    assert old in MAPPING
    first, *_ = imports.problems(mapping=MAPPING.replace(old, new))
    assert first.startswith(expected)


def test_of_a_mapping_for_another_table_the_columns_there_are_listed_once(imports):
    assert imports.problems("who,what\nx,y\n") == [
        "m.toml:2: {id}; expected a column of table.csv; there are who, what",
        "m.toml:10: {date}; expected a column of table.csv",
        "m.toml:11: {dead}; expected a column of table.csv",
    ]


def test_a_name_written_by_hand_in_a_mapping_is_guarded_as_everywhere(imports):
    imports.append('[[operation_named]]\nname = "kidal-gao"\ntype = "convoy"')
    mapping = MAPPING + '    operation = "kidal-goa"\n'
    (problem,) = imports.problems(mapping=mapping)
    assert problem.startswith(
        'm.toml:12: fact.operation: "kidal-goa"; expected a known operation: did you mean kidal-gao'
    )
    assert counts(imports.take_in(TABLE, mapping, new_names=("kidal-goa",))) == (2, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('[{"id": "a", "id": "b", "date": "", "dead": 1}]', "expected each key once, but it has 'id' twice"),
        (
            '[{"id": "a", "date": "", "dead": 1}, 5]',
            "table.json:1: expected an array of objects, or an object on each line",
        ),
        ('[{"id": "a"},\n {"id": ]', "table.json:2: expected an array of objects"),
        ('[{"id": "a"}\n {"id": "b"}]', "table.json:2: expected ]"),
        ('[{"id": "a"}', "expected , of an array"),
        ('[{"id": "a"}] and more', "expected nothing after the array"),
        ('{"id": "a"\n', "table.json:1: expected an array of objects, or an object on each line, but"),
        ("[" + '{"a":' * 100_000, "nested so deeply"),
        (b'[{"id": "\xff"}]', "expected UTF-8"),
        ('[{"id": "a\\u0000", "date": "", "dead": 1}]', "holds a NUL"),
    ],
    ids=lambda each: str(each)[:30],
)
def test_json_that_is_none_is_told_with_its_line(imports, table, expected):
    assert any(
        expected in problem or "expected , " in problem for problem in imports.problems(table, name="table.json")
    )


def test_a_key_that_no_object_has_any_more_stops_the_file_unless_it_may_be_missing(imports):
    renamed = '[{"id": "a", "date": "2023-11-01", "deaths": 1}]'
    optional, may_miss = 'optional = ["dead"]', "If some files lack it, the mapping can say so:"
    assert imports.problems(renamed, name="table.json") == [
        f"m.toml:11: {{dead}}; expected a column of table.json; did you mean deaths? {may_miss} {optional}"
    ]
    found = imports.take_in(renamed, optional + dedent(MAPPING), name="table.json")
    assert found.warnings == [
        "columns the mapping does not use, kept as they are: deaths",
        "optional columns that are not there: dead",
    ]


def test_the_lines_of_json_are_those_of_its_objects(imports):
    rows = [{"id": str(number), "date": "2023-11-01", "dead": "x" if number == 7 else 1} for number in range(9)]
    (problem,) = imports.problems(json.dumps(rows, indent=1), name="table.json")
    assert problem.startswith("table.json:37: dead → killed")


def test_half_a_character_in_json_is_a_question_mark(imports):
    imports.take_in('[{"id": "a", "date": "2023-11-01", "dead": 1, "n\\ud800": "x\\udfff"}]', name="table.json")
    assert '"n?=x?"' in imports.value("select body ->> '$.native' from facts")


def test_an_array_longer_than_a_piece_is_read_to_its_end(imports):
    rows = [{"id": str(number), "date": "2023-11-01", "dead": 1, "notes": "x" * 700} for number in range(2_000)]
    assert counts(imports.take_in(json.dumps(rows), name="table.json")) == (2_000, 0, 0, 0, 0)


def test_what_nobody_can_see_is_taken_out_of_names_and_kept_in_native(imports):
    mapping = MAPPING + '    place = "{place}"\n'
    imports.take_in("id,date,dead,place\na,2023-11-01,1,Ki\u200bdal \u00a0 town\n", mapping)
    assert imports.value("select place from facts") == "Kidal town"


@pytest.mark.parametrize(
    "table",
    [
        "event_id,date,location,latitude,longitude,country,killed,wounded\n"  # noqa: ISC004
        "1,2023-10-31,Kidal,18.4,1.4,Mali,3,2\n2,2023-11-01,Gao,16.2,-0.1,Mali,,1\n",
        '[{"report_date": "2023-10-07", "killed": 5, "killed_cum": 5}, {"report_date": "2023-10-08", "killed_cum": 9}]',
        "a,b\n1,x\n2,x\n",
    ],
    ids=["incidents", "bulletins", "nothing known"],
)
def test_a_suggestion_can_be_used_as_it_is(imports, table):
    path = imports.folder.path / "table.csv"
    path.write_text(table, encoding="utf-8")
    with opened(str(path)) as source:
        mapping = suggest(source)
    assert counts(imports.take_in(table, mapping)) == (2, 0, 0, 0, 0)


def test_a_suggestion_knows_dates_degrees_totals_and_what_was_counted(imports):
    path = imports.folder.path / "daily report.csv"
    path.write_text("day,dead,dead_total,lat,lon\n03/04/2024,5,7,1.5,2\n05/04/2024,1,8,1.5,2\n", encoding="utf-8")
    with opened(str(path)) as source:
        assert suggest(source) == dedent("""\
            # A mapping for daily report.csv, from 2 of its rows. Read every line: these are guesses.
            dataset = "daily-report"
            key = "{day}"  # tells each record from all others, in every release

            [columns.day]
            date = "%d/%m/%Y"  # or %m/%d/%Y: the rows do not tell

            [fact]
            kind = "casualty_update"  # see chronology kinds
            source = "daily-report"  # who published it
            published = "{day}"
            operation = "daily-report"  # what the totals are totals of
            latitude = "{lat}"
            longitude = "{lon}"
            killed = [
              { figure = "{dead}", measure = "increment", period = "{day}" },
              { figure = "{dead_total}", measure = "running_total", as_at = "{day}" },
            ]
            """)


def test_the_command_takes_a_mapping_or_prints_one(cli, tmp_path):
    table, mapping = tmp_path / "bulletins.csv", tmp_path / "m.toml"
    table.write_text(TABLE)
    mapping.write_text(dedent(MAPPING))
    assert cli("import", "csv", table).code == 2
    assert cli("import", "acled", table, "--mapping", mapping).code == 2
    assert cli("import", "csv", table, "--suggest").out[1] == 'dataset = "bulletins"'
    ran = cli("import", "csv", table, "--mapping", mapping)
    assert (ran.code, ran.out) == (0, ["2 rows: 2 new · 0 revised · 0 vanished · 0 unchanged · 0 rejected"])
    undone = cli("retract", "--import", "bulletins/import-1", "--reason", "another table was meant")
    assert (undone.code, undone.out[0][:17]) == (0, "4  fact_retracted")
    assert cli("query", "select count(*) as facts from facts", "--format", "csv").out == ["facts", "0"]
    wrong = cli("retract", "--import", "bulletins:a", "--reason", "no import")
    assert (wrong.code, wrong.err[-1].startswith("chronology: bulletins:a is no import but airstrike")) == (1, True)
    assert cli("retract", "--reason", "of nothing").code == 2
