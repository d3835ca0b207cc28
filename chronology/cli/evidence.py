"""Verbs that show that a log is what it was."""

from __future__ import annotations

import contextlib
import os
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chronology.cli.options import By, Directory, OutputFile, open_folder, open_log
from chronology.cli.output import json_text, opened, say, warn, write_lines
from chronology.cli.record import progress
from chronology.cli.rollback import accept_seen, check_seen, keep_seen
from chronology.errors import ChronologyError, Damaged, Usage

if TYPE_CHECKING:
    from chronology.log.evidence.last_seen import Known
    from chronology.log.evidence.signed_notes import Key
    from chronology.log.evidence.verify import Verified

__all__ = ["check_proof", "checkpoint", "prove", "verify"]


VerifierKey = Annotated[
    str | None, typer.Option("--key", metavar="KEY", help="the key it must be signed by, as checkpoint --key prints it")
]


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", show_default=False, help="a backup or an export; default: this chronology"),
    ] = None,
    directory: Directory = None,
    quick: Annotated[bool, typer.Option("--quick", help="compare hashes only, and decode nothing")] = False,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="a checkpoint the log must agree with")
    ] = None,
    key: VerifierKey = None,
) -> None:
    """Check every entry of the log, and name the first position that is wrong.

    Every entry is decoded and encoded again, its columns, names and hashes are made anew and compared, and the whole
    with what was last seen. It ends with exit code 3 where anything is not as it was recorded. A file needs no
    chronology, no key and no network.
    """
    from chronology.log.evidence.checkpoints import known_by_checkpoint
    from chronology.log.evidence.last_seen import last_seen
    from chronology.log.evidence.rollback import check_place, known_in
    from chronology.log.evidence.verify import is_database, verify_lines, verify_log

    def known(origin: str) -> Iterator[Known]:
        if file is None:
            yield from known_in(path.parent, origin, os.environ)
        elif (seen := last_seen(origin, os.environ)) is not None:
            yield seen._replace(folder=None)
        if (signed := known_by_checkpoint(origin, os.environ, path.parent if file is None else None)) is not None:
            yield signed
        if checkpoint is not None:
            yield from _known_by(checkpoint, origin, signer, _lines_in(path))

    signer = _given(key)
    if file is not None:
        path = file
        check = verify_log if is_database(file) else verify_lines
        _tell(str(file), check(file, quick=quick, known=known), quick=quick)
        return
    folder = open_folder(directory)
    path = folder.log_path
    with open_log(directory, read_only=True) as log:
        check_place(path.parent, log.origin, os.environ)
        with progress("verifying", log.head) as done:
            found = verify_log(folder.log_path, quick=quick, known=known, progress=done)
        keep_seen(log)
    _tell(folder.name, found, quick=quick)


def _tell(name: str, found: Verified, *, quick: bool) -> None:
    checked = "every hash is right" if quick else "every entry is as it was recorded"
    say(f"{name}: {found.entries:,} entries, {checked}")
    say(f"root {b64encode(found.root).decode()}")


def _known_by(file: Path, origin: str, key: Key | None, lines: Iterable[tuple[int, bytes]]) -> Iterator[Known]:
    """What a checkpoint says, signed by `key`, else by our own key if there is one, or by one that followed on it."""
    from chronology.log.evidence.checkpoints import key_of, note_in, read_checkpoint
    from chronology.log.evidence.key_rotation import known_by_note
    from chronology.log.evidence.last_seen import Known

    signer = key or key_of(origin, os.environ)
    if signer is None:
        warn(f"{file}: its signature is not checked: there is no key of {origin} here; give one with --key")
    found = read_checkpoint(file, None)
    if found.origin != origin:
        raise Damaged(f"{file} is a checkpoint of {found.origin}; expected one of {origin}, as this log is")
    if signer is None:
        yield Known(found.size, found.root, f"the checkpoint {file}")
    else:
        yield from known_by_note(note_in(file), f"the checkpoint {file}", signer, lines)


