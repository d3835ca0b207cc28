"""A log from elsewhere, guard by guard: what SQLite would do with it unasked, and what an append must not believe."""

import os
import sqlite3
import struct

import pytest
from log_examples import statement
from stranger import JOURNAL, changed, super_journal, trigger, untyped

from chronology.errors import Damaged, Refused, Unavailable
from chronology.log import Draft, Folder, Log
from chronology.log.evidence.verify import is_database, verify_log
from chronology.log.store import failures, sqlite
from chronology.log.store.layout import STATEMENTS
from chronology.log.store.sqlite import connect


@pytest.fixture
def three(tmp_path):
    """The file of a log with three entries, closed."""
    with Log.create(tmp_path / "log.db") as log:
        log.append([Draft(statement(f"{number}"), id=f"afp-{number}") for number in range(3)])
    return tmp_path / "log.db"


def untouched(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


# --- what stands beside it


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    "head",
    [
        None,
        b"",
        bytes(28),
        b"garbage that is no header at all",
        struct.pack(">8s5I", JOURNAL, 0xFFFFFFFF, 0, 1, 512, 16_384),
    ],
    ids=["played back", "no header", "at rest", "garbage", "all records"],
)
def test_a_journal_that_names_another_file_is_not_played_back(three, tmp_path, head, read_only):
    target = tmp_path / "start-up file"
    target.write_text("mine")
    super_journal(three, target, head)
    before = untouched(tmp_path)
    with pytest.raises(Damaged, match=r"log.db-journal is not a journal that an append left: it names another file"):
        Log.open(three, read_only=read_only)
    assert untouched(tmp_path) == before


def test_such_a_journal_deletes_the_file_where_nobody_looks(three, tmp_path):
    target = tmp_path / "start-up file"
    target.write_text("mine")
    super_journal(three, target)
    connection = sqlite3.connect(three)
    connection.execute("select * from stored_events").fetchall()
    connection.close()
    assert not target.exists()


