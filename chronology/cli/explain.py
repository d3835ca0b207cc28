"""Verbs that explain: why a number is what it is, and what changed between two moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chronology.cli.options import Directory, OutputFile, OutputFormat, RawCsv, open_folder
from chronology.cli.output import Format, json_text, opened, say, shown, warn, write_rows
from chronology.cli.query import AsOf, KnownBy, days_between
from chronology.cli.record import progress
from chronology.errors import Refused, Usage

if TYPE_CHECKING:
    from projections.asking.session import Session
    from projections.explaining.diff import Change
    from projections.explaining.why import Explanation

__all__ = ["diff", "series", "why"]

Row = dict[str, Any]
SHOWN = 40
MANY_DAYS = 20


def why(  # noqa: PLR0917 - typer passes by name
    view: Annotated[str, typer.Argument(metavar="VIEW", help="a view: injuries_by_convoy, casualties_by_incident, …")],
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="the row: convoy=kidal-gao, definition=null")
    ] = None,
    directory: Directory = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
) -> None:
    """Explain a number: the items it is made of, the facts that count, those that do not, and why."""
    from projections.asking.opening import open_session
    from projections.explaining.why import explain

    asked = dict(_key(key) for key in keys or ())
    if format not in {Format.TABLE, Format.JSON}:
        raise Usage(f"--format {format} is not for why; expected table or json")
    with open_session(open_folder(directory), as_of=as_of, known_by=known_by, say=warn) as session:
        explanations, rows = explain(session, view, asked)
        (about,) = session.rows("select * from about")
        with opened(output) as stream:
            if format is Format.JSON:
                whole = {"view": view, **about, "rows": [each._asdict() for each in explanations]}
                stream.write(f"{json_text(whole)}\n")
            else:
                text = "\n\n".join(_told(session, view, about, each) for each in explanations)
                stream.write("\n".join(shown(line) for line in text.split("\n")) + "\n" if text else "")
    if rows > len(explanations):
        warn(f"{len(explanations)} of {rows} rows; name one with key=value")


def diff(  # noqa: PLR0917 - typer passes by name
    first: Annotated[str, typer.Argument(metavar="A", help="a position or a time; with --known-by a day")],
    second: Annotated[str, typer.Argument(metavar="B", help="as A, or: now")],
    view: Annotated[str | None, typer.Argument(metavar="[VIEW]", help="only this view; default: all shipped views")] = (
        None
    ),
    directory: Directory = None,
    known_by: Annotated[
        bool,
        typer.Option("--known-by", help="A and B are days of the public record, not of our log"),
    ] = False,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
) -> None:
    """Show what changed between two moments: rows added, removed and changed, and the entries that caused it."""
    from projections.asking.opening import open_two
    from projections.explaining.diff import DIFFED, difference

    before, after = open_two(open_folder(directory), first, second, by_publication=known_by, say=warn)
    with before, after:
        found = difference(before, after, *(DIFFED if view is None else (after.catalogue.view(view).name,)))
        changes = chain(list(islice(found, 1)), found)  # what cannot be asked is said before anything is written
        if format is Format.TABLE and output is None:
            for line in _changes_told(changes):
                say(line)
        elif format is Format.JSON:
            with opened(output) as stream:
                stream.write("[")
                for number, change in enumerate(changes):
                    stream.write((",\n" if number else "") + json_text(change._asdict()))
                stream.write("]\n")
        else:
            columns = ["view", "change", "key", "column", "old", "new", "causes"]
            write_rows(columns, (row for change in changes for row in _flat(change)), format, output, raw=raw)


def series(  # noqa: PLR0917 - typer passes by name
    view: Annotated[str, typer.Argument(metavar="VIEW", help="a view with figures: injuries_by_convoy, …")],
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="only these rows: convoy=kidal-gao")
    ] = None,
    directory: Directory = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="from this day on (EDTF)")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="up to this day (EDTF)")] = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
) -> None:
    """Show how figures changed as the public record grew, one row per day of change.

    By day of occurrence they are in the views casualties_daily and injuries_by_convoy_daily.
    """
    from projections.asking.opening import open_session
    from projections.explaining.affected_days import days_concerning
    from projections.explaining.series import nothing_known
    from projections.explaining.series import series as by_publication

    folder = open_folder(directory)
    asked = dict(_key(key) for key in keys or ())
    first, last = days_between(since, until)
    with open_session(folder, say=warn) as session:
        days = days_concerning(session, session.catalogue.view(view), asked, first, last)
    with progress("looking back", len(days), worth=MANY_DAYS) as tell:
        columns, rows = by_publication(folder, view, asked, days, tell)
        begun = list(islice(rows, 1))
        if not begun and asked:
            raise Refused(nothing_known(folder, view, asked))
        if not begun:
            warn(f"{view} has no figures on these days")
        write_rows(columns, chain(begun, rows), format, output, raw=raw)


def _changes_told(changes: Iterable[Change]) -> Iterator[str]:
    """A line for each change, and in the end for each view how many there were."""
    counts: dict[str, Counter[str]] = {}
    for change in changes:
        counts.setdefault(change.view, Counter())[_sort_of(change)] += 1
        key = " · ".join(str(value) for value in change.key.values() if value is not None)
        mark = {"added": "+", "removed": "-", "changed": "~"}[change.change]
        because = f"  [{', '.join(map(str, change.causes))}]" if change.causes else ""
        yield f"{mark} {change.view}{f' · {key}' if key else ''}: {_what_changed(change)}{because}"
    for view, of in counts.items():
        other = f", {of['otherwise']:,} rows changed otherwise" if of["otherwise"] else ""
        yield f"{view}: {of['value']:,} values changed, {of['added']:,} added, {of['removed']:,} withdrawn{other}"
    if not counts:
        yield "nothing changed"


def _sort_of(change: Change) -> str:
    if change.change != "changed":
        return change.change
    return "value" if {"low", "best", "high"} & change.new.keys() else "otherwise"


def _what_changed(change: Change) -> str:
    if change.change == "changed":
        return ", ".join(_moved(column, change.old[column], new) for column, new in change.new.items())
    said = change.new or change.old
    return ", ".join(f"{column} {_value(value)}" for column, value in said.items() if column not in {"figure", "facts"})


def _moved(column: str, old: object, new: object) -> str:
    if isinstance(old, list) and isinstance(new, list):
        come = [f"+{value}" for value in new if value not in old]
        gone = [f"-{value}" for value in old if value not in new]
        return f"{column} {' '.join((*come, *gone))}"
    return f"{column} {_value(old)} → {_value(new)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "null" if value is None else str(value)


def _flat(change: Change) -> list[tuple[object, ...]]:
    """One row for each column that differs; of a row added or removed, for each it has."""
    columns = change.new if change.change != "removed" else change.old
    key = json_text(change.key)
    return [
        (change.view, change.change, key, column, change.old.get(column), change.new.get(column), change.causes)
        for column in columns
    ]


def _key(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise Usage(f"{shown(text)} is no KEY=VALUE; expected such as convoy=kidal-gao")
    return key, value


def _told(session: Session, view: str, about: Row, of: Explanation) -> str:
    grain = [column for column in session.catalogue.views[view].grain if column in of.row]
    key = " · ".join(f"{column} {of.row[column]}" for column in grain if of.row[column] is not None)
    lines = [f"{view} · {key}", *_figure_lines(of.row), f"  {_moment(about)}"]
    lines += _section("made of", [_item(item) for item in of.items])
    lines += _section("totals", [_total(total) for total in of.totals])
    lines += _section("counts", [_said(figure) for figure in of.counted])
    lines += _section("does not count", [f"{_said(figure)}: {figure['reason']}" for figure in of.not_counted])
    lines += _section("decided", [_decision(entry) for entry in of.decided])
    return "\n".join(lines)


def _figure_lines(row: Row) -> list[str]:
    if "low" not in row:
        values = [f"{k} {v}" for k, v in row.items() if k.endswith(("_low", "_best", "_high", "status", "since")) and v]
        return [f"  {' · '.join(values)}"] if values else []
    parts = [f"low {_number(row['low'])}", f"best {_number(row['best'])}", f"high {_number(row['high'], 'open')}"]
    more = [
        f"{column.removesuffix('_low').replace('_', ' ')} {_number(row[column])}"
        for column in ("itemised_low", "stated_total_low", "not_itemised")
        if column in row
    ]
    return [f"  {' · '.join((*parts, *more))}"]


def _moment(about: Row) -> str:
    looked = [f"as of position {about['as_of']}"] if about["as_of"] is not None else []
    looked += [f"known by {about['known_by']}"] if about["known_by"] is not None else []
    return f"policy {about['policy']} · {', '.join(looked) or 'now'} · head {about['head']}"


def _section(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"    … and {len(lines) - SHOWN:,} more (--format json has all)"] if len(lines) > SHOWN else []
    return [f"  {title}", *(f"    {line}" for line in lines[:SHOWN]), *more]


def _item(item: Row) -> str:
    days = item["first_day"], item["last_day"]
    when = f"{days[0]}" if days[0] == days[1] else f"{days[0] or '..'}/{days[1] or '..'}"
    return f"{_number(item['low'])}  {item['item']}  ({when})  from {', '.join(item['facts'])}"


def _total(total: Row) -> str:
    stated = f"at least {total['low']}" if total["high"] is None else f"{total['low']}"
    if total["withdrawn_by"]:
        verdict = f"withdrawn by {total['withdrawn_by']}"
    elif total["is_stale"]:
        verdict = "stale"
    else:
        verdict = f"{max(total['excess'] or 0, 0)} not itemised"
    return f"{stated} in all up to {total['moment']}  {total['fact']} ({total['speaker']}): {verdict}"


def _said(figure: Row) -> str:
    who = figure["speaker"] if figure["speaker"] == figure["source"] else f"{figure['speaker']}, by {figure['source']}"
    return f"{figure['fact']}  {who}, {figure['published'] or 'undated'}: {figure['said']}"


def _decision(entry: Row) -> str:
    what = entry["entry"].removeprefix("fact_").replace("_", " ")
    detail = ", ".join(part for part in (entry["nature"], entry["category"]) if part)
    before = f"; before: {entry['before']}" if entry["before"] and what == "corrected" else ""
    return f"{entry['position']}  {what} {entry['target']}{f' ({detail})' if detail else ''}: {entry['reason']}{before}"


def _number(value: int | None, unknown: str = "not known") -> str:
    return unknown if value is None else str(value)
