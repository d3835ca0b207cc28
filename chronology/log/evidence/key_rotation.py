"""Another key for a chronology: announced by an entry that the key before has signed.

The entry holds a checkpoint of all entries before it, signed by the old key, with the new key as a line of its own.
So whoever has the old key, and the log or an export of it, finds the new one and needs to believe nobody; and whoever
can write in the log, but not sign, cannot bring in a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from chronology.errors import Damaged
from chronology.log import Draft, Log
from chronology.log.disk import held_alone, sync_names, write_whole
from chronology.log.entry import decode, reading
from chronology.log.evidence.checkpoints import checkpoint_file, key_file, key_of, own_key
from chronology.log.evidence.last_seen import Known
from chronology.log.evidence.signed_notes import Checkpoint, Key, new_key, opened_note, read_key, signed
from chronology.log.store.failures import translated
from chronology.vocabulary.kinds.trust import KeyReplaced

__all__ = ["Replaced", "finish", "known_by_note", "replace_key", "successors"]

_MARK: Final = b'"kind":"key_replaced"'


class Replaced(NamedTuple):
    """One key gave way to another at a position; `checkpoint` is what the old one signed then."""

    position: int
    old: Key
    new: Key
    checkpoint: Checkpoint


# --- announcing one


def replace_key(log: Log, reason: str, environ: Mapping[str, str], *, by: str | None = None) -> tuple[str, Key]:
    """Make a new key, announce it in the log, and put it in the old one's place: what both signed, and the new one.

    Where it was cut short, the next one goes on. Raises Refused of an empty log.
    """
    own_key(log, environ)
    file = key_file(str(log.origin), environ)
    with translated(file, OSError), held_alone(file.parent):
        old, made = own_key(log, environ), _made(file)
        new = _key_in(made) or new_key(old.name)
        write_whole(made, f"{new.secret}\n".encode())
        sync_names(file.parent)
        if not _announced(log, old, new):
            size = log.head
            handover = signed(Checkpoint(old.name, size, log.root(size), new.verifier), old)
            fact = KeyReplaced(key=new.verifier, replaces=old.verifier, handover=handover, reason=reason)
            log.append([Draft(fact)], by=by)
        return _put_in_place(log, old, new, environ), new


def finish(log: Log, environ: Mapping[str, str]) -> None:
    """Put a new key in its place that was announced and no more, because the program was cut short."""
    origin = log.origin
    old = key_of(origin, environ) if origin else None
    new = _key_in(_made(key_file(origin, environ))) if origin else None
    if old is not None and new is not None and _announced(log, old, new):
        _put_in_place(log, old, new, environ)


def _announced(log: Log, old: Key, new: Key) -> bool:
    return any(each.new.public == new.public for each in successors(log.lines(), old))


def _put_in_place(log: Log, old: Key, new: Key, environ: Mapping[str, str]) -> str:
    """The last checkpoint is signed by both first, so that it holds whichever of them is there."""
    file, size = key_file(old.name, environ), log.head
    note = signed(Checkpoint(old.name, size, log.root(size)), old, new)
    with translated(file, OSError):
        write_whole(checkpoint_file(old.name, environ, log.path.parent), note.encode())
        _made(file).replace(file)
        sync_names(file.parent)
    return note


def _made(file: Path) -> Path:
    """Path of a new key that is not announced yet."""
    return file.with_suffix(".new")


def _key_in(file: Path) -> Key | None:
    with translated(file, OSError):
        return read_key(file.read_text(encoding="ascii", errors="replace")) if file.exists() else None


# --- following them


def successors(lines: Iterable[tuple[int, bytes]], key: Key) -> Iterator[Replaced]:
    """The keys that followed on `key`, one after the other, each by an entry that the one before has signed.

    `lines` are those of the log, with their positions. What only looks like such an entry is passed over.
    """
    for position, line in lines:
        if _MARK not in line:
            continue
        with suppress(Damaged):
            said = reading(decode(line))
            if not isinstance(said, KeyReplaced) or said.replaces != key.verifier:
                continue
            new, checkpoint = read_key(said.key), opened_note(said.handover, key)
            if checkpoint.more != new.verifier or checkpoint.size >= position:
                continue
            if not checkpoint.origin == new.name == key.name:
                continue
            yield Replaced(position, key, new, checkpoint)
            key = new


def known_by_note(note: str, where: str, key: Key, lines: Iterable[tuple[int, bytes]]) -> Iterator[Known]:
    """The state that a checkpoint signs, by `key` or one that followed it; and the earlier ones that it replaced.

    Raises Damaged where none of them signed it, or one that had given way before.
    """
    chain = list(successors(lines, key))
    signers = [key, *(each.new for each in chain)]
    for number, signer in enumerate(signers):
        try:
            found = opened_note(note, signer)
        except Damaged:
            continue
        if number < len(chain) and found.size > chain[number].position:
            msg = (
                f"{where} is of {found.size} lines and signed by a key that gave way to another at position "
                f"{chain[number].position}; expected one by {chain[number].new.verifier}"
            )
            raise Damaged(msg)
        for each in chain[:number]:
            yield Known(each.checkpoint.size, each.checkpoint.root, f"the key replaced at position {each.position}")
        yield Known(found.size, found.root, where)
        return
    msg = f"{where} is not signed by the key {key.verifier}, nor by one that followed on it in this log"
    raise Damaged(msg)
