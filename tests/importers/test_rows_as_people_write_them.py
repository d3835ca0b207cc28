"""Numbers, dates and keys as people and programs write them, and columns that are not to be in the log."""

from __future__ import annotations

import hmac
from textwrap import dedent

import pytest
from imports import counts
from mapped_imports import PLAIN

from chronology.errors import Refused

# --- numbers


@pytest.mark.parametrize(
    ("written", "decimal", "said"),
    [
        ("3.0", None, (3, 3, 3, None)),
        ("1 234", None, (1234, 1234, 1234, None)),
        ("1\u00a0234", None, (1234, 1234, 1234, None)),
        ("1,234", None, (1234, 1234, 1234, None)),
        ("1.234", ",", (1234, 1234, 1234, None)),
        ("1.234,0", ",", (1234, 1234, 1234, None)),
        ("≥3", None, (3, 3, None, None)),
        ("2 or 3", None, (2, None, 3, None)),
        ("one", None, (1, 1, 1, None)),
        ("n/a", None, (None, None, None, "not known")),
        ("?", None, (None, None, None, "not known")),
    ],
)
def test_a_number_of_people_is_read_as_people_write_it(imports, written, decimal, said):
    mapping = f'decimal = "{decimal}"\n{dedent(PLAIN)}' if decimal else PLAIN
    imports.take_in(f'id,killed\n1,"{written}"\n', mapping)
    (figure,) = imports.facts()["1"].killed
    assert (figure.low, figure.best, figure.high, figure.words) == said


@pytest.mark.parametrize("written", ["", "NaN", "null", "<NA>", "#N/A"])
def test_what_programs_write_for_a_missing_number_is_none(imports, written):
    imports.take_in(f"id,killed\n1,{written}\n", PLAIN)
    assert imports.facts()["1"].killed == ()


@pytest.mark.parametrize(
    ("written", "decimal", "expected"),
    [
        ("3.5", None, "expected 8, at least 8"),
        ("1.234", None, "expected 8, at least 8"),
        ("1.234,5", ",", "expected 8, at least 8"),
        ("12,34", None, "expected 8, at least 8"),
        ("None", None, 'expected a number; where None is a missing one, say so: [columns.killed] empty = ["None"]'),
    ],
)
def test_a_number_that_is_no_number_of_people_stays_an_error(imports, written, decimal, expected):
    mapping = f'decimal = "{decimal}"\n{dedent(PLAIN)}' if decimal else PLAIN
    (problem,) = imports.problems(f'id,killed\n1,"{written}"\n', mapping)
    assert problem.startswith("table.csv:2: killed")
    assert expected in problem


def test_ids_and_cells_that_a_program_made_fractions_of_are_the_same_record(imports):
    imports.take_in("id,killed,ward\n1.0,2,7.0\n2.0,3,\n", PLAIN)
    found = imports.take_in("id,killed,ward\n1,2,7\n2,4,\n", PLAIN, name="next.csv")
    assert counts(found) == (0, 1, 0, 1, 0)
    assert imports.facts()["2"].killed[0].best == 4


def test_degrees_may_have_a_comma_before_their_fraction(imports):
    mapping = PLAIN + '    latitude = "{lat}"\n    longitude = "{lon}"\n'
    imports.take_in("id;killed;lat;lon\n1;1;18,44;-1,40\n", mapping)
    place = imports.facts()["1"].place
    assert (place.latitude, place.longitude) == (18.44, -1.4)


def test_bounds_that_cross_are_kept_as_published_and_views_take_their_envelope(imports):
    mapping = PLAIN.replace('"{killed}"', '{ low = "{low}", best = "{best}", high = "{high}" }')
    found = imports.take_in("id,low,best,high\n1,7,7,6\n2,1,2,3\n3,?,2,\n", mapping)
    assert (counts(found), found.warnings) == (
        (3, 0, 0, 0, 0),
        ["rows without low ≤ best ≤ high, kept as published: 1"],
    )
    assert imports.rows("select low, best, high, stated_low, stated_high from figures order by fact") == [
        (6, 7, 7, 7, 6), (1, 2, 3, 1, 3), (None, 2, None, None, None),
    ]  # fmt: skip


# --- dates in several columns


@pytest.mark.parametrize(
    ("parts", "occurred"),
    [
        ("1970,7,2", "1970-07-02"),
        ("1970,7,0", "1970-07"),
        ("1970,7,99", "1970-07"),
        ("1970,7,", "1970-07"),
        ("1970,0,0", "1970"),
        ("1970,99,12", "1970"),
        ("1970.0,7.0,-9", "1970-07"),
        ("1970,July,2", "1970-07-02"),
        ("0,7,2", None),
        (",,", None),
    ],
)
@pytest.mark.parametrize("way", ['"{y}-{m}-{d}"', '{ year = "{y}", month = "{m}", day = "{d}" }'])
def test_a_date_in_parts_is_as_exact_as_is_known(imports, parts, occurred, way):
    imports.take_in(f"id,killed,y,m,d\n1,1,{parts}\n", f"{PLAIN}    occurred = {way}\n")
    assert imports.facts()["1"].occurred == occurred


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("70,7,2", "y: '70'; expected a year such as 2023"),
        ("1970,13,2", "m: '13'; expected a month, 1 to 12, or 0 or 99 where it is not known"),
        ("1970,2,30", "d: '30'; expected a day of that month, or 0 or 99 where it is not known"),
    ],
)
def test_a_part_that_is_none_is_named(imports, parts, expected):
    mapping = PLAIN + '    occurred = { from = "{y}-{m}-{d}", days = "2" }\n'
    assert imports.problems(f"id,killed,y,m,d\n1,1,{parts}\n", mapping) == [f"table.csv:2: {expected}"]


