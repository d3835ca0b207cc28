"""`query --timeout` and `--memory`: whatever the SQL does, it ends at its time and within its memory, and says so."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from given import KIDAL, Given
from hostile_sql import BOMBS, REFUSED, SHORT

from chronology.errors import Refused
from projections.asking.opening import answered_within, open_session
from projections.asking.sandbox import limits, parent
from projections.asking.sandbox.limits import Limits

MB = 1_000_000


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    given = Given(tmp_path_factory.mktemp("limits"))
    given.append(KIDAL / "article.toml")
    given.rows("select 1")
    return given


@pytest.fixture
def started(monkeypatch):
    """The processes that answered."""
    processes = []
    start = parent._start
    monkeypatch.setattr(parent, "_start", lambda: processes.append(start()) or processes[-1])
    return processes


@pytest.fixture
def ask(given, started):
    """Ask within limits: the rows, after which no process is left."""

    def ask(sql, timeout=None, memory=1_000, said=None, **options):
        say = (given.said if said is None else said).append
        bound = Limits(timeout, memory * MB)
        try:
            with answered_within(bound, given.folder, sql, say=say, **options) as answer:
                return list(answer.rows)
        finally:
            assert all(process.returncode is not None for process in started)

    return ask


# --- the same answers


def in_utc(rows) -> str:
    """Rows as text, the one zone by one name: versions of DuckDB give it as three."""
    return re.sub(r"<UTC>|zoneinfo\.ZoneInfo\(key='UTC'\)", "datetime.timezone.utc", repr(list(rows)))


@pytest.mark.parametrize(
    "sql",
    [
        "select * from facts order by all",
        "select * from test_all_types()",
        "select 170141183460469231731687303715884105727::hugeint, 1.5::decimal(5, 2), 'ab'::blob, [1, 2]::int[2]",
        "select map {date '2020-01-01': 1}, map {[1, 2]: 'a'}, {'a': timestamptz '2020-01-01 00:00:00+02'}",
        "select 'infinity'::timestamp, interval '1 day 2 hours', timetz '10:00:00+02', time '10:00', null, 'a\nb'",
        "explain select 1",
        "select 1 where false",
        "select range, range::varchar from range(5000)",
    ],
)
def test_within_limits_the_answer_is_the_same(given, ask, sql) -> None:
    bound = Limits(None, 1_000 * MB)
    with open_session(given.folder, say=given.said.append) as session:
        plain = session.ask(sql)
        rows = list(plain.rows)
    with answered_within(bound, given.folder, sql, say=given.said.append) as answer:
        assert (answer.columns, answer.types) == (plain.columns, plain.types)
        assert in_utc(answer.rows) == in_utc(rows)


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "parquet"])
def test_every_format_and_file_is_written_within_limits(cli, tmp_path, form) -> None:
    cli("append", KIDAL / "article.toml")
    sql = "select fact, day, recorded_at, incidents, latitude from facts order by all"
    out = [tmp_path / "plain", tmp_path / "limited"]
    assert cli("query", sql, "--format", form, "-o", out[0]).code == 0
    assert cli("query", sql, "--format", form, "-o", out[1], "--timeout", "60", "--memory", "1GB") == (0, [], [])
    if form == "parquet":
        plain, limited = (duckdb.sql(f"select * from read_parquet('{path}') order by all").fetchall() for path in out)
        assert plain == limited
        assert plain
    else:
        assert out[0].read_bytes() == out[1].read_bytes()


def test_looking_back_and_own_views_are_answered_within_limits(cli, folder) -> None:
    cli("append", KIDAL / "article.toml")
    folder.projections_path.mkdir()
    (folder.projections_path / "worst.sql").write_text(
        "select max(low) as low from injuries_by_convoy", encoding="utf-8"
    )
    asked = ("query", "select low from worst", "--format", "csv", "--timeout", "60")
    assert cli(*asked) == (0, ["low", "22"], [])
    assert cli(*asked, "--as-of", "6").out == ["low", "8"]


def test_a_plain_query_starts_no_process(cli, monkeypatch) -> None:
    cli("append", KIDAL / "article.toml")
    monkeypatch.setattr(subprocess, "Popen", None)
    assert cli("query", "select 42 as a", "--format", "csv").out == ["a", "42"]
    assert "projections.asking.sandbox.parent" not in sys.modules or parent.subprocess.Popen is None


# --- what is refused


def test_the_lock_holds_in_the_other_process(given, ask, tmp_path) -> None:
    for kind in ("read files", "own file, log and WAL", "write files", "hidden writes"):
        sql = REFUSED[kind][0].replace("{views}", str(given.folder.views_path)).replace("{folder}", str(tmp_path))
        with pytest.raises(Refused, match=r"out of reach|expected|read-only|A CTE needs"):
            ask(sql)


@pytest.mark.parametrize("name", SHORT)
def test_a_bomb_is_refused_with_one_line_and_leaves_nothing(given, ask, name) -> None:
    before = _hashes(given.folder.path)
    (sql,) = (bombs[name] for bombs in BOMBS.values() if name in bombs)
    with pytest.raises(Refused) as refused:
        ask(sql(), timeout=1, memory=200, whole=True)
    assert re.fullmatch(r"query: [^\n]{10,300}", str(refused.value))
    assert _hashes(given.folder.path) == before


def test_what_ends_a_question_is_named_with_the_option_that_allows_more(cli) -> None:
    cli("append", KIDAL / "article.toml")
    late = cli("query", "select sleep_ms(60000)", "--timeout", "0.5")
    assert late == (1, [], ["chronology: query: stopped after 0.5 s (--timeout); ask for less, or allow more time"])
    large = cli("query", BOMBS["memory"]["sort"](), "--memory", "100MB")
    more = "ask for less, or allow more with --memory"
    # Where DuckDB itself does not outlive the end of its memory, its process is told to have ended.
    assert (large.code, large.out) == (1, [])
    (said,) = large.err
    assert said.startswith(
        ("chronology: query: needs more memory than it may have", "chronology: query: its process was ended by")
    )
    assert said.endswith(more)
    many = cli("query", "select repeat('x', 1000000) from range(10000)", "--memory", "100MB")
    assert many.code == 1
    assert many.err[0].endswith(more)


@pytest.mark.parametrize("ended_by", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_a_process_that_dies_is_one_line(given, ask, started, monkeypatch, ended_by) -> None:
    # As the allocator's abort, a crash of the database and the system's own lack of memory would end it.
    start = parent._start

    def die():
        process = start()
        process.send_signal(ended_by)
        return process

    monkeypatch.setattr(parent, "_start", die)
    with pytest.raises(Refused, match=r"^query: its process was ended by [^\n]+, it may have 1,000 MB; ask for less"):
        ask("select 1")


def test_a_view_of_ones_own_that_is_kept_as_a_table_is_computed_within_the_limits(given, ask, tmp_path) -> None:
    sent = Given(tmp_path / "sent")
    sent.append(KIDAL / "article.toml")
    sent.folder.projections_path.mkdir()
    own = sent.folder.projections_path / "bomb.sql"
    own.write_text("-- stored: yes\nselect sleep_ms(60000) as a", encoding="utf-8")
    bound = Limits(1.0, 1_000 * MB)
    with (
        pytest.raises(Refused, match=r"stopped after 1 s"),
        answered_within(bound, sent.folder, "select 1", say=sent.said.append),
    ):
        pass
    own.write_text("-- stored: yes\nselect 7 as a", encoding="utf-8")
    with answered_within(bound._replace(timeout=60), sent.folder, "select a from bomb", say=sent.said.append) as answer:
        assert list(answer.rows) == [(7,)]


@pytest.mark.parametrize(
    ("option", "given_as", "said"),
    [
        ("--timeout", "0", "--timeout 0: expected seconds, such as 10 or 0.5"),
        ("--timeout", "nan", "--timeout nan: expected seconds, such as 10 or 0.5"),
        ("--timeout", "soon", "--timeout soon: expected seconds, such as 10 or 0.5"),
        ("--memory", "10MB", "--memory 10MB: expected 50MB or more, such as 500MB or 2GB"),
        ("--memory", "much", "--memory much: expected 50MB or more, such as 500MB or 2GB"),
    ],
)
def test_a_limit_that_is_none_is_refused(cli, option, given_as, said) -> None:
    assert cli("query", "select 1", option, given_as) == (2, [], [f"chronology: {said}"])


def test_a_system_that_limits_no_address_space_is_named(given, ask, monkeypatch) -> None:
    monkeypatch.setattr(limits, "_taken", lambda: None)
    said = []
    assert ask("select 1", said=said) == [(1,)]
    assert said == ["linux does not limit the address space of a process: only DuckDB's own memory limit holds"]


@pytest.mark.parametrize(
    ("allowed", "does", "ended"),
    [
        ((None, 100 * MB), "bytearray(50_000_000)", "0 "),
        ((None, 100 * MB), "bytearray(400_000_000)", "1 MemoryError"),
        ((0.2, 100 * MB), "time.sleep(30)", f"{-signal.SIGALRM} "),
        ((0.001, 100 * MB), "signal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass", f"{-signal.SIGXCPU} "),
        (
            (None, 100 * MB),
            "os.write(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), b'x')",
            "1 OSError: [Errno 27] File too large",
        ),
        ((None, 100 * MB), "os.abort()", f"{-signal.SIGABRT} "),
    ],
    ids=["less memory", "more memory", "clock", "processor", "file", "core"],
)
def test_the_system_holds_each_limit_by_itself(tmp_path, allowed, does, ended) -> None:
    program = "\n".join(
        [
            "import os, resource, signal, sys, time",
            "from projections.asking.sandbox.limits import Limits, confine, forbid_writing",
            f"confine(Limits(*{allowed})), forbid_writing()",
            "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)",
            does,
        ]
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "file"], capture_output=True, check=False, text=True, cwd=tmp_path
    )
    said = ran.stderr.splitlines()[-1:] if ran.returncode > 0 else [""]
    assert f"{ran.returncode} {said[0]}" == ended
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_size] == []


# --- nobody is left behind


def test_ctrl_c_ends_the_question(given) -> None:
    parent, child = _asking(given, "select sleep_ms(600000)")
    parent.send_signal(signal.SIGINT)
    _, said = parent.communicate(timeout=60)
    assert (parent.returncode, said) == (130, "chronology: interrupted; nothing more was done\n")
    assert _gone(child)


def test_a_question_ends_with_who_asked_it(given) -> None:
    parent, child = _asking(given, "select sleep_ms(600000)")
    parent.kill()
    parent.communicate(timeout=60)
    assert _gone(child)


def _asking(given, sql):
    """The command line at a question that does not end, and the process that answers it."""
    given.folder.views_path.unlink()  # made by another test, of another home
    given.rows("select 1")
    parent = subprocess.Popen(
        [sys.executable, "-m", "chronology", "query", "-C", given.folder.path, sql, "--memory", "500MB"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    if not children.parent.exists():
        parent.kill()
        pytest.skip("this system does not say which processes a process started")
    while not (found := children.read_text().split()):
        time.sleep(0.02)
    child = int(found[0])
    while not _at_it(child):
        time.sleep(0.02)
    return parent, child


def _at_it(child):
    """Whether the answering process is at its question: it has limited itself by then."""
    soft = re.search(r"Max file size\s+(\S+)", Path(f"/proc/{child}/limits").read_text())
    return soft is not None and soft[1] == "0"


def _gone(pid):
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


# --- the whole corpus


@pytest.mark.torture
def test_the_whole_corpus_leaves_everything_as_it_was_and_ends_at_its_time(given, ask, monkeypatch, tmp_path) -> None:
    canary = tmp_path / "canary"
    canary.mkdir()
    (canary / "secret.csv").write_text("name\nwitness\n", encoding="utf-8")
    before = _hashes(given.folder.path, canary)
    paths = {"views": given.folder.views_path, "log": given.folder.log_path, "folder": given.folder.path}
    began = []
    following = parent.Frames.next

    def frame(frames):
        """The clock of a question runs from the frame that says its process is limited."""
        found = following(frames)
        if found == ["ready"]:
            began.append(time.monotonic())
        return found

    monkeypatch.setattr(parent.Frames, "next", frame)
    counted = {}
    for kind, sqls in REFUSED.items():
        for sql in sqls:
            for name, path in (paths | {"canary": canary}).items():
                sql = sql.replace(f"{{{name}}}", str(path))  # noqa: PLW2901 - filled in
            with pytest.raises(Refused, match=r"^[^\n]+$"):
                ask(sql, timeout=5)
        counted[kind] = f"{len(sqls)} refused"
        assert _hashes(given.folder.path, canary) == before
    timeout, latest = 2.0, 0.0
    for kind, bombs in BOMBS.items():
        ends = []
        for look_back in ({}, {"known_by": "2023-11-06"}):
            for bomb in bombs.values():
                try:
                    ask(bomb(), timeout=timeout, memory=300, whole=True, **look_back)
                    said = "answered"
                except Refused as error:
                    said = str(error)
                assert "\n" not in said
                ends.append("stopped" if "stopped after" in said else "answered" if said == "answered" else "refused")
                latest = max(latest, time.monotonic() - began[-1])
        counted[kind] = ", ".join(f"{ends.count(end)} {end}" for end in sorted(set(ends)))
        assert _hashes(given.folder.path, canary) == before
    print(json.dumps(counted, indent=1), f"the latest end {latest:.2f} s for {timeout:g} s")
    assert latest < timeout + 1


def _hashes(*folders):
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
