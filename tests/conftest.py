"""What tests share: a log, a command line, and how Hypothesis runs.

Hypothesis draws the same examples in every run of `make test`, so that a run says something of the code and not of its
luck. `make torture` draws ten times as many new ones, from a seed that it prints: `make torture SEED=n` repeats them.
A test whose examples are slow takes a fraction of what the profile says.
"""

import io
import sys
from textwrap import dedent
from typing import NamedTuple

import pytest
from empty_views import put_empty_views
from hypothesis import settings

from chronology.cli import run
from chronology.intake import InputFormat, read_batch, read_stream
from chronology.log import Folder, Log

# No deadline: on a machine that does other things too, the first example pays for what is cached later.
settings.register_profile("repeatable", deadline=None, print_blob=True, derandomize=True, database=None)
settings.register_profile("random", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile("repeatable")


class Ran(NamedTuple):
    """What a command line did: its exit code, and the lines it printed."""

    code: int
    out: list[str]
    err: list[str]


@pytest.fixture(scope="session", autouse=True)
def _homes_of_shared(tmp_path_factory):
    """The same for what several tests share, which is made before `homes` of any."""
    home = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        yield


@pytest.fixture(autouse=True)
def homes(tmp_path_factory, monkeypatch):
    """Keys and what was last seen are kept outside the chronology: in tests, in folders of their own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    return home


@pytest.fixture
def folder(tmp_path):
    return Folder.create(tmp_path / "kidal")


@pytest.fixture
def log(folder):
    with Log.open(folder.log_path) as opened:
        yield opened


@pytest.fixture
def read(log):
    """Read facts as `chronology append` would, without appending them: `read("[[ied_strike]] …")` gives a Batch."""

    def read(text, form=None, **options):
        data = dedent(text).encode() if isinstance(text, str) else text
        return read_batch(read_stream(io.BytesIO(data), "in", form), log, **options)

    return read


@pytest.fixture
def problems(read):
    """The problems of a text, as they are printed; without the file they start with the line."""

    def problems(text, form=InputFormat.TOML):
        return [str(problem).removeprefix("in:") for problem in read(text, form).problems]

    return problems


@pytest.fixture
def recorded(log, read):
    """Put facts into the log."""

    def recorded(text):
        batch = read(text)
        assert batch.problems == []
        return log.append(batch.drafts)

    return recorded


@pytest.fixture
def cli(folder, monkeypatch, capsys):
    """Run a command line inside the chronology's folder: `cli("append", "-", stdin="…")` gives what it did."""
    put_empty_views(folder)
    monkeypatch.chdir(folder.path)
    for variable in ("CHRONOLOGY_DIR", "CHRONOLOGY_BY", "EDITOR", "VISUAL"):
        monkeypatch.delenv(variable, raising=False)

    def cli(*args, stdin=""):
        data = dedent(stdin).encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        printed = capsys.readouterr()
        return Ran(code, printed.out.splitlines(), printed.err.splitlines())

    return cli
