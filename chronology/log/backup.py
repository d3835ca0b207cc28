"""Copies of a log: a backup made while it is in use, and a chronology built again from a backup or an export.

Both are made under another name beside their place, and take it when they are whole and verified. What a process that
was killed left there is removed by the next one that makes the same.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from chronology.errors import ChronologyError, Damaged, Refused, Unavailable
from chronology.files import open_regular, part_beside, parts_left
from chronology.log import Log
from chronology.log.disk import held_alone, make_folder, sync_names
from chronology.log.evidence.verify import Verified, is_database, lines_of, verify_lines, verify_log
from chronology.log.folder import LOG, Folder, checked_name
from chronology.log.store.failures import translated
from chronology.log.store.sqlite import NotCopied, copy_file

__all__ = ["back_up", "restore"]


def back_up(log_path: Path, target: Path) -> Verified:
    """Copy a log into the file `target`, which appears whole and verified or not at all; others may append meanwhile.

    Raises Refused if `target` is there or just being made, Damaged if the log is not as it should be, Unavailable.
    """
    if os.path.lexists(target):
        msg = f"{target} exists already; name another file: a backup never overwrites one"
        raise Refused(msg)
    with _made_beside(target) as part:
        verified = _copied(log_path, part, target)
        with _writing(target):
            part.rename(target)
            sync_names(target.parent)
    return verified


def restore(source: Path, folder: Path, name: str | None = None) -> tuple[Folder, Verified]:
    """A new chronology in `folder` with the log of a backup or an export: the same lines, in the same order.

    Raises Refused unless `folder` is empty or not there, Damaged if `source` is not as it should be, Unavailable. Then
    the folder is as it was before.
    """
    folder = folder.absolute()
    checked_name(folder.name if name is None else name)
    log = folder / LOG
    with _writing(folder):
        if folder.exists() and not set(folder.iterdir()) <= set(_left_of(log)):
            msg = f"{folder} is not empty; name a new folder to restore into"
            raise Refused(msg)
    database = is_database(source)
    expected = verify_log(source) if database else verify_lines(source)
    with _new_folder(folder), _made_beside(log) as part:
        verified = _copied(source, part, log) if database else _built(source, part, log)
        if verified != expected:
            msg = (
                f"{source} changed while it was copied: it had {expected.entries} entries, then {verified.entries}; "
                "restore it again"
            )
            raise Damaged(msg)
        with _writing(log):
            part.rename(log)
        try:
            return Folder.create(folder, name), verified
        except ChronologyError:
            log.unlink(missing_ok=True)
            raise


def _copied(source: Path, part: Path, target: Path) -> Verified:
    """One SQLite file into another, page by page as of one moment, verified, and onto the disk.

    What is wrong is said of the source or of `target`, whichever it is.
    """
    try:
        copy_file(source, part)
    except NotCopied as error:
        raise _cannot_write(target, error.why) from error
    return _verified(source, part, target)


def _built(source: Path, part: Path, target: Path) -> Verified:
    """The log of an export, verified, and onto the disk. What is wrong is said as by `_copied`."""
    with (
        _said_of(part, target),
        Log.create(part) as log,
        translated(source, OSError),
        open_regular(source, links=True) as file,
    ):
        log.build(lines_of(file))
    return _verified(source, part, target)


def _verified(source: Path, part: Path, target: Path) -> Verified:
    with _said_of(part, source):
        verified = verify_log(part)
    with _writing(target):
        handle = os.open(part, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return verified


def _cannot_write(target: Path, why: str) -> Unavailable:
    msg = f"{target} cannot be written: {why}; nothing was left behind: free some space, or name another place"
    return Unavailable(msg)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _cannot_write(target, str(error.strerror)) from error


@contextmanager
def _said_of(part: Path, path: Path) -> Iterator[None]:
    """Say of `path` what is wrong with its copy, which will be gone."""
    try:
        yield
    except (Damaged, Unavailable) as error:
        kind = Damaged if isinstance(error, Damaged) else Unavailable
        raise kind(str(error).replace(str(part), str(path))) from error


# --- what is made beside its place


def _left_of(target: Path) -> Iterator[Path]:
    """Yield the files in which a target is, or was, being made."""
    yield from parts_left(target)
    yield from target.parent.glob(f".{escape(target.name)}.*.part-journal")


@contextmanager
def _made_beside(target: Path) -> Iterator[Path]:
    """An empty file beside `target`, to be renamed to it; it is gone in any other case.

    It is locked as long as it is made: what is not locked was left by a process that was killed, and is removed.
    Raises Refused where another process makes the same, Unavailable.
    """
    part = part_beside(target)
    with _writing(target), held_alone(target.parent):
        for left in _left_of(target):
            _remove_unless_held(left, target)
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)
        part.with_name(f"{part.name}-journal").unlink(missing_ok=True)
        os.close(handle)


def _remove_unless_held(left: Path, target: Path) -> None:
    if left.name.endswith(".part"):
        handle = os.open(left, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"{target} is being made by another process; wait for it, or name another place"
            raise Refused(msg) from error
        finally:
            os.close(handle)
    left.unlink(missing_ok=True)


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make a folder and those above it, unless they are there; they are gone again if what is done in it fails."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    done = False
    try:
        with _writing(folder):
            make_folder(folder)
        yield
        done = True
    finally:
        for each in () if done else new:
            if each.is_dir() and not any(each.iterdir()):
                each.rmdir()
