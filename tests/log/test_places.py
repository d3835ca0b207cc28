"""What this user's machine knows of a folder: made here or received, the token of its views, what was seen there."""

import shutil

import pytest
from log_examples import statement

from chronology.log import Draft, Log
from chronology.log.evidence.places import (
    Place,
    keep_place,
    keep_views,
    known_views,
    made_here,
    mark_made,
    place_at,
    place_file,
)


@pytest.fixture
def environ(homes):
    return {"XDG_STATE_HOME": str(homes / "state")}


def test_a_chronology_counts_as_made_here_where_init_demo_or_restore_made_it(cli, tmp_path, environ):
    cli("init", tmp_path / "new")
    cli("demo", tmp_path / "demo")
    cli("backup", tmp_path / "backup.db", "-C", tmp_path / "demo")
    cli("restore", tmp_path / "backup.db", tmp_path / "restored")
    assert [made_here(tmp_path / name, environ) for name in ("new", "demo", "restored")] == [True] * 3
    shutil.copytree(tmp_path / "demo", tmp_path / "received")
    assert cli("verify", "-C", tmp_path / "received").code == 0
    assert cli("append", "shelling", "--source", "AFP", "-C", tmp_path / "received").code == 0
    assert not made_here(tmp_path / "received", environ)


def test_what_was_kept_before_there_was_more_to_keep_is_read(tmp_path, environ):
    file = place_file(tmp_path, environ)
    file.parent.mkdir(parents=True)
    file.write_text("chronology/0123456789abcdef0123456789abcdef\n")
    assert place_at(tmp_path, environ) == Place(
        str(tmp_path), made=True, origin="chronology/0123456789abcdef0123456789abcdef"
    )


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"[]", b"{", b'{"folder": 7}', b'{"folder": "a", "more": 1}', b"[" * 9000]
)
def test_a_record_that_does_not_read_is_nothing_to_go_by(tmp_path, environ, text):
    file = place_file(tmp_path, environ)
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    assert place_at(tmp_path, environ) is None
    assert not made_here(tmp_path, environ)


def test_what_the_views_are_known_by_is_kept_by_folder_and_gone_with_the_chronology(tmp_path, environ):
    assert known_views(tmp_path, environ) is None
    assert keep_views(tmp_path, "one", environ)
    assert known_views(tmp_path, environ) == "one"
    assert known_views(tmp_path / "other", environ) is None
    mark_made(tmp_path, environ)
    assert known_views(tmp_path, environ) is None


def test_where_nothing_can_be_kept_nothing_counts_as_made_here(tmp_path):
    environ = {"XDG_STATE_HOME": str(tmp_path / "file")}
    (tmp_path / "file").write_text("")
    mark_made(tmp_path, environ)
    assert not keep_views(tmp_path, "one", environ)
    assert known_views(tmp_path, environ) is None
    assert not made_here(tmp_path, environ)


# --- a copy that was appended to


@pytest.fixture
def copies(cli, folder, tmp_path):
    """A chronology of one entry, and a copy of it with two."""
    cli("append", "shelling", "--source", "AFP")
    shutil.copytree(folder.path, tmp_path / "copy")
    cli("append", "shelling", "--source", "AP", "-C", tmp_path / "copy")
    return folder.path, tmp_path / "copy"


def test_beside_a_longer_copy_an_append_is_refused_and_the_copy_named(cli, copies):
    _, copy = copies
    ran = cli("append", "shelling", "--source", "Reuters")
    assert ran.code == 3
    assert ran.err[0] == (
        f"chronology: the log ends at 1, but 2 entries of it were seen in {copy}, a longer copy; continue there, or "
        "bring it back here; to keep both separately: chronology checkpoint --accept"
    )
    assert cli("append", "shelling", "--source", "Reuters", "-C", copy).code == 0


def test_both_copies_go_on_once_that_is_accepted_and_each_is_held_against_its_own_past(cli, copies, folder):
    _, copy = copies
    assert cli("checkpoint", "--accept").code == 0
    for source in ("Reuters", "BBC", "RFI"):
        assert cli("append", "shelling", "--source", source).code == 0
    assert cli("append", "shelling", "--source", "DW", "-C", copy).code == 0
    assert cli("verify").code == cli("verify", "-C", copy).code == 0
    assert cli("checkpoint").code == cli("checkpoint", "-C", copy).code == 0
    assert cli("verify").code == cli("verify", "-C", copy).code == 0
    older = folder.log_path.read_bytes()
    cli("append", "shelling", "--source", "BBC Afrique")
    folder.log_path.write_bytes(older)
    ran = cli("append", "shelling", "--source", "France 24")
    assert ran.code == 3
    assert "an older copy was put in its place" in ran.err[-1]


def test_a_backup_of_either_copy_passes_and_one_that_is_of_neither_does_not(cli, copies, tmp_path):
    _, copy = copies
    cli("checkpoint", "--accept")
    for source in ("Reuters", "BBC", "RFI"):
        cli("append", "shelling", "--source", source)
    cli("backup", tmp_path / "here.db")
    cli("backup", tmp_path / "there.db", "-C", copy)
    cli("export", "-o", tmp_path / "here.jsonl")
    for file in ("here.db", "there.db", "here.jsonl"):
        assert cli("verify", tmp_path / file).code == 0, file
    lines = (tmp_path / "here.jsonl").read_text()
    (tmp_path / "neither.jsonl").write_text(lines.replace('"source":"BBC"', '"source":"ABC"'))
    assert cli("verify", tmp_path / "neither.jsonl").code == 3


def test_copies_that_went_different_ways_unseen_say_so_and_can_both_be_kept(cli, copies, environ):
    here, copy = copies
    with Log.open(here / "log.db") as log:  # as on another machine: nobody here saw it
        log.append([Draft(statement("one")), Draft(statement("two"))])
    ran = cli("append", "shelling", "--source", "Reuters")
    assert ran.code == 3
    assert f"as in {copy}, the copy seen last: the two differ; to keep both" in ran.err[0]
    assert cli("checkpoint", "--accept").code == 0
    assert cli("append", "shelling", "--source", "Reuters").code == 0


def test_an_older_copy_that_was_put_back_on_purpose_is_accepted_too(cli, folder):
    cli("append", "shelling", "--source", "AFP")
    older = folder.log_path.read_bytes()
    cli("append", "shelling", "--source", "AP")
    folder.log_path.write_bytes(older)
    assert cli("append", "shelling", "--source", "DW").code == 3
    assert cli("checkpoint", "--accept").code == 0
    assert cli("append", "shelling", "--source", "DW").code == 0
    assert cli("verify").code == 0


def test_a_record_is_kept_and_read_back(tmp_path, environ):
    place = Place(str(tmp_path), made=True, origin="chronology/00", size=3, root=b"\1" * 32, apart=True)
    keep_place(place, environ)
    assert place_at(tmp_path, environ) == place
