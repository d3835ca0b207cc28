"""Folders as a stranger might send them, and what the everyday verbs do with them.

A case changes a copy of an honest chronology; `target` is a file of the reader's that must stay as it is. `tried` tries
verbs, each on a fresh copy; in a process of its own, so that one which waits for ever can be ended from outside.
"""

import hashlib
import io
import os
import shutil
import sqlite3
import struct
from contextlib import redirect_stderr, redirect_stdout

VERBS = {
    "status": ("status",),
    "query": ("query", "select count(*) from facts"),
    "timeline": ("timeline",),
    "log": ("log",),
    "show": ("show", "1"),
    "verify": ("verify",),
    "doctor": ("doctor",),
    "export": ("export",),
    "backup": ("backup", "../backup.db"),
    "rebuild": ("rebuild",),
    "rebuild --verify": ("rebuild", "--verify"),
    "why": ("why", "injuries_by_convoy"),
    "diff": ("diff", "1", "2"),
    "search": ("search", "AFP"),
    "export --as": ("export", "--as", "geojson"),
    "cite": ("cite",),
    "append": ("append", "shelling", "--source", "AFP"),
}

JOURNAL = bytes.fromhex("d9d505f920a163d7")


# --- the file of the log


def super_journal(log, names, head=None):
    """A journal beside a log which says that `names` is its super-journal: SQLite would delete that file."""
    page = int.from_bytes(log.read_bytes()[16:18]) % 65_535 or 65_536
    pages = log.stat().st_size // page
    begin = struct.pack(">8s5I", JOURNAL, 0, 0, pages, 512, page) if head is None else head
    name = os.fsencode(names)
    end = struct.pack(">I", (1 << 30) // page + 1) + name + struct.pack(">II", len(name), sum(name)) + JOURNAL
    log.with_name(f"{log.name}-journal").write_bytes(begin.ljust(512, b"\0") + end)


def changed(log, *statements):
    """Run statements on a log as its owner would with SQLite alone; the schema can be written as a table."""
    connection = sqlite3.connect(log, isolation_level=None)
    connection.execute("pragma writable_schema = on")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def untyped(log, statement):
    """Run a statement on a log whose tables take any type and null; SQLite looks at both only when it writes."""
    from chronology.log.store.layout import STATEMENTS

    triggers = [each for each in STATEMENTS if "TRIGGER" in each]
    loose = "replace(replace(replace(sql, ') strict, without', ') without'), ') strict', ')'), ' not null', '')"
    changed(log, *[f"drop trigger {each.split()[2]}" for each in triggers], f"update sqlite_schema set sql = {loose}")
    changed(log, statement, *triggers)
    for each in STATEMENTS:
        text = each.replace("'", "''")
        changed(log, f"update sqlite_schema set sql = '{text}' where name = '{each.split()[2]}'")


def row_at(log, position, id_="hidden"):
    """An entry at a position where none belongs; a later report of the same words would be known already."""
    changed(
        log,
        "insert into stored_events select "
        f"{position}, '{id_}', originator_version, topic, state, digest from stored_events where position = 1",
    )


def trigger(log, name, table, when, action="select raise(ignore)"):
    """A trigger under any name, also one that SQLite keeps for itself."""
    sql = f"create trigger {name} before insert on {table} when {when} begin {action}; end".replace("'", "''")
    changed(log, f"insert into sqlite_schema values ('trigger', '{name}', '{table}', 0, '{sql}')")


# --- the cases


def hot_journal(folder, target):
    super_journal(folder / "log.db", target)


def hidden_row(folder, target):
    row_at(folder / "log.db", 0)


def hidden_trigger(folder, target):
    trigger(folder / "log.db", "sqlite_a", "stored_events", "new.topic = 'fact_retracted'")
    trigger(folder / "log.db", "sqlite_b", "tree", "(select max(position) from stored_events) < new.position")


def link(folder, target):
    (folder / "log.db").unlink()
    (folder / "log.db").symlink_to(target)


def link_on_the_way(folder, target):
    """The folder of the log leads to that of another chronology."""
    (folder / "log.db").unlink()
    (folder / "logs").symlink_to(target.parent)
    (folder / "chronology.toml").write_text(f'log = "logs/{target.name}"\n')


def journal_link(folder, target):
    (folder / "log.db-journal").unlink(missing_ok=True)
    (folder / "log.db-journal").symlink_to(target)


def write_ahead_log(folder, target):
    shutil.copy(target, folder / "log.db-wal")


def fifo_log(folder, target):
    (folder / "log.db").unlink()
    os.mkfifo(folder / "log.db")


def fifo_journal(folder, target):
    (folder / "log.db-journal").unlink(missing_ok=True)
    os.mkfifo(folder / "log.db-journal")


def fifo_toml(folder, target):
    (folder / "chronology.toml").unlink()
    os.mkfifo(folder / "chronology.toml")


def endless_toml(folder, target):
    (folder / "chronology.toml").unlink()
    (folder / "chronology.toml").symlink_to("/dev/zero")


def nested_toml(folder, target):
    (folder / "chronology.toml").write_text("name = " + "[" * 30_000)


def huge_entry(folder, target):
    """An entry of 20 MB that takes no place in what is sent, once it is packed."""
    changed(
        folder / "log.db",
        "drop trigger stored_events_are_never_changed",
        "update stored_events set state = zeroblob(20000000) where position = 2",
        "create trigger stored_events_are_never_changed before update on stored_events "
        "begin select raise(abort, 'an entry is never changed'); end",
    )


# --- the views, which anybody can make of any log


def in_views(folder, *statements):
    """Run statements on the views as whoever made them would."""
    import duckdb

    with duckdb.connect(folder / "views.duckdb") as connection:
        for statement in statements:
            connection.execute(statement)


def cursor_view(folder, target):
    """A view in place of the table that is read first: what it selects from overwrites a file."""
    in_views(
        folder,
        "alter table cursor rename to cursor_",
        "create view cursor as select c.* from cursor_ as c, (select count(*) from enable_profiling("
        f"format='json', save_location='{target}', coverage='all')) as t(n) where t.n is not null",
    )


def forged_view(folder, target):
    """Other figures under the name of a view of ours."""
    in_views(
        folder,
        "create table forged as select * replace (4000 as low) from injuries_by_convoy",
        "drop view injuries_by_convoy",
        "create view injuries_by_convoy as from forged",
    )


def forged_rows(folder, target):
    """Other figures in the tables that all views rest on."""
    in_views(folder, "update other_entries set quote = 'forged', place = 'forged'")


def other_database(folder, target):
    """An SQLite file: whoever opens it by its contents fetches a program to read it."""
    shutil.copy(target, folder / "views.duckdb")


def views_wal(folder, target):
    """Changes that a database takes in when it is opened."""
    (folder / "views.duckdb.wal").write_bytes(b"\0" * 5000)


def views_link(folder, target):
    (folder / "views.duckdb").unlink()
    (folder / "views.duckdb").symlink_to(target)


def fifo(folder, target):
    (folder / "views.duckdb").unlink()
    os.mkfifo(folder / "views.duckdb")


def views_folder(folder, target):
    (folder / "views.duckdb").unlink()
    (folder / "views.duckdb").mkdir()


def lock_link(folder, target):
    (folder / "views.lock").unlink()
    (folder / "views.lock").symlink_to(target)


def lock_fifo(folder, target):
    (folder / "views.lock").unlink()
    os.mkfifo(folder / "views.lock")


def own_view(folder, name, text):
    (folder / "projections").mkdir(exist_ok=True)
    (folder / "projections" / name).write_text(text, encoding="utf-8")


def grain(folder, target):
    """Statements in the header of a view."""
    own_view(
        folder,
        "injured_by_day.sql",
        f"-- grain: fact from facts limit 1; copy (select 'harm') to '{target}' (format csv); select 1 --\n"
        "select fact from facts",
    )


def own_views(folder, target):
    """Views that read a file, change a setting, write a file, read each other in a circle, and take names of ours."""
    own_view(folder, "reads.sql", f"-- stored: yes\nselect * from read_text('{target}')")
    own_view(folder, "scans.sql", f"-- stored: yes\nselect * from '{target}'")
    own_view(folder, "nested.sql", "/* /* */ select 1 -- */ select * from enable_logging(storage_path='x')")
    own_view(folder, "writes.sql", f"-- stored: yes\nfrom enable_profiling(format='json', save_location='{target}')")
    own_view(folder, "one.sql", "select * from two")
    own_view(folder, "two.sql", "select * from one")
    own_view(folder, "cursor.sql", "select 1 as format")
    own_view(folder, "duckdb_settings.sql", "select 1 as format")
    own_view(folder, "select.sql", "select 1 as a")
    own_view(folder, "header.sql", "-- x\n" * 300 + "select 1")
    own_view(folder, "large.sql", "-- " + "x" * 1_100_000)


def odd_views(folder, target):
    """What is no file in place of views."""
    own_view(folder, "plain.sql", "select 1 as a")
    (folder / "projections" / "linked.sql").symlink_to(target)
    (folder / "projections" / "endless.sql").symlink_to("/dev/zero")
    (folder / "projections" / "folder.sql").mkdir()
    os.mkfifo(folder / "projections" / "pipe.sql")


CASES = {
    case.__name__: case
    for case in (
        cursor_view,
        forged_view,
        forged_rows,
        other_database,
        views_wal,
        views_link,
        fifo,
        views_folder,
        lock_link,
        lock_fifo,
        grain,
        own_views,
        odd_views,
        hot_journal,
        hidden_row,
        hidden_trigger,
        link,
        link_on_the_way,
        journal_link,
        write_ahead_log,
        fifo_log,
        fifo_journal,
        fifo_toml,
        endless_toml,
        nested_toml,
        huge_entry,
    )
}


# --- trying them


def digest(file):
    """What a file holds, as a hash; what became of it where it is gone."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "gone"


def tried(case, honest, scratch, verbs):
    """Return what each verb does with a fresh copy of the case: exit code, prints, the target before and after.

    Each reader has seen nothing before; the target is a file, and for links the log of a chronology of theirs.
    """
    from chronology.cli import run

    found = []
    for verb in verbs:
        place = scratch / verb.replace(" ", "")
        place.mkdir(parents=True)
        os.environ |= {"XDG_STATE_HOME": str(place / "state"), "XDG_CONFIG_HOME": str(place / "config")}
        folder, target = place / "received", place / "own" / "log.db"
        shutil.copytree(honest, folder)
        shutil.copytree(honest, target.parent)
        CASES[case](folder, target)
        before = digest(target)
        os.chdir(folder)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(VERBS[verb])
        found.append(
            {
                "verb": verb,
                "code": code,
                "out": out.getvalue().splitlines(),
                "err": err.getvalue().splitlines(),
                "before": before,
                "after": digest(target),
            }
        )
    return found
