"""`verify`, export, backup and restore: what was changed is found and named, and good logs raise no alarm."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from generated import facts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_examples import correction, drafts_of_all_sorts, fact_of, retraction, statement

from chronology.errors import ChronologyError, Damaged, Refused
from chronology.log import Draft, Log
from chronology.log.backup import back_up, restore
from chronology.log.evidence.last_seen import Known
from chronology.log.evidence.verify import verify_lines, verify_log
from chronology.log.store.layout import STATEMENTS
from chronology.vocabulary import KINDS, Decision

NO_TRIGGERS = ["drop trigger stored_events_are_never_changed", "drop trigger stored_events_are_never_deleted"]
TRIGGERS = [statement for statement in STATEMENTS if "TRIGGER" in statement]


@pytest.fixture
def few(folder):
    """The log of a chronology with six entries, of which one corrects and one retracts; closed."""
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement(f"{number}"), id=f"afp-{number}") for number in range(4)], by="ana")
        log.append([correction("afp-1", "corrected"), retraction("afp-2")])
    return folder.log_path


def raw(path, *statements):
    """What somebody does who has the file, SQLite, and no respect."""
    connection = sqlite3.connect(path, isolation_level=None)
    for each in (*NO_TRIGGERS, *statements, *TRIGGERS):
        connection.execute(each)
    connection.close()


def lines_of(path):
    with Log.open(path, read_only=True) as log:
        return [line for _, line in log.lines()]


def exported(path, to):
    to.write_bytes(b"".join(line + b"\n" for line in lines_of(path)))
    return to


@pytest.mark.parametrize("words", ["verify {}", "verify --checkpoint {}", "check-proof {}", "restore {} new"])
@pytest.mark.parametrize(("name", "why"), [("none.txt", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_is_none_is_named_as_what_it_is_and_not_as_a_log(cli, few, words, name, why):
    ran = cli(*words.format(name).split())
    said = f"chronology: {name} cannot be read: {why}; name an existing file"
    assert (ran.code, ran.out, ran.err[-1]) == (4, [], said)


# --- good logs


def test_a_good_log_passes_as_it_is_and_exported_and_copied(few, tmp_path):
    found = verify_log(few)
    with Log.open(few, read_only=True) as log:
        assert found == (6, log.root(), log.origin)
    back_up(few, tmp_path / "backup.db")
    assert verify_log(few, quick=True) == found
    assert verify_log(tmp_path / "backup.db") == found
    assert verify_lines(exported(few, tmp_path / "export.jsonl")) == found
    assert verify_lines(tmp_path / "export.jsonl", quick=True) == found


def test_a_log_made_before_there_was_a_tree_passes_and_what_was_changed_is_found(few):
    found = verify_log(few)
    raw(few, "drop table tree", "drop table name_signs", "pragma user_version = 1")
    assert verify_log(few) == verify_log(few, quick=True) == found
    raw(few, "update stored_events set digest = x'00' where position = 4")
    with pytest.raises(Damaged, match="position 4 has digest"):
        verify_log(few)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("delete from name_signs where sign like '%.0.%'", "the index of names lacks the"),
        ("insert into name_signs values ('actor', '=un-1', 'un-01')", "the index of names has the actor 'un-01' under"),
        ("update name_signs set value = 'x' where role = 'source'", "the index of names"),
    ],
)
def test_a_name_that_is_not_filed_as_it_is_written_is_found(few, change, said):
    raw(few, change)
    with pytest.raises(Damaged, match=said):
        verify_log(few)
    assert verify_log(few, quick=True).entries == 6


def test_an_empty_log_passes(folder, cli):
    assert verify_log(folder.log_path).entries == 0
    assert cli("verify").out[0] == "kidal: 0 entries, every entry is as it was recorded"


REPORTS = sorted(tag for tag, kind in KINDS.items() if not issubclass(kind, Decision))
GOOD = st.lists(
    st.sampled_from(REPORTS).flatmap(facts).map(Draft) | drafts_of_all_sorts.filter(bool).map(lambda some: some[0]),
    max_size=12,
)


def no_alarm(tmp_path, drafts):
    """Append drafts, then correct the first to read as the last; the log passes, and so does its export."""
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    with Log.create(path) as log:
        done = [log.append([draft])[0] for draft in drafts[:3]]
        done += log.append(drafts[3:])
        if drafts:
            now = msgspec.to_builtins(drafts[-1].fact)
            change = fact_of("fact_corrected", fact=done[0].id, nature="entry", reason="mistyped", now=now)
            with suppress(Refused):  # it reads so already
                log.append([Draft(change)])
    assert verify_log(path) == verify_lines(exported(path, tmp_path / "any.jsonl"))


of_good_logs = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@settings(of_good_logs, max_examples=30)
@given(drafts=GOOD)
def test_no_good_log_raises_an_alarm(tmp_path, drafts):
    no_alarm(tmp_path, drafts)


@pytest.mark.torture
@settings(of_good_logs, max_examples=300)
@given(drafts=GOOD)
def test_none_of_300_good_logs_raises_an_alarm(tmp_path, drafts):
    no_alarm(tmp_path, drafts)


# --- what is wrong is named


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            ["update stored_events set state = cast(replace(state, 'ana', 'bob') as blob) where position = 3"],
            "position 3 is not what was recorded",
        ),
        (
            ["update stored_events set state = cast(replace(state, ',', ', ') as blob) where position = 2"],
            "position 2 is not readable|position 2 does not encode to its own bytes|position 2 says",
        ),
        (["update stored_events set topic = 'shelling' where position = 4"], "position 4 has topic 'shelling'; expec"),
        (["update stored_events set digest = x'00' where position = 4"], "position 4 has digest 00…; expected"),
        (["update stored_events set originator_id = 'ap' where position = 1"], "position 1 has originator_id 'ap'; ex"),
        (["update stored_events set originator_version = 3 where position = 5"], "position 5 has originator_version 3"),
        (["delete from stored_events where position = 2"], "position 2 is missing"),
        (["delete from stored_events where position = 6"], "ends at 5, but 6 was recorded"),
        (
            [
                "delete from stored_events where position = 6",
                "update sqlite_sequence set seq = 5 where name = 'stored_events'",
            ],
            "the tree ends at 6; expected 5",
        ),
        (["update tree set hashes = zeroblob(32) where position = 3"], "position 3 is not what was recorded"),
        (["delete from tree where position = 3"], "the tree has hashes of 5 positions; expected 6"),
        (["update names set name = 'THE ATLAS NEWS' where role = 'source'"], "position 1: the source 'the atlas news'"),
        (
            ["delete from names where role = 'source'"],
            "position 1: the source 'the atlas news' is indexed as N",
        ),
        (
            ["update names set position = 3 where role = 'source'"],
            r"position 1: the source 'the atlas news' is indexed as \('The Atlas News', 3\); expected .*, 1\)",
        ),
        (["insert into names values ('source', 'afp', 'AFP', 2)"], "position 2: the source 'afp' is indexed as"),
    ],
)
def test_what_was_changed_is_found_and_named(few, statements, said):
    seen = verify_log(few)
    raw(few, *statements)
    known = [Known(seen.entries, seen.root, "the last one seen")]
    with pytest.raises(Damaged, match=said) as error:
        verify_log(few, known=lambda _: known)
    assert str(error.value).startswith(str(few))
    assert "\n" not in str(error.value)


def test_entries_that_changed_places_are_found(few):
    seen = verify_log(few)
    columns = "originator_id, originator_version, topic, state, digest"
    swap = [
        "create temp table two as select * from stored_events where position in (1, 2)",
        "delete from stored_events where position in (1, 2)",
        f"insert into stored_events (position, {columns}) select 3 - position, {columns} from two",
    ]
    raw(few, *swap)
    with pytest.raises(Damaged, match="position 1 is not what was recorded"):
        verify_log(few)
    # Whoever can change the tree as well is found by what is kept elsewhere.
    raw(few, "drop table tree", "drop table name_signs", "pragma user_version = 1")
    Log.open(few).close()
    with pytest.raises(Damaged, match=r"entries 1 to 6 were altered|is indexed"):
        verify_log(few, known=lambda _: [Known(seen.entries, seen.root, "the last one seen")])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [lines[1], lines[0], *lines[2:]], None),
        (lambda lines: [*lines[:4], lines[5], lines[4]], "entries 1 to 6 were altered"),
        (lambda lines: lines[:-1], "position 6 is missing: the log ends at 5, expected 6 by"),
        (lambda lines: [*lines[:1], *lines[2:]], "position 4 is revision 2 of afp-1; expected revision 1"),
        (lambda lines: [lines[0][:-1], *lines[1:]], "position 1 is not readable"),
        (lambda lines: [lines[0].replace(b",", b", ", 1), *lines[1:]], "position 1 does not encode to its own bytes"),
        (lambda lines: [*lines, lines[0]], "position 7 is revision 1 of afp-0; expected revision 2"),
        (lambda lines: [*lines[:3], b"", *lines[3:]], "position 4 is not readable"),
    ],
)
def test_an_export_that_was_changed_is_found(few, tmp_path, change, said):
    seen = verify_log(few)
    lines = change(lines_of(few))
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))

    def known(origin):
        return [Known(seen.entries, seen.root, "the last one seen")] if origin == seen.origin else []

    if said is None:  # another first line is another chronology: that is found by its origin
        assert verify_lines(path, known=known).origin != seen.origin
        return
    with pytest.raises(Damaged, match=said):
        verify_lines(path, known=known)


def test_an_export_that_was_cut_off_is_found(few, tmp_path):
    path = exported(few, tmp_path / "export.jsonl")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Damaged, match="position 6 is cut off"):
        verify_lines(path)


def flipped(path, to, places):
    """Flip a bit in each of some bytes, and say what became of it: the bytes whose flip changed what is read."""
    content, before, found = path.read_bytes(), lines_of(path), []
    for place, bit in places:
        to.write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
        with suppress(ChronologyError):
            verify_log(to)
            assert lines_of(to) == before, f"bit {bit} of byte {place}: changed and not found"
            found.append(place)
    return found


@pytest.mark.parametrize("value", ["null", "7", "'text'"])
def test_a_line_that_is_no_bytes_is_named(few, value):
    """STRICT keeps such a value out, and damage does not ask."""
    strict = next(statement for statement in STATEMENTS if "TABLE stored_events" in statement)
    loose = strict.replace("state blob not null", "state any")
    declare = "update sqlite_schema set sql = '{}' where name = 'stored_events'"
    raw(few, "pragma writable_schema = on", declare.format(loose))
    raw(few, f"update stored_events set state = {value} where position = 3")
    raw(few, "pragma writable_schema = on", declare.format(strict))
    for quick in (False, True):
        with pytest.raises(Damaged, match="position 3 is no line"):
            verify_log(few, quick=quick)


def test_one_bit_flipped_is_found_or_harmless(few, tmp_path):
    size = few.stat().st_size
    harmless = flipped(few, tmp_path / "flipped.db", [(place, place % 8) for place in range(0, size, 97)])
    assert len(harmless) < size / 97


def test_one_bit_flipped_in_any_line_is_found(few, tmp_path):
    content = few.read_bytes()
    for line in lines_of(few):
        start = content.index(line)
        assert flipped(few, tmp_path / "flipped.db", [(start + at, at % 8) for at in range(0, len(line), 11)]) == []


@pytest.mark.torture
def test_one_bit_flipped_in_each_byte_is_found_or_harmless(few, tmp_path):
    size = few.stat().st_size
    harmless = flipped(few, tmp_path / "flipped.db", [(place, place % 8) for place in range(size)])
    print(f"{size:,} bytes: {size - len(harmless):,} flips found, {len(harmless):,} harmless")


# --- an older copy in its place


def test_an_older_copy_is_noticed_by_append_and_verify(cli, folder):
    cli("append", "shelling", "--source", "AFP")
    older = folder.log_path.read_bytes()
    cli("append", "shelling", "--source", "AP")
    newer = folder.log_path.read_bytes()
    folder.log_path.write_bytes(older)
    for ran in (cli("verify"), cli("append", "shelling", "--source", "AP")):
        assert (ran.code, ran.out, len(ran.err)) == (3, [], 1)
        assert "position 2 is missing: the log ends at 1, expected 2 by the last state seen of it" in ran.err[0]
        assert "bring back the newer one" in ran.err[0]
    assert folder.log_path.read_bytes() == older
    folder.log_path.write_bytes(newer)
    assert cli("verify").code == 0
    assert cli("append", "shelling", "--source", "Reuters").code == 0


def test_another_history_behind_the_same_beginning_is_noticed(cli, folder, tmp_path):
    cli("append", "shelling", "--source", "AFP")
    shutil.copy(folder.log_path, tmp_path / "older.db")
    cli("append", "shelling", "--source", "AP")
    shutil.copy(tmp_path / "older.db", folder.log_path)
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement("one")), Draft(statement("two"))])
    for ran in (cli("verify"), cli("verify", "--quick"), cli("append", "shelling", "--source", "AP")):
        assert ran.code == 3
        assert "entries 1 to 2 were altered" in ran.err[0]


def test_another_log_in_its_place_is_noticed_even_with_another_first_line(cli, folder, tmp_path):
    cli("append", "shelling", "--source", "AFP")
    folder.log_path.unlink()
    Log.create(folder.log_path).close()
    for ran in (cli("verify"), cli("append", "shelling", "--source", "AP")):
        assert (ran.code, ran.out) == (3, [])
        assert "holds an empty log, expected chronology/" in ran.err[0]
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement("another"))])
    for ran in (cli("verify"), cli("append", "shelling", "--source", "AP")):
        assert (ran.code, ran.out) == (3, [])
        assert "its first line was changed or another log put in its place" in ran.err[0]


def test_a_new_chronology_where_another_was_raises_no_alarm(cli, folder, tmp_path):
    assert cli("init", tmp_path / "new").code == 0
    assert cli("append", "-C", tmp_path / "new", "shelling", "--source", "AFP").code == 0
    shutil.rmtree(tmp_path / "new")
    assert cli("init", tmp_path / "new").code == 0
    assert cli("append", "-C", tmp_path / "new", "shelling", "--source", "AFP").code == 0
    assert cli("verify", "-C", tmp_path / "new").code == 0


def test_a_state_folder_that_cannot_be_written_stops_nothing(cli, folder, homes):
    homes.joinpath("state").rename(homes / "before")
    homes.joinpath("state").write_text("a file")
    ran = cli("append", "shelling", "--source", "AFP")
    assert (ran.code, len(ran.err)) == (0, 1)
    assert "an older copy of this log would not be noticed" in ran.err[0]


# --- copies


def test_restored_from_an_export_or_a_backup_it_is_the_same_log(cli, few, tmp_path):
    assert cli("export", "-o", tmp_path / "export.jsonl").code == 0
    assert cli("backup", tmp_path / "backup.db").code == 0
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600
    for source in ("export.jsonl", "backup.db"):
        ran = cli("restore", tmp_path / source, tmp_path / f"from-{source}")
        assert ran.code == 0, ran.err
        made = tmp_path / f"from-{source}" / "log.db"
        assert lines_of(made) == lines_of(few)
        assert verify_log(made) == verify_log(few)
        with Log.open(made) as log:
            assert log.append([Draft(statement("1"))])[0].known
            assert log.append([Draft(statement("more"))])[0].position == 7
        assert cli("restore", tmp_path / source, tmp_path / f"from-{source}").code == 1
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".")) == []
    assert (tmp_path / "export.jsonl").read_bytes() == b"".join(line + b"\n" for line in lines_of(few))


def test_nothing_is_made_of_a_file_that_is_not_as_it_should_be(few, tmp_path):
    path = exported(few, tmp_path / "export.jsonl")
    path.write_bytes(path.read_bytes().replace(b"afp-3", b"afp-2"))
    with pytest.raises(Damaged, match="position 4 is revision 1 of afp-2; expected revision 2"):
        restore(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    raw(few, "update stored_events set digest = x'00' where position = 4")
    with pytest.raises(Damaged, match="position 4 has digest"):
        back_up(few, tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_a_backup_is_never_written_over(few, tmp_path):
    (tmp_path / "backup.db").write_bytes(b"precious")
    with pytest.raises(Refused, match="a backup never overwrites one"):
        back_up(few, tmp_path / "backup.db")


# --- killed

APPENDING = """
import sys
from contextlib import suppress
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from chronology.log import Draft, Log
from log_examples import statement
count, start = int(sys.argv[3]), int(sys.argv[4])
with Log.open(Path(sys.argv[1])) as log:
    number = start * 1_000_000
    while True:
        done = log.append([Draft(statement(f"{number + each}")) for each in range(count)])
        number += count
        print(done[-1].position, flush=True)
