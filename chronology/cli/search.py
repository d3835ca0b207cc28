"""The verb that searches."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from chronology.cli.limited import Memory, Timeout, within
from chronology.cli.options import Directory, Limit, OutputFile, OutputFormat, RawCsv, open_chronology
from chronology.cli.output import Format, warn
from chronology.cli.query import AsOf, KnownBy, write_answer

__all__ = ["search"]

_SHOWN: Final = 20


def search(  # noqa: PLR0917 - typer passes by name
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help='all of them are found; "in quotes" a phrase')],
    directory: Directory = None,
    limit: Limit = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Search the texts and names of all entries, in any script and spelling.

    A word is found by its beginning, without regard to case and accents: in quotes, notes, names and their aliases,
    headlines, reasons, and the columns of imported rows. Entries that were withdrawn or corrected are found as they
    read now; --as-of and --known-by look back. A table shows 20, names first, then the newest; --limit 0 shows all.
    """
    within(timeout, memory, directory, output)
    asked = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    most = limit if limit is not None else (_SHOWN if format.is_for_people else 0)
    with open_chronology(directory) as chronology:
        found = chronology.search(asked, limit=most + 1 if most else None, as_of=as_of, known_by=known_by)
    from projections.asking.session import RowStream

    rows = found.rows()
    shown = rows[:most] if most else rows
    write_answer(RowStream(found.columns, found.types, iter(shown)), format, output, raw=raw)
    if not rows:
        warn(f"nothing in force at that moment contains {asked}; fewer words, or only their beginning, find more")
    if limit is None and most and len(rows) > most:
        warn(f"the first {most}; --limit 0 shows all")