# --- keys


def test_a_part_of_a_key_may_be_empty_where_the_whole_is_unique(imports):
    mapping = PLAIN.replace("{id}", "{code}-{adm2}-{month}")
    table = "code,adm2,month,killed\nALB,,2025-01,0\nSDN,SD1,2025-01,5\nSDN,SD2,2025-01,2\n"
    imports.take_in(table, mapping)
    assert list(imports.facts()) == ["ALB--2025-01", "SDN-SD1-2025-01", "SDN-SD2-2025-01"]
    twice = imports.problems(table + "ALB,,2025-01,3\n", mapping, name="twice.csv")
    assert len(twice) == 2
    assert imports.problems("code,adm2,month,killed\n,,,3\n", mapping) == [
        "table.csv:2: code, adm2, month; expected the key of the record, which is {code}-{adm2}-{month}"
    ]


def test_names_that_stand_side_by_side_in_a_mapping_are_no_slips_of_each_other(imports):
    both = '[{ best = "{a}", victims = "side A" }, { best = "{b}", victims = "side B" }]'
    imports.take_in("id,a,b\n1,2,3\n", PLAIN.replace('"{killed}"', both))
    assert [each.victims for each in imports.facts()["1"].killed] == ["side A", "side B"]


# --- what is not to be in the log

VICTIMS = "name,phone,age,date,killed\nAda Example,0151,24,2023-09-19,1\nBen Example,0152,30,2023-09-20,x\n"
ABOUT = """
    dataset = "t"
    key = "{date}"
    LEAVE
    [fact]
    kind = "airstrike"
    source = "m"
    occurred = "{date}"
    killed = "{killed}"
"""


def everywhere(imports):
    """Every byte that an import leaves anywhere in its chronology."""
    imports.rows("select * from facts")
    files = [path for path in imports.folder.path.rglob("*") if path.is_file() and path.suffix not in {".csv", ".toml"}]
    assert {"log.db", "views.duckdb"} <= {path.name for path in files}
    return b"".join(path.read_bytes() for path in files)


@pytest.mark.parametrize("leave", ['leave_out = ["Name", "phone", "age"]', 'leave_out = "*"'])
def test_no_value_of_a_column_that_is_left_out_stands_anywhere(imports, leave):
    aside = []
    found = imports.take_in(VICTIMS, ABOUT.replace("LEAVE", leave), rejects=aside.extend)
    assert counts(found) == (1, 0, 0, 0, 1)
    held = everywhere(imports) + repr((aside, found.warnings, imports.said)).encode()
    assert [word for word in (b"Ada", b"Ben", b"Example", b"0151", b"0152") if word in held] == []
    assert imports.facts()["2023-09-19"].native == ("date=2023-09-19", "killed=1")


def test_rows_that_differ_only_in_what_is_left_out_are_two_and_not_one_again(imports):
    table = "name,date,killed\nAda Example,2023-09-19,1\nBen Example,2023-09-19,1\n"
    problems = imports.problems(table, ABOUT.replace("LEAVE", 'leave_out = ["name"]'))
    assert len(problems) == 2
    assert "Example" not in "".join(problems)


def test_a_column_to_be_left_out_that_is_not_there_stops_the_import_without_its_header(imports):
    (problem,) = imports.problems(
        VICTIMS.replace("name", "Ada Example"), ABOUT.replace("LEAVE", 'leave_out = ["name"]')
    )
    assert problem == "m.toml:3: {name}; expected a column of table.csv"
    used = ABOUT.replace("LEAVE", 'leave_out = ["date"]')
    (problem,) = imports.problems(VICTIMS, used)
    assert problem.startswith("m.toml:2: {date}; expected no use of a column that is left out; hashed = [...]")


def test_a_hashed_column_is_a_keyed_hash_wherever_it_stands(imports):
    secret = "0123456789abcdef0123456789abcdef"
    mapping = ABOUT.replace("LEAVE", 'hashed = ["name", "phone"]\n    hash_key = "secret"').replace(
        '"{date}"', '"{name}"', 1
    )
    with pytest.raises(Refused, match=r"secret is not there; .* make one with: openssl rand -hex 32"):
        imports.take_in(VICTIMS, mapping)
    (imports.folder.path / "secret").write_text(secret)
    imports.take_in(VICTIMS.replace(",x", ",2"), mapping)
    names = ("Ada Example", "Ben Example")
    ada, ben = (hmac.new(secret.encode(), name.encode(), "sha256").hexdigest()[:20] for name in names)
    assert set(imports.facts()) == {ada, ben}
    assert f"name={ada}" in imports.facts()[ada].native
    held = everywhere(imports)
    assert [word for word in (b"Example", b"0151", b"0152") if word in held] == []
    assert imports.problems(VICTIMS, ABOUT.replace("LEAVE", 'hashed = ["name"]'))[0].startswith("m.toml:3: hashed: ")
