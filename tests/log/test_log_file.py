"""The file of a log: what keeps it whole, and what is said where it is not."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import msgspec
import pytest
from log_examples import correction, retraction, statement
from processes import processes

from chronology.errors import ChronologyError, Damaged, Refused, Unavailable
from chronology.log import Draft, Log, encode
from chronology.log.evidence.verify import verify_log
from chronology.log.merkle import root_of
from chronology.log.store import failures, sqlite
from chronology.log.store.application import LogApplication
from chronology.log.store.layout import STATEMENTS
from chronology.log.store.sqlite import connect
from chronology.vocabulary.slips import signs_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.db"


@pytest.fixture
def three(path):
    """The file of a log with three entries, closed."""
    with Log.create(path) as log:
        log.append([Draft(statement(f"{number}"), id=f"afp-{number}") for number in range(3)])
    return path


def raw(path, *statements):
    """What anyone can do to the file with SQLite alone."""
    connection = sqlite3.connect(path, isolation_level=None)
    for each in statements:
        connection.execute(*each) if isinstance(each, tuple) else connection.execute(each)
    connection.close()


TRIGGERS = [statement for statement in STATEMENTS if "TRIGGER" in statement]
NO_TRIGGERS = ["drop trigger stored_events_are_never_changed", "drop trigger stored_events_are_never_deleted"]


def as_nobody(work):
    """Run `work` where permissions count: root may do anything, so give that up in a child."""
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        return
    try:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        work()
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


@pytest.fixture
def theirs(three):
    """The same, in a folder that others can reach, to take permissions away from."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(three, folder))
        path.parent.chmod(0o755)
        path.chmod(0o444)
        yield path
        path.parent.chmod(0o755)


# --- how it is kept


def test_the_file_is_set_up_so_that_what_was_acknowledged_stays(three):
    with Log.open(three) as log, log._recorder.writing():
        found = {
            name: log._recorder._run(f"pragma {name}")[0][0]
            for name in [
                "journal_mode",
                "synchronous",
                "fullfsync",
                "checkpoint_fullfsync",
                "secure_delete",
                "trusted_schema",
                "busy_timeout",
                "page_size",
                "application_id",
                "user_version",
            ]
        }
    assert found == {
        "journal_mode": "truncate",
        "synchronous": 2,
        "fullfsync": 1,
        "checkpoint_fullfsync": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 30_000,
        "page_size": 16_384,
        "application_id": int.from_bytes(b"ChrL"),
        "user_version": 3,
    }


def test_a_setting_that_does_not_hold_is_said(three, monkeypatch):
    monkeypatch.setitem(sqlite._TO_WRITE, "synchronous", 9)
    with pytest.raises(Unavailable, match="leaves synchronous at"):
        Log.open(three)


def test_the_file_is_its_owners_alone_and_no_wal_is_left(three):
    assert stat.S_IMODE(three.stat().st_mode) == 0o600
    assert {file.name for file in three.parent.iterdir()} <= {"log.db", "log.db-journal"}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in three.parent.iterdir())


@pytest.mark.parametrize(
    "statement",
    [
        "update stored_events set state = x'00' where position = 2",
        "update stored_events set position = 9 where position = 2",
        "delete from stored_events where position = 3",
        "replace into stored_events select position, originator_id, 1, topic, x'00', digest from stored_events",
    ],
)
def test_nobody_changes_or_takes_away_an_entry(three, statement):
    with Log.open(three) as log:
        before = list(log.lines())
        with pytest.raises(sqlite3.IntegrityError, match=r"never|UNIQUE"):
            raw(three, "pragma recursive_triggers = on", statement)
        assert list(log.lines()) == before


def test_a_position_is_never_used_twice(three):
    raw(three, *NO_TRIGGERS, "delete from stored_events where position = 3", *TRIGGERS)
    with pytest.raises(Damaged, match="ends at 2, but 3 was recorded; restore a backup"):
        Log.open(three)


def test_a_position_that_is_missing_is_named_however_it_is_read(three):
    raw(three, *NO_TRIGGERS, "delete from stored_events where position = 2", *TRIGGERS)
    with Log.open(three) as log:
        for read in (log.lines, log.entries, lambda: log.entries(newest_first=True), lambda: log.lines(1, 2)):
            with pytest.raises(Damaged, match="position 2 is missing"):
                list(read())
        assert [position for position, _ in log.lines(2)] == [3]


