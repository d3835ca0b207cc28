"""Checkpoints and proofs: what leaves the house, and that nothing false passes."""

import json
import stat
from base64 import b64decode, b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_examples import statement

from chronology.errors import Damaged
from chronology.log import Draft, Log
from chronology.log.evidence import checkpoints
from chronology.log.evidence.checkpoints import check_proof, prove_consistency, prove_inclusion
from chronology.log.evidence.signed_notes import Checkpoint, Key, new_key, opened_note, read_key, signed
from chronology.vocabulary.kinds.trust import KeyReplaced

# The key and the note of the C2SP signed-note examples (golang.org/x/mod/sumdb/note).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ORIGIN = "chronology/0123456789abcdef0123456789abcdef"


@pytest.fixture
def many(folder):
    with Log.open(folder.log_path) as log:
        log.append([Draft(statement(f"{number}")) for number in range(23)])
        yield log


def environ(homes):
    return {"XDG_CONFIG_HOME": str(homes / "config"), "XDG_STATE_HOME": str(homes / "state")}


# --- notes


def test_a_published_note_is_checked_as_others_do():
    key = read_key(PETER)
    assert key.verifier == PETER
    with pytest.raises(Damaged, match="not a checkpoint"):  # it is signed, but about something else
        opened_note(PETERS_NOTE, key)
    from chronology.log.evidence import signed_notes

    text, _, signature = PETERS_NOTE.rpartition("\n\n")
    assert signed_notes._holds(text + "\n", signature.strip(), key)
    assert not signed_notes._holds(text + "!\n", signature.strip(), key)


