"""Whoever has the file can edit it with SQLite: what is found on opening it, by `verify` alone, and by what is known.

Known is what this user saw of the log last, or a checkpoint that was given away. EDITS is the table of it; with -s it
is printed.
"""

import shutil
import sqlite3
from contextlib import suppress

import pytest
from log_examples import statement
from stranger import changed, trigger, untyped

from chronology.errors import ChronologyError, Damaged
from chronology.log import Draft, Log
from chronology.log.evidence.verify import verify_log
from chronology.log.store.layout import STATEMENTS

TRIGGERS = [statement for statement in STATEMENTS if "TRIGGER" in statement]
COLUMNS = "originator_id, originator_version, topic, state, digest"


def sql(*statements):
    """An edit with the log's own triggers out of the way; they are put back."""

    def edit(log):
        names = [each.split()[2] for each in TRIGGERS]
        changed(log, *[f"drop trigger {name}" for name in names], *statements, *TRIGGERS)

    return edit


def schema(old, new):
    """An edit of a text of the schema."""
    return lambda log: changed(log, f"update sqlite_schema set sql = replace(sql, '{old}', '{new}')")


def rebuilt(change):
    """A log built anew from other lines: tree, names and digests are right."""

    def edit(log):
        with Log.open(log, read_only=True) as honest:
            lines = change([line for _, line in honest.lines()])
        log.unlink()
        with Log.create(log) as made:
            made.build(lines)

    return edit


def added_by_another_program(log):
    with Log.open(log) as opened:
        opened.append([Draft(statement("added"), id="afp-9")])


def another_log(log):
    log.unlink()
    with Log.create(log) as made:
        made.append(Draft(statement(f"word {number}"), id=f"afp-{number}") for number in range(6))


def of_another_type(table, column, value):
    return lambda log: untyped(log, f"update {table} set {column} = {value} where position = 4")


def swapped_pages(log):
    """Each of two indexes gets the pages of the other."""
    connection = sqlite3.connect(log)
    pages = connection.execute(
        "select name, rootpage from sqlite_schema where name like 'stored_events_by%'"
    ).fetchall()
    connection.close()
    (one, first), (other, second) = pages
    changed(
        log,
        f"update sqlite_schema set rootpage = {second} where name = '{one}'",
        f"update sqlite_schema set rootpage = {first} where name = '{other}'",
    )


def analyzed(log):
    connection = sqlite3.connect(log)
    connection.execute("analyze")
    connection.close()


def row(position):
    columns = f"{position}, 'x', 1, topic, state, digest"
    return f"insert into stored_events select {columns} from stored_events where position = 2"


FOUND, PASSES = "found", "-"
ALWAYS = (FOUND, FOUND, FOUND, FOUND)
VERIFY = (PASSES, FOUND, FOUND, FOUND)
KNOWN = (PASSES, PASSES, FOUND, FOUND)
NEVER = (PASSES, PASSES, PASSES, PASSES)

