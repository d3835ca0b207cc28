"""Answers as tables of pandas, polars and Arrow, where these are installed: `make test-frames` installs them."""

from __future__ import annotations

import sys

import duckdb
import pytest

from chronology import Chronology, Refused
from projections.asking.answer import Answer

TYPES = """
    with types as (
        select true as yes, 42 as small, 170141183460469231731687303715884105727::hugeint as huge,
            1.25::decimal(5, 2) as part, 0.5 as half, 'a' as text, 'ab'::blob as bytes, date '2023-10-31' as day,
            time '10:00' as hour, timestamp '2023-10-31 10:00' as moment, timestamptz '2023-10-31 10:00:00+00' as zoned,
            ['a', null] as list, {'x': 1, 'y': ['z']} as parts, map {'k': 1} as named, null as nothing,
            'x'::enum('x', 'y') as choice
    )
    select types.* from range(2) as rows(n) left join types on n = 0 order by n
"""


@pytest.fixture
def answer(tmp_path):
    def answer(sql):
        return Chronology.create(tmp_path / "kidal").query(sql)

    return answer


@pytest.mark.parametrize("sql", [TYPES, f"from ({TYPES}) where false"])
def test_a_table_of_arrow_is_the_one_that_duckdb_makes(answer, sql) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed; run make test-frames")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        expected = connection.sql(sql).to_arrow_table()
    found = answer(sql).arrow()
    assert found.schema == expected.schema
    assert repr(found.to_pylist()) == repr(expected.to_pylist())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_frame_of_pandas_is_the_one_that_duckdb_makes(answer) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed; run make test-frames")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        expected = connection.sql(TYPES).df()
    pandas.testing.assert_frame_equal(answer(TYPES).df(), expected)


def test_a_frame_of_polars_has_the_rows_and_columns(answer) -> None:
    pytest.importorskip("polars", reason="polars is not installed; run make test-frames")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed; run make test-frames")
    frame = answer("select range as n, date '2023-10-31' as day from range(3)").pl()
    assert (frame.columns, frame["n"].to_list(), frame.shape) == (["n", "day"], [0, 1, 2], (3, 2))


@pytest.mark.parametrize(("way", "missing"), [("df", "pandas"), ("pl", "polars"), ("arrow", "pyarrow")])
def test_what_is_not_installed_is_named(answer, monkeypatch, way, missing) -> None:
    for package in ("pandas", "polars", "pyarrow"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(Refused, match=f"^{missing} is not installed here; install it: pip install {missing}"):
        getattr(answer("select 1"), way)()


def test_a_type_that_no_table_can_hold_is_one_line() -> None:
    with pytest.raises(Refused, match="ask for them as text"):
        Answer(["pair"], ["STRUCT(INTEGER, INTEGER)"], [((1, 2),)])._loaded()
