"""Copies of a log: a backup made while it is in use, and a chronology built again from a backup or an export."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from chronology.errors import Damaged, Refused
from chronology.log import Log
from chronology.log.disk import sync_names
from chronology.log.evidence.verify import Verified, is_database, lines_of, verify_lines, verify_log
from chronology.log.folder import Folder
from chronology.log.store.failures import told
from chronology.log.store.sqlite import connect

__all__ = ["back_up", "restore"]


def back_up(log_path: Path, target: Path) -> Verified:
    """Copy a log into the file `target`, which appears whole and verified or not at all; others may append meanwhile.

    Raises Refused if `target` is there, Damaged if the log is not as it should be, Unavailable.
    """
    if target.exists():
        msg = f"{target} is there already; name another file: a backup is never written over"
        raise Refused(msg)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _copy(log_path, part)
        verified = verify_log(part)
        with told(target, OSError):
            part.rename(target)
            sync_names(target.parent)
    finally:
        _remove(part)
    return verified


def restore(source: Path, folder: Path, name: str | None = None) -> tuple[Folder, Verified]:
    """A new chronology in `folder` with the log of a backup or an export: the same lines, in the same order.

    Raises Refused unless `folder` is empty or not there, Damaged if `source` is not as it should be, Unavailable.
    """
    with told(folder, OSError):
        if folder.exists() and any(folder.iterdir()):
            msg = f"{folder} is not empty; name a new folder to restore into"
            raise Refused(msg)
    database = is_database(source)
    expected = verify_log(source) if database else verify_lines(source)
    made = Folder.create(folder, name)
    if database:
        part = made.log_path.with_name(f".{made.log_path.name}.part")
        try:
            _copy(source, part)
            with told(made.log_path, OSError):
                part.replace(made.log_path)
                sync_names(made.path)
        finally:
            _remove(part)
    else:
        with Log.open(made.log_path) as log, told(source, OSError), source.open("rb") as file:
            log.build(lines_of(file))
    verified = verify_log(made.log_path)
    if verified != expected:
        msg = (
            f"{made.path} has {verified.entries} entries, {source} had {expected.entries}; expected the same: "
            "it was changed meanwhile; restore it again into another folder"
        )
        raise Damaged(msg)
    return made, verified


def _copy(source: Path, target: Path) -> None:
    """One SQLite file into another, page by page as of one moment, and onto the disk."""
    with told(target, OSError):
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with (
        told(source, OSError, ValueError),
        closing(connect(source, read_only=True)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        there.backup(here)
    with told(target, OSError):
        handle = os.open(target, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}-journal").unlink(missing_ok=True)
