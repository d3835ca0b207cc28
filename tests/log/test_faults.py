"""Each failure of storage is one line and an exit code, says what to do, and loses nothing."""

import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chronology.errors import Refused
from chronology.log import Draft, Log
from chronology.log.store.sqlite import connect, say_waiting
from chronology.vocabulary.kinds.violence import Shelling

SHELLING = ("append", "shelling", "--source", "AFP", "--place")

VERBS = {
    "append": (*SHELLING, "Kidal"),
    "retract": ("retract", "1", "--reason", "a slip"),
    "dispute": ("dispute", "1", "--reason", "no other source"),
    "log": ("log",),
    "show": ("show", "1"),
    "status": ("status",),
    "timeline": ("timeline",),
    "query": ("query", "select 1"),
    "limits": ("query", "select 1", "--timeout", "60"),
    "views": ("views",),
    "why": ("why", "injuries_by_convoy"),
    "search": ("search", "Kidal"),
    "cite": ("cite",),
    "rebuild": ("rebuild",),
    "verify": ("verify",),
    "checkpoint": ("checkpoint",),
    "export": ("export",),
    "doctor": ("doctor",),
}


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs /dev/full")
def test_an_append_that_cannot_be_told_says_that_it_was_done(cli, folder) -> None:
    def append(place):
        with Path("/dev/full").open("wb") as full:
            command = [sys.executable, "-m", "chronology", "-C", folder.path, *SHELLING, place, "--id", "one"]
            return subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, text=True)

    ran = append("Kidal")
    no_space = "chronology: cannot write to standard output: No space left on device"
    assert (ran.returncode, ran.stderr) == (4, f"{no_space}; 1 entry was appended, at position 1\n")
    assert "head           1" in cli("status").out
    # The same again is known, and said to be.
    assert append("Kidal").stderr == f"{no_space}; nothing was appended: all of it was known\n"


@pytest.mark.parametrize("verb", VERBS)
def test_a_log_that_is_gone_is_said_without_going_in_circles(cli, folder, verb) -> None:
    cli(*SHELLING, "Kidal")
    folder.log_path.unlink()
    what = f"{folder.log_path} is not there, but its folder is a chronology"
    said = f"chronology: {what}; put it back, or restore a backup, or build a new log from an export"
    assert cli(*VERBS[verb]) == (4, [], [said])
    assert not folder.log_path.exists()


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(b"hello\n" * 2_000), "it is not an SQLite file"),
        (lambda path: path.write_bytes(path.with_name("views.duckdb").read_bytes()), "it is not an SQLite file"),
        (lambda path: path.unlink() or path.mkdir(), "it is not a file"),
        (lambda path: os.truncate(path, 20_000), "is malformed or cut off"),
    ],
    ids=["empty", "text", "views", "folder", "cut off"],
)
def test_another_thing_in_the_place_of_the_log_is_damage(cli, folder, wrong, found) -> None:
    cli(*SHELLING, "Kidal")
    cli("query", "select 1")
    wrong(folder.log_path)
    before = folder.log_path.is_file() and folder.log_path.read_bytes()
    for verb in ("append", "log", "query", "verify", "doctor", "rebuild"):
        ran = cli(*VERBS[verb])
        assert (ran.code, ran.out, len(ran.err)) == (3, [], 1), verb
        assert found in ran.err[0]
        assert "restore a backup" in ran.err[0]
    assert before == (folder.log_path.is_file() and folder.log_path.read_bytes())


def test_a_log_that_was_removed_while_it_was_open_takes_nothing_more(folder, log) -> None:
    log.append([Draft(Shelling(source="AFP"))])
    folder.log_path.unlink()
    with pytest.raises(Exception, match="was moved or removed while it was open, and nothing was appended"):
        log.append([Draft(Shelling(source="AP"))])


# --- what is written beside the log


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "parquet"])
def test_an_answer_goes_through_a_pipe_that_stays_one(cli, tmp_path, form) -> None:
    cli(*SHELLING, "Kidal")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert cli("query", "select place from facts", "--format", form, "-o", pipe).code == 0
    reader.join()
    assert b"Kidal" in read[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_of_a_link_the_file_it_leads_to_is_replaced(cli, tmp_path, form) -> None:
    cli(*SHELLING, "Kidal")
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert cli("query", "select place from facts", "--format", form, "-o", tmp_path / "link").code == 0
    assert (tmp_path / "link").is_symlink()
    assert b"Kidal" in (tmp_path / "file").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").is_char_device() or os.geteuid() == 0, reason="root could replace /dev/full")
def test_a_full_disk_is_said_of_an_answer(cli) -> None:
    cli(*SHELLING, "Kidal")
    for form in ("table", "csv", "parquet"):
        ran = cli("query", "select * from facts", "--format", form, "-o", "/dev/full")
        assert (ran.code, len(ran.err)) == (4, 1)


# --- waiting, and what is no text


def test_a_wait_for_another_append_is_said(folder, log) -> None:
    other = connect(folder.log_path)
    other.execute("begin immediate")
    said = []

    def say(text):
        said.append(text)
        other.execute("rollback")

    token = say_waiting.set(say)
    try:
        log.append([Draft(Shelling(source="AFP"))])
        log.append([Draft(Shelling(source="AP"))])
    finally:
        say_waiting.reset(token)
        other.close()
    assert said == ["waiting for another append to end, for 30 s at most"]
    assert log.head == 2


def test_an_id_that_is_no_text_is_not_found(folder) -> None:
    with Log.open(folder.log_path, read_only=True) as log, pytest.raises(Refused, match=r"'\\udcff': it is not text"):
        log.resolve("\udcff")


@pytest.mark.parametrize("limit", [1, 20_000, 60_000, 250_000])
@pytest.mark.parametrize("verb", ["append", "query", "rebuild", "export", "backup", "checkpoint"])
def test_files_that_may_not_grow_are_one_line(folder, tmp_path, verb, limit):
    with Log.open(folder.log_path) as log:
        log.append([Draft(Shelling(source="AFP", note="x" * 900)) for _ in range(3)])
    words = {
        "export": ("export", "-o", str(tmp_path / "export.jsonl")),
        "backup": ("backup", str(tmp_path / "backup.db")),
        "checkpoint": ("checkpoint",),
        **VERBS,
    }[verb]
    child = subprocess.run(
        [sys.executable, "-m", "chronology", "-C", folder.path, *words],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode in {0, 4}
    assert "Traceback" not in child.stderr
    assert (child.returncode == 0) or len(child.stderr.splitlines()) == 1, child.stderr
