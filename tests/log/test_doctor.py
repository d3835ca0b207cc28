"""`doctor`: what may go wrong with a log where it stands is said, and what is well raises no alarm."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from log_examples import statement

from chronology.log import Draft, Folder, Log
from chronology.log.doctor import findings


@pytest.fixture
def found(folder, homes):
    def found(folder=folder, **more):
        environ = {"XDG_CONFIG_HOME": str(homes / "config"), "XDG_STATE_HOME": str(homes / "state")}
        return {each.what: each for each in findings(folder, environ, **more)}

    return found


def advice(found):
    return {name: each.advice for name, each in found.items() if each.advice}


def test_a_log_that_is_well_has_nothing_to_do(cli, folder, found):
    cli("append", "shelling", "--source", "AFP")
    cli("checkpoint")
    ran = cli("doctor")
    assert (ran.code, ran.err) == (0, [])
    assert advice(found()) == {}
    said = found()
    assert "journal_mode truncate" in said["settings"].found
    assert "synchronous 2" in said["settings"].found
    assert (said["mode of kidal"].found, said["mode of log.db"].found) == ("700", "600")
    assert said["last seen"].found == "1 of 1 entries"
    assert said["key"].found.endswith("mode 600")
    assert said["views"].found.endswith("views.duckdb")
    folder.views_path.unlink()
    assert found()["views"].found == "not made yet; the first query makes them"
    rows = json.loads("\n".join(cli("doctor", "--format", "json").out))
    assert [row["what"] for row in rows] == list(said)


def test_an_empty_log_is_no_reason_for_alarm(cli):
    assert cli("doctor").code == 0


def test_what_others_may_read_is_said(cli, folder, found):
    folder.log_path.chmod(0o644)
    assert advice(found()).keys() == {"mode of log.db"}
    assert cli("doctor").code == 1


def test_a_key_that_others_may_read_is_said(cli, homes, found):
    cli("append", "shelling", "--source", "AFP")
    cli("checkpoint")
    (key,) = (homes / "config" / "chronology").iterdir()
    key.chmod(0o640)
    assert "others may sign with it" in advice(found())["key"]


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive - Agence X", "Nextcloud", "iCloud Drive"])
def test_a_sync_folder_is_said(tmp_path, found, name):
    folder = Folder.create(tmp_path / name / "mali")
    assert name in found(folder)["sync folder"].found
    assert "sync backups instead" in advice(found(folder))["sync folder"]


@pytest.mark.parametrize(("kind", "alarm"), [("nfs4", True), ("cifs", True), ("ext4", False), ("btrfs", False)])
def test_a_network_drive_is_said(tmp_path, found, kind, alarm):
    mounts = tmp_path / "mounts"
    folder = Folder.create(tmp_path / "the share" / "mali")
    at = str(tmp_path / "the share").replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {at} {kind} rw 0 0\nother /nowhere nfs rw 0 0\n")
    said = found(folder, mounts=mounts)
    assert said["file system"].found == f"{kind} at {tmp_path / 'the share'}"
    assert ("file system" in advice(said)) == alarm
    assert found(folder, mounts=tmp_path / "none")["file system"].found == "unknown"


def test_a_clock_that_was_set_back_an_hour_is_said_and_positions_stay_the_order(folder, found):
    start = datetime(2023, 11, 6, 12, tzinfo=UTC)
    times = iter([start, start + timedelta(minutes=1), start - timedelta(hours=1), start - timedelta(minutes=59)])
    with Log.open(folder.log_path, clock=lambda: next(times)) as log:
        at = [log.append([Draft(statement(f"{number}"))])[0].position for number in range(4)]
    assert at == [1, 2, 3, 4]
    said = found()["clock"]
    assert said.found == "went backwards 1 times, most before position 3: 1:01:00"
    assert "positions are the order" in said.advice


def test_a_log_that_was_never_seen_here_and_an_older_copy_are_said(cli, folder, found):
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement())])
    assert "run chronology verify" in advice(found())["last seen"]
    older = folder.log_path.read_bytes()
    cli("append", "shelling", "--source", "AFP")
    folder.log_path.write_bytes(older)
    assert "bring back the newer one" in advice(found())["last seen"]