"""


def killed(path, turns):
    support = Path(__file__).parents[1] / "support"
    acknowledged = 0
    for turn in range(turns):
        count = (1, 3, 50)[turn % 3]
        child = subprocess.Popen(
            [sys.executable, "-c", APPENDING, path, support, str(count), str(turn)],
            cwd=support,
            stdout=subprocess.PIPE,
            text=True,
        )
        acknowledged = int(child.stdout.readline())
        try:
            # Somewhere within the appends that follow.
            child.wait((turn * 7 % 40) / 1_000)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
        rest = child.communicate()[0].split("\n")
        acknowledged = max([acknowledged, *(int(line) for line in rest[:-1] if line)])
        Log.open(path).close()
        found = verify_log(path)
        assert found.entries >= acknowledged, turn
        acknowledged = found.entries
    return acknowledged


def test_nothing_acknowledged_is_lost_where_appends_are_killed(few):
    assert killed(few, 9) > 6


@pytest.mark.torture
def test_nothing_acknowledged_is_lost_in_200_kills(few):
    print(f"200 kills: {killed(few, 200):,} entries, all there")


# --- several at once

WRITING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import msgspec
from chronology.log import Draft, Log
from chronology.log.store import failures
from log_examples import fact_of, retraction, statement
writer, count, at_a_time = map(int, sys.argv[3:])
failures.BUSY_SECONDS = 600  # SQLite lets whoever comes first write: on a busy machine one of eight may wait for long

def draft(number):
    # Strikes, their total, a claim, and what later entries say of them: all that views have to reckon with.
    first, id = f"w{writer}-{number - number % 6}", f"w{writer}-{number}"
    convoy, ied, source = f"convoy-{number // 60}", f"ied-{writer}-{number // 6}", f"source {writer}"
    match number % 6:
        case 0 | 1:
            return Draft(fact_of("ied_strike", incidents=[ied], operation=convoy, injured=number % 9), id=id)
        case 2:
            return Draft(fact_of("casualty_update", operation=convoy, source=source), id=id)
        case 3:
            return Draft(fact_of("responsibility_claimed", incidents=[ied], source=source), id=id)
        case 4:
            now = msgspec.to_builtins(fact_of("ied_strike", incidents=[ied], operation=convoy, injured=number))
            return Draft(fact_of("fact_corrected", fact=first, nature="entry", reason="mistyped", now=now))
    return Draft(retraction(f"w{writer}-{number - 4}").fact, id=id)

with Log.open(Path(sys.argv[1])) as log:
    for first in range(0, count, at_a_time):
        log.append([draft(first + each) for each in range(at_a_time)])
"""


