"""The verb page: a chronology as one file for a browser."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from chronology.cli import program_args
from chronology.cli.options import Directory, open_chronology
from chronology.cli.output import refuse_own_file, say, warn, write_bytes
from chronology.cli.query import AsOf, ByPolicy, KnownBy
from chronology.cli.record import progress
from chronology.errors import Usage

__all__ = ["page"]

MANY_DAYS = 8
LARGE = 10
"""MB"""


def page(  # noqa: PLR0917 - typer passes by name
    output: Annotated[Path, typer.Argument(metavar="OUT.html", help="the file to write")],
    directory: Directory = None,
    operation: Annotated[
        str | None, typer.Option("--operation", metavar="NAME", help="only this operation, with its parts")
    ] = None,
    incident: Annotated[str | None, typer.Option("--incident", metavar="NAME", help="only this incident")] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="its title; else what it is about")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANGUAGE", help="the words of the page: en, fr, ar")] = "en",
    days: Annotated[
        int | None, typer.Option("--days", min=2, metavar="N", help="at most so many days for the slider; else 120")
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    policy: ByPolicy = None,
) -> None:
    """Write a page for a browser: figures through the days, with reasons, charts and sources.

    It is one file that needs no network. A slider moves all of it through the days of the public record on which
    something changed; of more than --days such days, as many are taken evenly.
    """
    if operation is not None and incident is not None:
        raise Usage("a page is of one --operation or of one --incident; give one of them")
    refuse_own_file(output)
    with open_chronology(directory) as chronology, progress("looking back", worth=MANY_DAYS) as tell:
        made = chronology.page(
            operation=operation,
            incident=incident,
            as_of=as_of,
            known_by=known_by,
            policy=policy,
            lang=lang,
            title=title,
            most_days=days,
            command=_command(output),
            progress=tell,
        )
    write_bytes(made.encode(), output)
    size = len(made.encode()) / 1_000_000
    say(f"wrote {output} ({size:.1f} MB); open it in a browser")
    if size > LARGE:
        warn(f"{output} has {size:.0f} MB, which opens slowly; narrow it with --operation, or take fewer --days")


def _command(output: Path) -> str:
    """This command line, without the folders it was given for."""
    args = list(program_args.get())
    for at in reversed([n for n, arg in enumerate(args) if arg == "-C"]):
        del args[at : at + 2]
    return shlex.join(["chronology", *(output.name if arg == str(output) else arg for arg in args)])