def test_a_checkpoint_is_three_lines_and_a_signature_that_holds():
    key = new_key(ORIGIN)
    checkpoint = Checkpoint(ORIGIN, 17, bytes(range(32)))
    note = signed(checkpoint, key)
    lines = note.split("\n")
    assert lines[:4] == [ORIGIN, "17", b64encode(bytes(range(32))).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert opened_note(note, read_key(key.verifier)) == checkpoint
    assert read_key(key.secret) == key
    assert len(b64decode(lines[4].split()[-1])) == 4 + 64
    for forged in (
        note.replace("\n17\n", "\n18\n"),
        note.replace(ORIGIN, ORIGIN[:-1] + "0"),
        note[:-4] + "AA==\n"[1:],
        note.replace("\n\n", "\n"),
        note[:-1],
        note.replace("— ", "- "),
    ):
        with pytest.raises(Damaged):
            opened_note(forged, key)
    with pytest.raises(Damaged, match="is not signed by the key"):
        opened_note(note, new_key(ORIGIN))
    assert opened_note(signed(checkpoint, new_key("a witness"))[:-1] + note[note.index("\n— ") :], key) == checkpoint


@pytest.mark.parametrize(
    "text", ["", "x", "a+b+c", PETER[:-1], PETER.replace("c74f", "c74e"), PETER.replace("Peter", "")]
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(Damaged, match=r"not a key|has the id"):
        read_key(text)


_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


def _added(one, other):
    """The sum of two points of the twisted Edwards curve that Ed25519 is made on (RFC 8032, 5.1)."""
    (x1, y1), (x2, y2) = one, other
    cross = _D * x1 * x2 * y1 * y2
    x = (x1 * y2 + y1 * x2) * pow(1 + cross, -1, _P)
    y = (y1 * y2 + x1 * x2) * pow(1 - cross, -1, _P)
    return x % _P, y % _P


def _x_of(y):
    """The x of the point with this y, or None."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return x if x * x % _P == square else None


def points_of_low_order():
    """Every encoding of a point that eight times itself is nothing: from one of order 8, with either sign, and + p."""
    eighth = next(
        point
        for y in range(2, 100)
        if (x := _x_of(y)) is not None
        for point in [_times(_L, (x, y))]
        if _times(4, point) != (0, 1)
    )
    for number in range(8):
        _, y = _times(number, eighth)
        for same in (y, y + _P):
            if same < 2**255:
                yield from (same.to_bytes(32, "little"), (same + 2**255).to_bytes(32, "little"))


_L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point; the curve has eight times as many."""


def _times(number, point):
    result = (0, 1)
    for bit in f"{number:b}":
        result = _added(result, result)
        if bit == "1":
            result = _added(result, point)
    return result


def test_a_key_under_which_anyone_can_sign_is_refused():
    points = set(points_of_low_order())
    assert len(points) == 14
    for public in points:
        with pytest.raises(Damaged, match="is a point of low order: anyone could sign with it"):
            read_key(Key(ORIGIN, public).verifier)


def test_under_such_a_key_one_signature_holds_for_any_text():
    from chronology.log.evidence.signed_notes import _holds

    key = Key(ORIGIN, (1).to_bytes(32, "little"))
    line = f"— {ORIGIN} {b64encode(key.id + (1).to_bytes(32, 'little') + bytes(32)).decode()}"
    assert _holds("a checkpoint\n", line, key)
    assert _holds("another\n", line, key)


@pytest.mark.parametrize(
    "text", ["", "a\n1\n", "a\n-1\nx\n", f"a\n01\n{b64encode(bytes(32)).decode()}\n", "a\n1\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Damaged, match="not a checkpoint"):
        Checkpoint.read(text)


# --- proofs


def test_every_entry_is_proved_and_the_proof_needs_nothing_else(many, homes):
    lines = [line.decode() for _, line in many.lines()]
    for position in range(1, 24):
        proof = prove_inclusion(many, position, environ(homes))
        assert proof.line == lines[position - 1]
        text = json.dumps(json.loads(__import__("msgspec").json.encode(proof))).encode()
        assert check_proof(text) == f"position {position} of 23 is this line, by the checkpoint of {many.origin}"


def test_that_the_log_only_grew_is_proved_for_every_pair(many, homes):
    import msgspec

    for second in range(1, 24, 3):
        for first in range(1, second + 1):
            text = msgspec.json.encode(prove_consistency(many, first, second, environ(homes)))
            assert check_proof(text).startswith(f"the first {first} of {second} lines are unchanged")


def test_a_forged_proof_is_refused(many, homes):
    import msgspec

    honest = json.loads(msgspec.json.encode(prove_inclusion(many, 7, environ(homes))))
    other = json.loads(msgspec.json.encode(prove_inclusion(many, 8, environ(homes))))
    mine = new_key(honest["key"].partition("+")[0])
    forgeries = [
        honest | {"line": honest["line"].replace("AFP", "AP") + " "},
        honest | {"line": other["line"]},
        honest | {"position": 8},
        honest | {"position": 8, "leaf": 7},
        honest | {"leaf": 7},
        honest | {"hashes": honest["hashes"][1:]},
        honest | {"hashes": other["hashes"]},
        honest | {"hashes": ["AAAA"]},
        honest | {"checkpoint": honest["checkpoint"].replace("\n23\n", "\n24\n")},
        honest | {"key": mine.verifier},
        honest | {"proof": "consistency"},
        honest | {"more": 1},
        {},
        [],
    ]
    assert check_proof(json.dumps(honest).encode())
    for forged in forgeries:
        with pytest.raises(Damaged):
            check_proof(json.dumps(forged).encode())
    # Whoever signs with a key of his own is found by the key.
    with pytest.raises(Damaged, match="the proof is signed by"):
        check_proof(json.dumps(honest).encode(), Key(mine.name, mine.public))


@settings(max_examples=300)
@given(
    text=st.binary(max_size=200)
    | st.recursive(st.none() | st.text(max_size=9), st.lists).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_a_proof_or_damaged(text):
    with pytest.raises(Damaged):
        check_proof(text)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_proof_with_one_byte_changed_shows_the_same_or_nothing(many, homes, at, byte):
    import msgspec

    proof = msgspec.json.encode(prove_inclusion(many, 7, environ(homes)))
    said = check_proof(proof)
    at %= len(proof)
    forged = proof[:at] + bytes([byte]) + proof[at + 1 :]
    try:
        assert check_proof(forged) == said
    except Damaged:
        return
    was, now = msgspec.json.decode(proof), msgspec.json.decode(forged)
    assert {name: was[name] for name in ("position", "line")} == {name: now[name] for name in ("position", "line")}


# --- another key


@pytest.fixture
def replaced(cli, tmp_path):
    """A log of one fact, a new key, and one more fact: the keys before and after, and a checkpoint by each."""
    cli("append", "shelling", "--source", "AFP")
    cli("checkpoint", "-o", tmp_path / "old.txt")
    (old,) = cli("checkpoint", "--key").out
    assert cli("checkpoint", "--new-key", "--reason", "the laptop was stolen", "--by", "ana").code == 0
    (new,) = cli("checkpoint", "--key").out
    cli("append", "shelling", "--source", "AP")
    cli("checkpoint", "-o", tmp_path / "new.txt")
    return old, new


def test_whoever_has_the_key_before_finds_the_new_one_by_the_log(cli, replaced, tmp_path):
    old, new = replaced
    assert old != new
    assert [json.loads(line)["kind"] for line in cli("export").out] == ["shelling", "key_replaced", "shelling"]
    cli("export", "-o", tmp_path / "export.jsonl")
    cli("backup", tmp_path / "backup.db")
    for file in ([], [tmp_path / "export.jsonl"], [tmp_path / "backup.db"]):
        for key, checkpoint in ((old, "old.txt"), (old, "new.txt"), (new, "new.txt")):
            ran = cli("verify", *file, "--checkpoint", tmp_path / checkpoint, "--key", key)
            assert (ran.code, ran.err) == (0, [])
        ran = cli("verify", *file, "--checkpoint", tmp_path / "old.txt", "--key", new)
        assert (ran.code, len(ran.err)) == (3, 1)
        assert f"is not signed by the key {new}, nor by one that followed on it in this log" in ran.err[0]
    assert cli("verify", "--checkpoint", tmp_path / "new.txt").code == 0
    assert cli("verify").code == 0


def test_one_key_after_the_other_is_followed_and_a_retraction_brings_none_back(cli, replaced, tmp_path):
    old, _ = replaced
    for reason in ("a year has gone by", "another year has"):
        assert cli("checkpoint", "--new-key", "--reason", reason).code == 0
    assert cli("retract", 2, "--reason", "by mistake").code == 0
    assert cli("checkpoint", "-o", tmp_path / "last.txt").code == 0
    assert cli("verify", "--checkpoint", tmp_path / "last.txt", "--key", old).code == 0


def test_a_key_that_gave_way_signs_nothing_more(cli, folder, homes, tmp_path):
    cli("append", "shelling", "--source", "AFP")
    cli("checkpoint")
    (file,) = (homes / "config" / "chronology").iterdir()
    stolen = read_key(file.read_text())
    cli("checkpoint", "--new-key", "--reason", "stolen")
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert read_key(file.read_text()) != stolen
    cli("append", "shelling", "--source", "AP")
    with Log.open(folder.log_path) as log:
        (tmp_path / "forged.txt").write_text(signed(Checkpoint(log.origin, 3, log.root()), stolen))
    ran = cli("verify", "--checkpoint", tmp_path / "forged.txt", "--key", stolen.verifier)
    assert (ran.code, len(ran.err)) == (3, 1)
    assert "signed by a key that gave way to another at position 2" in ran.err[0]


@pytest.mark.parametrize("forgery", ["another signer", "another key", "of later lines", "of another chronology"])
def test_a_key_that_the_one_before_did_not_announce_is_not_followed(cli, folder, homes, tmp_path, forgery):
    cli("append", "shelling", "--source", "AFP")
    (honest,) = cli("checkpoint", "--key").out
    (file,) = (homes / "config" / "chronology").iterdir()
    with Log.open(folder.log_path) as log:
        owner, mallory = read_key(file.read_text()), new_key(log.origin)
        said = {
            "another signer": signed(Checkpoint(log.origin, 1, log.root(), mallory.verifier), mallory),
            "another key": signed(Checkpoint(log.origin, 1, log.root(), honest), owner),
            "of later lines": signed(Checkpoint(log.origin, 2, log.root(), mallory.verifier), owner),
            "of another chronology": signed(Checkpoint("x", 1, log.root(), mallory.verifier), owner),
        }[forgery]
        log.append([Draft(KeyReplaced(key=mallory.verifier, replaces=honest, handover=said, reason="forged"))])
        (tmp_path / "forged.txt").write_text(signed(Checkpoint(log.origin, 2, log.root()), mallory))
    ran = cli("verify", "--checkpoint", tmp_path / "forged.txt", "--key", honest)
    assert (ran.code, len(ran.err)) == (3, 1)
    assert "is not signed by the key" in ran.err[0]
    assert cli("verify").code == 0  # it is an entry like others, and nobody's key


@pytest.mark.parametrize("at", ["append", "_put_in_place"])
def test_a_key_whose_replacing_was_cut_short_is_finished_by_the_next(cli, homes, tmp_path, monkeypatch, at):
    cli("append", "shelling", "--source", "AFP")
    (old,) = cli("checkpoint", "--key").out

    def cut_short(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(
            "chronology.log.Log.append" if at == "append" else f"chronology.log.evidence.key_rotation.{at}", cut_short
        )
        assert cli("checkpoint", "--new-key", "--reason", "stolen").code == 130
    assert cli("verify").code == 0
    if at == "append":
        assert cli("checkpoint", "--key").out == [old]
        assert cli("checkpoint", "--new-key", "--reason", "stolen").code == 0
    (new,) = cli("checkpoint", "--key").out
    assert new != old
    assert cli("checkpoint", "-o", tmp_path / "new.txt").out == []
    assert cli("verify", "--checkpoint", tmp_path / "new.txt", "--key", old).code == 0
    assert cli("verify").out[0].startswith("kidal: 2 entries")
    assert len(list((homes / "config" / "chronology").iterdir())) == 1


@pytest.mark.parametrize("args", [["--new-key"], ["--reason", "x"], ["--new-key", "--key", "--reason", "x"]])
def test_a_new_key_takes_a_reason(cli, args):
    cli("append", "shelling", "--source", "AFP")
    ran = cli("checkpoint", *args)
    assert (ran.code, len(ran.err)) == (2, 1)


def test_a_key_that_is_none_is_a_mistake_of_the_command_line(cli, tmp_path):
    cli("append", "shelling", "--source", "AFP")
    cli("checkpoint", "-o", tmp_path / "checkpoint.txt")
    ran = cli("verify", "--checkpoint", tmp_path / "checkpoint.txt", "--key", "chronology/17")
    assert (ran.code, ran.err[0].startswith("chronology: --key: not a key; expected one line")) == (2, True)


# --- the command line


def test_checkpoint_prove_and_check_proof(cli, homes, tmp_path):
    for source in ("AFP", "AP", "Reuters"):
        cli("append", "shelling", "--source", source)
    ran = cli("checkpoint")
    assert (ran.code, ran.err, len(ran.out)) == (0, [], 5)
    assert ran.out[1] == "3"
    (key,) = (homes / "config" / "chronology").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert cli("checkpoint", "-o", tmp_path / "checkpoint.txt").code == 0
    assert (tmp_path / "checkpoint.txt").read_text().splitlines() == ran.out  # Ed25519 signs the same the same way
    (verifier,) = cli("checkpoint", "--key").out
    assert cli("prove", 2, "-o", tmp_path / "2.json").code == 0
    assert cli("prove", 1, 3, "-o", tmp_path / "grew.json").code == 0
    for file in ("2.json", "grew.json"):
        assert cli("check-proof", tmp_path / file, "--key", verifier).code == 0
    ran = cli("check-proof", tmp_path / "2.json")
    assert ran.out[0].startswith("position 2 of 3 is this line")
    assert '"source":"AP"' in ran.out[1]
    assert (ran.code, ran.out[2]) == (1, f"signed by a key that was not compared with any you trust: {verifier}")
    ran = cli("check-proof", tmp_path / "grew.json")
    assert (ran.code, ran.out[1]) == (1, f"signed by a key that was not compared with any you trust: {verifier}")
    (tmp_path / "2.json").write_text((tmp_path / "2.json").read_text().replace("AP", "XX"))
    ran = cli("check-proof", tmp_path / "2.json")
    assert (ran.code, ran.out, len(ran.err)) == (3, [], 1)
    assert cli("prove", 4).code == 1
    assert cli("prove", 3, 4).code == 1
    assert cli("prove", 0).code == 1
    assert cli("append", "shelling", "--source", "dpa").code == 0
    assert cli("verify", "--checkpoint", tmp_path / "checkpoint.txt", "--key", verifier).code == 0
    assert cli("export", "-o", tmp_path / "export.jsonl").code == 0
    assert cli("verify", tmp_path / "export.jsonl", "--checkpoint", tmp_path / "checkpoint.txt").code == 0


def test_a_log_that_does_not_match_its_checkpoint_is_found(cli, folder, homes, tmp_path):
    cli("append", "shelling", "--source", "AFP")
    before = folder.log_path.read_bytes()
    cli("append", "shelling", "--source", "AP")
    cli("checkpoint", "-o", tmp_path / "checkpoint.txt")
    folder.log_path.write_bytes(before)
    kept = homes / "state" / "chronology"
    for state in (*kept.glob("*.json"), *kept.glob("at-*")):
        state.unlink()
    ran = cli("verify")
    assert (ran.code, len(ran.err)) == (3, 1)
    assert "position 2 is missing: the log ends at 1, expected 2 by the checkpoint" in ran.err[0]
    for state in (homes / "state" / "chronology").glob("*"):
        state.unlink()
    assert cli("verify").code == 0
    assert cli("verify", "--checkpoint", tmp_path / "checkpoint.txt").code == 3
    (tmp_path / "checkpoint.txt").write_text((tmp_path / "checkpoint.txt").read_text().replace("\n2\n", "\n1\n"))
    ran = cli("verify", "--checkpoint", tmp_path / "checkpoint.txt")
    assert (ran.code, "is not signed by the key" in ran.err[0]) == (3, True)


def test_of_two_that_make_the_key_at_once_the_first_is_kept(many, homes, monkeypatch):
    theirs = []

    def made_late(name):
        monkeypatch.undo()
        theirs.append(checkpoints.own_key(many, environ(homes)))
        return new_key(name)

    monkeypatch.setattr(checkpoints, "new_key", made_late)
    ours = checkpoints.own_key(many, environ(homes))
    assert [ours] == theirs
    file = checkpoints.key_file(ours.name, environ(homes))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_an_empty_log_has_nothing_to_sign(cli):
    ran = cli("checkpoint")
    assert (ran.code, len(ran.err)) == (1, 1)
    assert "is empty: there is nothing to sign; append a fact first" in ran.err[0]