def written_by(path, writers, count, at_a_time, meanwhile):
    """Let several processes append at once, and do something while they do: nothing is lost, doubled or skipped."""
    support = Path(__file__).parents[1] / "support"
    command = [sys.executable, "-c", WRITING, path, support]
    children = [
        subprocess.Popen([*command, str(writer), str(count), str(at_a_time)], cwd=support) for writer in range(writers)
    ]
    while any(child.poll() is None for child in children):
        meanwhile()
    assert [child.returncode for child in children] == [0] * writers
    with Log.open(path, read_only=True) as log:
        found = [(entry.id, entry.revision) for _, entry in log.entries()]
    for writer in range(writers):
        written = [(f"w{writer}-{n - 4}", 2) if n % 6 == 4 else (f"w{writer}-{n}", 1) for n in range(count)]
        assert [each for each in found if each[0].startswith(f"w{writer}-")] == written
    return verify_log(path).entries


def refreshed(folder):
    """The head of the views, brought up to the log as it is now: all that was appended until then is in them."""
    from projections.asking.opening import open_session

    with open_session(folder, say=pytest.fail) as session:
        (row,) = session.rows("select count(*) as entries, coalesce(max(position), 0) as head from history")
        assert row["entries"] == row["head"]
        return row["head"]


def test_three_writers_at_once_lose_and_double_nothing_and_the_views_are_what_a_rebuild_gives(cli, folder, few):
    heads = []
    assert written_by(few, 3, 40, 4, lambda: heads.append(refreshed(folder))) == 6 + 3 * 40
    assert heads == sorted(heads)
    ran = cli("rebuild", "--verify")
    assert (ran.code, ran.err) == (0, [])
    assert refreshed(folder) == 6 + 3 * 40


@pytest.mark.torture
def test_eight_writers_of_2000_facts_and_a_reader_that_refreshes(cli, folder, few):
    heads = []
    assert written_by(few, 8, 2_000, 1, lambda: heads.append(refreshed(folder))) == 6 + 8 * 2_000
    assert heads == sorted(heads)
    ran = cli("rebuild", "--verify")
    assert (ran.code, ran.err) == (0, [])
    assert refreshed(folder) == 6 + 8 * 2_000
    print(f"8 writers of 2,000: all there; refreshed {len(heads)} times meanwhile, then {ran.out[0]}")
