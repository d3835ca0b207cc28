"""The rules of the house, read from the sources without importing them.

Each rule is a function from sources (path → text) to the breaches it finds, one line each. Each is tried twice: on a
small bad example, to see that it can fail, and on the sources as they are.
"""

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("chronology", "projections")

# layer → the layers right below it; it may import these, and all that is below them
BELOW = {
    "chronology.errors": set(),
    "chronology.collector": set(),
    "chronology.files": {"chronology.errors"},
    "chronology.vocabulary": {"chronology.errors"},
    "chronology.casualties": {"chronology.collector", "chronology.vocabulary"},
    "chronology.log": {"chronology.collector", "chronology.files", "chronology.vocabulary"},
    "chronology.intake": {"chronology.log"},
    "chronology.importers": {"chronology.intake"},
    "projections": {"chronology.log", "chronology.casualties"},
    "chronology.exporters": {"chronology", "projections"},
    "chronology.charts": {"projections"},
    "chronology.web": {"chronology.exporters", "chronology.charts"},
    "chronology.api": {"chronology.importers", "chronology.web"},
    "chronology.cli": {"chronology.api"},
    "chronology.__main__": {"chronology.cli"},
    # Its version is for all; what it hands on, it imports when that is asked for.
    "chronology": {"chronology.api", "chronology.errors", "projections"},
}
NOT_HANDED_ON = {"chronology", "chronology.__main__"}
SAY_NOTHING = {"utils", "util", "core", "base", "manager", "service"}
TOO_BROAD = {"Exception", "BaseException"}
MOST_LINES = 450
LONGEST_LINE = 120


# --- reading the sources


def sources_of(root):
    """All modules and views of the project, as path from the root → text."""
    found = {}
    for path in sorted(file for package in PACKAGES for file in (root / package).rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in {".py", ".sql"} and not name.startswith("chronology/data/"):
            found[name] = path.read_text(encoding="utf-8")
    return found


def trees_of(sources):
    return {path: tree_of(path, text) for path, text in sources.items() if path.endswith(".py")}


@cache
def tree_of(path, text):
    return ast.parse(text, path)


def module_at(path):
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module):
    """`chronology.log.recorder` → `chronology.log`; all of projections is one layer."""
    parts = module.split(".")
    return parts[0] if parts[0] == "projections" else ".".join(parts[:2])


def may_import(layer):
    """The layers below a layer."""
    below = BELOW.get(layer, set())
    if layer in NOT_HANDED_ON:
        return below
    return below.union(*map(may_import, below - NOT_HANDED_ON))


def within(module, package):
    return module == package or module.startswith(package + ".")


