"""What this user saw of a log before, beside what is there now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chronology.cli.output import warn
from chronology.errors import Unavailable
from chronology.log.evidence import rollback
from chronology.log.evidence.last_seen import state_folder

if TYPE_CHECKING:
    from chronology.log import Log

__all__ = ["accept_seen", "check_seen", "keep_seen"]


def check_seen(log: Log) -> None:
    """Raise Damaged where the log is not the one last seen, or that with more behind it."""
    rollback.check_seen(log, os.environ)


def keep_seen(log: Log) -> None:
    """Remember the log as it is now. Where there is no place for that, it is said, and nothing else."""
    if not rollback.keep_seen(log, os.environ):
        warn(f"{state_folder(os.environ)} cannot be written: an older copy of this log would not be noticed")


def accept_seen(log: Log) -> None:
    """Go on with the log as it is, beside copies that are longer or went another way. Raises Unavailable."""
    if not rollback.accept(log, os.environ):
        raise Unavailable(f"{state_folder(os.environ)} cannot be written, so nothing was accepted; make it writable")
