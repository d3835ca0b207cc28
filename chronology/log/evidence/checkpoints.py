"""Checkpoints and proofs: what can be given away, so that others can tell that a log is still what it was.

The key that signs is made with the first checkpoint, and kept outside the chronology, in $XDG_CONFIG_HOME/chronology,
else ~/.config/chronology: whoever can change the folder cannot sign. The last checkpoint is kept with what was seen.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from chronology.errors import Damaged, Refused
from chronology.log import Log
from chronology.log.disk import held_alone, make_folder, sync_names, write_whole
from chronology.log.evidence.last_seen import Known, kept_in, seen_file
from chronology.log.evidence.places import place_at, place_file
from chronology.log.evidence.signed_notes import Checkpoint, Key, new_key, opened_note, read_key, signed
from chronology.log.merkle import held_by, holds_both, leaf_hash
from chronology.log.store.failures import translated, translated_reading

__all__ = [
    "Consistency",
    "Inclusion",
    "check_proof",
    "checkpoint_file",
    "checkpointed",
    "key_file",
    "key_of",
    "known_by_checkpoint",
    "note_in",
    "own_key",
    "prove_consistency",
    "prove_inclusion",
    "read_checkpoint",
    "read_proof",
]


# --- keys


def key_file(origin: str, environ: Mapping[str, str]) -> Path:
    """Path of the key of a chronology."""
    return kept_in(environ, "XDG_CONFIG_HOME", ".config") / f"{origin.rpartition('/')[2]}.key"


def key_of(origin: str, environ: Mapping[str, str]) -> Key | None:
    """The key of a chronology, if this user has it. Raises Damaged, Unavailable."""
    file = key_file(origin, environ)
    with translated(file, OSError):
        if not file.exists():
            return None
        text = file.read_text(encoding="ascii", errors="replace")
    try:
        key = read_key(text)
    except Damaged as error:
        msg = f"{file}: {error}; restore a copy of it, or remove it to start with a new key"
        raise Damaged(msg) from error
    if key.name != origin or key.seed is None:
        msg = f"{file} is a key of {key.name[:100]}; expected the secret key of {origin}"
        raise Damaged(msg)
    return key


def own_key(log: Log, environ: Mapping[str, str]) -> Key:
    """The key of a chronology, made where there is none. Of several processes that make one, the first is kept.

    Raises Refused of an empty log, which nothing tells from others yet.
    """
    origin = log.origin
    if origin is None:
        msg = f"{log.path} is empty: there is nothing to sign; append a fact first"
        raise Refused(msg)
    key = key_of(origin, environ)
    if key is not None:
        return key
    key, file = new_key(origin), key_file(origin, environ)
    with translated(file, OSError):
        make_folder(file.parent)
        with held_alone(file.parent):
            if not file.exists():
                write_whole(file, f"{key.secret}\n".encode())
                sync_names(file.parent)
    return key_of(origin, environ) or key


# --- checkpoints


def checkpoint_file(origin: str, environ: Mapping[str, str], folder: Path | None = None) -> Path:
    """Path of the last checkpoint that was signed; a separate copy in `folder` has one of its own."""
    place = None if folder is None else place_at(folder, environ)
    if folder is not None and place is not None and place.apart:
        return place_file(folder, environ).with_suffix(".checkpoint")
    return seen_file(origin, environ).with_suffix(".checkpoint")


def checkpointed(log: Log, environ: Mapping[str, str]) -> tuple[str, Key]:
    """A signed note of the log as it is now, kept as the last one; and the key. Raises Refused of an empty log."""
    note, key = _note(log, None, environ)
    file = checkpoint_file(key.name, environ, log.path.parent)
    with translated(file, OSError):
        write_whole(file, note.encode())
    return note, key


def _note(log: Log, size: int | None, environ: Mapping[str, str]) -> tuple[str, Key]:
    key = own_key(log, environ)
    size = log.head if size is None else size
    return signed(Checkpoint(key.name, size, log.root(size)), key), key


def note_in(file: Path) -> str:
    """The text of a file that should be a signed checkpoint. Raises Damaged, Unavailable."""
    with translated_reading(file):
        text = file.read_bytes()
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        msg = f"{file} is not text; expected a signed checkpoint"
        raise Damaged(msg) from error


def read_checkpoint(file: Path, key: Key | None) -> Checkpoint:
    """The checkpoint of a file, its signature checked if there is a key. Raises Damaged, Unavailable."""
    note = note_in(file)
    try:
        return opened_note(note, key)
    except Damaged as error:
        msg = f"{file}: {error}"
        raise Damaged(msg) from error


def known_by_checkpoint(origin: str, environ: Mapping[str, str], folder: Path | None = None) -> Known | None:
    """The state that this user's last checkpoint signs (of a separate copy in `folder`, its own); None if none.

    Raises Damaged.
    """
    file = checkpoint_file(origin, environ, folder)
    with suppress(PermissionError):
        if file.is_file():
            return _known(file, origin, environ)
    return None


def _known(file: Path, origin: str, environ: Mapping[str, str]) -> Known:
    found = read_checkpoint(file, key_of(origin, environ))
    return Known(found.size, found.root, f"the checkpoint {file}")


# --- proofs


class Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="proof", tag="inclusion"):
    """Proof that a line is at a position of the signed log. `leaf` is the position less 1; hashes are base64."""

    position: int
    leaf: int
    line: str
    hashes: list[bytes]
    checkpoint: str
    key: str


class Consistency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="proof", tag="consistency"):
    """Proof that the log of the first checkpoint is the beginning of the log of the second."""

    first: str
    second: str
    hashes: list[bytes]
    key: str


def prove_inclusion(log: Log, position: int, environ: Mapping[str, str]) -> Inclusion:
    """Prove one entry. Raises Refused where there is none at `position`."""
    size = log.head
    hashes = log.inclusion(position, size)
    line = next(line for _, line in log.lines(position - 1, position))
    note, key = _note(log, size, environ)
    return Inclusion(position, position - 1, line.decode(), hashes, note, key.verifier)


def prove_consistency(log: Log, first: int, second: int, environ: Mapping[str, str]) -> Consistency:
    """Prove that nothing up to `first` was changed by `second`. Raises Refused where there are not as many."""
    hashes = log.consistency(first, second)
    (one, key), (other, _) = _note(log, first, environ), _note(log, second, environ)
    return Consistency(one, other, hashes, key.verifier)


def read_proof(text: bytes) -> Inclusion | Consistency:
    """Return the proof of a text; what it claims is not checked. Raises Damaged if it is none."""
    try:
        return msgspec.json.decode(text, type=Inclusion | Consistency)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"not a proof: {error}; expected a file written by `chronology prove`"
        raise Damaged(msg) from error


def check_proof(text: bytes, key: Key | None = None) -> str:
    """Check a proof, signed by `key`, else by the key it names; return what it shows. Raises Damaged."""
    proof = read_proof(text)
    named = read_key(proof.key)
    if key is not None and key.verifier != named.verifier:
        msg = f"the proof is signed by {named.verifier}; expected {key.verifier}"
        raise Damaged(msg)
    return _inclusion(proof, named) if isinstance(proof, Inclusion) else _consistency(proof, named)


def _inclusion(proof: Inclusion, key: Key) -> str:
    found = _opened(proof.checkpoint, key)
    if proof.leaf != proof.position - 1:
        msg = f"position {proof.position} is given as leaf {proof.leaf}; expected {proof.position - 1}"
        raise Damaged(msg)
    if not held_by(found.root, found.size, leaf_hash(proof.line.encode()), proof.leaf, proof.hashes):
        msg = f"its hashes do not lead to the root {_text(found.root)}: position {proof.position} is another line"
        raise Damaged(msg)
    return f"position {proof.position} of {found.size} is this line, by the checkpoint of {found.origin}"


def _consistency(proof: Consistency, key: Key) -> str:
    first, second = _opened(proof.first, key), _opened(proof.second, key)
    if not holds_both(first.size, first.root, second.size, second.root, proof.hashes):
        msg = f"the {second.size} lines do not begin with the {first.size} of the first checkpoint: some were changed"
        raise Damaged(msg)
    return f"the first {first.size} of {second.size} lines are unchanged, by the checkpoints of {first.origin}"


def _opened(note: str, key: Key) -> Checkpoint:
    found = opened_note(note, key)
    if found.origin != key.name:
        msg = f"the checkpoint is of {found.origin[:100]}; expected {key.name}, whose key signed it"
        raise Damaged(msg)
    return found


def _text(root: bytes) -> str:
    return b64encode(root).decode()
