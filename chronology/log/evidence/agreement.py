"""Verifying a log, or a file of its lines, against itself and against all that is known of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from chronology.errors import ChronologyError, Damaged, Usage
from chronology.log import Log
from chronology.log.evidence.checkpoints import key_of, known_by_checkpoint, note_in, read_checkpoint
from chronology.log.evidence.key_rotation import known_by_note
from chronology.log.evidence.last_seen import Known, last_seen
from chronology.log.evidence.places import folders_apart
from chronology.log.evidence.rollback import check_place, known_in
from chronology.log.evidence.signed_notes import Key, read_key
from chronology.log.evidence.verify import Verified, is_database, lines_of, verify_lines, verify_log

__all__ = ["Agreement", "given_key"]


class Agreement:
    """The records that a log must agree with: the last one seen, our last checkpoint, and `checkpoint` where given.

    `key` is the one that checkpoint must be signed by, else our own; `warn` is called where there is none.
    """

    def __init__(self, checkpoint: Path | None = None, key: Key | None = None, *, warn: Callable[[str], None]) -> None:
        self._checkpoint, self._key, self._warn = checkpoint, key, warn
        self._environ: Mapping[str, str] = os.environ

    def of_file(self, file: Path, *, quick: bool = False) -> Verified:
        """Verify a backup or an export; `quick` compares hashes only. Raises Damaged, Unavailable.

        It may be of a copy that is kept apart, and then is held against what was seen of that.
        """
        check = verify_log if is_database(file) else verify_lines
        origins: list[str] = []

        def known(origin: str, folder: Path | None = None) -> Iterator[Known]:
            origins.append(origin)
            return self._known(file, origin, folder)

        try:
            return check(file, quick=quick, known=known)
        except Damaged:
            for copy in folders_apart(origins[0], self._environ) if origins else ():
                with suppress(Damaged):
                    return check(file, quick=quick, known=partial(known, folder=copy))
            raise

    def of_log(self, log: Log, *, quick: bool = False, progress: Callable[[int], None] | None = None) -> Verified:
        """Verify the log of a chronology, also against what was last seen in its folder. Raises Damaged, Unavailable.

        `progress` is called with how many entries were checked.
        """
        folder = log.path.parent
        check_place(folder, log.origin, self._environ)
        return verify_log(
            log.path, quick=quick, known=lambda origin: self._known(log.path, origin, folder), progress=progress
        )

    def _known(self, path: Path, origin: str, folder: Path | None) -> Iterator[Known]:
        if folder is not None:
            yield from known_in(folder, origin, self._environ)
        elif (seen := last_seen(origin, self._environ)) is not None:
            yield seen._replace(folder=None)
        if (signed := known_by_checkpoint(origin, self._environ, folder)) is not None:
            yield signed
        if self._checkpoint is not None:
            yield from self._known_by(self._checkpoint, origin, _lines_in(path))

    def _known_by(self, file: Path, origin: str, lines: Iterable[tuple[int, bytes]]) -> Iterator[Known]:
        """The state that a checkpoint signs: by `key`, else by our own key if there is one, or one that followed it."""
        signer = self._key or key_of(origin, self._environ)
        if signer is None:
            self._warn(f"{file}: its signature is not checked: there is no key of {origin} here; give one with --key")
        found = read_checkpoint(file, None)
        if found.origin != origin:
            raise Damaged(f"{file} is a checkpoint of {found.origin}; expected one of {origin}, as this log is")
        if signer is None:
            yield Known(found.size, found.root, f"the checkpoint {file}")
        else:
            yield from known_by_note(note_in(file), f"the checkpoint {file}", signer, lines)


def given_key(key: str | None) -> Key | None:
    """The key that a checkpoint must be signed by, as it was given, if it was. Raises Usage if it is none."""
    try:
        return None if key is None else read_key(key)
    except Damaged as error:
        raise Usage(f"--key: {error}") from error


def _lines_in(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a log or an export, as far as they can be read: what is wrong with them, `verify` says."""
    with suppress(ChronologyError):
        if is_database(path):
            with Log.open(path, read_only=True) as log:
                yield from log.lines()
        else:
            with path.open("rb") as file:
                yield from enumerate(lines_of(file), 1)
