"""Hostile statements, class by class: what somebody might send us to be run.

`REFUSED` are turned down by the lock alone, at once. `BOMBS` are lawful questions that take all time or memory there
is: they are for limits. `{views}`, `{log}`, `{folder}` and `{canary}` stand for real paths.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

REFUSED: Final[dict[str, list[str]]] = {
    "read files": [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from read_csv_auto('{canary}/secret.csv')",
        "select * from read_json('{folder}/chronology.toml')",
        "select * from read_parquet('{canary}/secret.parquet')",
        "select * from '{canary}/secret.csv'",
        "select * from '/etc/passwd'",
        "select * from glob('{folder}/*')",
        "select * from glob('/**')",
        "select * from sniff_csv('{canary}/secret.csv')",
        "select * from parquet_metadata('{canary}/secret.parquet')",
        "select * from read_blob('/proc/self/environ')",
        "select (select content from read_text('/etc/passwd'))",
        "explain select * from read_text('/etc/passwd')",
        "explain analyze select * from read_text('/etc/passwd')",
        "describe select * from '{canary}/secret.csv'",
        "select * from query('select * from read_text(''/etc/passwd'')')",
        "select * from query_table('{canary}/secret.csv')",
        "from json_execute_serialized_sql(json_serialize_sql('select * from read_text(''/etc/passwd'')'))",
        "select * from 'https://example.org/data.csv'",
        "select * from 's3://bucket/key.parquet'",
    ],
    "read the program's own memory": [
        "select * from HOSTILE",
        "select * from session",
        "select * from pandas_scan(1)",
        "select * from arrow_scan(1, 2, 3)",
        "select * from python_map_function(1)",
    ],
    "own file, log and WAL": [
        "select * from read_text('{views}')",
        "select size from read_blob('{log}')",
        "select * from '{views}'",
        "select * from read_blob('{views}.wal')",
        "select * from read_duckdb('{views}')",
        "select * from sqlite_scan('{log}', 'stored_events')",
        "copy (select 1) to '{views}.wal'",
        "copy (select 1) to '{views}'",
        "checkpoint",
        "checkpoint store",
        "force checkpoint store",
        "vacuum",
    ],
    "write files": [
        "copy (select 1) to '{folder}/out.csv'",
        "copy (select 1) to '{canary}/out.parquet'",
        "copy facts to '/dev/stdout'",
        "export database '{folder}/all'",
        "explain copy (select 1) to '{folder}/out.csv'",
        "explain analyze copy (select 1) to '{folder}/out.csv'",
        "select * from enable_logging('QueryLog', storage='file', storage_path='{canary}/log')",
        "select * from enable_logging(storage_path='{views}.wal')",
        "from enable_profiling(format='json', save_location='{canary}/profile.json', coverage='all')",
        "explain select * from enable_logging('QueryLog')",
        "pragma enable_profiling",
        "pragma profiling_output='{canary}/profile.json'",
    ],
    "attach": [
        "attach '{log}' as l",
        "attach '{folder}/new.db'",
        "attach '{canary}/new.db' (type duckdb)",
        "attach ':memory:' as other",
        "attach 'postgres://localhost/x' (type postgres)",
        "detach store",
        "use memory",
        "copy from database store to memory",
    ],
    "extensions": [
        "install httpfs",
        "load httpfs",
        "load '{canary}/evil.duckdb_extension'",
        "force install spatial from community",
        "update extensions",
        "select * from st_read('{canary}/secret.csv')",
    ],
    "secrets": [
        "create secret s (type s3)",
        "create persistent secret s (type s3, key_id 'a', secret 'b')",
        "drop secret s",
        "select * from duckdb_secrets()",
        "select * from which_secret('s3://bucket', 's3')",
    ],
    "what the machine is": [
        "select * from duckdb_settings()",
        "select * from duckdb_settings",
        "select * from pg_settings",
        "with pg_settings as (select 1) select * from pg_catalog.pg_settings",
        "select current_setting('secret_directory')",
        "select main.current_setting('home_directory')",
        "explain select current_setting('secret_directory')",
        "/* /* */ explain select 1 -- */ select current_setting('secret_directory')",
        "/* explain */ select /* /* */ */ current_setting('secret_directory')",
        "explain /* (format json) select 1 -- */ select current_setting('secret_directory')",
        "select json_serialize_plan('select current_setting(''secret_directory'')')",
        "select * from duckdb_databases()",
        "select * from system.main.duckdb_databases",
        "select * from pragma_database_list",
        "pragma database_list",
        "pragma database_size",
        "call duckdb_settings()",
        "call pragma_database_size()",
        "select * from duckdb_extensions()",
        "select * from duckdb_temporary_files()",
        "select * from duckdb_logs()",
        "select getenv('HOME')",
        "show allowed_paths",
    ],
    "settings": [
        "set threads = 1",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
        "set disabled_filesystems = ''",
        "reset lock_configuration",
        "reset enable_external_access",
        "set temp_directory = '{canary}'",
        "set home_directory = '{canary}'",
        "set custom_extension_repository = 'https://example.org'",
        "pragma threads = 1",
        "select set_config('threads', '1', false)",
        "set variable a = 1",
    ],
    "hidden writes": [
        "with d as (delete from other_entries returning *) select * from d",
        "delete from mirror",
        "update mirror set body = ''",
        "insert into mirror select * from mirror",
        "merge into mirror using (select 1) as a on true when matched then delete",
        "truncate mirror",
        "drop table mirror",
        "drop view facts",
        "alter table mirror add column x int",
        "create table t as select 1",
        "create temp table t as select 1",
        "create or replace view facts as select 1",
        "create macro m() as 1",
        "create type t as enum ('a')",
        "create sequence s",
        "select nextval('s')",
        "select * into t from facts",
        "comment on table mirror is 'x'",
        "select write_log('x')",
        "select * from truncate_duckdb_logs()",
    ],
    "several statements": [
        "select 1; select 2",
        "select 1; drop table mirror",
        "select 1;;;copy (select 1) to '{folder}/out.csv'",
        "select 1 /* ; */ ; -- ;\n attach '{log}' as l",
        "explain select 1; drop table mirror",
        "begin; select 1; commit",
    ],
    "no question at all": [
        "",
        "   -- nothing",
        ";",
        "\x00",
        "select 1\x00; drop table mirror",
        "select",
        "select * from nowhere",
        "begin",
        "prepare p as select 1",
        "execute p",
        "call pragma_version()",
        "explain (select 1",
        "explain explain select 1",
        "\ufeffselect 1 from",
        "'; drop table mirror; --",
    ],
}


def _nested(before: str, inner: str, after: str, times: int) -> str:
    return before * times + inner + after * times


def _ctes(count: int) -> str:
    """Each joins the one before with itself: two to the power of their number of rows."""
    steps = ", ".join(f"c{n} as (select a.x from c{n - 1} as a, c{n - 1} as b)" for n in range(1, count))
    return f"with c0 as (select range as x from range(10)), {steps} select count(*) from c{count - 1}"


BOMBS: Final[dict[str, dict[str, Callable[[], str]]]] = {
    "memory": {
        "repeat": lambda: "select length(repeat('x', 4000000000))",
        "many repeats": lambda: "select sum(length(repeat('x', 100000000 + range::int))) from range(1000)",
        "repeats kept": lambda: "select list(repeat('x', 10000000 + range::int)) from range(100000)",
        "large rows": lambda: "select repeat('x', 10000000) from range(1000000)",
        "printf": lambda: "select length(printf('%1000000000d', 1))",
        "format": lambda: "select length(format('{:>2000000000}', 'x'))",
        "lpad": lambda: "select length(lpad('x', 2000000000, 'y'))",
        "list of a range": lambda: "select list(range) from range(100000000000)",
        "range as a list": lambda: "select range(10000000000)",
        "lists in lists": lambda: "select list_transform(range(100000), lambda x: range(100000))",
        "string_agg": lambda: "select string_agg(range::varchar, ',') from range(100000000000)",
        "distinct": lambda: "select count(distinct range) from range(100000000000)",
        "sort": lambda: "select * from range(100000000000) order by hash(range)",
        "window": lambda: "select sum(range) over (order by hash(range)) from range(100000000000)",
        "hash join": lambda: (
            "select count(*) from range(10000000000) as a join range(10000000000) as b on hash(a.range) = hash(b.range)"
        ),
        "to_json of a range": lambda: "select to_json(range(1000000000))",
        "histogram": lambda: "select histogram(range) from range(100000000000)",
        "pivot": lambda: "select map_from_entries(list((range, repeat('x', 1000)))) from range(100000000)",
        "regexp_extract_all": lambda: "select regexp_extract_all(repeat('x', 1000000000), '')",
        "replace": lambda: "select length(replace(repeat('x', 100000000), 'x', repeat('y', 1000)))",
    },
    "time": {
        "sleep": lambda: "select sleep_ms(100000)",
        "levenshtein": lambda: "select levenshtein(repeat('a', 1000000), repeat('b', 1000000))",
        "jaccard of a cross join": lambda: (
            "select max(jaccard(a.range::varchar, b.range::varchar)) from range(10000000) as a, range(10000000) as b"
        ),
        "to_json of rows": lambda: "select max(to_json(a)) from range(100000000000) as a",
        "forty joined ctes": lambda: _ctes(40),
        "endless recursion": lambda: (
            "with recursive a(n) as (select 1 union all select n + 1 from a) select max(n) from a"
        ),
        "recursion that doubles": lambda: (
            "with recursive a(n) as (select 1 union all (select n from a union all select n + 1 from a)) "
            "select count(*) from a"
        ),
        "cross joins of facts": lambda: (
            "select count(*) from " + ", ".join(f"facts as f{n}" for n in range(12)) + " where f1.fact > f11.fact"
        ),
        "regular expression": lambda: "select regexp_matches(repeat('a', 100000000), '(a|aa|aaa){500}b')",
        "many rows": lambda: "select range from range(100000000000)",
        "nothing for long": lambda: "select range from range(100000000000000) where hash(range) = 1",
    },
    "parser": {
        "parentheses": lambda: "select " + _nested("(", "1", ")", 400_000),
        "parentheses that pass": lambda: "select " + _nested("(", "1", ")", 900),
        "subqueries": lambda: "select * from " + _nested("(select * from ", "facts", ")", 2_000),
        "scalar subqueries": lambda: "select " + _nested("(select ", "1", ")", 500),
        "a long sum": lambda: "select 1" + "+1" * 900,
        "a longer sum": lambda: "select 1" + "+1" * 400_000,
        "not": lambda: "select " + "not " * 200_000 + "true",
        "minus": lambda: "select " + "- " * 400_000 + "1",
        "casts": lambda: "select 1" + "::int" * 100_000,
        "arrows": lambda: "select '{}'::json" + "->'a'" * 100_000,
        "fields": lambda: "select a" + ".a" * 400_000,
        "lists": lambda: "select " + _nested("[", "", "]", 400_000),
        "types": lambda: "select null::int" + "[]" * 400_000,
        "structs": lambda: "select null::" + _nested("struct(a ", "int", ")", 10_000),
        "cases": lambda: "select " + _nested("case when true then ", "1", " else 0 end", 20_000),
        "lambdas": lambda: "select " + _nested("list_transform([1], lambda x: ", "x", ")", 2_000),
        "a huge IN list": lambda: f"select 1 where 5 in ({','.join(map(str, range(140_000)))})",
        "many columns": lambda: "select " + ",".join(f"1 as c{n}" for n in range(60_000)),
        "many unions": lambda: " union all ".join(["select 1"] * 40_000),
        "many joins": lambda: (
            "select count(*) from facts" + "".join(f" join facts as f{n} using (fact)" for n in range(300))
        ),
        "many ctes": lambda: (
            "with c0 as (select 1), "
            + ", ".join(f"c{n} as (select * from c{n - 1})" for n in range(1, 20_000))
            + " select * from c19999"
        ),
        "comments in comments": lambda: _nested("/*", "", "*/", 249_000) + "select 1",
        "semicolons": lambda: ";" * 900_000,
        "ten megabytes": lambda: f"select '{'x' * 10_000_000}'",
        "a million quotes": lambda: "select " + "'" * 999_001,
    },
}

SHORT: Final = (
    "repeat",
    "large rows",
    "lpad",
    "sort",
    "sleep",
    "levenshtein",
    "parentheses",
    "a long sum",
    "many unions",
)
"""The bombs that every run of the tests meets; `make torture` meets all."""