def imports_of(path, tree):
    """(line, module) for every import, wherever it stands; `from a import b` counts as `a.b`.

    A name of the package itself, as in `from chronology import __version__`, is the package; `import_module("a.b")`
    and `__import__("a.b")` are imports too.
    """
    package = module_at(path) if path.endswith("__init__.py") else module_at(path).rpartition(".")[0]
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                origin = module or ""
                if level:
                    parents = package.split(".")[: len(package.split(".")) - level + 1]
                    origin = ".".join([*parents, module] if module else parents)
                yield from ((node.lineno, imported(origin, alias.name)) for alias in names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield node.lineno, module


def imported(origin, name):
    return origin if origin == "chronology" and f"chronology.{name}" not in BELOW else f"{origin}.{name}"


# --- the rules


def modules_of_no_layer(sources):
    return [
        f"{path}: belongs to no layer; give {layer_of(module_at(path))} its place in BELOW"
        for path in trees_of(sources)
        if layer_of(module_at(path)) not in BELOW
    ]


def imports_against_the_way(sources):
    breaches = []
    for path, tree in trees_of(sources).items():
        layer = layer_of(module_at(path))
        allowed = may_import(layer) | {layer}
        for line, module in imports_of(path, tree):
            if module.split(".")[0] in PACKAGES and layer_of(module) not in allowed:
                breaches.append(f"{path}:{line}: {layer} must not import {module}")
    return breaches


def imports_outside(sources, library, home):
    return [
        f"{path}:{line}: only {home} imports {library}"
        for path, tree in trees_of(sources).items()
        for line, module in imports_of(path, tree)
        if within(module, library) and not within(module_at(path), home)
    ]


def circles(sources):
    """Modules that import each other in a circle, and folders side by side of which some modules do.

    What is imported for a type checker alone is no need, and layers have a rule of their own.
    """
    homes = {module_at(path): path for path in trees_of(sources)}
    modules, folders = {module: set() for module in homes}, {}
    for module, path in homes.items():
        for _, name in imports_of(path, without_types(tree_of(path, sources[path]))):
            other = next((each for each in (name, name.rpartition(".")[0]) if each in homes), None)
            if other is not None and other != module:
                modules[module].add(other)
                one, two = side_by_side(path, homes[other])
                folders.setdefault(one, set()).add(two)
    return [*circles_in(modules), *circles_in(folders)]


def without_types(tree):
    """A module without what stands below `if TYPE_CHECKING:`."""
    kept = [node for node in tree.body if not (isinstance(node, ast.If) and name_of(node.test) == "TYPE_CHECKING")]
    return ast.Module(kept, tree.type_ignores)


def side_by_side(one, other):
    """Where the ways to two files part: the folders in one folder; the same twice if a file stands right in it."""
    ways = [PurePosixPath(each).parent.parts for each in (one, other)]
    depth = next((at for at, (here, there) in enumerate(zip(*ways, strict=False)) if here != there), 0)
    return ("", "") if not depth else tuple("/".join(way[: depth + 1]) for way in ways)


def circles_in(needs):
    found, done = [], set()

    def visit(node, way):
        if node in way:
            found.append(" → ".join([*way[way.index(node) :], node]))
        elif node not in done:
            for other in sorted(needs.get(node, set()) - {node}):
                visit(other, (*way, node))
            done.add(node)

    for node in needs:
        visit(node, ())
    return found


def strangers_in_the_vocabulary(sources):
    known = sys.stdlib_module_names | {"msgspec"}
    ours = ("chronology.errors", "chronology.vocabulary")
    return [
        f"{path}:{line}: the vocabulary must not import {module}"
        for path, tree in trees_of(sources).items()
        if within(module_at(path), "chronology.vocabulary")
        for line, module in imports_of(path, tree)
        if module.split(".")[0] not in known and not any(within(module, one) for one in ours)
    ]


def names_that_say_nothing(sources):
    return [
        f"{path}: {part!r} does not say what is inside"
        for path in sources
        for part in PurePosixPath(path).with_suffix("").parts
        if part in SAY_NOTHING
    ]


def broad_handlers(sources):
    breaches = []
    for path, tree in trees_of(sources).items():
        for node in ast.walk(tree):
            match node:
                case ast.ExceptHandler(type=None):
                    caught = ["BaseException"]
                case ast.ExceptHandler(type=ast.Tuple(elts=elements)):
                    caught = [name_of(element) for element in elements]
                case ast.ExceptHandler(type=expression):
                    caught = [name_of(expression)]
                case ast.Call(func=function, args=arguments) if name_of(function) == "suppress":
                    caught = [name_of(argument) for argument in arguments]
                case _:
                    continue
            breaches += [f"{path}:{node.lineno}: catches {name}" for name in caught if name in TOO_BROAD]
    return breaches


def name_of(expression):
    """The last name of `Exception` or `builtins.Exception`."""
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def modules_too_long(sources):
    return [
        f"{path}: {lines} lines, at most {MOST_LINES}: split it by meaning"
        for path, text in sources.items()
        if (lines := len(text.splitlines())) > MOST_LINES
    ]


def lines_of_sql_too_long(sources):
    return [
        f"{path}:{number}: {len(line)} characters, at most {LONGEST_LINE}"
        for path, text in sources.items()
        if path.endswith(".sql")
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


def modules_of_one_name(sources):
    """A module is known by its name alone. Those of the command line are named after its verbs, whatever else is."""
    homes = {}
    for path in map(PurePosixPath, trees_of(sources)):
        if path.stem != "__init__" and not path.is_relative_to("chronology/cli"):
            homes.setdefault(path.stem, []).append(path.as_posix())
    return [f"{' and '.join(paths)}: one name for several modules" for paths in homes.values() if len(paths) > 1]


def imports_of_tests(tests):
    return [
        f"{path}:{line}: imports {module}; what several tests use belongs into tests/support"
        for path, tree in trees_of(tests).items()
        for line, module in imports_of(path, tree)
        if module.split(".")[0].startswith("test_")
    ]


# --- each rule, on a bad example and on the sources

SOURCES = sources_of(ROOT)


def test_the_sources_are_found():
    assert {"chronology/__init__.py", "chronology/errors.py", "projections/__init__.py"} <= SOURCES.keys()


def test_sources_are_modules_and_views_but_not_data(tmp_path):
    for name in ("chronology/log/a.py", "projections/sql/b.sql", "chronology/data/c.py", "tests/d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert sources_of(tmp_path) == {"chronology/log/a.py": "", "projections/sql/b.sql": ""}


def test_a_module_of_no_layer_is_found():
    bad = {"chronology/bridge.py": "", "chronology/log/recorder.py": "", "projections/refresh.py": ""}
    assert modules_of_no_layer(bad) == [
        "chronology/bridge.py: belongs to no layer; give chronology.bridge its place in BELOW"
    ]


def test_every_module_belongs_to_a_layer():
    assert modules_of_no_layer(SOURCES) == []


def test_imports_against_the_way_are_found():
    bad = {
        "chronology/errors.py": "import chronology.vocabulary.kinds",
        "chronology/vocabulary/kinds.py": "def f():\n    from chronology import log",
        "chronology/vocabulary/names.py": "from ..intake import read",
        "chronology/log/__init__.py": "from .. import intake",
        "chronology/log/recorder.py": "from chronology import __version__",
        "chronology/intake.py": "import projections.refresh",
        "projections/refresh.py": "from chronology.intake import read\nimport chronology.cli",
        "chronology/__init__.py": "from chronology.log import Log",
        "chronology/cli.py": "import importlib\nimportlib.import_module('chronology.__main__')",
    }
    assert imports_against_the_way(bad) == [
        "chronology/errors.py:1: chronology.errors must not import chronology.vocabulary.kinds",
        "chronology/vocabulary/kinds.py:2: chronology.vocabulary must not import chronology.log",
        "chronology/vocabulary/names.py:1: chronology.vocabulary must not import chronology.intake.read",
        "chronology/log/__init__.py:1: chronology.log must not import chronology.intake",
        "chronology/log/recorder.py:1: chronology.log must not import chronology",
        "chronology/intake.py:1: chronology.intake must not import projections.refresh",
        "projections/refresh.py:1: projections must not import chronology.intake.read",
        "projections/refresh.py:2: projections must not import chronology.cli",
        "chronology/__init__.py:1: chronology must not import chronology.log.Log",
        "chronology/cli.py:2: chronology.cli must not import chronology.__main__",
    ]


def test_imports_along_the_way_are_let_be():
    good = {
        "chronology/vocabulary/kinds.py": "from .figures import Figures\nfrom ..errors import Problem",
        "chronology/log/recorder.py": "from chronology.vocabulary.kinds import IedStrike\nfrom . import line",
        "chronology/intake.py": "from chronology import errors, log, vocabulary",
        "projections/refresh.py": "from chronology.log import Log\nfrom projections.views import View",
        "chronology/cli/append.py": "from chronology import __version__, intake\nimport projections",
        "chronology/__main__.py": "from chronology.cli import main",
    }
    assert imports_against_the_way(good) == []


def test_imports_run_one_way():
    assert imports_against_the_way(SOURCES) == []


def test_a_library_outside_its_home_is_found():
    bad = {
        "chronology/log/store/recorder.py": "from eventsourcing.sqlite import SQLiteDatastore",
        "chronology/log/judge.py": "from eventsourcing.persistence import StoredEvent",
        "chronology/logbook.py": "import eventsourcing.persistence as p",
        "chronology/cli/log.py": "def f():\n    from eventsourcing import application",
        "chronology/intake.py": "import eventsourcing_other",
    }
    assert imports_outside(bad, "eventsourcing", "chronology.log.store") == [
        "chronology/log/judge.py:1: only chronology.log.store imports eventsourcing",
        "chronology/logbook.py:1: only chronology.log.store imports eventsourcing",
        "chronology/cli/log.py:2: only chronology.log.store imports eventsourcing",
    ]


def test_only_the_store_of_the_log_imports_eventsourcing():
    assert imports_outside(SOURCES, "eventsourcing", "chronology.log.store") == []


def test_only_the_store_of_the_log_imports_sqlite3():
    # An import's own scratch table, of ids that may be too many for memory, holds nothing of the log.
    scratch = "chronology/importers/seen.py"
    found = imports_outside(SOURCES, "sqlite3", "chronology.log.store")
    assert [each for each in found if not each.startswith(scratch)] == []
    assert len(found) == 1


def test_a_circle_of_modules_or_of_folders_is_found():
    bad = {
        "chronology/log/judge.py": "from chronology.log.store.port import Port",
        "chronology/log/store/port.py": "def f():\n    from chronology.log import entry",
        "chronology/log/entry.py": "import chronology.log.judge",
        "projections/asking/a.py": "from projections.explaining import b",
        "projections/explaining/b.py": "if TYPE_CHECKING:\n    from projections.asking.a import A",
        "projections/explaining/c.py": "from projections.asking.d import D",
        "projections/asking/d.py": "from projections.asking import a",
    }
    assert circles(bad) == [
        "chronology.log.judge → chronology.log.store.port → chronology.log.entry → chronology.log.judge",
        "projections/asking → projections/explaining → projections/asking",
    ]


def test_nothing_is_imported_in_a_circle():
    assert circles(SOURCES) == []


def test_only_projections_imports_duckdb():
    assert imports_outside(SOURCES, "duckdb", "projections") == []


def test_a_stranger_in_the_vocabulary_is_found():
    bad = {
        "chronology/vocabulary/figures.py": "import re, msgspec, pytz\nfrom chronology.errors import Problem",
        "chronology/vocabulary/dates.py": "from edtf import parse_edtf\nfrom chronology import __version__",
        "chronology/log.py": "import pytz",
    }
    assert strangers_in_the_vocabulary(bad) == [
        "chronology/vocabulary/figures.py:1: the vocabulary must not import pytz",
        "chronology/vocabulary/dates.py:1: the vocabulary must not import edtf.parse_edtf",
        "chronology/vocabulary/dates.py:2: the vocabulary must not import chronology",
    ]


def test_the_vocabulary_imports_only_msgspec_and_the_standard_library():
    assert strangers_in_the_vocabulary(SOURCES) == []


def test_a_name_that_says_nothing_is_found():
    bad = {"chronology/utils.py": "", "projections/core/views.py": "", "projections/sql/base.sql": "", "a/score.py": ""}
    assert names_that_say_nothing(bad) == [
        "chronology/utils.py: 'utils' does not say what is inside",
        "projections/core/views.py: 'core' does not say what is inside",
        "projections/sql/base.sql: 'base' does not say what is inside",
    ]


def test_every_name_says_what_is_inside():
    assert names_that_say_nothing(SOURCES) == []


def test_a_broad_handler_is_found():
    bad = {
        "chronology/log.py": (
            "import builtins, contextlib\n"
            "try: pass\n"
            "except Exception: pass\n"
            "try: pass\n"
            "except (OSError, builtins.Exception) as e: pass\n"
            "try: pass\n"
            "except OSError: pass\n"
            "except: raise\n"
            "with contextlib.suppress(BaseException): pass\n"
            "with contextlib.suppress(KeyError): pass\n"
        ),
    }
    assert sorted(broad_handlers(bad)) == [
        "chronology/log.py:3: catches Exception",
        "chronology/log.py:5: catches Exception",
        "chronology/log.py:8: catches BaseException",
        "chronology/log.py:9: catches BaseException",
    ]


def test_nothing_catches_everything():
    assert broad_handlers(SOURCES) == []


def test_a_long_module_is_found():
    bad = {"chronology/log.py": "\n" * 450, "chronology/cli.py": "\n" * 451}
    assert modules_too_long(bad) == ["chronology/cli.py: 451 lines, at most 450: split it by meaning"]


def test_no_module_is_too_long():
    assert modules_too_long(SOURCES) == []


def test_a_long_line_of_sql_is_found():
    bad = {"projections/sql/views/a.sql": f"select 1\n{'x' * 121}\n{'x' * 120}", "a.py": "x" * 121}
    assert lines_of_sql_too_long(bad) == ["projections/sql/views/a.sql:2: 121 characters, at most 120"]


def test_no_line_of_sql_is_too_long():
    assert lines_of_sql_too_long(SOURCES) == []


def test_modules_of_one_name_are_found():
    bad = {
        "chronology/log/verify.py": "",
        "projections/verify.py": "",
        "chronology/cli/verify.py": "",
        "a/verify.sql": "",
    }
    assert modules_of_one_name(bad) == [
        "chronology/log/verify.py and projections/verify.py: one name for several modules"
    ]


def test_every_module_has_a_name_of_its_own():
    assert modules_of_one_name(SOURCES) == []


def test_a_test_that_imports_another_is_found():
    bad = {"tests/test_a.py": "from test_b import ROW\nfrom given import Given", "tests/support/given.py": "import csv"}
    assert imports_of_tests(bad) == [
        "tests/test_a.py:1: imports test_b.ROW; what several tests use belongs into tests/support"
    ]


def test_no_test_imports_another():
    tests = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")}
    assert "tests/test_architecture.py" in tests
    tests = {path: text for path, text in tests.items() if re.search("(from|import) test_", text)}
    assert imports_of_tests(tests) == []


def test_the_package_and_the_project_have_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f'__version__ = "{project["version"]}"' in SOURCES["chronology/__init__.py"].splitlines()
