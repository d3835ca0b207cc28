"""The verb that takes in releases of data sets."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from chronology.cli.options import By, Directory, DryRun, open_log
from chronology.cli.output import say, warn, write_rows
from chronology.errors import Problem, Usage
from chronology.importers import FORMATS, Asked, Summary, import_release, opened, read_coverage
from chronology.vocabulary.dates import DateError, bounds

__all__ = ["import_"]


class Dataset(enum.StrEnum):
    """What can be imported."""

    UCDP_GED = "ucdp-ged"
    ACLED = "acled"


def import_(
    dataset: Annotated[Dataset, typer.Argument(metavar="FORMAT", help="ucdp-ged: UCDP GED, as CSV")],
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="plain, .gz, .zip of one file; - is stdin")],
    *,
    coverage: Annotated[
        str | None,
        typer.Option(
            "--coverage",
            metavar="all|country=…,from=…,to=…",
            help="what the file is complete for; without it nothing is taken for vanished",
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="write the rows that cannot be read here, let the rest in"),
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", metavar="TEXT", help="the version of the data set, such as 24.1")
    ] = None,
    published: Annotated[
        str | None,
        typer.Option("--published", metavar="DATE", help="when it came out; without it no --known-by sees its facts"),
    ] = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Take in a release of a data set: new rows, revised ones, vanished ones.

    Each row is a fact under its own id; what changed since the last release is its next revision. A file is taken in
    whole or not at all. The same file again changes nothing.
    """
    if len(files) > 1 and (coverage is not None or rejects is not None):
        raise Usage("--coverage and --rejects speak of one file; import the files one by one")
    if release is not None and not 1 <= len(release) <= 300:
        raise Usage("--release has 1 to 300 characters")
    if published is not None:
        try:
            bounds(published)
        except DateError as error:
            raise Usage(f"--published: {error}") from error
    asked = Asked(
        format=FORMATS[str(dataset)],
        coverage=None if coverage is None else read_coverage(coverage),
        release=release,
        published=published,
        rejects=None if rejects is None else _into(rejects),
        by=by,
        dry_run=dry_run,
    )
    with open_log(directory) as log:
        for file in files:
            with opened(file) as source:
                _tell(import_release(log, source, asked), rejects)
    if dry_run:
        say("dry run: nothing was appended")


def _into(rejects: Path) -> Callable[[Iterable[Problem]], None]:
    def write(problems: Iterable[Problem]) -> None:
        from chronology.cli.output import Format

        columns = ("file", "line", "column", "value", "expected")
        write_rows(columns, problems, Format.CSV, rejects)

    return write


def _tell(found: Summary, rejects: Path | None) -> None:
    for line in found.warnings:
        warn(line)
    if found.known:
        say(f"already imported as {found.entry}")
    say(str(found))
    if found.rejected:
        say(f"what was rejected is in {rejects}")
