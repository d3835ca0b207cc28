"""Verbs that explain: why a number is what it is, and what changed between two moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chronology.cli.limited import Memory, Timeout, within
from chronology.cli.options import Directory, OutputFile, OutputFormat, RawCsv, open_chronology, open_log
from chronology.cli.output import Format, json_text, opened, say, shown, warn, write_rows
from chronology.cli.query import AsOf, ByPolicy, KnownBy
from chronology.cli.record import progress
from chronology.errors import Usage

if TYPE_CHECKING:
    from projections.explaining.diff import Change

__all__ = ["diff", "key_of", "policy", "series", "why"]

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
    policy: ByPolicy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Explain a number: the items it is made of, the facts that count, those that do not, and why."""
    asked = dict(key_of(key) for key in keys or ())
    if format not in {Format.TABLE, Format.JSON}:
        raise Usage(f"--format {format} is not for why; expected table or json")
    within(timeout, memory, directory, output)
    with open_chronology(directory) as chronology:
        why = chronology.why(view, asked, as_of=as_of, known_by=known_by, policy=policy)
    with opened(output) as stream:
        if format is Format.JSON:
            whole = {"view": view, **why.about, "rows": [each._asdict() for each in why.rows]}
            stream.write(f"{json_text(whole)}\n")
        else:
            stream.write("\n".join(shown(line) for line in str(why).split("\n")) + "\n")
    if why.found > len(why.rows):
        warn(f"{len(why.rows)} of {why.found} rows; name one with key=value")


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
    all_: Annotated[bool, typer.Option("--all", help="every row that changed, not only figures")] = False,
    policy: ByPolicy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Show what changed between two moments: rows added, removed and changed, and the entries that caused it.

    For people it says first which figures changed, and by which entries; all changes with --all, of one view with its
    name, and in the formats for programs.
    """
    within(timeout, memory, directory, output)
    if format is Format.TABLE and output is None and view is None and not all_:
        _diff_of_figures(directory, (first, second), policy, known_by=known_by)
        return
    with (
        open_chronology(directory) as chronology,
        chronology.stream_diff(first, second, view, by_publication=known_by, policy=policy) as found,
    ):
        changes = chain(list(islice(found, 1)), found)  # what cannot be asked is said before anything is written
        if format is Format.TABLE and output is None:
            for line in _worded_changes(changes):
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


def _diff_of_figures(directory: Path | None, moments: tuple[str, str], policy: str | None, *, known_by: bool) -> None:
    from chronology.cli.figure_changes import look_through, worded

    with open_chronology(directory) as chronology:
        with chronology.stream_diff(*moments, by_publication=known_by, policy=policy) as changes:
            found = look_through(changes)
        with open_log(directory, read_only=True) as log:
            for line in worded(found, log):
                say(line)


def series(  # noqa: PLR0917 - typer passes by name
    view: Annotated[str, typer.Argument(metavar="VIEW", help="a view with figures: injuries_by_convoy, …")],
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="only these rows: convoy=kidal-gao")
    ] = None,
    directory: Directory = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="from this day on (EDTF)")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="up to this day (EDTF)")] = None,
    policy: ByPolicy = None,
    format: OutputFormat = Format.TABLE,  # noqa: A002 - the option's name
    output: OutputFile = None,
    raw: RawCsv = False,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """Show how figures changed as the public record grew, one row per day of change.

    By day of occurrence they are in the views casualties_daily and injuries_by_convoy_daily.
    """
    within(timeout, memory, directory, output)
    asked = dict(key_of(key) for key in keys or ())
    with (
        open_chronology(directory) as chronology,
        progress("looking back", worth=MANY_DAYS) as tell,
        chronology.stream_series(view, asked, since=since, until=until, policy=policy, progress=tell) as found,
    ):
        write_rows(found.columns, found.rows, format, output, raw=raw)


def policy(
    named: Annotated[
        str | None, typer.Argument(metavar="[NAME|FILE]", help="a policy, or a file of one; default: that in force")
    ] = None,
    directory: Directory = None,
    explain: Annotated[bool, typer.Option("--explain", help="as a page for readers of a publication")] = False,
    output: OutputFile = None,
) -> None:
    """Show a policy by which figures are made, or explain it in plain words.

    Shown as JSON, which is a file for --policy: to make one of your own, change its name, choice and words.
    """
    from chronology.api.questions import policy_of
    from chronology.casualties import explain as explained
    from chronology.casualties import write_policy

    chosen = policy_of(named)
    if chosen is None:
        with open_chronology(directory) as chronology:
            chosen = chronology.policy()
    text = explained(chosen) if explain else write_policy(chosen).decode() + "\n"
    with opened(output) as stream:
        stream.write(text)


def _worded_changes(changes: Iterable[Change]) -> Iterator[str]:
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


def key_of(text: str) -> tuple[str, str]:
    """The column and the value of KEY=VALUE. Raises Usage for what is no such pair."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise Usage(f"{shown(text)} is no KEY=VALUE; expected such as convoy=kidal-gao")
    return key, value
