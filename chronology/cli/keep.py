"""Verbs that keep a log safe: backups, and what is built again from them."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer

from chronology.cli.options import Directory, OutputFormat, RawCsv, open_folder, program_directory
from chronology.cli.output import Format, say, write_rows

__all__ = ["backup", "doctor", "restore"]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a new file")],
    directory: Directory = None,
) -> None:
    """Back up the log to one file, also while it is in use, and check the copy."""
    from chronology.log.backup import back_up

    made = back_up(open_folder(directory).log_path, file)
    say(f"{file}: {made.entries:,} entries, verified")
    say(f"root {b64encode(made.root).decode()}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a backup, or an export in JSON Lines")],
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", show_default=False, help="a new or empty folder; default: that of -C"),
    ] = None,
    directory: Directory = None,
    name: Annotated[str | None, typer.Option("--name", help="its name; default: the name of its folder")] = None,
) -> None:
    """Restore a chronology from a backup or an export, byte for byte.

    The file is verified before, and the new log after.
    """
    from chronology.log.backup import restore as build
    from chronology.log.evidence.places import mark_made

    made, found = build(file, folder or directory or program_directory.get() or Path.cwd(), name)
    mark_made(made.path, os.environ)
    say(f"{made.name}: {found.entries:,} entries in {made.path}, the same as {file}")
    say(f"root {b64encode(found.root).decode()}")


def doctor(
    directory: Directory = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002
    raw: RawCsv = False,
) -> None:
    """Check the surroundings of the log for anything that may go wrong.

    It looks at SQLite and its settings, modes, free space, sync folders and network drives, the clock, the key, what
    was last seen, and the views; and ends with exit code 1 where there is something to do. Nothing is changed.
    """
    from chronology.log.doctor import findings

    found = list(findings(open_folder(directory), os.environ))
    write_rows(("what", "found", "to do"), found, format, raw=raw)
    if any(each.advice for each in found):
        raise typer.Exit(1)