def _given(key: str | None) -> Key | None:
    """The key of --key, where it was given. Raises Usage if it is none."""
    from chronology.log.evidence.signed_notes import read_key

    try:
        return None if key is None else read_key(key)
    except Damaged as error:
        raise Usage(f"--key: {error}") from error


def _lines_in(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a log or an export, as far as they can be read: what is wrong with them, `verify` says."""
    from chronology.log import Log
    from chronology.log.evidence.verify import is_database, lines_of

    with contextlib.suppress(ChronologyError):
        if is_database(path):
            with Log.open(path, read_only=True) as log:
                yield from log.lines()
        else:
            with path.open("rb") as file:
                yield from enumerate(lines_of(file), 1)


def checkpoint(
    directory: Directory = None,
    output: OutputFile = None,
    *,
    key: Annotated[
        bool, typer.Option("--key", help="print the public key for others to check with, and sign nothing")
    ] = False,
    new: Annotated[
        bool, typer.Option("--new-key", help="sign with a new key from here on; the old one says so in the log")
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="why there is a new key; kept in the log")] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="go on with this log as it is, though another copy of it is longer")
    ] = False,
    by: By = None,
) -> None:
    """Sign the length and content of the log, to be kept elsewhere.

    Whoever has the checkpoint can tell whether a log is still what it was. The key is made with the first one, and kept
    outside the chronology; publish what --key prints. Who has the key before finds the new one by the log. With
    --accept, copies that differ are both kept, and each is held against its own past from then on.
    """
    from chronology.log.evidence.checkpoints import checkpointed, own_key
    from chronology.log.evidence.key_rotation import finish, replace_key

    if new != (reason is not None) or (new and key):
        raise Usage("expected --new-key and --reason together, and without --key: the reason is kept in the log")
    with open_log(directory) as log:
        if accept:
            accept_seen(log)
        check_seen(log)
        finish(log, os.environ)
        if key:
            told = [own_key(log, os.environ).verifier]
        else:
            note, _ = checkpointed(log, os.environ) if reason is None else replace_key(log, reason, os.environ, by=by)
            told = note.removesuffix("\n").split("\n")
        keep_seen(log)
    with opened(output) as stream:
        write_lines(told, stream)


def prove(
    position: Annotated[int, typer.Argument(metavar="POSITION", help="the entry to prove; with two, the smaller")],
    later: Annotated[
        int | None, typer.Argument(metavar="[LATER]", show_default=False, help="prove that nothing up to then changed")
    ] = None,
    directory: Directory = None,
    output: OutputFile = None,
) -> None:
    """Prove that an entry is in the log, or that the log only grew between two positions.

    The proof is one line of JSON that anyone can check with check-proof, without the log.
    """
    from chronology.log.evidence.checkpoints import prove_consistency, prove_inclusion

    with open_log(directory) as log:
        check_seen(log)
        made: object = (
            prove_inclusion(log, position, os.environ)
            if later is None
            else prove_consistency(log, position, later, os.environ)
        )
        keep_seen(log)
    with opened(output) as stream:
        write_lines([json_text(made)], stream)


def check_proof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="what prove wrote")],
    key: VerifierKey = None,
) -> None:
    """Check a proof; only its file is needed.

    It ends with exit code 3 where the proof does not hold. Without --key it prints the line and the key that the proof
    names, and ends with exit code 1: anyone can sign a proof with a key of their own.
    """
    from chronology.log.evidence.checkpoints import Inclusion, read_proof
    from chronology.log.evidence.checkpoints import check_proof as check
    from chronology.log.store.failures import file_told

    signer = _given(key)
    with file_told(file):
        proof = file.read_bytes()
    try:
        say(check(proof, signer))
        named = read_proof(proof)
    except Damaged as error:
        raise Damaged(f"{file}: {error}") from error
    if signer is None:
        if isinstance(named, Inclusion):
            say(named.line)
        say(f"signed by a key that was not compared with any you trust: {named.key}")
        warn("compare that key with the one that was published, or give the one that was published with --key")
        raise typer.Exit(1)
