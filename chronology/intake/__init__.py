"""Intake: what people and machines wrote becomes drafts for the log, or problems, all of them, with their lines.

`read_file` opens a file and finds the facts in it; `read_batch` completes and checks them, alone and among each other;
the module `writing` writes what can be read so. Nothing here appends.
"""

from __future__ import annotations

from chronology.intake.batch import Batch, read_batch, same_as
from chronology.intake.raw import Raw
from chronology.intake.reading import STDIN, InputFormat, read_file, read_stream

__all__ = [
    "STDIN",
    "Batch",
    "InputFormat",
    "Raw",
    "read_batch",
    "read_file",
    "read_stream",
    "same_as",
]
