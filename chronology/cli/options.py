"""Options that mean the same on every verb, and the folder and the log they lead to."""

from __future__ import annotations

import os
import re
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from chronology.cli.output import Format, format_of_file
from chronology.errors import Usage

if TYPE_CHECKING:
    from chronology.api import Chronology
    from chronology.log import Log
    from chronology.log.folder import Folder

__all__ = [
    "By",
    "Directory",
    "DryRun",
    "Limit",
    "MaxSize",
    "OutputFile",
    "OutputFormat",
    "RawCsv",
    "most_bytes",
    "open_chronology",
    "open_folder",
    "open_log",
    "program_directory",
]

# What was given before the verb: `chronology -C DIR verb …`.
program_directory: Final[ContextVar[Path | None]] = ContextVar("program_directory", default=None)

Directory = Annotated[
    Path | None,
    typer.Option(
        "-C",
        metavar="DIR",
        help="the chronology's folder; default: CHRONOLOGY_DIR, else the nearest one upwards",
    ),
]


def _by_file(ctx: typer.Context, given: Format) -> Format:
    """The format that was named; where none was, the one that the end of FILE in `-o FILE` stands for."""
    output, source = ctx.params.get("output"), ctx.get_parameter_source("format")
    if output is None or source is None or source.name != "DEFAULT":
        return given
    return format_of_file(Path(output)) or given


OutputFormat = Annotated[
    Format,
    typer.Option(
        "--format",
        callback=_by_file,
        help="table, markdown and html are for people, the others for programs; the end of FILE chooses one too",
    ),
]
OutputFile = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
]
RawCsv = Annotated[
    bool,
    typer.Option("--raw", help="CSV for programs: leave text that a spreadsheet would run as it is"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="check everything but append nothing")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", envvar="CHRONOLOGY_BY", help="who records this; goes into the log"),
]

MaxSize = Annotated[
    str | None,
    typer.Option("--max-size", metavar="SIZE", help="the most bytes of a compressed or piped input; default: 4GB"),
]

_SIZE: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([KMG])i?B?", re.IGNORECASE)
_SIZES: Final = {"K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def most_bytes(max_size: str | None) -> int:
    """The bytes that `--max-size` lets be read. Raises Usage for what is no size."""
    from chronology.intake.reading import MOST_BYTES

    if max_size is None:
        return MOST_BYTES
    match = _SIZE.fullmatch(max_size.strip())
    size = int(float(match[1]) * _SIZES[match[2].upper()]) if match else 0
    if not 1 <= size <= 1 << 60:
        raise Usage(f"--max-size {max_size}: expected a size such as 500MB or 8GB")
    return size


def _countable(limit: int | None) -> int | None:
    """A number that can be counted to; what is larger is no limit."""
    return limit if limit is None else min(limit, sys.maxsize)


Limit = Annotated[
    int | None, typer.Option("--limit", min=0, metavar="N", help="at most this many", callback=_countable)
]


def open_chronology(directory: Path | None) -> Chronology:
    """The chronology in that folder, which warns on standard error. Raises Refused when there is none."""
    from chronology.api import Chronology
    from chronology.cli.output import warn

    return Chronology(open_folder(directory), on_warning=warn)


def open_folder(directory: Path | None) -> Folder:
    """The folder named by `-C` of the verb, else of the program, else found from the working directory upwards.

    Raises Refused when there is none.
    """
    from chronology.cli.output import warn
    from chronology.log.folder import Folder

    found = Folder.find(Path.cwd(), directory or program_directory.get(), os.environ)
    if (link := found.link()) is not None:
        warn(f"{link} is a link: the log is {found.log_path.resolve()}")
    return found


def open_log(directory: Path | None, *, read_only: bool = False) -> Log:
    """The log of that folder. Raises Refused when there is no chronology, Unavailable when it cannot be opened."""
    from chronology.cli.output import warn
    from chronology.log import Log
    from chronology.log.store.sqlite import say_waiting

    say_waiting.set(warn)
    return Log.open(open_folder(directory).log_path, read_only=read_only)
