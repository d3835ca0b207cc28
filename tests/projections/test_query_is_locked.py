"""Free SQL reads the views and nothing else: every way out is refused with one line, and no file changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from given import KIDAL, Given
from hostile_sql import REFUSED

from chronology.errors import Refused
from projections.asking.opening import open_session
from projections.store.connection import writing
from projections.store.look_back import LookBack
from projections.views.statement import explained


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The article, its views made."""
    given = Given(tmp_path_factory.mktemp("locked"))
    given.append(KIDAL / "article.toml")
    given.rows("select 1")
    return given


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of somebody's, whose files are nobody's business."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "secret.csv").write_text("name\nwitness\n", encoding="utf-8")
    return folder


@pytest.fixture
def unchanged(given: Given, canary: Path) -> Callable[[], None]:
    """Fails where a file of the chronology or of the canary folder is not what it was."""
    before = _hashes(given.folder.path, canary)

    def check() -> None:
        assert _hashes(given.folder.path, canary) == before

    return check


HOSTILE = [sql for statements in REFUSED.values() for sql in statements]


@pytest.mark.parametrize("sql", HOSTILE)
def test_what_is_no_question_to_the_views_is_refused_with_one_line(given, canary, unchanged, sql) -> None:
    with open_session(given.folder, say=given.said.append) as session, pytest.raises(Refused) as refused:
        list(session.ask(_at(sql, given, canary)).rows)
    assert re.fullmatch(r"[^\n]{10,300}", str(refused.value))
    assert "witness" not in str(refused.value)
    unchanged()


def test_looking_back_is_locked_as_well(given, canary, unchanged) -> None:
    with open_session(given.folder, known_by="2023-11-06", say=given.said.append) as session:
        for sql in HOSTILE:
            with pytest.raises(Refused):
                list(session.ask(_at(sql, given, canary)).rows)
    unchanged()


def test_nothing_that_is_answered_without_arguments_holds_a_path_of_the_machine(given, tmp_path) -> None:
    with open_session(given.folder, say=given.said.append) as session:
        catalogue = session.connection.execute("""
            select 'select * from ' || function_name || '()' from duckdb_functions()
            where function_type like 'table%' and len(parameters) = 0
            union select 'select ' || function_name || '()' from duckdb_functions()
            where function_type in ('scalar', 'macro') and len(parameters) = 0
            union select 'select * from ' || schema_name || '."' || view_name || '"' from duckdb_views() where internal
            union select 'pragma ' || function_name from duckdb_functions() where function_type = 'pragma'
            union select 'show ' || name from duckdb_settings()
        """).fetchall()
        told = {}
        for (sql,) in catalogue:
            try:
                told[sql] = repr(list(session.ask(sql).rows))
            except Refused:
                continue
    secret = re.compile("|".join(map(re.escape, {str(given.folder.path), str(Path.home()) + "/", "views.duckdb"})))
    assert [sql for sql, answer in told.items() if secret.search(answer)] == []
    assert len(told) > 20


@pytest.mark.parametrize(
    "sql", ["select 42", "with a as (select 42 as b) select b from a", "values (42)", "from (select 42)"]
)
def test_a_question_is_answered(given: Given, sql: str) -> None:
    assert given.rows(sql) == [(42,)]


@pytest.mark.parametrize(
    "sql",
    [
        "explain select * from facts",
        "-- why so slow?\nexplain analyze select count(*) from facts",
        "explain (format json) select 1",
        "describe facts",
        "summarize select low from injuries_by_convoy",
        "show tables",
        "from range(3)",
        "select unnest([1, 2])",
        "pivot facts on kind in ('ied_strike') using count(*) group by source",
        "select column_name from duckdb_columns() where table_name = 'facts'",
        "select table_name from information_schema.tables",
    ],
)
def test_what_describes_the_views_is_answered(given: Given, sql: str) -> None:
    assert given.rows(sql)
    assert given.rows(sql, known_by="2023-11-06")


def test_a_question_of_a_million_characters_is_not_read(given: Given) -> None:
    with pytest.raises(Refused, match=r"^query: 1,000,009 characters; a question may have 1,000,000$"):
        given.rows(f"select '{'x' * 1_000_000}'")


def test_the_programs_own_questions_may_be_longer(given: Given) -> None:
    with open_session(given.folder, say=given.said.append) as session:
        assert session.rows(f"select 1 as a where 'x' <> '{'y' * 1_000_000}'") == [{"a": 1}]


def test_allow_files_reads_a_file_of_the_analysts_own(given: Given, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("convoy,vehicles\nkidal-gao,143\n", encoding="utf-8")
    with open_session(given.folder, allow_files=True, say=given.said.append) as session:
        answer = session.ask(f"select low, vehicles from injuries_by_convoy join '{own}' using (convoy)")
        assert list(answer.rows) == [(22, 143)]


@pytest.mark.parametrize(
    ("view", "why"),
    [
        ("select * from duckdb_settings()", "view mine: duckdb_settings is out of reach of SQL here"),
        ("-- stored: yes\nselect * from enable_logging(storage_path='x')", "view mine: enable_logging is out of reach"),
    ],
)
def test_views_sent_with_a_chronology_are_held_to_the_same(tmp_path: Path, view: str, why: str) -> None:
    given = Given(tmp_path / "sent")
    given.append(KIDAL / "article.toml")
    given.folder.projections_path.mkdir()
    (given.folder.projections_path / "mine.sql").write_text(view, encoding="utf-8")
    assert given.rows("select count(*) from mirror") == [(given.head,)]
    assert why in " ".join(given.said)
    with pytest.raises(Refused, match="there is no view mine"):
        given.rows("select * from mine")


OUTSIDE = [
    "select * from read_blob('{log}')",
    "select * from read_text('/etc/passwd')",
    "attach '{log}' as l",
    "load httpfs",
]


@pytest.mark.parametrize("sql", ["set threads = 1", "select * from read_blob('{views}')", *OUTSIDE])
def test_a_session_is_locked_before_it_is_asked_anything(given: Given, canary: Path, sql: str) -> None:
    with open_session(given.folder, say=given.said.append) as session:
        with pytest.raises(duckdb.Error, match=r"has been locked|disabled"):
            session.connection.execute(_at(sql, given, canary))
        beside = session.beside(LookBack())
        with beside, pytest.raises(duckdb.Error, match=r"has been locked|disabled"):
            beside.connection.execute(_at(sql, given, canary))


@pytest.mark.parametrize("sql", ["set threads = 1", "set enable_external_access = true", *OUTSIDE])
def test_what_makes_views_of_ones_own_is_locked_before_it_sees_one(tmp_path: Path, given: Given, sql: str) -> None:
    with (
        writing(tmp_path / "views.duckdb") as connection,
        pytest.raises(duckdb.Error, match=r"has been locked|disabled|while database is running"),
    ):
        connection.execute(_at(sql, given, tmp_path))


def test_an_explain_runs_as_what_was_looked_at() -> None:
    assert explained("/* a /* b */ */ explain analyze -- c\n select 1") == ("explain analyze", "select 1")
    assert explained("EXPLAIN (format json) select 1") == ("explain (format json)", " select 1")
    assert explained("explain (select 1)") == ("explain", "(select 1)")


def _at(sql: str, given: Given, canary: Path) -> str:
    paths = {"views": given.folder.views_path, "log": given.folder.log_path, "folder": given.folder.path}
    for name, path in (paths | {"canary": canary}).items():
        sql = sql.replace(f"{{{name}}}", str(path))
    return sql


def _hashes(*folders: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
