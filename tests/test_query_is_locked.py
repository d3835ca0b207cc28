"""Free SQL reads the views and nothing else: every way out is refused with one line, and no file changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from given import KIDAL, Given

from chronology.errors import Refused
from projections.asking import open_session


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The article, its views made."""
    given = Given(tmp_path_factory.mktemp("locked"))
    given.append(KIDAL / "article.toml")
    given.rows("select 1")
    return given


HOSTILE = [
    "select * from read_text('{views}')",
    "select size from read_blob('{log}')",
    "select * from read_text('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from '{views}'",
    "select * from glob('{folder}/*')",
    "select * from read_json('{folder}/chronology.toml')",
    "select * from sqlite_scan('{log}', 'stored_events')",
    "copy (select 1) to '{folder}/out.csv'",
    "copy (select 1) to '{views}.wal'",
    "export database '{folder}/all'",
    "attach '{log}' as l",
    "attach '{folder}/new.db'",
    "install httpfs",
    "load httpfs",
    "set threads = 1",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma enable_profiling",
    "select 1; select 2",
    "select 1; drop table mirror",
    "with d as (delete from mirror returning *) select * from d",
    "delete from mirror",
    "update mirror set body = ''",
    "insert into mirror select * from mirror",
    "drop table mirror",
    "create table t as select 1",
    "create or replace view facts as select 1",
    "detach store",
    "use memory",
    "checkpoint",
    "vacuum",
    "call pragma_version()",
    "prepare p as select 1",
    "begin",
    "explain analyze copy (select 1) to '{folder}/out.csv'",
    "create secret s (type s3)",
    "",
    "   -- nothing",
    "select",
    "select * from nowhere",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_what_is_no_question_to_the_views_is_refused_with_one_line(given: Given, sql: str) -> None:
    folder = given.folder
    before = _hashes(folder.path)
    asked = sql.format(views=folder.views_path, log=folder.log_path, folder=folder.path)
    with open_session(folder, say=given.said.append) as session, pytest.raises(Refused) as refused:
        list(session.ask(asked).rows)
    assert "\n" not in str(refused.value)
    assert _hashes(folder.path) == before


@pytest.mark.parametrize(
    "sql", ["select 42", "with a as (select 42 as b) select b from a", "values (42)", "from (select 42)"]
)
def test_a_question_is_answered(given: Given, sql: str) -> None:
    assert given.rows(sql) == [(42,)]


def test_explain_is_answered(given: Given) -> None:
    assert given.rows("explain select * from facts")


def test_allow_files_reads_a_file_of_the_analysts_own(given: Given, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("convoy,vehicles\nkidal-gao,143\n", encoding="utf-8")
    with open_session(given.folder, allow_files=True, say=given.said.append) as session:
        answer = session.ask(f"select low, vehicles from injuries_by_convoy join '{own}' using (convoy)")
        assert list(answer.rows) == [(22, 143)]


def test_looking_back_is_locked_as_well(given: Given) -> None:
    with (
        open_session(given.folder, known_by="2023-11-06", say=given.said.append) as session,
        pytest.raises(Refused, match="out of reach"),
    ):
        session.ask(f"select * from facts, read_text('{given.folder.views_path}')")


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }
