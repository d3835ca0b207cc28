"""To add a kind, a decision, a data set or an exporter, one file is written, and nothing else is edited."""

import os
import subprocess
import sys
from textwrap import dedent

PROGRAM = """
import sys
from importlib.machinery import PathFinder

class WithOneMore:
    @staticmethod
    def find_spec(name, path, target=None):
        spec = PathFinder.find_spec(name, path, target) if name == sys.argv[1] else None
        if spec is not None:
            spec.submodule_search_locations.append(sys.argv[2])
        return spec

sys.meta_path.insert(0, WithOneMore)
from chronology.cli import run
sys.exit(run(sys.argv[3:]))
"""


class Added:
    """A chronology, and a program whose package `package` has one module more."""

    def __init__(self, tmp_path, package, module):
        self.package, self.modules, self.folder = package, tmp_path / "added", tmp_path / "kidal"
        self.modules.mkdir()
        (self.modules / "added.py").write_text(dedent(module))
        assert self.run("init", self.folder).returncode == 0

    def run(self, *args):
        command = [sys.executable, "-c", PROGRAM, self.package, self.modules, *args]
        folder = {"CHRONOLOGY_DIR": str(self.folder)} if self.folder.exists() else {}
        return subprocess.run(command, check=False, env=os.environ | folder, capture_output=True, text=True)

    def prints(self, *args):
        done = self.run(*args)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


def test_a_kind_in_a_module_of_its_own_has_options_a_template_and_a_relation(tmp_path):
    added = Added(
        tmp_path,
        "chronology.vocabulary.kinds",
        '''
        from typing import ClassVar
        from chronology.vocabulary.entries import Report

        class AidDelivered(Report, frozen=True, kw_only=True):
            """Aid reached somebody."""

            example: ClassVar[str] = 'source = "OCHA"'
            trucks: int | None = None
        ''',
    )
    assert added.prints("kinds", "aid_delivered", "--toml")[0] == "# Aid reached somebody."
    assert added.prints("append", "aid_delivered", "--source", "OCHA", "--trucks", "8", "--id", "aid")[0].startswith(
        "1  "
    )
    assert added.prints("query", "select fact, trucks from aid_delivered", "--format", "csv") == [
        "fact,trucks",
        "aid,8",
    ]


def test_a_decision_in_a_module_of_its_own_says_itself_whether_every_look_back_sees_it(tmp_path):
    added = Added(
        tmp_path,
        "chronology.vocabulary.kinds",
        '''
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
    )
    added.prints("append", "shelling", "--source", "AFP", "--published", "2023-11-06", "--id", "a")
    for kind in ("fact_checked", "fact_flagged"):
        added.prints("append", kind, "--fact", "a", "--because", "a", "--reason", "why not")
    question = ("query", "select entry from history where entry like 'fact_%'", "--format", "csv")
    assert added.prints(*question, "--known-by", "2023-11-05") == ["entry", "fact_checked"]
    assert added.prints(*question, "--known-by", "2023-11-06") == ["entry", "fact_checked", "fact_flagged"]


def test_a_data_set_in_a_module_of_its_own_is_imported_by_its_name(tmp_path):
    added = Added(
        tmp_path,
        "chronology.importers.datasets",
        """
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
    )
    rows = tmp_path / "rows.csv"
    rows.write_text("id,by\n17,AFP\n")
    assert "shells" in "".join(added.prints("import", "--help"))
    assert added.prints("import", "shells", rows)[-1].startswith("1 row: 1 new")
    assert added.prints("query", "select fact, source from shelling", "--format", "csv") == [
        "fact,source",
        "shells:17,AFP",
    ]


def test_an_exporter_in_a_module_of_its_own_is_found_by_its_name_and_its_suffix(tmp_path):
    added = Added(
        tmp_path,
        "chronology.exporters.formats",
        '''
        from chronology.exporters.exporter import Exporter

        class Kinds(Exporter):
            """The kinds that stand, one a line."""

            name = "kinds"
            meaning = "a list of kinds"
            suffixes = (".kinds",)

            def write(self, state, stream):
                for (kind,) in state.ask("select distinct kind from facts").rows:
                    stream.write(f"{kind}\\n".encode())
        ''',
    )
    added.prints("append", "shelling", "--source", "AFP")
    assert "kinds" in "".join(added.prints("export", "--help"))
    assert added.prints("export", "--as", "kinds") == ["shelling"]
    added.prints("export", "-o", tmp_path / "list.kinds")
    assert (tmp_path / "list.kinds").read_text() == "shelling\n"
