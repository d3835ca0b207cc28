"""The program as a whole: verbs, exit codes, streams that break, and never a traceback."""

import inspect
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chronology import __version__
from chronology.cli import VERBS
from chronology.vocabulary import KINDS

PROGRAM = [sys.executable, "-m", "chronology"]
MANY = "\n".join(f'{{"kind": "shelling", "source": "AFP", "note": "{number}"}}' for number in range(3_000))


def program(*args, **settings):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHRONOLOGY_")}
    return subprocess.run(
        [*PROGRAM, *map(str, args)],
        capture_output=True,
        check=False,
        env=environment | settings.pop("env", {}),
        **settings,
    )


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_exists_and_its_summary_begins_as_its_docstring(name):
    module = import_module(f"chronology.cli.{VERBS[name].module}")
    function = f"{name}_" if iskeyword(name) else name.replace("-", "_")
    described = inspect.getdoc(getattr(module, function)).split()
    assert described[:2] == VERBS[name].summary.split()[:2]
    assert VERBS[name].summary.endswith(".")


def test_help_names_every_verb(cli):
    ran = cli("--help")
    assert ran.code == 0
    assert {line.split()[0] for line in ran.out if line.startswith("  ")} >= VERBS.keys()


def test_every_verb_has_help(cli):
    for name in VERBS:
        ran = cli(name, "--help")
        assert (ran.code, ran.err) == (0, []), name
        assert ran.out[0].startswith(f"Usage: chronology {name}")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["apend"], 2, "chronology: no such verb: apend; did you mean append?"),
        (["\x1b[2J"], 2, "chronology: no such verb: \\x1b[2J; see chronology --help"),
        (["-X"], 2, "chronology: No such option: -X; see chronology --help"),
        (["log", "--limit", "x"], 2, "chronology: Invalid value for '--limit': 'x' is not a valid int"),
        (
            ["log", "-C", "/nowhere"],
            1,
            "chronology: no chronology in /nowhere (-C); make one there with `chronology in",
        ),
        (["show"], 2, "chronology: Missing argument 'FACT'; see chronology show --help"),
    ],
)
def test_a_wrong_command_is_one_line_and_an_exit_code(cli, args, code, said):
    ran = cli(*args)
    assert (ran.out, len(ran.err)) == ([], 1)
    assert ran.err[0].startswith(said)
    assert ran.code == code


def test_no_arguments_print_the_help(cli):
    ran = cli()
    assert (ran.code, ran.err[0]) == (2, "Usage: chronology [OPTIONS] COMMAND [ARGS]...")


def test_the_version_is_printed(cli):
    assert cli("--version") == (0, [f"chronology {__version__}"], [])


def test_a_folder_that_is_no_chronology_is_said_to_be_none(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = cli("append", "shelling", "--source", "AFP", "-C", tmp_path)
    assert ran.code == 1
    assert ran.err[0].startswith(f"chronology: no chronology in {tmp_path}")


def test_a_log_that_cannot_be_written_is_exit_code_4(cli, folder):
    cli("append", "shelling", "--source", "AFP")
    for path in (folder.log_path, folder.path / "chronology.toml"):
        path.chmod(0o444)
    folder.path.chmod(0o555)
    before = os.geteuid()
    try:
        if before == 0:
            # Root may write whatever it likes: be somebody else for a moment, who can come this far.
            for above in folder.path.parents[:-2]:
                above.chmod(above.stat().st_mode | 0o711)
            os.seteuid(65534)
        ran = cli("append", "shelling", "--source", "AP")
        read = cli("log", "--format", "csv")
    finally:
        os.seteuid(before)
        folder.path.chmod(0o755)
    assert (ran.code, ran.out, len(ran.err)) == (4, [], 1)
    assert ran.err[0].startswith(f"chronology: {folder.log_path} cannot be written")
    assert (read.code, len(read.out)) == (0, 2)


def test_a_damaged_log_is_exit_code_3(cli, folder):
    folder.log_path.write_bytes(b"not a database" * 100)
    assert cli("log").code == 3
    assert cli("append", "shelling", "--source", "AFP").code == 3


# --- as a process


def test_appending_imports_no_duckdb_and_help_imports_no_verb(folder):
    script = (
        "import sys; from chronology.cli import run; code = run(sys.argv[1:]);"
        "print(code, *sorted({'duckdb', 'rich', 'eventsourcing', 'msgspec', 'projections'} & sys.modules.keys()))"
    )
    append = subprocess.run(
        [sys.executable, "-c", script, "append", "-C", folder.path, "shelling", "--source", "AFP"],
        capture_output=True,
        check=True,
    )
    assert append.stdout.decode().splitlines()[-1] == "0 eventsourcing msgspec"
    helped = subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, check=True)
    assert helped.stdout.decode().splitlines()[-1] == "0"


