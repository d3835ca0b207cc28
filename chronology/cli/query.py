"""Verbs that ask: query, timeline, views, and the making anew of what is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from chronology.api import days_between
from chronology.cli.limited import Memory, Timeout, within
from chronology.cli.options import Directory, Limit, OutputFile, OutputFormat, RawCsv, open_chronology
from chronology.cli.output import Format, refuse_own_file, say, warn, write_rows
from chronology.errors import Refused, Unavailable, Usage
from chronology.exporters.written import when
from chronology.files import NotText, Unreadable, read_input, text_of
from chronology.vocabulary.near import did_you_mean

if TYPE_CHECKING:
    from projections.asking.describe import Description
    from projections.asking.session import RowStream

__all__ = [
    "AsOf",
    "ByPolicy",
    "KnownBy",
    "OfOperation",
    "query",
    "rebuild",
    "timeline",
    "timeline_sql",
    "timeline_table",
    "views",
    "write_answer",
]

MOST_SQL: Final = 1 << 20

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="POSITION|TIME", help="as our log stood: a position, or a time with a time zone"),
]
KnownBy = Annotated[
    str | None, typer.Option("--known-by", metavar="DATE", help="as the public record stood on that day")
]

OfOperation = Annotated[
    str | None, typer.Option("--operation", metavar="NAME", help="only what belongs to this operation and its parts")
]

ByPolicy = Annotated[
    str | None,
    typer.Option("--policy", metavar="NAME|FILE", help="figures by this policy: majority-1, …, or a file of your own"),
]


def query(  # noqa: PLR0917 - typer passes by name
    sql: Annotated[str | None, typer.Argument(metavar="SQL", help="one SELECT; - reads it from standard input")] = None,
    directory: Directory = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="read the SELECT from a file")] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    policy: ByPolicy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="let the SQL read your own files; never use it for SQL you were sent")
    ] = False,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Query the views in DuckDB SQL, as of now or as of an earlier moment.

    With --timeout or --memory the question runs in a process of its own, which the operating system holds to both: use
    them for SQL you were sent. Without --memory it is then held to half of this machine's.
    """
    text = _sql(sql, file)
    try:
        with (
            open_chronology(directory) as chronology,
            chronology.stream(
                text,
                as_of=as_of,
                known_by=known_by,
                policy=policy,
                allow_files=allow_files,
                timeout=timeout,
                memory=memory,
                whole=format is Format.TABLE,
            ) as answer,
        ):
            write_answer(answer, format, output, raw=raw)
    except Refused as error:
        # Of a question in a file, the file is what is wrong.
        if file is None or not str(error).startswith("query: "):
            raise
        raise Refused(f"{file}: {str(error).removeprefix('query: ')}") from error


def timeline(  # noqa: PLR0917 - typer passes by name
    directory: Directory = None,
    operation: OfOperation = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="from this day on (EDTF)")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="up to this day (EDTF)")] = None,
    limit: Limit = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    policy: ByPolicy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """List what happened, one line per report, with dates as exact as the source gives them."""
    within(timeout, memory, directory, output)
    from projections.asking.operation_names import with_parts
    from projections.literals import quoted

    first, last = days_between(since, until)
    conditions = ["true"]
    if first is not None:
        conditions.append(f"day >= date '{first}'")
    if last is not None:
        conditions.append(f"day <= date '{last}'")
    with open_chronology(directory) as chronology:
        if operation is not None:
            rows = chronology.query("select operation, parent, aliases from operations", as_of=as_of, known_by=known_by)
            conditions.append(f"operation in ({', '.join(map(quoted, with_parts(operation, rows)))})")
        sql = timeline_sql(" and ".join(conditions), limit)
        with chronology.stream(sql, as_of=as_of, known_by=known_by, policy=policy) as answer:
            if format.is_for_people:
                write_rows(*timeline_table(answer.rows), format, output, raw=raw)
            else:
                write_answer(answer, format, output, raw=raw)


def timeline_sql(condition: str = "true", limit: int | None = None) -> str:
    """The question of the timeline."""
    return (
        "select day, occurred_edtf, kind, place, operation, headline, source, fact, speaker, superseded_by "  # noqa: S608
        f"from timeline where {condition} order by day nulls last, occurred_edtf, fact"
        f"{'' if limit is None else f' limit {limit:d}'}"
    )


