"""Dangers to a log in its surroundings: the file system, the settings, the clock, the key."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from chronology.log import Log
from chronology.log.entry import recorded_at
from chronology.log.evidence.checkpoints import key_file
from chronology.log.evidence.rollback import known_in
from chronology.log.folder import Folder
from chronology.log.store.sqlite import described

__all__ = ["Finding", "findings"]

_LITTLE: Final = 1 << 28
"""256 MiB: room for an append, its journal, and the views made anew."""

# As a part of the path, or at the beginning of one: "OneDrive - Agence X".
_SYNCED: Final = ("dropbox", "onedrive", "icloud", "com~apple~clouddocs", "nextcloud", "owncloud", "google drive")
_REMOTE: Final = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "sshfs",
    "fuse.sshfs",
    "davfs",
}
_MOUNTS: Final = Path("/proc/mounts")


class Finding(NamedTuple):
    """One thing examined: the result, and what to do about it (None if all is well)."""

    what: str
    found: str
    advice: str | None = None


def findings(folder: Folder, environ: Mapping[str, str], mounts: Path = _MOUNTS) -> Iterator[Finding]:
    """Everything that is looked at, one after the other. Raises Damaged or Unavailable where the log cannot be read."""
    for what, found in described(folder.log_path).items():
        yield Finding(what, found)
    yield from _modes(folder)
    yield _space(folder)
    yield _synced(folder)
    yield _mounted(folder, mounts)
    with Log.open(folder.log_path, read_only=True) as log:
        yield _clock(log)
        yield from _outside(log, environ)
    there = folder.views_path.exists()
    yield Finding("views", str(folder.views_path) if there else "not made yet; the first query makes them")


def _modes(folder: Folder) -> Iterator[Finding]:
    for path in (folder.path, folder.log_path):
        mode = stat.S_IMODE(path.stat().st_mode)
        others = mode & 0o077
        advice = f"others may read or change it; chmod go= '{path}'" if others else None
        yield Finding(f"mode of {path.name}", f"{mode:o}", advice)


def _space(folder: Folder) -> Finding:
    free = shutil.disk_usage(folder.path).free
    return Finding("free space", f"{free / 1e9:.1f} GB", "free some before you append" if free < _LITTLE else None)


def _synced(folder: Folder) -> Finding:
    for part in folder.path.resolve().parts:
        if part.casefold().startswith(_SYNCED):
            advice = "it may copy a log half-written or bring an older one back; move it out and sync backups instead"
            return Finding("sync folder", part, advice)
    return Finding("sync folder", "none")


def _mounted(folder: Folder, mounts: Path) -> Finding:
    """The file system that holds the folder; where the system does not say (macOS), that is said."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return Finding("file system", "unknown")
    path, best = folder.path.resolve(), ("", "unknown")
    for line in lines:
        _, at, kind, *_ = [*line.split(" "), "", "", ""]
        at = at.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if at and path.is_relative_to(at) and len(at) >= len(best[0]):
            best = (at, kind)
    remote = best[1] in _REMOTE
    advice = "locks may not hold on a network drive; keep the log on a local disk, backups there" if remote else None
    return Finding("file system", f"{best[1]} at {best[0]}" if best[0] else best[1], advice)


def _clock(log: Log) -> Finding:
    """True if a later entry was recorded at an earlier time. Positions are the order, whatever the clock said."""
    before: datetime | None = None
    back = []
    for position, line in log.lines():
        moment = recorded_at(position, line)
        if before is not None and moment < before:
            back.append((position, before - moment))
        before = moment
    if not back:
        return Finding("clock", "never went backwards between entries")
    position, step = max(back, key=lambda each: each[1])
    found = f"went backwards {len(back)} times, most before position {position}: {step}"
    return Finding("clock", found, "positions are the order; set the clock by the network, and mind --as-of by time")


def _outside(log: Log, environ: Mapping[str, str]) -> Iterator[Finding]:
    origin = log.origin
    if origin is None:
        yield Finding("key", "none yet; the log is empty")
        return
    file = key_file(origin, environ)
    yield from _key(file)
    seen = list(known_in(log.path.parent, origin, environ))
    longest = max(seen, key=lambda known: known.size, default=None)
    if longest is None:
        yield Finding("last seen", "never", "an older copy would not be noticed; run chronology verify")
    elif longest.size > log.head:
        first = next(known for known in seen if known.size > log.head)
        yield Finding("last seen", f"{first.size} entries, of which {log.head} are here", str(first.missing(log.head)))
    else:
        yield Finding("last seen", f"{longest.size} of {log.head} entries")


def _key(file: Path) -> Iterator[Finding]:
    if not file.exists():
        yield Finding("key", "none yet; chronology checkpoint makes one")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    mine = file.stat().st_uid == os.getuid()
    advice = (
        f"others may sign with it; chmod 600 '{file}', and publish that others may know it" if mode & 0o077 else None
    )
    yield Finding("key", f"{file}, mode {mode:o}", advice if mine else "it belongs to another user; sign as that user")
