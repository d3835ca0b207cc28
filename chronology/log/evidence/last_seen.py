"""What this user last saw of each chronology, kept outside its folder: an older copy put in its place is noticed.

A chronology goes by the hash of its first line, which is random (its salt is) and the same in every copy: its origin.
One small file for each stands in $XDG_STATE_HOME/chronology, else ~/.local/state/chronology.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from chronology.errors import Damaged, Unavailable
from chronology.log.disk import write_whole
from chronology.log.merkle import HASH, leaf_hash
from chronology.log.store.failures import told

__all__ = [
    "Known",
    "Seen",
    "check_place",
    "forget_place",
    "kept_in",
    "last_seen",
    "origin_of",
    "place_file",
    "remember",
    "seen_file",
]


class Known(NamedTuple):
    """What the first `size` lines must come to, and who says so ("the checkpoint a.txt", as an error names it)."""

    size: int
    root: bytes
    says: str

    def differs(self, root: bytes) -> Damaged:
        """The error for another root. The tree does not say which of the lines it is."""
        return Damaged(
            f"the first {self.size} lines come to the root {_short(root)}, expected {_short(self.root)} by "
            f"{self.says}: one of positions 1 to {self.size} was changed; restore a backup"
        )

    def missing(self, head: int) -> Damaged:
        """The error for a log that ends before."""
        return Damaged(
            f"position {head + 1} is missing: the log ends at {head}, expected {self.size} by {self.says}; "
            "an older copy was put in its place: bring back the newer one"
        )


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size and root that were last seen of a chronology, and where it was."""

    origin: str
    size: int
    root: bytes
    folder: str


def origin_of(first_line: bytes) -> str:
    """How a chronology is known, wherever it stands: by its first line."""
    return f"chronology/{leaf_hash(first_line)[:16].hex()}"


def kept_in(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """The folder of this program below one of the XDG base directories, which counts only if it is absolute."""
    given = Path(environ.get(variable, ""))
    return (given if given.is_absolute() else Path(environ.get("HOME", "/")) / otherwise) / "chronology"


def seen_file(origin: str, environ: Mapping[str, str]) -> Path:
    """Where the last one seen of a chronology is kept."""
    return kept_in(environ, "XDG_STATE_HOME", ".local/state") / f"{origin.rpartition('/')[2]}.json"


def last_seen(origin: str, environ: Mapping[str, str]) -> Known | None:
    """What was last seen; None if nothing was. Raises Damaged if that does not read."""
    file = seen_file(origin, environ)
    try:
        with told(file, OSError):
            text = file.read_bytes()
    except Unavailable:
        # Nothing is kept there, or out of reach: then it cannot be kept either, and `remember` says so.
        return None
    try:
        seen = msgspec.json.decode(text, type=Seen)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"{file} does not say what was last seen: {error}; remove it to begin anew"
        raise Damaged(msg) from error
    if seen.origin != origin or len(seen.root) != HASH or seen.size < 1:
        msg = f"{file} does not say what was last seen of {origin}; remove it to begin anew"
        raise Damaged(msg)
    return Known(seen.size, seen.root, f"what was last seen of it ({file}; remove that to go on without)")


def place_file(folder: Path, environ: Mapping[str, str]) -> Path:
    """Where it is kept which chronology was last seen in a folder."""
    place = sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
    return kept_in(environ, "XDG_STATE_HOME", ".local/state") / f"at-{place}"


def check_place(folder: Path, origin: str | None, environ: Mapping[str, str]) -> None:
    """Raises Damaged where another chronology was last seen in this folder: every line may have been changed."""
    file = place_file(folder, environ)
    try:
        before = file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return
    if before != origin:
        msg = (
            f"{folder} holds {origin or 'an empty log'}, expected {before[:100]}, last seen there: its first line was "
            f"changed or another log put in its place; bring back the one that was there, or remove {file}"
        )
        raise Damaged(msg)


def forget_place(folder: Path, environ: Mapping[str, str]) -> None:
    """Whoever makes a new chronology in a folder expects another one there."""
    with suppress(OSError):
        place_file(folder, environ).unlink()


def remember(seen: Seen, environ: Mapping[str, str]) -> bool:
    """Keep what was seen, unless more was seen before; False if there is no place to keep it."""
    file = seen_file(seen.origin, environ)
    with suppress(OSError):
        if file.exists() and (before := last_seen(seen.origin, environ)) is not None and before.size >= seen.size:
            return True
        write_whole(file, msgspec.json.encode(seen) + b"\n")
        place, said = place_file(Path(seen.folder), environ), f"{seen.origin}\n".encode()
        if not place.exists() or place.read_bytes() != said:
            write_whole(place, said)
        return True
    return False


def _short(root: bytes) -> str:
    return b64encode(root).decode()