def timeline_table(rows: Iterable[tuple[Any, ...]]) -> tuple[list[str], Iterator[tuple[object, ...]]]:
    """The timeline as people read it: the date in words, what happened, who says so, and what replaced it."""
    return ["when", "what", "place", "operation", "said by", "fact"], map(_line, rows)


def _line(row: tuple[Any, ...]) -> tuple[object, ...]:
    day, edtf, _, place, operation, headline, source, fact, speaker, superseded_by = row
    said_by = source if speaker in {None, source} else f"{speaker} ({source})"
    replaced = f" (superseded by {', '.join(superseded_by)})" if superseded_by else ""
    return when(day, edtf), f"{headline}{replaced}", place, operation, said_by, fact


def views(  # noqa: PLR0917 - typer passes by name
    name: Annotated[
        str | None, typer.Argument(metavar="VIEW", help="show one view: its columns and what they mean")
    ] = None,
    directory: Directory = None,
    steps: Annotated[bool, typer.Option("--steps", help="include the intermediate steps of figures")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="print the SELECT of the view")] = False,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """List the views that can be queried, with their meaning, grain and columns."""
    within(timeout, memory, directory, output)
    with open_chronology(directory) as chronology:
        described = chronology.views()
    if name is not None:
        _show_view(described, name, format, output, sql=sql, raw=raw)
        return
    chosen = [view for view in described.values() if steps or view.origin != "step"]
    if format is Format.TABLE:
        rows = [(view.name, ", ".join(view.grain), view.description.split(". ")[0].rstrip(".")) for view in chosen]
        write_rows(["view", "grain", "what it is"], rows, format, output, raw=raw)
    else:
        rows_whole = [
            (view.name, view.origin, list(view.grain), view.description, [column._asdict() for column in view.columns])
            for view in chosen
        ]
        write_rows(["view", "origin", "grain", "description", "columns"], rows_whole, format, output, raw=raw)


def rebuild(
    directory: Directory = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="change nothing; compare every view with a fresh rebuild")
    ] = False,
    timeout: Timeout = None,
) -> None:
    """Rebuild the views from the log, or check that they match it."""
    within(timeout, None, directory)
    with open_chronology(directory) as chronology:
        if not verify:
            say(f"views rebuilt from {chronology.rebuild():,} entries")
            return
        checks = chronology.verify_views()
    wrong = [check for check in checks if check.problem]
    for check in wrong:
        warn(f"{check.view}: {check.problem}")
    if wrong:
        msg = f"{len(wrong)} of {len(checks)} views differ from the log; rebuild them with `chronology rebuild`"
        raise Refused(msg)
    say(f"{len(checks)} views match the log")


def _sql(sql: str | None, file: Path | None) -> str:
    if (sql is None) == (file is None):
        msg = 'expected a question: chronology query "select * from injuries_by_convoy", or --file FILE'
        raise Usage(msg)
    if file is not None:
        try:
            return text_of(read_input(file, MOST_SQL))
        except Unreadable as error:
            raise Unavailable(f"{file} {error.what}; name a file that holds one SELECT") from error
        except NotText as error:
            raise Refused(f"{file} {error.what}; name a file that holds one SELECT") from error
    return sys.stdin.read() if sql == "-" else sql or ""


def write_answer(
    answer: RowStream,
    format: Format,  # noqa: A002 - the option's name
    output: Path | None,
    *,
    raw: bool,
) -> None:
    """Write an answer in any of the formats, as `write_rows` and, with the types of its columns, as Parquet."""
    if format is not Format.PARQUET:
        write_rows(answer.columns, answer.rows, format, output, raw=raw)
        return
    if output is None:
        msg = "--format parquet needs a file: expected -o FILE"
        raise Usage(msg)
    from projections.asking.parquet import write_parquet

    refuse_own_file(output)
    write_parquet(answer.columns, answer.types, answer.rows, output)


def _show_view(
    described: dict[str, Description],
    name: str,
    format: Format,  # noqa: A002 - the option's name
    output: Path | None,
    *,
    sql: bool,
    raw: bool,
) -> None:
    if name not in described:
        raise Refused(f"there is no view {name}; {did_you_mean(name, described, 'see `chronology views`')}")
    view = described[name]
    if sql:
        print(view.select)
        return
    if format is Format.TABLE and output is None:
        say(f"{view.name}: {view.description}")
        say(f"grain: {', '.join(view.grain) or 'none declared'}")
        print()
    rows = [(column.name, column.type, column.meaning) for column in view.columns]
    write_rows(["column", "type", "meaning"], rows, format, output, raw=raw)
