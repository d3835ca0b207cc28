"""Naming an entry: its position, its id, a unique beginning of it, `id@revision`; and what a near miss may mean."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from chronology.errors import Refused

__all__ = ["Target", "distance", "nearest", "resolve"]

_DIGITS: Final = re.compile("[0-9]+")
_LEAST: Final = 4
_LARGEST: Final = 2**63 - 1
_MOST_CANDIDATES: Final = 5_000


class Target(NamedTuple):
    """What a reference names.

    `revision` is None where all of the fact is meant: by its id, or by the position of its report. Where one revision
    is meant (`id@2`, or the position of a correction), it is that, and `position` is its own; else that of the report.
    """

    id: str
    position: int
    revision: int | None


def resolve(cursor: sqlite3.Cursor, ref: str) -> Target:
    """The entry that `ref` names. Raises Refused if there is none, with those it may be, or if there are several."""
    try:
        ref.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"nothing in the log has the id {ref[:50]!a}: it is not text") from error
    if _DIGITS.fullmatch(ref):
        return _at(cursor, ref)
    name, at, revision = ref.rpartition("@")
    if not at:
        return _whole(cursor, ref)
    whole = _whole(cursor, name)
    number = int(revision) if _DIGITS.fullmatch(revision) and len(revision) < 10 else 0
    row = cursor.execute(
        "select position from stored_events where originator_id = ? and originator_version = ?", (whole.id, number)
    ).fetchone()
    if row is None:
        (present,) = _one(cursor, "select max(originator_version) from stored_events where originator_id = ?", whole.id)
        msg = f"{whole.id} has no revision {revision!a}; it is at {present}"
        raise Refused(msg)
    return Target(whole.id, row[0], number)


def _at(cursor: sqlite3.Cursor, ref: str) -> Target:
    position = int(ref) if len(ref) < 20 else _LARGEST
    row = cursor.execute(
        "select originator_id, position, originator_version from stored_events where position = ?",
        (min(position, _LARGEST),),
    ).fetchone()
    if row is None:
        (head,) = _one(cursor, "select coalesce(max(position), 0) from stored_events")
        msg = f"there is no position {ref[:30]}; the log ends at {head}"
        raise Refused(msg)
    return Target(row[0], row[1], row[2] if row[2] > 1 else None)


def _whole(cursor: sqlite3.Cursor, name: str) -> Target:
    """An id, or the unique beginning of one. An id that is the beginning of others is itself."""
    first = "select originator_id, position, null from stored_events where originator_version = 1 and originator_id"
    row = cursor.execute(f"{first} = ?", (name,)).fetchone()
    if row is None and len(name) >= _LEAST:
        end = name + "\U0010ffff"
        rows = cursor.execute(f"{first} between ? and ? order by originator_id limit 6", (name, end)).fetchall()
        if len(rows) > 1:
            more = ", …" if len(rows) > 5 else ""
            msg = f"{name} begins several ids: {', '.join(each[0] for each in rows[:5])}{more}; give more of it"
            raise Refused(msg)
        row = rows[0] if rows else None
    if row is None:
        raise Refused(_not_found(cursor, name))
    return Target(*row)


def _not_found(cursor: sqlite3.Cursor, name: str) -> str:
    shown = name if name.isascii() and name.isprintable() and len(name) <= 200 else ascii(name[:50])
    if len(name) < _LEAST:
        return f"nothing in the log has the id {shown}; give {_LEAST} letters of it or more, or its position"
    # Few mistype the first two letters; an index finds those that share them.
    rows = cursor.execute(
        "select distinct originator_id from stored_events where originator_id between ? and ? "
        "and length(originator_id) between ? and ? limit ?",
        (name[:2], name[:2] + "\U0010ffff", len(name) - 2, len(name) + 2, _MOST_CANDIDATES),
    )
    close = nearest(name, (row[0] for row in rows), 2)[:3]
    meant = f"did you mean {' or '.join(close)}?" if close else "`chronology log` lists what there is"
    return f"nothing in the log has the id {shown}; {meant}"


def _one(cursor: sqlite3.Cursor, statement: str, *values: str) -> tuple[int | None]:
    found: tuple[int | None] = cursor.execute(statement, values).fetchone()
    return found


def nearest(word: str, candidates: Iterable[str], most: int) -> list[str]:
    """Those of `candidates` at most `most` edits from `word`, the nearest first."""
    measured = ((distance(word, each, most), each) for each in candidates)
    return [each for edits, each in sorted(measured) if edits <= most]


def distance(one: str, other: str, most: int) -> int:
    """How many letters to insert, delete, change or swap with a neighbour make `one` into `other`.

    Damerau–Levenshtein in its simpler form (no letter is edited twice). `most + 1` stands for anything above `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, against in enumerate(other, 1):
            best = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != against))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                best = min(best, before[column - 2] + 1)
            here.append(best)
        if min(here) > most and min(above) > most:
            return most + 1
        before, above = above, here
    return min(above[-1], most + 1)
