"""Rows that are one record together: one for each victim, or for each place. Their facts become one, and are counted.

Figures are added up, each series by itself; of a number that a row does not have, the sum is "at least". Lists are put
together, days span all of them, and what rows do not agree on is left out.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from chronology.importers.seen import Kept
from chronology.importers.tables import Row
from chronology.vocabulary import Category, Figure, Report
from chronology.vocabulary.dates import bounds

__all__ = ["MOST_ROWS", "combined", "grouped", "members"]

MOST_ROWS: Final = 5_000
"""That one record may have."""

_CHUNK: Final = 500
_LONGEST: Final = 1_000
_NUMBERS: Final = ("low", "best", "high", "words")
_cells: Final = msgspec.json.Decoder(list[list[str]])
_encode: Final = msgspec.json.encode


def grouped(rows: Iterator[Row], key_of: Callable[[list[str]], object]) -> Iterator[Row]:
    """A row for each record, on the line of its first, that holds all of its rows (`members`).

    A row that is none, or has no key, stays by itself. What was read is kept on disk.
    """
    with contextlib.closing(Kept()) as kept:
        while some := list(islice(rows, _CHUNK)):
            keyed = [(each, key_of(each.values) if each.unreadable is None else None) for each in some]
            yield from (_alone(each) for each, key in keyed if not isinstance(key, str))
            kept.add([(key, each) for each, key in keyed if isinstance(key, str)])
        for key, line, count, cells in kept.records(MOST_ROWS):
            if count > MOST_ROWS:
                yield Row(line, [], f"expected at most {MOST_ROWS:,} rows of one record; {key[:60]!r} has {count:,}")
            else:
                yield Row(line, [f"[{','.join(each.decode() for each in cells)}]"])


def _alone(row: Row) -> Row:
    return row if row.unreadable is not None else row._replace(values=[_encode([row.values]).decode()])


def members(values: Sequence[str]) -> list[list[str]]:
    """The rows of a record."""
    return _cells.decode(values[0])


def combined(facts: Sequence[Report], columns: Sequence[str], rows: Sequence[list[str]]) -> tuple[Report, set[str]]:
    """One fact of those of the rows of a record, and the fields that these do not agree on."""
    first, apart = facts[0], set()
    values: dict[str, Any] = {}
    for name in first.__struct_fields__:
        given = [value for each in facts if (value := getattr(each, name)) not in (None, ())]
        if not given:
            continue
        if name in set(Category):
            values[name] = _added_up(given)
        elif isinstance(given[0], tuple):
            values[name] = tuple(dict.fromkeys(item for each in given for item in each))[:200]
        elif all(each == given[0] for each in given):
            values[name] = given[0]
        elif name == "occurred":
            values[name] = _span(given)
        else:
            apart.add(name)
    values["native"] = _native(columns, rows)
    return type(first)(**values), apart


def _added_up(given: Sequence[Sequence[Figure]]) -> tuple[Figure, ...]:
    """The figures of all rows, those of one series in one."""
    series: dict[Figure, list[Figure]] = {}
    for figures in given:
        for each in figures:
            series.setdefault(msgspec.structs.replace(each, **dict.fromkeys(_NUMBERS)), []).append(each)
    return tuple(_sum(same, figures) for same, figures in series.items())


def _sum(same: Figure, figures: Sequence[Figure]) -> Figure:
    if len(figures) == 1:
        return figures[0]
    lows, bests, highs = ([getattr(each, name) for each in figures] for name in ("low", "best", "high"))
    if all(number is None for number in (*lows, *bests, *highs)):
        words = {each.words for each in figures}
        return msgspec.structs.replace(same, words=words.pop() if len(words) == 1 else "not known")
    is_breakdown = all(low is None for low in lows) and None not in bests
    return msgspec.structs.replace(
        same,
        low=None if is_breakdown else sum(low or 0 for low in lows),
        best=None if None in bests else sum(bests),
        high=None if None in highs else sum(highs),
    )


def _span(given: Sequence[str]) -> str | None:
    """From the first to the last day of several."""
    days = [bounds(each) for each in given]
    firsts, lasts = [first for first, _ in days], [last for _, last in days]
    if None in firsts or None in lasts:
        return None
    first, last = min(filter(None, firsts)), max(filter(None, lasts))
    return first.isoformat() if first == last else f"{first}/{last}"


def _native(columns: Sequence[str], rows: Sequence[list[str]]) -> tuple[str, ...]:
    """The columns of all rows: what they hold, each once, or how many different values where that is too long."""
    found = [f"rows={len(rows)}"]
    for at, name in enumerate(columns):
        cells = Counter(row[at] for row in rows if at < len(row) and row[at])
        text = "; ".join(cells)
        if cells:
            found.append(f"{name}={text if len(text) <= _LONGEST else f'{len(cells):,} different values'}")
    return tuple(sorted(found))
