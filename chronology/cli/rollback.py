"""What this user saw of a log before, beside what is there now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chronology.cli.output import warn
from chronology.log.evidence.last_seen import Seen, check_place, last_seen, remember, seen_file

if TYPE_CHECKING:
    from chronology.log import Log

__all__ = ["check_seen", "keep_seen"]


def check_seen(log: Log) -> None:
    """Raises Damaged where the log is not the one last seen, or that with more behind it."""
    origin = log.origin
    check_place(log.path.parent, origin, os.environ)
    known = last_seen(origin, os.environ) if origin else None
    if known is not None:
        if log.head < known.size:
            raise known.missing(log.head)
        if (root := log.root(known.size)) != known.root:
            raise known.differs(root)


def keep_seen(log: Log) -> None:
    """Remember the log as it is now. Where there is no place for that, it is said, and nothing else."""
    origin = log.origin
    if origin is None:
        return
    head = log.head
    if not remember(Seen(origin, head, log.root(head), str(log.path.parent)), os.environ):
        warn(f"{seen_file(origin, os.environ)} cannot be written: an older copy of this log would not be noticed")
