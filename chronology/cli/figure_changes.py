"""Changes of figures, a line for each, with the entries that caused it; and the number of other changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chronology.log import reading

if TYPE_CHECKING:
    from chronology.log import Entry, Log
    from projections.explaining.diff import Change

__all__ = ["Found", "look_through", "worded"]

_FIGURES: Final = ("casualties_by_operation", "casualties_by_incident")
_THE_SAME: Final = "injuries_by_convoy"
"""A view that says again what `casualties_by_operation` says."""
_BOUNDS: Final = {"low", "best", "high"}
_MOST_CAUSES, _MOST_READ = 3, 30
"""Causes that are named, and of how many these are the first."""
MOST_LINES: Final = 200


class Found(NamedTuple):
    """A difference: changes of figures, and the number of others in each view."""

    figures: list[Change]
    others: Counter[str]


def look_through(changes: Iterable[Change]) -> Found:
    """Read all changes, and keep those of figures."""
    found = Found([], Counter())
    for change in changes:
        if change.view in _FIGURES and (change.change != "changed" or _BOUNDS & change.new.keys()):
            found.figures.append(change)
        elif change.view != _THE_SAME:
            found.others[change.view] += 1
    return found


def worded(found: Found, log: Log) -> Iterator[str]:
    """The lines for people: each figure that changed, then how many other changes there are and how to see them."""
    for change in found.figures[:MOST_LINES]:
        because = _because(change, log)
        yield f"{_subject(change)}: {_moved(change)}{f'  [{because}]' if because else ''}"
    if not found.figures and not found.others:
        yield "nothing changed"
        return
    if not found.figures:
        yield "no figure changed"
    others = found.others.copy()
    if more := len(found.figures) - MOST_LINES:
        others["figures of operations and incidents"] += max(more, 0)
    if number := others.total():
        views = ", ".join(f"{count:,} in {view}" for view, count in others.most_common() if count)
        yield f"besides, {number:,} {'row' if number == 1 else 'rows'} changed: {views}; --all shows each"


def _subject(change: Change) -> str:
    return str(change.key.get("operation") or change.key["incident"])


def _moved(change: Change) -> str:
    """The figure before and after, in the words of the views; if these are the same, the bounds."""
    old, new = _words(change.old), _words(change.new)
    if change.change == "added":
        return f"{new or 'a figure'}, new"
    if change.change == "removed":
        return f"{old or 'a figure'}, gone"
    if old is not None and new is not None and old != new:
        return f"{old} → {new}"
    group = "" if change.key["victims"] == "all" else f"{change.key['victims']} "
    bounds = (bound for bound in change.new if bound in _BOUNDS)
    moved = (f"{bound} {_or_open(change.old[bound])} → {_or_open(change.new[bound])}" for bound in bounds)
    return f"{group}{change.key['category']}: {', '.join(moved)}"


def _words(row: Mapping[str, object]) -> str | None:
    """A figure in words, without who says otherwise."""
    words = row.get("in_words")
    return None if words is None else str(words).partition(";")[0]


def _or_open(value: object) -> str:
    return "open" if value is None else str(value)


def _because(change: Change, log: Log) -> str:
    """The entries that caused a change: first those that count in the figure now and did not before."""
    counted = set(_facts(change.new)) - set(_facts(change.old))
    entries = {position: log.at(position) for position in change.causes[:_MOST_READ]}
    in_order = sorted(entries, key=lambda position: (entries[position].id not in counted, position))
    named = [_named(position, entries[position]) for position in in_order[:_MOST_CAUSES]]
    more = len(change.causes) - len(named)
    return "; ".join([*named, f"and {more} more"] if more else named)


def _facts(row: Mapping[str, Any]) -> list[str]:
    return row.get("facts") or []


def _named(position: int, entry: Entry) -> str:
    source = getattr(reading(entry, f"position {position}"), "source", None)
    return f"{position} {entry.id}, {source or entry.kind}"