# What was edited: how, and what finds it: opening, verify alone, what was last seen, a checkpoint.
EDITS = {
    "an entry at 0": (sql(row(0)), ALWAYS),
    "an entry at 0 with a hash beside it": (sql(row(0), "insert into tree values (0, zeroblob(32))"), ALWAYS),
    "an entry at -1": (sql(row(-1)), ALWAYS),
    "an entry at the end, and no more": (sql(row(7)), ALWAYS),
    "an entry beyond the end, counted": (sql(row(99)), ALWAYS),
    "an entry at the end with a hash beside it": (sql(row(7), "insert into tree values (7, zeroblob(32))"), VERIFY),
    "an entry added as we add one": (added_by_another_program, NEVER),
    "two entries changed places": (
        sql(
            "create temp table two as select * from stored_events where position in (1, 2)",
            "delete from stored_events where position in (1, 2)",
            f"insert into stored_events (position, {COLUMNS}) select 3 - position, {COLUMNS} from two",
        ),
        VERIFY,
    ),
    "an entry moved to the end": (sql("update stored_events set position = 7 where position = 3"), ALWAYS),
    "an entry in the middle deleted": (sql("delete from stored_events where position = 3"), VERIFY),
    "the last entry deleted": (sql("delete from stored_events where position = 6"), ALWAYS),
    "the last entry deleted, and its traces": (rebuilt(lambda lines: lines[:-1]), KNOWN),
    "a line changed": (
        sql("update stored_events set state = cast(replace(state, 'about', 'abuot') as blob) where position = 4"),
        VERIFY,
    ),
    "a line changed, all else made anew": (
        rebuilt(lambda lines: [line.replace(b"fact 3", b"fact 8") for line in lines]),
        KNOWN,
    ),
    "another log in its place": (another_log, KNOWN),
    "a line as text": (of_another_type("stored_events", "state", "cast(state as text)"), VERIFY),
    "the kind of an entry": (sql("update stored_events set topic = 'shelling' where position = 4"), VERIFY),
    "the digest of an entry": (sql("update stored_events set digest = x'00' where position = 4"), VERIFY),
    "the id of an entry": (sql("update stored_events set originator_id = 'x' where position = 4"), VERIFY),
    "a hash of the tree changed": (sql("update tree set hashes = zeroblob(32) where position = 3"), VERIFY),
    "a hash of the tree deleted": (sql("delete from tree where position = 3"), VERIFY),
    "a hash of the tree beyond the end": (sql("insert into tree values (99, zeroblob(32))"), ALWAYS),
    "a hash of the tree at 0": (sql("insert into tree values (0, zeroblob(32))"), ALWAYS),
    "a name beyond the end": (sql("insert into names values ('source', 'afp', 'AFP', 99)"), VERIFY),
    "a name at 0": (sql("insert into names values ('source', 'afp', 'AFP', 0)"), VERIFY),
    "a name nobody uses": (sql("insert into names values ('source', 'afp', 'AFP', 2)"), VERIFY),
    "a name spelt otherwise": (sql("update names set name = 'x' where role = 'source'"), VERIFY),
    "a name deleted": (sql("delete from names where role = 'source'"), VERIFY),
    "a trigger": (lambda log: trigger(log, "more", "tree", "1"), ALWAYS),
    "a trigger named as SQLite's own": (lambda log: trigger(log, "sqlite_a", "tree", "1"), ALWAYS),
    "a view named as SQLite's own": (
        lambda log: changed(
            log,
            "insert into sqlite_schema values ('view', 'sqlite_v', 'sqlite_v', 0, 'create view sqlite_v as select 1')",
        ),
        ALWAYS,
    ),
    "a table named as SQLite's own": (
        sql(
            "create table more (a)",
            "update sqlite_schema set name = 'sqlite_t', tbl_name = 'sqlite_t', sql = 'CREATE TABLE sqlite_t (a)' "
            "where name = 'more'",
        ),
        ALWAYS,
    ),
    "a virtual table": (
        lambda log: changed(
            log,
            "insert into sqlite_schema values ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v using fts5(a)')",
        ),
        ALWAYS,
    ),
    "an index more": (sql("create index more on tree (hashes)"), ALWAYS),
    "an index less": (sql("drop index stored_events_by_digest"), ALWAYS),
    "an index of only some rows": (
        sql(
            "drop index stored_events_by_digest",
            "create index stored_events_by_digest on stored_events (digest) where position < 3",
        ),
        ALWAYS,
    ),
    "a trigger that lets changes through": (schema("select raise(abort", "select raise(ignore"), ALWAYS),
    "a table that takes any type": (schema(" strict", ""), ALWAYS),
    "a column that compares otherwise": (schema("topic text", "topic text collate nocase"), ALWAYS),
    "a column with a default": (schema("digest blob not null", "digest blob not null default (1)"), ALWAYS),
    "indexes with each other's pages": (swapped_pages, VERIFY),
    "two indexes on the same pages": (
        lambda log: changed(
            log,
            "update sqlite_schema set rootpage = (select max(rootpage) from sqlite_schema) where name like '%_by_%'",
        ),
        ALWAYS,
    ),
    "two tables on the same pages": (
        lambda log: changed(
            log,
            "update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'stored_events') "
            "where name = 'tree'",
        ),
        ALWAYS,
    ),
    "the count of positions raised": (sql("update sqlite_sequence set seq = 99"), ALWAYS),
    "the count of positions lowered": (sql("update sqlite_sequence set seq = 2"), ALWAYS),
    "the count of positions as text": (sql("update sqlite_sequence set seq = '6'"), ALWAYS),
    "the count of positions deleted": (sql("delete from sqlite_sequence"), ALWAYS),
    "a count of positions more": (sql("insert into sqlite_sequence values ('names', 4)"), ALWAYS),
    "a count of positions twice": (sql("insert into sqlite_sequence values ('stored_events', 6)"), ALWAYS),
    "statistics of SQLite's own": (analyzed, NEVER),
}


