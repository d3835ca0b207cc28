"""The verb that takes in releases of data sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from chronology.cli.options import By, Directory, DryRun, MaxSize, most_bytes, open_chronology
from chronology.cli.output import Format, accomplished, say, warn, write_lines, write_rows
from chronology.cli.record import progress
from chronology.errors import Problem, Usage
from chronology.importers import (
    Summary,
    datasets,
    opened,
    shape_of,
    suggest,
)
from chronology.vocabulary.near import did_you_mean

__all__ = ["import_"]

WORTH_A_BAR: Final = 4 << 20


BY_MAPPING: Final = "csv"
"""Any table by a mapping; all others are data sets that are known by name."""


def _dataset(text: str) -> str:
    """A data set as it was named on the command line. Raises Usage for one that is not known."""
    known = (*datasets(), BY_MAPPING)
    if text not in known:
        some = f"there are {', '.join(known)}"
        raise Usage(f"no such format: {text}; {did_you_mean(text, known, some)}")
    return text


def import_(
    dataset: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            parser=_dataset,
            help=f"{', '.join(datasets())}, or {BY_MAPPING}: any CSV, JSON or workbook, by a mapping",
        ),
    ],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="CSV, JSON or .xlsx; .gz, .zip of one; - is stdin")
    ],
    *,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="for csv: how rows become facts, as TOML"),
    ] = None,
    suggest_: Annotated[
        bool, typer.Option("--suggest", help="for csv: print a mapping to start from, and import nothing")
    ] = False,
    coverage: Annotated[
        list[str] | None,
        typer.Option(
            "--coverage",
            metavar="all|country=…,from=…,to=…",
            help="what the file covers completely; else nothing vanishes. Twice: though much would",
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="write unreadable rows to this file, and import the rest"),
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", metavar="TEXT", help="the version of the data set, such as 24.1")
    ] = None,
    published: Annotated[
        str | None,
        typer.Option("--published", metavar="DATE", help="when it came out; else --known-by leaves its facts out"),
    ] = None,
    new_name: Annotated[
        list[str] | None,
        typer.Option("--new-name", metavar="NAME", help="accept a new name that resembles a known one; repeatable"),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="SIGN", help="the separator of fields; default: detected")
    ] = None,
    quote: Annotated[
        str | None, typer.Option("--quote", metavar="SIGN", help='the quote character of fields; "" for none')
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="such as windows-1251; default: UTF-8, or detected")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option("--decimal", metavar="SIGN", help="for csv: the decimal mark: . or ,")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME|N", help="of a workbook: the sheet to read")
    ] = None,
    header: Annotated[
        int | None, typer.Option("--header", metavar="N", help="the row that names the columns; default: detected")
    ] = None,
    records: Annotated[
        str | None, typer.Option("--records", metavar="KEY", help="of JSON: the key of the list of rows")
    ] = None,
    new_history: Annotated[
        bool, typer.Option("--new-history", help="its records are others than all that are known of the data set")
    ] = False,
    max_size: MaxSize = None,
    directory: Directory = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Import a release of a data set: new, revised and vanished rows.

    Each row is a fact under its own id; what changed since the last release is its next revision. A file is taken in
    whole or not at all. The same file again changes nothing. chronology retract --import ID takes it back.
    """
    _check(dataset, mapping, suggest_=suggest_)
    most = most_bytes(max_size)
    shape = {
        "delimiter": delimiter, "quote": quote, "encoding": encoding, "decimal": decimal, "sheet": sheet,
        "header": header, "records": records,
    }  # fmt: skip
    if suggest_:
        for file in files:
            with opened(file, most, shape_of(shape)) as source:
                write_lines(suggest(source).splitlines())
        return
    if len(files) > 1 and (coverage or rejects is not None):
        raise Usage("--coverage and --rejects speak of one file; import the files one by one")
    with open_chronology(directory) as chronology:
        for file in files:
            with progress(f"importing {Path(file).name}", WORTH_A_BAR) as tell:
                (summary,) = chronology.import_(
                    dataset,
                    file,
                    mapping=mapping,
                    coverage=coverage or None,
                    rejects=None if rejects is None else _into(rejects),
                    release=release,
                    published=published,
                    new_names=new_name or (),
                    by=by,
                    dry_run=dry_run,
                    max_size=most,
                    progress=tell,
                    shape=shape,
                    new_history=new_history,
                )
            if not dry_run:
                accomplished.set(f"{file} is in the log, up to position {chronology.head:,}")
            _tell(summary, rejects)
    if dry_run:
        say("dry run: nothing was appended")


def _check(dataset: str, mapping: Path | None, *, suggest_: bool) -> None:
    if dataset != BY_MAPPING and (mapping is not None or suggest_):
        raise Usage(f"{dataset} needs no mapping; --mapping and --suggest are for import csv")
    if dataset == BY_MAPPING and (mapping is None) is not suggest_:
        raise Usage("import csv takes --mapping FILE, or --suggest, which prints one to start from")


def _into(rejects: Path) -> Callable[[Iterable[Problem]], None]:
    def write(problems: Iterable[Problem]) -> None:
        write_rows(("file", "line", "column", "value", "expected"), problems, Format.CSV, rejects)

    return write


def _tell(found: Summary, rejects: Path | None) -> None:
    for line in found.warnings:
        warn(line)
    if found.known:
        say(f"already imported as {found.entry}")
    if found.revised:
        rest = found.revised - found.weighty
        warn(f"revised in figures, dates or places: {found.weighty:,}; only in text or other columns: {rest:,}")
    say(str(found))
    if found.rejected:
        say(f"the rejected rows are in {rejects}")
