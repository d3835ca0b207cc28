"""How files of rows are written: what is found out of that, what is said of it, and what can be said beforehand."""

from __future__ import annotations

import io
import json
from datetime import date
from textwrap import dedent

import pytest
from imports import counts
from mapped_imports import MAPPING, PLAIN, TABLE

from chronology.errors import Refused
from chronology.importers import opened, suggest

SEMICOLONS = "table.csv: read with fields separated by semicolons"


def killed(imports):
    """Low, best and high of the killed, by key; words where there are no numbers."""
    return {
        key: [(each.low, each.best, each.high) if each.words is None else each.words for each in fact.killed]
        for key, fact in imports.facts().items()
    }


# --- what separates fields


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("id;killed;notes\n1;2;a, b\n2;3;c, d\n", [SEMICOLONS]),
        ("id\tkilled\tnotes\n1\t2\ta, b\n2\t3\t\n", ["table.csv: read with fields separated by tabs"]),
        ("id|killed|notes\n1|2|a;b\n2|3|c;d\n", ["table.csv: read with fields separated by bars"]),
        ("id,killed,notes\n1,2,a; b; c\n2,3,d; e; f\n", []),
        ('\ufeff"id";"killed";"notes"\n"1";"2";"a;b"\n"2";"3";""\n', [SEMICOLONS]),
        ("Deaths by day, all of them\n\nid;killed;notes\n1;2;x\n2;3;y\n",
         [SEMICOLONS, "table.csv: the names of the columns are those of row 3"]),
    ],
    ids=["semicolons", "tabs", "bars", "lists in a column", "quoted, with a byte order mark", "under a title"],
)  # fmt: skip
def test_what_separates_fields_is_found_out_and_said(imports, table, said):
    found = imports.take_in(table, PLAIN)
    assert [each for each in found.warnings if "does not use" not in each] == said
    assert killed(imports) == {"1": [(2, 2, 2)], "2": [(3, 3, 3)]}


def test_a_quote_inside_a_table_separated_by_tabs_is_a_sign_like_others(imports):
    imports.take_in('id\tkilled\tnotes\n1\t2\t"Force" near the town\n2\t3\tx\n', PLAIN)
    assert 'notes="Force" near the town' in imports.facts()["1"].native
    imports.take_in('id\tkilled\tnotes\n1\t2\t"a\tb"\n2\t3\tx\n', PLAIN, name="quoted.csv")
    assert "notes=a\tb" in imports.facts()["1"].native


def test_a_mapping_can_say_how_its_files_are_written(imports):
    as_said = 'delimiter = ","\nquote = ""\nheader = 2\nencoding = "windows-1251"\n' + dedent(PLAIN)
    imports.take_in('a, title\nid,killed,town\n1,2,"Ки"ров\n'.encode("windows-1251"), as_said)
    assert 'town="Ки"ров' in imports.facts()["1"].native
    for wrong in (
        'delimiter = ";;"',
        "header = 0",
        'encoding = "latin-99"',
        'decimal = "x"',
        "group = 1",
        "hashed = [1]",
    ):
        first, *_ = imports.problems("id,killed\n1,2\n", f"{wrong}\n{dedent(PLAIN)}")
        assert first.startswith(f"m.toml:1: {wrong.split(' ')[0]}: ")


def test_what_cannot_be_read_is_told_with_how_it_was_read(imports):
    (problem,) = imports.problems('id;killed\n1;"2" more\n', PLAIN)
    assert problem == (
        "table.csv:2: expected CSV (RFC 4180) with fields up to 1 MiB, but: ';' expected after '\"' "
        "(read with fields separated by semicolons)"
    )


# --- the row of names


