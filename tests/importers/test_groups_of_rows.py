"""Rows that are one record together are counted, and rows that would be alternatives are refused with that advice."""

from __future__ import annotations

import pytest
from imports import counts

VICTIMS = """
    dataset = "names"
    key = "{incident}"
    group = true
    leave_out = ["name"]
    [columns.sex]
    codes = { f = "women", m = "men", "?" = "" }
    [fact]
    kind = "violent_incident"
    source = "a list of names"
    occurred = "{date}"
    place = "{town}"
    targets = ["{side}"]
    killed = [
      { figure = 1, unless = { status = "injured" } },
      { figure = 1, victims = "{sex}", measure = "breakdown", part_of = "all", unless = { status = "injured" } },
    ]
    injured = { figure = 1, unless = { status = "killed" } }
"""
LIST = """incident,date,town,name,sex,status,side
a,2023-10-31,Kidal,Ada,f,killed,X
b,2023-11-02,Gao,Ben,m,killed,Y
a,2023-11-01,Kidal,Cid,m,killed,Z
a,2023-11-01,Kidal camp,Dia,?,killed,X
a,2023-11-01,Kidal,Eve,f,injured,X
"""


def numbers(figures):
    return {each.victims: (each.low, each.best, each.high) for each in figures}


def test_one_row_for_each_victim_is_one_record_for_each_incident(imports):
    found = imports.take_in(LIST, VICTIMS)
    assert (counts(found), found.warnings[:2]) == (
        (2, 0, 0, 0, 0),
        [
            "5 rows are 2 records: their figures are added up",
            "records whose rows do not agree, left out of them: place (1)",
        ],
    )
    a = imports.facts()["a"]
    assert numbers(a.killed) == {"all": (3, 3, 3), "women": (1, 1, 1), "men": (1, 1, 1)}
    assert numbers(a.injured) == {"all": (1, 1, 1)}
    assert (a.occurred, a.place, a.targets) == ("2023-10-31/2023-11-01", None, ("X", "Z"))
    assert {"rows=4", "sex=f; m; ?", "date=2023-10-31; 2023-11-01"} <= set(a.native)
    assert "Ada" not in str(a)
    assert imports.rows("select killed_low, killed_high from incidents order by incident") == [(3, 3), (1, 1)]


def test_another_victim_in_the_next_release_is_a_revision(imports):
    imports.take_in(LIST, VICTIMS)
    found = imports.take_in(LIST + "b,2023-11-02,Gao,Flo,f,killed,Y\n", VICTIMS, name="next.csv")
    assert counts(found) == (0, 1, 0, 1, 0)
    assert numbers(imports.facts()["b"].killed)["all"] == (2, 2, 2)


PLACES = """
    dataset = "places"
    key = "{incident}"
    group = true
    [fact]
    kind = "airstrike"
    source = "m"
    killed = "{dead}"
"""


@pytest.mark.parametrize(
    ("dead", "said"),
    [
        (("800", "400", "0"), (1200, 1200, 1200)),
        (("3", ">=2", "1-4"), (6, None, None)),
        (("3", "", "1"), (4, None, None)),
        (("3", "?", "1"), (4, None, None)),
        (("", "", ""), (None, None, None)),
        (("7",), (7, 7, 7)),
    ],
)
def test_figures_of_places_are_added_up_and_one_that_is_not_there_leaves_the_sum_open(imports, dead, said):
    imports.take_in("incident,dead\n" + "".join(f"x,{each}\n" for each in dead), PLACES)
    assert numbers(imports.facts()["x"].killed) == {"all": said}


def test_what_is_wrong_with_one_row_is_told_and_keys_that_are_none_too(imports):
    rows = "incident,dead\nx,1\nx,many or few\n,3\n"
    first, second = imports.problems(rows, PLACES)
    assert (first[:12], "incident; expected the key" in first + second) == ("table.csv:4:", True)
    assert "dead" in first + second


def test_rows_of_one_speaker_on_one_incident_are_refused_with_the_advice(imports):
    mapping = PLACES.replace("group = true", "").replace("{incident}", "{id}") + '    incidents = ["{incident}"]\n'
    rows = "id,incident,dead\n1,x,1\n2,x,1\n3,y,5\n"
    (problem,) = imports.problems(rows, mapping)
    assert problem.startswith("table.csv:3: incident: 'x'; expected one row for what one speaker says of an incident")
    assert "group = true adds rows up" in problem
    meant = imports.take_in(rows, mapping.replace("key =", "alternatives = true\n    key ="))
    assert counts(meant) == (3, 0, 0, 0, 0)
    other = (
        rows.replace("dead\n1", "dead,by\n1")
        .replace(",1\n2", ",1,A\n2")
        .replace(",1\n3", ",1,B\n3")
        .replace(",5\n", ",5,A\n")
    )
    assert counts(imports.take_in(other, mapping.replace('"m"', '"{by}"'), name="two.csv"))[4] == 0