def test_lines_are_read_in_their_order_from_and_upto_a_position(three):
    with Log.open(three) as log:
        log.append([Draft(statement(f"more {number}")) for number in range(1_500)])
        at = [position for position, _ in log.lines()]
        assert at == list(range(1, 1_504))
        assert [position for position, _ in log.lines(1, 1_200)] == at[1:1_200]
        assert [position for position, _ in log.lines(-5, 9_999)] == at
        assert list(log.lines(1_503)) == list(log.lines(5, 5)) == []
        assert [position for position, _ in log.entries(2, newest_first=True)] == at[:1:-1]


def test_lines_may_be_appended_to_while_they_are_read(three):
    with Log.open(three) as log:
        lines = log.lines()
        next(lines)
        log.append([Draft(statement("meanwhile"))])
        assert len(list(lines)) == 2


# --- the log as an application of the library (its recorder: test_recorders.py)


@pytest.fixture
def application(path):
    Log.create(path).close()
    with LogApplication(path) as application:
        yield application


def entry(id_="afp-1", revision=1, about="Kidal"):
    fact = msgspec.json.encode(statement(about))
    from datetime import UTC, datetime

    from chronology.log import Entry

    return Entry(
        format=1,
        id=id_,
        kind="statement_made",
        revision=revision,
        recorded_at=datetime(2023, 11, 6, tzinfo=UTC),
        salt=bytes(16),
        fact=msgspec.Raw(fact),
    )


def test_the_application_saves_entries_and_gives_them_back(application):
    one, two = entry(), entry("afp-2")
    recordings = application.save(one, two)
    assert [recording.notification.id for recording in recordings] == [1, 2]
    assert [encode(each) for each in application.events.get("afp-1")] == [encode(one)]
    assert application.recorder.max_notification_id() == 2


def test_a_stream_takes_each_revision_once_and_a_refused_save_leaves_nothing(application):
    application.save(entry())
    with pytest.raises(Refused, match="correct or retract it"):
        application.save(entry("afp-2"), entry())
    assert application.recorder.max_notification_id() == 1
    application.save(entry("afp-2"))
    assert application.recorder.max_notification_id() == 2


def test_what_the_library_saves_is_known_to_append(application, path):
    application.save(entry())
    with Log.open(path) as log:
        assert log.append([Draft(statement("Kidal"))])[0].known
        assert log.names(role="source") == {"the atlas news": "The Atlas News"}


def test_the_environment_chooses_nothing(path, monkeypatch):
    for name in ("MAPPER_TOPIC", "CIPHER_TOPIC", "COMPRESSOR_TOPIC", "TRANSCODER_TOPIC", "APPLICATION_RECORDER_TOPIC"):
        monkeypatch.setenv(name, "antigravity:run")
    monkeypatch.setenv("SQLITE_DBNAME", ":memory:")
    monkeypatch.setenv("CREATE_TABLE", "n")
    with Log.create(path) as log:
        log.append([Draft(statement())])
    with Log.open(path) as log:
        assert log.head == 1
    assert "antigravity" not in sys.modules


# --- what others put into the file


LINE = encode(entry("hostile"))


@pytest.mark.parametrize(
    ("topic", "state", "said"),
    [
        ("antigravity:run", b"{}", "position 4 is not readable"),
        ("os:system", LINE, "position 4 is filed under 'os:system'; expected statement_made"),
        ("statement_made", b"\x80\x04\x95pickle", "position 4 is not readable"),
        ("fact_retracted", LINE, "position 4 is filed under 'fact_retracted'"),
        ("statement_made", LINE.replace(b"statement_made", b"antigravity:x"), "filed under 'statement_made'"),
        (
            "antigravity:x",
            LINE.replace(b"statement_made", b"antigravity:x"),
            "is of kind 'antigravity:x'; expected one",
        ),
        ("statement_made", b"[" * 60_000, "position 4 is not readable"),
    ],
)
def test_a_hostile_row_runs_nothing_and_is_named(three, topic, state, said):
    insert = "insert into stored_events values (4, 'hostile', 1, ?, ?, x'00')"
    raw(three, (insert, (topic, state)), "insert into tree values (4, zeroblob(32))")
    from chronology.log import reading

    with Log.open(three) as log:
        for read in (
            lambda: [reading(entry, f"position {at}") for at, entry in log.entries()],
            lambda: reading(log.at(4), "position 4"),
            lambda: [reading(entry, f"position {at}") for at, entry in log.stream("hostile")],
        ):
            with pytest.raises(Damaged) as error:
                read()
            assert said in str(error.value)
        assert len(list(log.lines())) == 4
    assert "antigravity" not in sys.modules