@pytest.mark.parametrize(
    "table",
    [
        "id,killed\n#event+id,#affected+killed\n1,2\n2,3\n",
        "Title of it all,\n#x,\nid,killed\n1,2\n2,3\n",
        "id,killed\n1,2\n#event+id,#affected+killed\n2,3\n",
        ",,\nid,killed,\n1,2,\n2,3,\n",
    ],
    ids=["tags below", "tags above", "tags between rows", "empty columns and rows"],
)
def test_titles_tags_and_empty_cells_around_the_rows_are_no_rows(imports, table):
    assert counts(imports.take_in(table, PLAIN)) == (2, 0, 0, 0, 0)
    assert killed(imports) == {"1": [(2, 2, 2)], "2": [(3, 3, 3)]}


def test_doubled_and_nameless_columns_are_called_otherwise_and_that_is_said(imports):
    found = imports.take_in("id,killed,,killed\n1,2,x,5\n", PLAIN)
    assert found.warnings[:2] == [
        "table.csv: columns without a name are called column_3",
        "table.csv: columns whose name occurs before are called killed_2",
    ]
    assert imports.facts()["1"].native == ("column_3=x", "id=1", "killed=2", "killed_2=5")


# --- encodings


def test_other_encodings_are_read_where_the_bytes_tell_and_refused_where_they_do_not(imports):
    table = "id,killed,town\n1,2,Génova\n2,3,Ségou\n"
    assert imports.take_in(table.encode("utf-16"), PLAIN).warnings[0].startswith("table.csv is read as utf-16;")
    assert "town=Génova" in imports.facts()["1"].native
    found = imports.take_in(table.encode("windows-1252") + b"3,1,Gao\n", PLAIN)
    assert (counts(found), found.warnings[0]) == (
        (1, 0, 0, 2, 0),
        "table.csv is read as windows-1252; if names come out wrong, give --encoding",
    )
    (problem,) = imports.problems("id,killed,town\n1,2,Киров\n".encode("windows-1251"), PLAIN)
    assert problem == "table.csv:2: expected UTF-8, but line 2 has the byte 0xca; name another encoding with --encoding"
    mixed = table.encode() + "3,1,Génova\n".encode("windows-1252")
    (problem,) = imports.problems(mixed, PLAIN)
    assert problem.startswith("table.csv:4: expected UTF-8, but line 4 has the byte 0xe9")


@pytest.mark.parametrize(
    ("town", "is_damaged"),
    [
        ("G\ufffdNOVA", True),
        ("GÃ‰NOVA", True),
        ("G?NOVA", True),
        ("â€œKidalâ€", True),
        ("GÉNOVA", False),
        ("Is it?", False),
    ],
)
def test_names_that_were_broken_before_they_came_are_warned_of(imports, town, is_damaged):
    found = imports.take_in(f"id,killed,town\n1,2,{town}\n2,3,Gao\n", PLAIN)
    assert any(each.startswith("1 row holds names that were broken") for each in found.warnings) is is_damaged


# --- JSON


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": 200, "data": [{"id": "1", "killed": "2"}, {"id": "2", "killed": 3}]}, "data"),
        ({"result": {"n": 2, "rows": [{"id": 1, "killed": 2}, {"id": 2, "killed": 3.0}]}, "errors": []}, "result.rows"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 2])
def test_the_rows_of_json_may_be_a_list_under_a_key(imports, given, said, indent):
    found = imports.take_in(json.dumps(given, indent=indent), PLAIN, name="rows.json")
    assert f"rows.json: the rows are the list under {said}" in found.warnings
    assert killed(imports) == {"1": [(2, 2, 2)], "2": [(3, 3, 3)]}


def test_of_several_lists_in_json_one_is_to_be_named(imports):
    given = json.dumps({"a": [{"id": 1, "killed": 2}], "b": [{"id": 2, "killed": 3}]})
    with pytest.raises(Refused, match="holds several lists of objects: a, b; name one with --records"):
        imports.take_in(given, PLAIN, name="rows.json")
    imports.take_in(given, 'records = "b"\n' + dedent(PLAIN), name="rows.json")
    assert killed(imports) == {"2": [(3, 3, 3)]}
    assert imports.problems(given, 'records = "c"\n' + dedent(PLAIN), name="rows.json") == [
        "rows.json:1: expected an object with the key c, which holds the rows; it has a, b"
    ]


def test_an_object_on_each_line_may_hold_lists_of_its_own(imports):
    lines = [{"id": 1, "killed": 2, "victims": [{"age": 3}]}, {"id": 2, "killed": 3, "victims": []}]
    imports.take_in("\n".join(map(json.dumps, lines)), PLAIN, name="rows.json")
    assert killed(imports) == {"1": [(2, 2, 2)], "2": [(3, 3, 3)]}


# --- workbooks


def workbook(**sheets):
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook_is_read_from_the_sheet_that_has_the_columns(imports):
    notes = [["About this file"], ["Rows", "are on the next sheet"]]
    rows = [
        ["Deaths"],
        ["id", "date", "dead"],
        ["a", date(2023, 10, 31), 8.0],
        ["b", "2023-11-01", ">=3 civilians"],
    ]
    found = imports.take_in(workbook(Notes=notes, Rows=rows), name="w.xlsx")
    assert found.warnings == [
        "w.xlsx: read the sheet 'Rows' of 2",
        "w.xlsx: the names of the columns are those of row 2",
    ]
    assert killed(imports) == {"a": [(8, 8, 8)], "b": [(3, 3, None)]}
    assert imports.facts()["a"].occurred == "2023-10-31"
    again = imports.take_in(TABLE.replace("31/10/2023", "2023-10-31"))
    assert counts(again) == (0, 0, 0, 2, 0)
    two = workbook(One=rows[1:], Two=rows[1:])
    with pytest.raises(Refused, match=r"several sheets with rows: 'One', 'Two'; name one with --sheet"):
        imports.take_in(two, name="two.xlsx")
    assert counts(imports.take_in(two, "sheet = 2\n" + MAPPING.replace("\n    ", "\n"), name="two.xlsx"))[3] == 2
    with pytest.raises(Refused, match="has no sheet Three; it has 'One', 'Two'"):
        imports.take_in(two, 'sheet = "Three"\n' + MAPPING.replace("\n    ", "\n"), name="two.xlsx")


def test_another_sheet_of_a_file_that_is_known_is_read(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("init", ".").code == 0
    rows = [["id", "date", "dead"], ["a", date(2023, 10, 31), 8]]
    (tmp_path / "two.xlsx").write_bytes(workbook(One=rows, Two=[rows[0], ["b", date(2023, 11, 1), 2]]))
    (tmp_path / "m.toml").write_text(dedent(MAPPING))
    for sheet, said in (("1", "1 new"), ("2", "1 new"), ("Two", "0 new"), ("One", "0 new")):
        ran = cli("import", "csv", "two.xlsx", "--mapping", "m.toml", "--sheet", sheet)
        assert (ran.code, said in ran.out[-1]) == (0, True)
    assert cli("query", "select count(*) from facts", "--format", "csv").out == ["count_star()", "2"]


@pytest.mark.parametrize("damage", [0, 1, 2, 3])
def test_a_workbook_that_is_damaged_is_refused_in_one_line(imports, damage):
    data = bytearray(workbook(Rows=[["id", "killed"], [1, 2]]))
    match damage:
        case 0:
            data = data[: len(data) // 2]
        case 1:
            data[len(data) // 3 : len(data) // 3 + 200] = b"\0" * 200
        case 2:
            import zipfile

            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as archive:
                for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
                    archive.writestr(name, "<x/>")
            data = made.getvalue()
        case 3:
            data = b"\xd0\xcf\x11\xe0" + bytes(600)
    with pytest.raises(Refused) as caught:
        imports.take_in(bytes(data), PLAIN, name="w.xlsx")
    assert str(caught.value).startswith("w.xlsx ")
    assert imports.head == 0


def test_a_suggestion_says_how_the_file_is_written(imports):
    path = imports.folder.path / "s.csv"
    path.write_text("id;date;town;killed\n1;31.10.2023;Kidal;1\n2;01.11.2023;Gao;2\n", encoding="utf-8")
    with opened(str(path)) as source:
        assert 'delimiter = ";"' in suggest(source).splitlines()
