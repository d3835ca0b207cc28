"""Backups and restores that fail or are killed: what is said, and that nothing is left that is not whole."""

import fcntl
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from log_examples import statement
from stranger import row_at

from chronology.errors import ChronologyError, Damaged, Refused, Unavailable
from chronology.log import Draft, Log
from chronology.log.backup import back_up, restore
from chronology.log.evidence.verify import verify_log

ROOT = Path(__file__).parents[2]


@pytest.fixture
def few(folder):
    """The log of a chronology with six entries."""
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement(f"{number}"), id=f"afp-{number}") for number in range(6)])
    return folder.log_path


@pytest.fixture
def export(few, tmp_path):
    with Log.open(few, read_only=True) as log:
        (tmp_path / "export.jsonl").write_bytes(b"".join(line + b"\n" for _, line in log.lines()))
    return tmp_path / "export.jsonl"


@pytest.fixture
def place(tmp_path):
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def in_a_child(work, *args, limit=None):
    """Run some lines of Python where files may not grow beyond a limit: exit code and what it says."""
    child = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(work), *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: limit and resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    return child.returncode, child.stderr.splitlines()


RUN = "import sys; from chronology.cli import run; sys.exit(run(sys.argv[1:]))"


def test_a_disk_with_no_room_is_said_of_the_copy_and_nothing_is_left(few, place):
    code, said = in_a_child(RUN, "backup", place / "backup.db", "-C", few.parent, limit=20_000)
    assert (code, len(said)) == (4, 1)
    assert said[0].startswith(f"chronology: {place / 'backup.db'} cannot be written: ")
    assert "nothing was left behind: free some space, or name another place" in said[0]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("kind", ["backup", "export"])
def test_a_restore_with_no_room_leaves_the_folder_as_it_was(few, export, place, kind):
    source = export
    if kind == "backup":
        source = place.with_name("backup.db")
        back_up(few, source)
    code, said = in_a_child(RUN, "restore", source, place / "new" / "kidal", limit=20_000)
    assert (code, len(said)) == (4, 1)
    assert str(place / "new" / "kidal" / "log.db") in said[0]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "blamed"),
    [
        ("SQLITE_FULL", "copy.db cannot be written: the disk is full"),
        ("SQLITE_IOERR_WRITE", "copy.db cannot be written: "),
        ("SQLITE_READONLY", "copy.db cannot be written: "),
        ("SQLITE_IOERR_READ", "log.db cannot be read"),
        ("SQLITE_CORRUPT", "log.db is malformed"),
        ("SQLITE_BUSY", "log.db: the log is busy"),
    ],
)
def test_what_fails_is_said_of_the_file_that_failed(few, place, monkeypatch, name, blamed):
    class Failing:
        def backup(self, _):
            error = sqlite3.OperationalError("as SQLite says")
            error.sqlite_errorname, error.sqlite_errorcode = name, getattr(sqlite3, name)
            raise error

        def close(self):
            pass

    monkeypatch.setattr("chronology.log.store.sqlite.connect", lambda *_, **__: Failing())
    with pytest.raises(ChronologyError) as caught:
        back_up(few, place / "copy.db")
    file = place / "copy.db" if blamed.startswith("copy.db") else few
    assert str(caught.value).startswith(str(file.with_name(blamed)))
    assert list(place.iterdir()) == []


def test_a_log_that_is_damaged_is_named_and_not_its_copy(few, place):
    row_at(few, 0)
    with pytest.raises(Damaged, match=f"^{few} begins at position 0"):
        back_up(few, place / "backup.db")
    assert list(place.iterdir()) == []


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from chronology.log import backup
    real = backup.verify_log
    def killed(path, **options):
        if path.name.endswith(".part"):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, **options)
    backup.verify_log = killed
    getattr(backup, sys.argv[1])(Path(sys.argv[2]), Path(sys.argv[3]))
"""


def test_what_a_killed_backup_left_the_next_one_removes(few, place):
    code, _ = in_a_child(KILLED, "back_up", few, place / "backup.db")
    assert code == -signal.SIGKILL
    assert [file.suffix for file in place.iterdir() if not file.name.endswith("-journal")] == [".part"]
    back_up(few, place / "backup.db")
    assert [file.name for file in place.iterdir()] == ["backup.db"]


@pytest.mark.parametrize("kind", ["backup", "export"])
def test_what_a_killed_restore_left_the_next_one_removes(few, export, place, kind):
    source = export
    if kind == "backup":
        source = place.with_name("backup.db")
        back_up(few, source)
    code, _ = in_a_child(KILLED, "restore", source, place / "new")
    assert code == -signal.SIGKILL
    assert not (place / "new" / "log.db").exists()
    made, found = restore(source, place / "new")
    assert found == verify_log(few)
    assert {file.name for file in made.path.iterdir()} <= {"log.db", "log.db-journal", "chronology.toml"}


def test_what_another_process_makes_is_let_be(few, place):
    other = place / ".backup.db.1.part"
    with other.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Refused, match=r"backup.db is being made by another process"):
            back_up(few, place / "backup.db")
        assert other.exists()
    back_up(few, place / "backup.db")
    assert not other.exists()


def test_a_restore_that_is_refused_makes_no_folder(export, place):
    export.write_bytes(export.read_bytes()[:-10])
    with pytest.raises(Damaged):
        restore(export, place / "new" / "kidal")
    with pytest.raises(Refused, match="cannot be the name of a chronology"):
        restore(export, place / "new" / "kidal", name="a\nb")
    with pytest.raises(Unavailable):
        restore(place / "none.jsonl", place / "new" / "kidal")
    assert list(place.iterdir()) == []
