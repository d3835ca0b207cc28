"""Verbs that show that a log is what it was."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chronology.cli.options import Directory, OutputFile, open_folder, open_log
from chronology.cli.output import json_text, opened, say, warn, write_lines
from chronology.cli.recording import progress
from chronology.cli.remembering import check_seen, keep_seen, known_of
from chronology.errors import Damaged

if TYPE_CHECKING:
    from chronology.log.seen import Known
    from chronology.log.verifying import Verified

__all__ = ["check_proof", "checkpoint", "prove", "verify"]


VerifierKey = Annotated[
    str | None, typer.Option("--key", metavar="KEY", help="the key it must be signed by, as checkpoint --key prints it")
]


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", show_default=False, help="a backup or an export; else the chronology's log"),
    ] = None,
    directory: Directory = None,
    quick: Annotated[bool, typer.Option("--quick", help="compare hashes only; decode nothing")] = False,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", metavar="FILE", help="a checkpoint it must agree with")
    ] = None,
    key: VerifierKey = None,
) -> None:
    """Check the log from its lines up, and name the first position that is wrong.

    Every entry is decoded and encoded again, its columns, names and hashes are made anew and compared, and the whole
    with what was last seen. It ends with exit code 3 where anything is not as it was recorded. A file needs no
    chronology, no key and no network.
    """
    from chronology.log.seen import check_place
    from chronology.log.verifying import is_database, verify_lines, verify_log

    def known(origin: str) -> Iterator[Known]:
        yield from known_of(origin)
        if checkpoint is not None:
            yield _known_by(checkpoint, origin, key)

    if file is not None:
        check = verify_log if is_database(file) else verify_lines
        _tell(str(file), check(file, quick=quick, known=known), quick=quick)
        return
    folder = open_folder(directory)
    with open_log(directory, read_only=True) as log:
        check_place(folder.path, log.origin, os.environ)
        with progress("verifying", log.head) as done:
            found = verify_log(folder.log_path, quick=quick, known=known, progress=done)
        keep_seen(log)
    _tell(folder.name, found, quick=quick)


def _tell(name: str, found: Verified, *, quick: bool) -> None:
    checked = "every hash is right" if quick else "every entry is as it was recorded"
    say(f"{name}: {found.entries:,} entries, {checked}")
    say(f"root {b64encode(found.root).decode()}")


def _known_by(file: Path, origin: str, key: str | None) -> Known:
    """What a checkpoint says, signed by `key`, else by our own key if there is one."""
    from chronology.log.checkpoints import key_of, read_checkpoint
    from chronology.log.notes import read_key
    from chronology.log.seen import Known

    signer = read_key(key) if key is not None else key_of(origin, os.environ)
    if signer is None:
        warn(f"{file}: its signature is not checked: there is no key of {origin} here; give one with --key")
    found = read_checkpoint(file, signer)
    if found.origin != origin:
        raise Damaged(f"{file} is a checkpoint of {found.origin}; expected one of {origin}, as this log is")
    return Known(found.size, found.root, f"the checkpoint {file}")


def checkpoint(
    directory: Directory = None,
    output: OutputFile = None,
    key: Annotated[
        bool, typer.Option("--key", help="print the key that others check it with, and sign nothing")
    ] = False,
) -> None:
    """Sign how long the log is and what it holds, to be kept elsewhere.

    Whoever has the checkpoint can tell whether a log is still what it was. The key is made with the first one, and kept
    outside the chronology; publish what --key prints.
    """
    from chronology.log.checkpoints import checkpointed, own_key

    with open_log(directory) as log:
        check_seen(log)
        if key:
            told = [own_key(log, os.environ).verifier]
        else:
            note, _ = checkpointed(log, os.environ)
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
    from chronology.log.checkpoints import prove_consistency, prove_inclusion

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
    """Check a proof; nothing is needed but the file.

    It ends with exit code 3 where the proof does not hold. Without --key, it is for you to tell whose key it names.
    """
    from chronology.log.checkpoints import check_proof as check
    from chronology.log.notes import read_key

    signer = read_key(key) if key is not None else None
    try:
        say(check(file.read_bytes(), signer))
    except Damaged as error:
        raise Damaged(f"{file}: {error}") from error
