"""To add a kind, a decision, a view, a data set or an export, one file is written, and nothing else is edited."""

import json
import shutil
import subprocess
import sys
from textwrap import dedent

import pytest
from given import ROOT

ADDED = {
    "chronology/vocabulary/kinds/aid.py": '''
        from typing import Annotated, ClassVar
        from msgspec import Meta
        from chronology.vocabulary.entries import Report
        from chronology.vocabulary.text import ActorName

        class AidDelivered(Report, frozen=True, kw_only=True):
            """Relief goods reached people."""

            example: ClassVar[str] = 'source = "OCHA"'
            delivered_by: Annotated[ActorName, Meta(description="who brought it")] | None = None
            trucks: Annotated[int, Meta(ge=0, le=9999, description="how many came")] | None = None
        ''',
    "chronology/vocabulary/kinds/second_looks.py": '''
        from typing import ClassVar
        from chronology.vocabulary.entries import Decision
        from chronology.vocabulary.text import EntryRef

        class FactChecked(Decision, frozen=True, kw_only=True):
            """Somebody looked at a fact again."""

            example: ClassVar[str] = 'fact = "a"\\nreason = "by a second pair of eyes"'
            always_passes: ClassVar[bool] = True
            fact: EntryRef

        class FactFlagged(Decision, frozen=True, kw_only=True):
            """Somebody should look at a fact again."""

            example: ClassVar[str] = 'fact = "a"\\nreason = "it reads oddly"'
            fact: EntryRef
        ''',
    "projections/sql/views/aid_by_actor.sql": """
        -- Aid by who brought it.
        -- grain: actor
        -- column trucks: in all
        select
            delivered_by as actor,
            sum(trucks)::bigint as trucks
        from aid_delivered
        group by delivered_by
        """,
    "chronology/importers/datasets/shells.py": """
        from typing import Final
        from chronology.importers.formats import Format
        from chronology.importers.any_table import read_table
        from chronology.importers.tables import Header
        from chronology.vocabulary.kinds.violence import Shelling

        class Shells(Format):
            dataset: Final = "shells"
            licence: Final = None
            mapping: Final = 1
            mapping_sha256: Final = None
            rows_have_clocks: Final = False

            def table(self, source):
                header = Header(dataset="shells", required=("id", "by"), known=frozenset({"id", "by"}))
                return read_table(source, header)

            def rows(self, table, published):
                return Rows()

        class Rows:
            def key(self, values):
                return values[0]

            def read(self, values):
                return Shelling(source=values[1])

            def warnings(self):
                return []
        """,
    "chronology/exporters/formats/ids.py": """
        from typing import ClassVar
        from chronology.exporters.exporter import Exporter

        class Ids(Exporter):
            name: ClassVar = "ids"
            meaning: ClassVar = "the id of each fact on a line"
            suffixes: ClassVar = (".ids",)

            def write(self, state, stream):
                for row in state.rows("select fact from facts order by position"):
                    stream.write(f"{row['fact']}\\n".encode())
        """,
}
RUN_ALL = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from chronology.cli import run

printed = []
for command in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(command)
    assert code == 0, (command, err.getvalue())
    printed.append(out.getvalue())
print(json.dumps(printed))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A folder with a copy of the program, to which only the files above were added."""
    copy = tmp_path_factory.mktemp("program")
    for package in ("chronology", "projections"):
        shutil.copytree(ROOT / package, copy / package)
    for name, text in ADDED.items():
        (copy / name).write_text(dedent(text).lstrip(), encoding="utf-8")
    return copy


@pytest.fixture
def printed(copy, tmp_path):
    """What the copy prints for some commands, in a new chronology."""

    def printed(*commands):
        words = [["init", str(tmp_path / "case")]]
        words += [["-C", str(tmp_path / "case"), *map(str, command)] for command in commands]
        program = [sys.executable, "-c", RUN_ALL, json.dumps(words)]
        done = subprocess.run(program, cwd=copy, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)[1:]

    return printed


def test_a_kind_has_options_a_template_a_schema_and_a_relation_and_a_view_may_ask_it(printed):
    append = ("append", "aid_delivered")
    template, options, schema, _, fact, actor, described, by_actor = printed(
        ("kinds", "aid_delivered", "--toml"),
        (*append, "--help"),
        ("kinds", "aid_delivered", "--schema"),
        (*append, "--source", "OCHA", "--delivered-by", "WFP", "--trucks", "8", "--id", "aid"),
        ("query", "select fact, trucks from aid_delivered", "--format", "csv"),
        ("query", "select fact_count from actors where name = 'WFP'", "--format", "csv"),
        ("views", "aid_by_actor"),
        ("query", "select * from aid_by_actor", "--format", "csv"),
    )
    assert template.startswith("# Relief goods reached people.\n")
    assert "--delivered-by" in options
    assert '"trucks"' in schema
    assert fact == "fact,trucks\naid,8\n"
    assert actor == "fact_count\n1\n"
    assert "Aid by who brought it" in described
    assert "in all" in described
    assert by_actor == "actor,trucks\nWFP,8\n"


def test_a_decision_says_itself_whether_every_look_back_sees_it(printed):
    question = ("query", "select entry from history where entry like 'fact_%'", "--format", "csv", "--known-by")
    *_, before, after = printed(
        ("append", "shelling", "--source", "AFP", "--published", "2023-11-06", "--id", "a"),
        ("append", "fact_checked", "--fact", "a", "--because", "a", "--reason", "why not"),
        ("append", "fact_flagged", "--fact", "a", "--because", "a", "--reason", "why not"),
        (*question, "2023-11-05"),
        (*question, "2023-11-06"),
    )
    assert before == "entry\nfact_checked\n"
    assert after == "entry\nfact_checked\nfact_flagged\n"


def test_a_data_set_is_imported_and_an_export_written_by_its_name(printed, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("id,by\n17,AFP\n")
    data_sets, formats, done, facts, ids, _ = printed(
        ("import", "--help"),
        ("export", "--help"),
        ("import", "shells", rows),
        ("query", "select fact, source from shelling", "--format", "csv"),
        ("export", "--as", "ids"),
        ("export", "-o", tmp_path / "some.ids"),
    )
    assert "shells" in data_sets
    assert "ids" in formats
    assert done.splitlines()[-1].startswith("1 row: 1 new")
    assert facts == "fact,source\nshells:17,AFP\n"
    assert ids == (tmp_path / "some.ids").read_text() == "shells:17\n"
