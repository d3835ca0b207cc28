"""Every column of a data set is in SQL by its own name, in a relation of the data set, at any look-back."""

from __future__ import annotations

from datetime import date

import pytest
from acled_rows import ROW as ACLED_ROW
from acled_rows import TODAY
from ged_rows import ROW as GED_ROW
from imports import Imports
from mapped_imports import MappedImports

from chronology.errors import Refused
from chronology.importers.datasets.ged import HEADERLESS

PLAIN = """
    dataset = "hospital-2024"
    key = "{id}"
    leave_out = ["name"]
    [fact]
    kind = "airstrike"
    source = "m"
    killed = "{killed}"
"""
TABLE = "id,killed,ward,share,admitted,name,code,fact\n1,2,3,0.5,2023-10-31,Ada,007,x\n2,3,,1,2023-11-01,Ben,12,y\n"


def test_deaths_by_a_column_of_acled_are_one_select(tmp_path):
    imports = Imports(tmp_path / "given", "acled", ACLED_ROW, TODAY)
    rows = [("1", "Kidal", "3"), ("2", "Gao", "2"), ("3", "Gao", "4")]
    imports.take_in(
        imports.written(
            *({"event_id_cnty": f"MLI{id_}", "admin1": place, "fatalities": dead} for id_, place, dead in rows)
        )
    )
    asked = "select admin1, sum(best) from acled join figures using (fact) group by admin1 order by admin1"
    assert imports.rows(asked) == [("Gao", 6), ("Kidal", 3)]
    assert imports.rows("select admin1, sum(fatalities) from acled group by 1 order by 1") == [("Gao", 6), ("Kidal", 3)]
    assert imports.rows("select value, count(*) from native where field = 'admin1' group by 1 order by 1") == [
        ("Gao", 2), ("Kidal", 1),
    ]  # fmt: skip
    with pytest.raises(Refused, match=r"\"admin1\" not found.*; it is a column of acled: join acled using \(fact\)"):
        imports.rows("select admin1, sum(best) from facts join figures using (fact) group by 1")


def test_columns_have_the_narrowest_type_that_holds_all_their_cells(tmp_path):
    imports = MappedImports(tmp_path / "given")
    imports.take_in(TABLE, PLAIN)
    assert imports.rows("select * from hospital_2024 order by fact") == [
        ("hospital-2024:1", date(2023, 10, 31), "007", "x", 1, 2, 0.5, 3),
        ("hospital-2024:2", date(2023, 11, 1), "12", "y", 2, 3, 1.0, None),
    ]
    imports.take_in(TABLE.replace("3,0.5", "III,0.5"), PLAIN, name="next.csv")
    assert imports.rows("select ward, fact_2 from hospital_2024 order by fact") == [("III", "x"), (None, "y")]


def test_a_cell_of_two_lines_of_digits_is_text(imports):
    imports.take_in('id,killed,ward\n1,2,"1\n2"\n2,3,7\n', PLAIN.replace('leave_out = ["name"]', ""))
    assert imports.rows("select ward from hospital_2024 order by fact") == [("1\n2",), ("7",)]


def test_a_look_back_reads_the_columns_as_they_were(tmp_path):
    imports = Imports(tmp_path / "given", "ucdp-ged", GED_ROW, HEADERLESS)
    imports.take_in(imports.written({}, {"id": "2"}), published="2023-06-01")
    before = imports.head
    changed = {"best": "9", "deaths_a": "7", "adm_1": "Gao"}
    imports.take_in(imports.written(changed, {"id": "2"}, name="next.csv"), published="2024-06-01")
    asked = "select id, best, adm_1 from ucdp_ged where id = 1"
    assert imports.rows(asked) == [(1, 9, "Gao")]
    assert imports.rows(asked, as_of=str(before)) == imports.rows(asked, known_by="2023-12-31") != [(1, 9, "Gao")]
    assert imports.rows("select count(*) from ucdp_ged", known_by="2023-01-01") == [(0,)]


@pytest.mark.parametrize("dataset", ["incidents", "2024", "cursor"])
def test_a_data_set_named_as_a_view_has_a_name_before_its_own(tmp_path, dataset):
    imports = MappedImports(tmp_path / "given")
    imports.take_in(TABLE, PLAIN.replace("hospital-2024", dataset))
    assert imports.rows(f"select sum(killed) from dataset_{dataset}") == [(5,)]


def test_the_relations_of_data_sets_are_listed_and_a_view_of_ones_own_can_read_them(tmp_path):
    imports = MappedImports(tmp_path / "given")
    imports.take_in(TABLE, PLAIN)
    (imports.folder.path / "projections").mkdir()
    (imports.folder.path / "projections" / "wards.sql").write_text("-- Wards.\nselect ward from hospital_2024")
    assert imports.rows("select count(*) from wards") == [(2,)]
    imports.take_in(TABLE.replace("hospital", "clinic"), PLAIN.replace("hospital-2024", "clinic"), name="c.csv")
    assert imports.rows("select count(*) from clinic") == [(2,)]
    assert imports.rows("select count(*) from wards") == [(2,)]
