"""A check of the files beside the log before SQLite sees them: SQLite plays a journal back unasked.

A journal that is hot says which pages to put back; it may also name a super-journal, which SQLite deletes, and a file
that was sent can name any file of its reader. A log is alone in its transactions, so a journal of ours names none. Nor
has a log a write-ahead log: one that holds anything was put there, or another program changed how the log is kept.

The format of a rollback journal: https://sqlite.org/fileformat2.html, section 3.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

from chronology.errors import Damaged
from chronology.files import NotAFile, check_regular, open_regular
from chronology.log.store.failures import not_a_log

__all__ = ["check_file"]

_MAGIC: Final = bytes.fromhex("d9d505f920a163d7")
_HEADER: Final = struct.Struct(">8s5I")
"""Magic, number of records, nonce, pages of the log before, size of a sector, size of a page."""
_SECTORS: Final = frozenset(1 << power for power in range(5, 17))
_PAGES: Final = frozenset(1 << power for power in range(9, 17))
_AWAY: Final = "nothing was changed: move it away, and run `chronology verify`"


def check_file(path: Path) -> None:
    """Look at the file of a log and what stands beside it. What is not there is no error here.

    Raises Damaged where SQLite must not open it, OSError.
    """
    try:
        check_regular(path, links=True)
    except NotAFile as error:
        raise not_a_log(path, f"it is not a file but {error.sort}") from error
    # SQLite follows links to the file, and looks beside what they lead to.
    real = path.resolve()
    _status_of(real, "-shm")
    waiting = _status_of(real, "-wal")
    if waiting is not None and waiting.st_size:
        msg = (
            f"{real}-wal does not belong to a log, which has no write-ahead log: SQLite would play it into the log; "
            "close other programs that have the log open, or move that file away"
        )
        raise Damaged(msg)
    journal = _status_of(real, "-journal")
    if journal is not None and journal.st_size:
        _check_journal(Path(f"{real}-journal"), journal.st_size, real)


def _status_of(log: Path, ending: str) -> os.stat_result | None:
    """The status of a file beside a log; None where there is none. Raises Damaged if it is a link, or no file."""
    beside = Path(f"{log}{ending}")
    if beside.is_symlink():
        msg = f"{beside} is a link; expected a file: files beside a log are never links; {_AWAY}"
        raise Damaged(msg)
    return check_regular(beside)


def _check_journal(journal: Path, size: int, log: Path) -> None:
    """Raises Damaged where SQLite would do more with a journal than put back the pages of a log."""
    with open_regular(journal) as file:
        head = file.read(_HEADER.size)
        file.seek(max(0, size - len(_MAGIC)))
        tail = file.read(len(_MAGIC))
    # The log only grows, and others append to it: its size is looked at last.
    wrong = _wrong_with(head, tail, log.stat().st_size if log.exists() else 0)
    if wrong:
        msg = f"{journal} is not a journal that an append left: {wrong}; {_AWAY}"
        raise Damaged(msg)


def _wrong_with(head: bytes, tail: bytes, log_size: int) -> str | None:
    if tail == _MAGIC:
        return "it names another file, which SQLite would delete"
    magic, _, _, pages, sector, page = _HEADER.unpack(head.ljust(_HEADER.size, b"\0"))
    if magic != _MAGIC or sector not in _SECTORS or page not in _PAGES:
        return None  # of a power cut before it was whole: SQLite reads no further
    if pages * page > log_size:
        return f"it is of a log of {pages:,} pages, but there are {log_size // page:,}"
    return None
