"""Rollback protection: the last state this user saw of each chronology, outside its folder.

A chronology goes by the hash of its first line, which is random (its salt is) and the same in every copy: its origin.
One small file for each is in $XDG_STATE_HOME/chronology, else ~/.local/state/chronology.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from chronology.errors import Damaged, Unavailable
from chronology.log.disk import write_whole
from chronology.log.merkle import HASH, leaf_hash
from chronology.log.store.failures import translated

__all__ = [
    "Known",
    "Seen",
    "kept_in",
    "last_seen",
    "origin_of",
    "remember",
    "seen_file",
    "state_folder",
]


class Known(NamedTuple):
    """The root that the first `size` lines must have, and who says so ("the checkpoint a.txt", as an error names it).

    `folder` is that of another copy, in which it was seen.
    """

    size: int
    root: bytes
    says: str
    folder: Path | None = None

    def differs(self, root: bytes) -> Damaged:
        """The error for another root. The tree does not say which of the lines it is."""
        found = f"the first {self.size} lines have the root {_short(root)}, expected {_short(self.root)}"
        if self.folder is not None:
            return Damaged(f"{found} as in {self.folder}, the copy seen last: the two differ; {_KEEP_BOTH}")
        return Damaged(f"{found} by {self.says}: entries 1 to {self.size} were altered; restore a backup")

    def missing(self, head: int) -> Damaged:
        """The error for a log that ends before."""
        if self.folder is not None:
            return Damaged(
                f"the log ends at {head}, but {self.size} entries of it were seen in {self.folder}, a longer copy; "
                f"continue there, or bring it back here; {_KEEP_BOTH}"
            )
        return Damaged(
            f"position {head + 1} is missing: the log ends at {head}, expected {self.size} by {self.says}; "
            "an older copy was put in its place: bring back the newer one"
        )


_KEEP_BOTH: Final = "to keep both separately: chronology checkpoint --accept"


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size and root that were last seen of a chronology, and where it was."""

    origin: str
    size: int
    root: bytes
    folder: str


def origin_of(first_line: bytes) -> str:
    """The identity of a chronology, wherever it is stored: from its first line."""
    return f"chronology/{leaf_hash(first_line)[:16].hex()}"


def kept_in(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """The folder of this program below one of the XDG base directories, which counts only if it is absolute."""
    given = Path(environ.get(variable, ""))
    return (given if given.is_absolute() else Path(environ.get("HOME", "/")) / otherwise) / "chronology"


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder in which this program remembers what it has seen."""
    return kept_in(environ, "XDG_STATE_HOME", ".local/state")


def seen_file(origin: str, environ: Mapping[str, str]) -> Path:
    """Path of the last state seen of a chronology."""
    return state_folder(environ) / f"{origin.rpartition('/')[2]}.json"


def last_seen(origin: str, environ: Mapping[str, str]) -> Known | None:
    """The last state seen; None if there is none. Raises Damaged if it cannot be read."""
    file = seen_file(origin, environ)
    try:
        with translated(file, OSError):
            text = file.read_bytes()
    except Unavailable:
        # Nothing is kept there, or out of reach: then it cannot be kept either, and `remember` says so.
        return None
    try:
        seen = msgspec.json.decode(text, type=Seen)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"{file} does not hold a last state seen: {error}; remove it to start again"
        raise Damaged(msg) from error
    if seen.origin != origin or len(seen.root) != HASH or seen.size < 1:
        msg = f"{file} does not hold the last state seen of {origin}; remove it to start again"
        raise Damaged(msg)
    says = f"the last state seen of it ({file}; remove that file to go on without)"
    return Known(seen.size, seen.root, says, Path(seen.folder))


def remember(seen: Seen, environ: Mapping[str, str]) -> bool:
    """Keep what was seen, unless more was seen before; False if there is no place to keep it."""
    file = seen_file(seen.origin, environ)
    with suppress(OSError):
        if file.exists() and (before := last_seen(seen.origin, environ)) is not None and before.size >= seen.size:
            return True
        write_whole(file, msgspec.json.encode(seen) + b"\n")
        return True
    return False


def _short(root: bytes) -> str:
    return b64encode(root).decode()