def test_a_hostile_retraction_stops_a_judgement_that_needs_it(three):
    raw(three, ("insert into stored_events values (4, 'hostile', 1, 'fact_retracted', ?, x'00')", (b"{}",)))
    with pytest.raises(Damaged, match="the tree ends at 3; expected 4, where the log ends: another program wrote here"):
        Log.open(three)
    raw(three, "insert into tree values (4, zeroblob(32))")
    with Log.open(three) as log, pytest.raises(Damaged, match="position 4 is not readable"):
        log.append([retraction("afp-1")])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (NO_TRIGGERS[0], "lacks the TRIGGER stored_events_are_never_changed"),
        ("drop index stored_events_by_digest", "lacks the INDEX stored_events_by_digest"),
        (
            "create trigger more after insert on stored_events begin delete from names; end",
            "also holds the TRIGGER more",
        ),
        ("create view views as select 1", "also holds the VIEW views"),
        ("pragma user_version = 4", "layout 4, expected 3: open it with a newer chronology"),
        ("pragma application_id = 7", "an SQLite file of another program"),
    ],
)
def test_a_file_with_other_tables_is_not_a_log(three, statement, said):
    raw(three, statement)
    with pytest.raises(Damaged) as error:
        Log.open(three)
    assert said in str(error.value)


def test_a_log_made_before_there_was_a_tree_gets_it_when_it_is_written(three):
    with Log.open(three) as log:
        log.append(Draft(statement(f"more {number}")) for number in range(1_200))
        lines, root = list(log.lines()), log.root()
    raw(three, "drop table tree", "drop table name_signs", "pragma user_version = 1")
    before = three.read_bytes()
    with Log.open(three, read_only=True) as log:
        assert (list(log.lines()), log.root(), log.root(3)) == (lines, root, root_of(line for _, line in lines[:3]))
    assert three.read_bytes() == before
    with Log.open(three) as log:
        assert (list(log.lines()), log.root()) == (lines, root)
        log.append([Draft(statement("after"))])
        assert log.root(1_203) == root
        assert log.root() == root_of(line for _, line in log.lines())
    raw(three, "pragma user_version = 2")
    with pytest.raises(Damaged, match="also holds the TABLE name_signs"):
        Log.open(three)


def test_names_of_a_log_made_before_they_were_filed_are_found_all_the_same(three):
    with Log.open(three) as log:
        signs = [sign for sign, _ in signs_of("the atlas news", "The Atlas News")]
        found = log.names_signed("source", signs)
        assert found == [(sign, "the atlas news") for sign in sorted(signs)]
    raw(three, "drop table name_signs", "pragma user_version = 2")
    before = three.read_bytes()
    with Log.open(three, read_only=True) as log:
        assert sorted(log.names_signed("source", signs)) == found
    assert three.read_bytes() == before
    with Log.open(three) as log:
        assert log.names_signed("source", signs) == found


def test_the_tree_is_that_of_the_lines_however_they_were_appended(path):
    with Log.create(path) as log:
        assert log.root() == root_of([])
        for count in (1, 2, 3, 5, 8, 0, 600):
            log.append(Draft(statement(f"{count} {number}")) for number in range(count))
        log.check([Draft(statement("not kept"))])
        with pytest.raises(Refused):
            log.append([Draft(statement("neither")), retraction("nothing")])
        lines = [line for _, line in log.lines()]
        for size in (0, 1, 2, 3, 18, 19, 512, 619):
            assert log.root(size) == root_of(lines[:size])


def test_an_index_that_sqlite_keeps_for_itself_does_no_harm(three):
    raw(three, "analyze")
    with Log.open(three) as log:
        assert log.head == 3


@pytest.mark.parametrize(
    "content", [b"", b"not a database, but long enough to be taken for one" * 99, b"SQLite format 3\0"]
)
def test_a_file_of_another_sort_is_not_a_log(path, content):
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"not a chronology log|malformed"):
        Log.open(path)
    if content:
        with pytest.raises(Damaged):
            Log.create(path)
        assert path.read_bytes() == content


