"""The last step of every verb that writes: a batch goes into the log, and what became of it is printed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from chronology.api import Appended, Progress, recorded
from chronology.cli.output import accomplished, say, warn
from chronology.intake import Batch
from chronology.log import Log, Outcome

__all__ = ["counted", "progress", "record", "say_appended"]

MOST_LISTED: Final = 100
MOST_NOTES: Final = 20
WORTH_A_BAR: Final = 5_000

_Item = TypeVar("_Item")


def record(log: Log, batch: Batch, *, by: str | None, dry_run: bool) -> None:
    """Append the batch, or only check it, and say what became of each fact.

    Raises Rejected with every problem of the batch, or with what the log refuses; then nothing is appended.
    """
    with progress("recording") as tell:
        done = recorded(log, batch, by=by, dry_run=dry_run, progress=tell, warn=warn)
    say_appended(done, dry_run=dry_run)


def say_appended(done: Appended, *, dry_run: bool) -> None:
    """Say what became of each fact, what was noted and what looks wrong."""
    if not dry_run:
        accomplished.set(_stays(done.outcomes))
    for line in _worded(done.outcomes):
        say(line)
    for note in _shortened(done.notes):
        say(note)
    for warning in _shortened(done.warnings):
        warn(warning)
    if dry_run:
        say("dry run: nothing was appended")


def _stays(outcomes: list[Outcome]) -> str:
    """A sentence on what is in the log from now on, even if printing fails."""
    new = [each.position for each in outcomes if not each.known]
    if not new:
        return "nothing was appended: all of it was known"
    where = f"at position {new[0]}" if len(new) == 1 else f"up to position {max(new):,}"
    return f"{len(new):,} {'entry was' if len(new) == 1 else 'entries were'} appended, {where}"


def _shortened(lines: list[str]) -> list[str]:
    """The lines; of very many, the first and how many more there are."""
    more = len(lines) - MOST_NOTES
    return lines if more <= 0 else [*lines[:MOST_NOTES], f"and {more:,} more"]


def _worded(outcomes: list[Outcome]) -> Iterator[str]:
    """A line for each entry; of many, how many they are and where they stand."""
    if len(outcomes) <= MOST_LISTED:
        for each in outcomes:
            yield f"{each.position}  {each.kind}  {each.id}{_aside(each)}"
        return
    new = [each.position for each in outcomes if not each.known]
    if new:
        yield f"{len(new):,} entries, positions {min(new)} to {max(new)}"
    if len(new) < len(outcomes):
        yield f"{len(outcomes) - len(new):,} already known"


def _aside(outcome: Outcome) -> str:
    if not outcome.known:
        return f"  revision {outcome.revision}" if outcome.revision > 1 else ""
    undone = f", retracted at position {outcome.retracted_at}" if outcome.retracted_at is not None else ""
    return f"  already known, position {outcome.position}{undone}"


def counted(what: str, items: Iterable[_Item]) -> Iterator[_Item]:
    """The items as they come; of many, how many there were so far is shown on standard error, if somebody watches."""
    coming = iter(items)
    yield from islice(coming, WORTH_A_BAR)
    if not sys.stderr.isatty():
        yield from coming
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        for number, item in enumerate(coming, WORTH_A_BAR):
            if number % 1_000 == 0:
                status.update(f"{what} {number:,}")
            yield item


@contextlib.contextmanager
def progress(what: str, worth: int = WORTH_A_BAR) -> Iterator[Progress | None]:
    """A bar on standard error for what takes long, if somebody watches; what is yielded is told how far it is."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True, disable=True) as bar:
        task = bar.add_task(what)

        def tell(done: int, total: int) -> None:
            if total >= worth:
                bar.disable = False
                bar.start()
                bar.update(task, completed=done, total=total)

        yield tell