def finds(work):
    """Whether a look at the log found something."""
    try:
        work()
    except Damaged:
        return FOUND
    except ChronologyError as error:
        return str(error)
    return PASSES


@pytest.fixture
def seen(cli, folder, tmp_path):
    """A log of six entries that was seen, and of which a checkpoint and its key were given away."""
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement(f"fact {number}"), id=f"afp-{number}") for number in range(6)])
    cli("checkpoint", "-o", tmp_path / "checkpoint.txt")
    (key,) = cli("checkpoint", "--key").out
    return folder.log_path, ("--checkpoint", str(tmp_path / "checkpoint.txt"), "--key", key)


def looks(cli, log, given, elsewhere, monkeypatch):
    """What opening, `verify` alone, what was last seen and a checkpoint find; the last two where nothing else would."""
    copy = elsewhere / "copy.db"
    shutil.copy(log, copy)
    opening = finds(lambda: Log.open(log, read_only=True).close())
    alone = finds(lambda: verify_log(copy))
    last_seen = {0: PASSES, 3: FOUND}[cli("verify").code]
    monkeypatch.setenv("XDG_STATE_HOME", str(elsewhere / "state"))
    checkpoint = {0: PASSES, 3: FOUND}[cli("verify", copy, *given).code]
    return opening, alone, last_seen, checkpoint


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_the_file_is_found_where_the_table_says(cli, seen, tmp_path, monkeypatch, edit):
    log, given = seen
    make, expected = EDITS[edit]
    make(log)
    found = looks(cli, log, given, tmp_path, monkeypatch)
    print(f"\n| {edit} | {' | '.join(found)} |")
    assert found == expected


READS = {
    "lines": lambda log: list(log.lines()),
    "entries": lambda log: list(log.entries(newest_first=True)),
    "at": lambda log: log.at(4),
    "stream": lambda log: log.stream("afp-3"),
    "of_kind": lambda log: log.of_kind("statement_made"),
    "position_at": lambda log: log.position_at(log.at(1).recorded_at),
    "retracted": lambda log: log.retracted("afp-3"),
    "resolve a position": lambda log: log.resolve("4"),
    "resolve an id": lambda log: log.resolve("afp-3"),
    "resolve a beginning": lambda log: log.resolve("afp-"),
    "names": lambda log: sorted(name.casefold() for name in log.names("source").values()),
    "near": lambda log: log.near("source", "the atlas new", 1),
    "append": lambda log: log.append([Draft(statement("fact 3"))]),
    "append an id": lambda log: log.append([Draft(statement("fact 3"), id="afp-3")]),
}


@pytest.mark.parametrize("value", ["null", "7", "1.5", "'x'", "x'ff'", "cast(x'ff' as text)", "zeroblob(200000)"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        *[("stored_events", column) for column in ("state", "topic", "originator_id", "originator_version", "digest")],
        ("tree", "hashes"),
    ],
)
def test_a_value_of_another_type_is_damage_wherever_it_is_read(seen, table, column, value):
    log, _ = seen
    of_another_type(table, column, value)(log)
    assert finds(lambda: verify_log(log)) == FOUND
    for read in READS.values():
        with Log.open(log) as opened, suppress(ChronologyError):
            read(opened)


@pytest.mark.parametrize("value", ["null", "7", "x'ff'", "cast(x'ff' as text)"])
@pytest.mark.parametrize("column", ["name", "position"])
def test_a_name_of_another_type_is_damage_wherever_it_is_read(seen, column, value):
    log, _ = seen
    untyped(log, f"update names set {column} = {value} where role = 'source'")
    assert finds(lambda: verify_log(log)) == FOUND
    for read in READS.values():
        with Log.open(log) as opened, suppress(ChronologyError):
            read(opened)