def test_a_journal_of_a_log_larger_than_this_one_would_blow_it_up_and_is_refused(three):
    three.with_name("log.db-journal").write_bytes(
        struct.pack(">8s5I", JOURNAL, 0, 0, 1 << 31, 512, 16_384).ljust(512, b"\0")
    )
    size = three.stat().st_size
    with pytest.raises(Damaged, match="it is of a log of 2,147,483,648 pages, but there are"):
        Log.open(three)
    assert three.stat().st_size == size


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("read_only", [True, False])
def test_a_link_beside_it_is_refused(three, tmp_path, ending, read_only):
    three.with_name("log.db-journal").unlink(missing_ok=True)
    three.with_name(f"log.db{ending}").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Damaged, match=f"log.db{ending} is a link; expected a file"):
        Log.open(three, read_only=read_only)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_write_ahead_log_that_holds_anything_is_not_played_in(three, tmp_path, read_only):
    connection = sqlite3.connect(three, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("insert into names values ('source', 'afp', 'AFP', 1)")
    beside = {file: file.read_bytes() for file in (three, three.with_name("log.db-wal"))}
    connection.close()
    for file, content in beside.items():
        file.write_bytes(content)
    with pytest.raises(Damaged, match=r"log.db-wal does not belong to a log, which has no write-ahead log"):
        Log.open(three, read_only=read_only)
    assert {file: file.read_bytes() for file in beside} == beside


@pytest.mark.parametrize("read_only", [True, False])
def test_a_log_that_another_program_set_to_a_write_ahead_log_is_put_back(three, read_only):
    changed(three, "pragma journal_mode = wal")
    with Log.open(three, read_only=read_only) as log:
        assert len(list(log.lines())) == 3
    assert three.read_bytes()[18:20] == b"\1\1"
    assert not three.with_name("log.db-wal").exists()


def test_what_stands_beside_what_a_link_leads_to_is_looked_at(three, tmp_path):
    (tmp_path / "far").mkdir()
    three.rename(tmp_path / "far" / "log.db")
    three.with_name("log.db-journal").unlink(missing_ok=True)
    three.symlink_to(tmp_path / "far" / "log.db")
    super_journal(tmp_path / "far" / "log.db", tmp_path / "mine")
    with pytest.raises(Damaged, match=r"far/log.db-journal is not a journal that an append left"):
        Log.open(three)


def test_a_pipe_for_a_backup_or_an_export_is_said_at_once(three, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unavailable, match="pipe cannot be read: it is a pipe; name an existing file"):
        is_database(tmp_path / "pipe")


# --- what is in it


def test_text_in_another_encoding_is_refused(three, tmp_path):
    other = tmp_path / "utf16.db"
    connection = sqlite3.connect(other, isolation_level=None)
    connection.execute("pragma encoding = 'UTF-16'")
    for each in STATEMENTS:
        connection.execute(each)
    connection.execute("pragma application_id = " + str(int.from_bytes(b"ChrL")))
    connection.execute("pragma user_version = 3")
    connection.close()
    with pytest.raises(Damaged, match="its text is in UTF-16le, expected UTF-8"):
        Log.open(other)


def test_nothing_can_be_attached_and_no_text_of_a_megabyte_read(three):
    connection = connect(three)
    with pytest.raises(sqlite3.OperationalError, match="too many attached databases"):
        connection.execute("attach ':memory:' as other")
    with pytest.raises(sqlite3.DataError, match="string or blob too big"):
        connection.execute("select zeroblob(1000000)").fetchall()
    assert connection.execute("pragma cell_size_check").fetchone()[0] == 1
    connection.close()


def test_what_another_program_makes_while_a_log_is_open_is_seen_by_the_next_append(three):
    with Log.open(three) as log:
        trigger(three, "sqlite_a", "tree", "1")
        with pytest.raises(Damaged, match="it also holds the TRIGGER sqlite_a"):
            log.append([Draft(statement("new"))])
        assert log.head == 3


@pytest.mark.parametrize("table", ["stored_events", "tree"])
def test_a_row_that_was_not_written_is_not_acknowledged(three, table, monkeypatch):
    def connect_and_ignore(path, **options):
        connection = connect(path, **options)
        if not options.get("read_only"):  # a trigger that stands in no schema of the file
            connection.execute(f"create temp trigger t before insert on main.{table} begin select raise(ignore); end")
        return connection

    monkeypatch.setattr(sqlite, "connect", connect_and_ignore)
    with Log.open(three) as log:
        with pytest.raises(Damaged, match="0 of 1 rows were written, so nothing was appended"):
            log.append([Draft(statement("new"))])
        assert log.head == 3
    assert verify_log(three).entries == 3


def test_a_name_that_stands_beyond_the_end_is_not_taken_for_a_known_one(three):
    changed(three, "insert into names values ('source', 'afp', 'AFP', 99)")
    with Log.open(three) as log:
        with pytest.raises(Damaged, match="position 4: the source 'AFP' is indexed at 99"):
            log.append([Draft(statement("new", source="AFP"))])
        assert log.head == 3


def test_a_read_that_failed_holds_no_lock_for_as_long_as_its_error_is_kept(three, monkeypatch):
    monkeypatch.setattr(failures, "BUSY_SECONDS", 0.05)
    untyped(three, "update stored_events set digest = cast(x'ff' as text) where position = 2")
    reader = Log.open(three, read_only=True)
    with pytest.raises(Damaged, match="Could not decode to UTF-8"):
        reader.resolve("2")
    with Log.open(three) as log:
        assert log.append([Draft(statement("new"), id="ap-1")])[0].position == 4
    reader.close()


# --- chronology.toml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# " + "x" * 65_536, "chronology.toml has more than 65,536 bytes"),
        ("name = " + "[" * 20_000, "chronology.toml: is nested too deeply"),
        ("name = " + "{a=" * 9_000, "chronology.toml: is nested too deeply"),
        ("name = " + "9" * 60_000, "holds a number with too many digits"),
        ("x" * 60_000 + " = 1", "is not known; expected name and log"),
    ],
    ids=["long", "arrays", "tables", "digits", "key"],
)
def test_a_chronology_toml_without_end_is_one_short_line(tmp_path, text, said):
    folder = Folder.create(tmp_path / "kidal")
    (folder.path / "chronology.toml").write_text(text)
    with pytest.raises(Refused) as error:
        Folder.find(folder.path)
    assert said in str(error.value)
    assert len(str(error.value)) < 400


def test_a_limit_larger_than_any_number_is_none(cli, recorded):
    recorded('[[shelling]]\nsource = "AFP"')
    assert len(cli("log", "--limit", 2**63, "--format", "jsonl").out) == 1
    assert cli("log", "--limit", "9" * 30).code == 0
