"""The verb that lists incidents which may be one, as a work list for a person; and how the marked list is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from chronology.cli.options import Directory, Limit, OutputFile, OutputFormat, RawCsv, open_chronology
from chronology.cli.output import Format, say, write_rows
from chronology.errors import Problem, Rejected, Usage
from chronology.importers import Header, opened, read_table

__all__ = ["Marked", "duplicates", "marked"]

_YES: Final = frozenset({"yes", "y", "true", "1", "x", "same", "merge"})
_NO: Final = frozenset({"no", "n", "false", "0", "other", "different", "separate"})
_COLUMNS: Final = (
    "same", "reason", "score", "incident", "other", "why", "days", "km", "kind", "other_kind", "killed_low",
    "other_killed_low",
)  # fmt: skip


_PAIRS: Final = """
    select '' as same, '' as reason, score, incident, other, why, days, km, kind, other_kind, killed_low,
        other_killed_low
    from duplicates
    order by score desc, incident, other
"""


class Marked(NamedTuple):
    """Two incidents that somebody marked as one, or as two: the line, and the reason where one stands there."""

    line: int
    incident: str
    other: str
    reason: str | None


def duplicates(
    *,
    score: Annotated[
        float, typer.Option("--score", min=0, max=1, help="pairs of at least this score; above 0.6 most are one")
    ] = 0.6,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.csv", help="write a work list: mark `same` yes or no, and give it back"),
    ] = None,
    limit: Limit = 0,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    directory: Directory = None,
) -> None:
    """List pairs of incidents that may be one and the same, with a score and what speaks for it.

    They come from any kinds and data sets. Mark `same` in the file with yes or no, then:
    chronology merge --file FILE --reason …, and chronology separate --file FILE --reason …
    """
    if to is not None and to.suffix.lower() != ".csv":
        raise Usage(f"--to {to}: expected a file named .csv")
    with open_chronology(directory) as chronology:
        found = chronology.query(_PAIRS).rows()
    pairs = [row for row in found if row[_COLUMNS.index("score")] >= score]
    rows = pairs[:limit] if limit else pairs
    if to is None:
        write_rows(_COLUMNS[2:], (row[2:] for row in rows), format, output, raw=raw)
        return
    write_rows(_COLUMNS, rows, Format.CSV, to, raw=raw)
    pairs_are = "1 pair is" if len(rows) == 1 else f"{len(rows):,} pairs are"
    say(f"{pairs_are} in {to}; mark `same` with yes or no")


def marked(file: Path, *, same: bool) -> list[Marked]:
    """The pairs of a work list that are marked as one (`same`), or as two. Raises Rejected with all that is wrong."""
    with opened(str(file)) as source:
        table = read_table(source, Header("a list of duplicates", required=("same", "incident", "other")))
        at = {name: table.columns.index(name) for name in ("same", "incident", "other")}
        reason_at = table.columns.index("reason") if "reason" in table.columns else None
        found, problems = [], []
        for row in table.rows:
            if row.unreadable is not None:
                problems.append(source.problem(row.line, "", "", row.unreadable))
                continue
            mark = row.values[at["same"]].strip().lower()
            if mark and mark not in _YES | _NO:
                problems.append(source.problem(row.line, "same", mark, "expected yes, no, or nothing"))
            if mark in (_YES if same else _NO):
                reason = row.values[reason_at].strip() if reason_at is not None else ""
                found.append(Marked(row.line, row.values[at["incident"]], row.values[at["other"]], reason or None))
    if problems:
        raise Rejected(problems)
    if not found:
        word = "yes" if same else "no"
        raise Rejected([Problem(file.name, None, "same", "", f"expected a pair that is marked with {word}")])
    return found
