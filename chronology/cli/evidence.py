"""Verbs that show that a log is what it was."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chronology.cli.options import By, Directory, OutputFile, open_chronology
from chronology.cli.output import json_text, opened, say, warn, write_lines
from chronology.cli.record import progress
from chronology.errors import Damaged, Usage

if TYPE_CHECKING:
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
    if file is not None:
        from chronology.log.evidence.agreement import Agreement, given_key

        found = Agreement(checkpoint, given_key(key), warn=warn).of_file(file, quick=quick)
        _tell(str(file), found, quick=quick)
        return
    with open_chronology(directory) as chronology, progress("verifying") as tell:
        found = chronology.verify(quick=quick, checkpoint=checkpoint, key=key, progress=tell)
    _tell(chronology.name, found, quick=quick)


def _tell(name: str, found: Verified, *, quick: bool) -> None:
    checked = "every hash is right" if quick else "every entry is as it was recorded"
    say(f"{name}: {found.entries:,} entries, {checked}")
    say(f"root {b64encode(found.root).decode()}")


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
    reason: Annotated[str | None, typer.Option("--reason", help="why there is a new key; goes into the log")] = None,
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
    if new != (reason is not None) or (new and key):
        raise Usage("expected --new-key and --reason together, and without --key: the reason goes into the log")
    with open_chronology(directory) as chronology:
        printed = (
            chronology.verifier_key(accept=accept)
            if key
            else chronology.checkpoint(new_key_because=reason, by=by, accept=accept)
        )
    lines = printed.removesuffix("\n").split("\n")
    with opened(output) as stream:
        write_lines(lines, stream)


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
    with open_chronology(directory) as chronology:
        made = chronology.prove(position, later)
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
    from chronology.log.evidence.agreement import given_key
    from chronology.log.evidence.checkpoints import Inclusion, read_proof
    from chronology.log.evidence.checkpoints import check_proof as check
    from chronology.log.store.failures import translated_reading

    signer = given_key(key)
    with translated_reading(file):
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