def test_a_reader_that_has_enough_is_no_error(folder):
    assert program("append", "-C", folder.path, "-", input=MANY.encode()).returncode == 0
    command = f"{' '.join(PROGRAM)} log -C {folder.path} --format jsonl | head -1; echo ${{PIPESTATUS[0]}} >&2"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert len(ran.stdout.splitlines()) == 1
    assert ran.stderr.decode().split() in (["141"], ["0"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_cannot_be_written_is_one_line(folder):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*PROGRAM, "kinds"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 4
    assert ran.stderr.decode().splitlines() == [
        "chronology: cannot write to standard output: No space left on device; nothing more was done"
    ]


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_a_closed_stream_makes_no_traceback(folder, closed):
    command = f"{' '.join(PROGRAM)} append -C {folder.path} shelling --source AFP {closed}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)


def test_standard_input_that_is_closed_is_one_line(folder):
    ran = subprocess.run(
        ["bash", "-c", f"{' '.join(PROGRAM)} append -C {folder.path} - <&-"], capture_output=True, check=False
    )
    assert ran.returncode == 1
    assert b"Traceback" not in ran.stderr


def test_text_that_the_terminal_cannot_show_is_escaped(folder):
    ran = program("append", "-C", folder.path, "shelling", "--source", "Şafak", env={"PYTHONIOENCODING": "ascii"})
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, b"new source: \\u015eafak")


def test_an_argument_that_is_not_utf8_is_one_line(folder):
    ran = subprocess.run(
        [*PROGRAM, "append", "-C", str(folder.path), "shelling", "--source", b"\xff"], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr.decode()) == (
        2,
        "chronology: \\udcff is not text in UTF-8; write it so, or give it on standard input\n",
    )


def test_an_interrupt_is_exit_code_130(folder):
    running = subprocess.Popen(
        [*PROGRAM, "append", "-C", str(folder.path), "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=10)
    assert (running.returncode, said.decode()) == (130, "chronology: interrupted; nothing more was done\n")


# --- any command line (but NUL, which no system passes on)

WORDS = st.one_of(
    st.sampled_from(
        ["append", "correct", "retract", "log", "show", "status", "kinds", "edit", "init", "--", "-", "--help"]
    ),
    st.sampled_from(["shelling", "fact_corrected", "ied_strike", "1", "9", "afp-1", "x.toml", "", "é", "\udcff"]),
    st.sampled_from(["--source", "--killed", "--reason", "--nature", "--id", "--same-as", "--format", "--limit", "-o"]),
    st.sampled_from(
        ["AFP", "3", "-1", "json", "csv", "2023-02-30", "entry", "--clear", "--because", "--by", "--dry-run"]
    ),
    st.text(max_size=6),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from(["append", "correct", "retract", "log", "show", "status", "kinds", "edit"]),
    rest=st.lists(WORDS, max_size=7),
)
def test_any_command_line_ends_in_an_exit_code(cli, verb, rest):
    ran = cli(verb, *rest)
    assert ran.code in {0, 1, 2, 3, 4}
    assert not any("Traceback" in line for line in [*ran.out, *ran.err])
    assert ran.code == 0 or ran.err


def test_all_kinds_are_offered_where_one_is_mistyped(cli):
    for tag in KINDS:
        ran = cli("append", f"{tag}x")
        assert (ran.code, ran.err[0].partition("did you mean ")[2]) == (2, f"{tag}?")


# --- speed


@pytest.mark.bench
def test_the_program_starts_fast(folder):
    def quickest(command):
        took = []
        for _ in range(15):
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            took.append(time.perf_counter() - start)
        return min(took)

    typer = quickest([sys.executable, "-c", "import typer"])
    helped = quickest([*PROGRAM, "--help"])
    append = quickest([*PROGRAM, "append", "-C", str(folder.path), "shelling", "--source", "AFP"])
    print(f"\nimport typer {typer * 1000:.0f} ms; times that: --help {helped / typer:.2f}, append {append / typer:.2f}")
    assert helped <= 1.6 * typer
    assert append <= 3.2 * typer


@pytest.mark.bench
def test_thirty_thousand_simple_facts_a_second_are_read(log, tmp_path):
    from chronology.intake import read_batch, read_file

    count = 60_000
    line = (
        '{{"kind": "ied_strike", "source": "AP", "published": "2023-11-{day:02}", "occurred": "2023-10-{day:02}", '
        '"operation": "kidal-gao", "incidents": ["ied-{n}"], "place": {{"name": "Town {town}"}}, '
        '"injured": [{{"low": {low}, "best": {low}, "victims": "peacekeepers"}}]}}\n'
    )
    path = tmp_path / "many.jsonl"
    with path.open("w") as out:
        out.writelines(line.format(day=n % 28 + 1, n=n, town=n % 500, low=n % 40) for n in range(count))
    start = time.process_time()
    batch = read_batch(read_file(path), log)
    rate = count / (time.process_time() - start)
    print(f"\n{rate:,.0f} facts a second of processor time")
    assert len(batch.drafts) == count
    assert rate >= 30_000