def test_an_sqlite_file_of_something_else_is_left_alone(path):
    raw(path, "create table photos (a)")
    before = path.read_bytes()
    for read in (Log.open, Log.create):
        with pytest.raises(Damaged, match="an SQLite file of another program"):
            read(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("left", [100, 9_000, 20_000])
def test_a_log_that_was_cut_off_is_damaged(three, left):
    os.truncate(three, left)
    with pytest.raises(Damaged), Log.open(three) as log:
        list(log.lines())


@pytest.mark.parametrize("mode", ["open", "create"])
def test_what_is_not_there_or_not_a_file_is_said(tmp_path, mode):
    make = getattr(Log, mode)
    with pytest.raises(Unavailable, match="is not there"):
        make(tmp_path / "none" / "log.db")
    with pytest.raises(ChronologyError):
        make(tmp_path)
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(Unavailable, match="cannot be a log: "):
        make(tmp_path / "a\0b")
    if mode == "open":
        with pytest.raises(Unavailable, match="chronology init"):
            Log.open(tmp_path / "log.db")


@pytest.mark.parametrize(
    "name", ["a?b", "a#b", "a%20b", "a b", "a&mode=memory", ":memory:", "é", "a'b\"c", os.fsdecode(b"\xff")]
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_path_is_taken_as_it_is(tmp_path, name, read_only):
    folder = tmp_path / name
    folder.mkdir()
    with Log.create(folder / name) as log:
        log.append([Draft(statement())])
    with Log.open(folder / name, read_only=read_only) as log:
        assert log.head == 1
    assert {file.name for file in folder.iterdir()} <= {name, f"{name}-journal"}


# --- where it cannot be written or read


def test_a_read_only_log_is_read_and_not_written(three):
    before = three.read_bytes()
    with Log.open(three, read_only=True) as log:
        assert (log.head, log.resolve("afp-1").position, len(list(log.entries()))) == (3, 2, 3)
        with pytest.raises(Unavailable, match="cannot be written"):
            log.append([Draft(statement("new"))])
    assert three.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_a_log_is_read_from_a_folder_that_cannot_be_written(theirs, read_only):
    def work():
        with Log.open(theirs, read_only=read_only) as log:
            assert len(list(log.entries())) == log.head == 3
            with pytest.raises(Unavailable, match="cannot be written"):
                log.append([Draft(statement("new"))])

    theirs.parent.chmod(0o555)
    as_nobody(work)


def test_a_log_in_a_folder_that_cannot_be_written_is_not_created_or_appended_to(theirs):
    def work():
        with pytest.raises(Unavailable, match="cannot be written"):
            Log.create(theirs.parent / "other.db")
        with Log.open(theirs) as log, pytest.raises(Unavailable, match="cannot be written"):
            log.append([Draft(statement("new"))])

    theirs.chmod(0o666)
    (theirs.parent / "log.db-journal").unlink(missing_ok=True)
    theirs.parent.chmod(0o555)
    as_nobody(work)


def test_a_log_that_may_not_be_read_is_said(theirs):
    def work():
        with pytest.raises(Unavailable, match="cannot be read"):
            Log.open(theirs)

    theirs.chmod(0o000)
    as_nobody(work)


def test_a_log_that_is_removed_while_it_is_open_takes_no_more(three):
    with Log.open(three) as log:
        log.append([Draft(statement("new"))])
        three.unlink()
        with pytest.raises(Unavailable, match="moved or removed"):
            log.append([Draft(statement("newer"))])


def test_a_full_disk_leaves_the_log_as_it_was(three):
    with Log.open(three) as log:
        before = list(log.lines())
        with log._recorder.reading():
            log._recorder._run(f"pragma max_page_count = {three.stat().st_size // 16_384 + 2}")
        with pytest.raises(Unavailable, match="disk is full and nothing was appended"):
            log.append(Draft(statement(f"{n}", note="x" * 9_000)) for n in range(2_000))
        assert list(log.lines()) == before
        assert not log.append([Draft(statement("small"))])[0].known


def test_a_closed_log_says_so(three):
    log = Log.open(three)
    log.close()
    log.close()
    with pytest.raises(Unavailable, match="was closed"):
        log.append([Draft(statement())])


def test_a_log_that_another_writes_to_is_busy_and_says_when_to_try_again(three, monkeypatch):
    monkeypatch.setattr(failures, "BUSY_SECONDS", 0.05)
    other = connect(three)
    with Log.open(three) as log:
        other.execute("begin immediate")
        with pytest.raises(Unavailable, match="the log is busy: another append has been running for 30 s; try again"):
            log.append([Draft(statement("new"))])
        assert log.head == 3
        other.execute("rollback")
        other.execute("begin")
        other.execute("select * from stored_events").fetchone()
        with pytest.raises(Unavailable, match="the log is busy"):  # a reader that stays: the commit itself fails
            log.append([Draft(statement("new"))])
        other.execute("rollback")
        assert log.append([Draft(statement("new"))])[0].position == 4
    other.close()


def test_nobody_writes_between_the_look_and_the_leap(three, monkeypatch):
    monkeypatch.setattr(failures, "BUSY_SECONDS", 0.05)
    other = connect(three)

    def drafts():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("begin immediate")
        yield Draft(statement("new"))

    with Log.open(three) as log:
        assert log.append(drafts())[0].position == 4
    other.close()


# --- several at once


def create_and_append(path, number, out, together, turns=10):
    found = []
    for turn in range(turns):
        together.wait()
        with Log.create(path.with_name(f"{turn}.db")) as log:
            found += [outcome.position for outcome in log.append([Draft(statement(f"by {number}"))])]
    out.put(found)


def create_and_append_40_times(path, number, out, together):
    create_and_append(path, number, out, together, 40)


def correct(path, number, out, together):
    with Log.open(path) as log:
        together.wait()
        try:
            out.put(log.append([correction("afp-1", f"by {number}", expects=1)])[0].revision)
        except Refused as error:
            out.put(str(error))


def at_once(work, path, count):
    out, together = processes.Queue(), processes.Barrier(count, timeout=60)
    children = [processes.Process(target=work, args=(path, number, out, together)) for number in range(count)]
    for child in children:
        child.start()
    found = [out.get(timeout=60) for _ in children]
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    return found


def test_six_processes_create_the_same_log_and_all_append(path):
    found = at_once(create_and_append, path, 6)
    for positions in zip(*found, strict=True):
        assert sorted(positions) == [1, 2, 3, 4, 5, 6]
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob("*.db")} == {0o600}


@pytest.mark.torture
def test_six_processes_create_40_logs_and_all_append(path):
    for positions in zip(*at_once(create_and_append_40_times, path, 6), strict=True):
        assert sorted(positions) == [1, 2, 3, 4, 5, 6]
    assert len([verify_log(file) for file in path.parent.glob("*.db")]) == 40
    print("40 logs, each created by 6 processes at once and appended to by all")


def test_of_two_processes_that_correct_the_same_revision_one_is_refused(three):
    one, other = sorted(at_once(correct, three, 2), key=str)
    assert one == 2
    assert other.startswith("afp-1 is at revision 2, you sent 2; read it with")


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from chronology.log import Draft, Log
from log_examples import statement
log = Log.open(Path(sys.argv[1]))
with log._recorder.reading():
    log._recorder._run("pragma cache_size = 10")  # so that much of it is in the file already
def drafts():
    number = 0
    while True:
        yield Draft(statement(f"{number}", note="x" * 900))
        number += 1
log.append(drafts(), progress=lambda done: print(done, flush=True))
"""


def killed_in_a_bulk_append(path):
    support = Path(__file__).parents[1] / "support"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, path, support], cwd=support, stdout=subprocess.PIPE, text=True
    )
    while int(child.stdout.readline()) < 3_000:
        time.sleep(0.001)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert Path(f"{path}-journal").stat().st_size > 0


@pytest.mark.parametrize("read_only", [False, True])
def test_an_append_that_is_killed_leaves_nothing(three, read_only):
    with Log.open(three) as log:
        before = list(log.lines())
    killed_in_a_bulk_append(three)
    with Log.open(three, read_only=read_only) as log:
        assert list(log.lines()) == before
        assert log.names("source") == {"the atlas news": "The Atlas News"}


def test_what_a_killed_append_left_is_never_read_where_it_cannot_be_undone(theirs):
    theirs.chmod(0o644)
    killed_in_a_bulk_append(theirs)
    Path(f"{theirs}-journal").chmod(0o644)
    before = theirs.read_bytes()

    def work():
        with pytest.raises(Unavailable, match="was cut short and has to be undone first"):
            Log.open(theirs, read_only=True)

    theirs.parent.chmod(0o555)
    theirs.chmod(0o444)
    as_nobody(work)
    assert theirs.read_bytes() == before
