"""Verbs that give something to others: the log, files for other tools, and how to cite them."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from chronology.cli.limited import Memory, Timeout, within
from chronology.cli.options import Directory, OutputFile, open_chronology, open_log
from chronology.cli.output import Format, opened, opened_bytes, write_lines
from chronology.cli.query import AsOf, ByPolicy, KnownBy, OfOperation
from chronology.errors import Usage
from chronology.exporters import Exporter, exporter_for, exporter_named, exporters
from chronology.exporters.citation import CITED_AS
from chronology.vocabulary.near import did_you_mean

__all__ = ["cite", "export"]

_OF_QUERY: Final = {".csv", ".parquet"}
_FORMS: Final = f"expected {', '.join(CITED_AS)}"


def export(  # noqa: PLR0917 - typer passes by name
    directory: Directory = None,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help=f"{', '.join(exporters())}; default: by the end of FILE"),
    ] = None,
    operation: OfOperation = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    policy: ByPolicy = None,
    format: Annotated[Format, typer.Option("--format", help="of the log: jsonl")] = Format.JSONL,  # noqa: A002
    output: OutputFile = None,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Write the log as JSON Lines, from which it can be restored, or the views for other tools.

    Without --as, and unless the end of FILE names a format, it is the log: the bytes that were recorded, in their
    order, one entry on each line of JSON. All other formats hold the views, at the moment that the look-backs name.
    """
    chosen = _chosen(as_, output)
    if chosen is None:
        if any(given is not None for given in (operation, as_of, known_by, policy)):
            raise Usage("the log is exported whole; --operation and look-backs are for --as NAME")
        _export_log(directory, format, output)
        return
    if output is None and not chosen.is_text:
        raise Usage(f"--as {chosen.name} is no text; name a file: -o FILE{next(iter(chosen.suffixes), '.zip')}")
    within(timeout, memory, directory, output)
    with open_chronology(directory) as chronology:
        if output is not None:
            with opened_bytes(output) as file:
                chronology.export(chosen.name, file, operation=operation, as_of=as_of, known_by=known_by, policy=policy)
            return
        text = io.BytesIO()
        chronology.export(chosen.name, text, operation=operation, as_of=as_of, known_by=known_by, policy=policy)
    if sys.stdout.isatty():
        write_lines(text.getvalue().decode().splitlines())
    else:
        sys.stdout.write(text.getvalue().decode())


def _chosen(named: str | None, output: Path | None) -> Exporter | None:
    """The format that is asked for; None for the log itself. Raises Usage for one that is not there."""
    if named is not None:
        return exporter_named(named)
    found = None if output is None else exporter_for(output)
    if found is None and output is not None and output.suffix.lower() in _OF_QUERY:
        what = output.suffix[1:].lower()
        raise Usage(f"-o {output}: the log is not {what}; use chronology query for {what}, or --as with a format")
    return found


def _export_log(directory: Path | None, format: Format, output: Path | None) -> None:  # noqa: A002
    if format is not Format.JSONL:
        raise Usage(f"the log has one format, jsonl; for {format} use chronology log or chronology query")
    with open_log(directory, read_only=True) as log, opened(output) as stream:
        write_lines((line.decode() for _, line in log.lines()), stream)


def cite(  # noqa: PLR0917 - typer passes by name
    directory: Directory = None,
    operation: OfOperation = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    policy: ByPolicy = None,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help=", ".join(CITED_AS))] = "text",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="write to this file")] = None,
) -> None:
    """Print how to cite this state: its length, root hash, policy and day.

    Others can tell by the root whether their copy of the log is the same: `chronology verify` prints it.
    """
    if form not in CITED_AS:
        raise Usage(f"--format {form}: {did_you_mean(form, CITED_AS, _FORMS)}")
    with open_chronology(directory) as chronology:
        text = chronology.cite(form, operation=operation, as_of=as_of, known_by=known_by, policy=policy)
    with opened(output) as stream:
        write_lines(text.splitlines(), stream)
