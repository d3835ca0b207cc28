"""Values of every type DuckDB has: written as each format right, or refused in a line that names the column."""

import datetime as dt
import math
import uuid
from decimal import Decimal

import duckdb

RIGHT = {
    "'\\xFF\\x00'::blob": b"\xff\x00",
    "'{\"a\": [1]}'::json": '{"a": [1]}',
    "'b'::enum('a', 'b')": "b",
    "'00000000-0000-0000-0000-000000000001'::uuid": uuid.UUID(int=1),
    "'10:00:00.123456'::time_ns": dt.time(10, 0, 0, 123456),
    "'infinity'::double": math.inf,
    "12345678901234567.89::decimal(38, 2)": Decimal("12345678901234567.89"),
    "18446744073709551615::ubigint": 18446744073709551615,
    "sum(9007199254740992::bigint)": 9007199254740992.0,
    "map {date '2020-01-01': 1}": {dt.date(2020, 1, 1): 1},
    "{'a\"b, c': 1, 'bit': 'x', 'd''e) BLOB': [1]}": {'a"b, c': 1, "bit": "x", "d'e) BLOB": [1]},
    "null": None,
}
REFUSED = {
    "'101'::bit": "BIT",
    "{'a': ['101'::bit]}": "STRUCT(a BIT[])",
    "interval '1 month 2 days'": "INTERVAL",
    "[interval '1 day']": "INTERVAL[]",
    "union_value(num := 2)": "UNION(num INTEGER)",
    "1::variant": "VARIANT",
    "12345678901234567890::bignum": "BIGNUM",
    "map {[1, 2]: 'a'}": "MAP(INTEGER[], VARCHAR)",
    "['\\xFF'::blob]": "BLOB[]",
    "{'a': '{}'::json}": "STRUCT(a JSON)",
    "9007199254740993::uhugeint": "Parquet has no integers as large as 9007199254740993",
}


def test_what_parquet_has_is_read_back_as_it_was(cli, tmp_path) -> None:
    out = tmp_path / "out.parquet"
    columns = ", ".join(f'{sql} as "a ""{n}"' for n, sql in enumerate(RIGHT))
    assert cli("query", f"select {columns}", "--format", "parquet", "-o", out) == (0, [], [])
    read = duckdb.sql(f"from read_parquet('{out}')")
    assert read.columns == [f'a "{n}' for n in range(len(RIGHT))]
    assert read.fetchall() == [tuple(RIGHT.values())]


def test_a_number_that_is_none_stays_one_in_parquet(cli, tmp_path) -> None:
    out = tmp_path / "out.parquet"
    assert cli("query", "select ['nan'::float] as a", "--format", "parquet", "-o", out) == (0, [], [])
    ((read,),) = duckdb.sql(f"from read_parquet('{out}')").fetchall()
    assert math.isnan(read[0])


def test_what_parquet_has_not_is_refused_with_the_column_and_what_to_cast_it_to(cli, tmp_path) -> None:
    for sql, said in REFUSED.items():
        fine = "select 18446744073709551615::ubigint as fine"
        ran = cli("query", f'{fine}, {sql} as "odd one"', "--format", "parquet", "-o", tmp_path / "out")
        assert (ran.code, ran.out, len(ran.err)) == (1, [], 1), sql
        assert f"column odd one: {said}" in ran.err[0]
        assert "varchar" in ran.err[0]
        assert list(tmp_path.glob("*out*")) == []
        cast = f'{fine}, ({sql})::varchar as "odd one"'
        assert cli("query", cast, "--format", "parquet", "-o", tmp_path / "out").code == 0
        (tmp_path / "out").unlink()


def test_lists_in_lists_are_written_as_deep_as_duckdb_goes_and_then_refused(cli, tmp_path) -> None:
    for depth in (3, 100, 200, 250):
        ran = cli("query", f"select {'[' * depth}1{']' * depth} as a", "--format", "parquet", "-o", tmp_path / "out")
        if depth == 3 or ran.code == 0:
            assert ran == (0, [], [])
            assert (tmp_path / "out").read_bytes().endswith(b"PAR1")
        else:
            assert (ran.code, len(ran.err)) == (1, 1)
            assert "column a: INTEGER[]" in ran.err[0] or "expression depth" in ran.err[0]


def test_every_other_format_has_a_text_for_every_type(cli) -> None:
    everything = ", ".join(f"{sql} as c{n}" for n, sql in enumerate((*RIGHT, *REFUSED)))
    for form in ("table", "csv", "json", "jsonl"):
        for sql in (f"select {everything}", "from test_all_types()"):
            ran = cli("query", sql, "--format", form)
            assert (ran.code, ran.err) == (0, []), (form, sql)
            assert ran.out
