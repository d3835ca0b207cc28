"""Rule 9: people move. How many of those once injured, missing, abducted or captured still are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from chronology.casualties.results import CurrentRow, IncidentRow
from chronology.casualties.spans import Span, span_of
from chronology.casualties.statements import MOMENTARY
from chronology.vocabulary import Modality, name_key
from chronology.vocabulary.groups import group_of
from chronology.vocabulary.kinds.casualties import OutcomeReported

if TYPE_CHECKING:
    from chronology.casualties.operations import Operation
    from chronology.casualties.reckon import Reckoned

__all__ = ["Move", "current_of", "moves_of"]


class Move(NamedTuple):
    """So many who were injured, missing, … died, were found or were released, on some day."""

    fact: str
    category: str
    to: str
    victims: str
    low: int
    high: int | None
    days: Span
    incidents: tuple[str, ...]
    operation: str | None


def moves_of(done: Reckoned) -> list[Move]:
    """Every outcome in force."""
    found = []
    for entry in done.entries:
        fact = entry.fact
        if not isinstance(fact, OutcomeReported) or fact.modality is not Modality.ASSERTED:
            continue
        if done.decided.disputed.get(name_key(entry.id)):
            continue
        incidents = tuple(sorted({done.decided.incidents(name) for name in fact.incidents}))
        operation = done.decided.operations(fact.operation) if fact.operation is not None else None
        if operation is None:
            operation = done.tree.shared(done.homes[name].operation for name in incidents if name in done.homes)
        days = span_of(fact.occurred or fact.published or "../9999-12-31")
        found += [
            Move(
                entry.id,
                str(fact.from_),
                str(fact.to),
                group_of(f.victims),
                f.low or 0,
                f.high,
                days,
                incidents,
                operation,
            )
            for f in fact.count
        ]
    return found


def moved(moves: Sequence[Move]) -> tuple[int, int | None]:
    """Count those who moved: of one day and outcome the most that one fact states, and at most all of them."""
    most: dict[tuple[str, float], int] = defaultdict(int)
    for move in moves:
        key = (move.to, move.days.last)
        most[key] = max(most[key], move.low)
    high = None if any(move.high is None for move in moves) else sum(move.high or 0 for move in moves)
    return sum(most.values()), high


def _of_group(moves: Sequence[Move], category: str, victims: str) -> list[Move]:
    """The moves of a group; a fact that says how many of all moved holds those of its groups ("40, 10 children")."""
    some = [move for move in moves if move.category == category and victims in {move.victims, "all"}]
    whole = {move.fact for move in some if move.victims == victims}
    return [move for move in some if move.victims == victims or move.fact not in whole]


def current_of(done: Reckoned, incidents: Sequence[IncidentRow], operations: Sequence[Operation]) -> list[CurrentRow]:
    """Ever so many, less those who died, were found or were released; of the missing, … from the newest moment on."""
    moves = moves_of(done)
    if not moves and not any(series[0] in MOMENTARY for series in done.regions):
        return []
    rows = []
    for op in operations:
        category, victims, definition = op.series
        if definition is None and category != "killed":
            some = [m for m in moves if m.operation is not None and op.operation in done.tree.above(m.operation)]
            rows.append(_row(done, op.operation, None, (category, victims), (op.low, op.high), some))
    for row in incidents:
        if row.definition is None and row.category != "killed":
            some = [m for m in moves if row.incident in m.incidents]
            rows.append(_row(done, None, row.incident, (row.category, row.victims), (row.low, row.high), some))
    return [row for row in rows if row is not None]


def _row(  # noqa: PLR0913, PLR0917 - one row, from all that it depends on
    done: Reckoned, operation: str | None, incident: str | None, of: tuple[str, str],
    ever: tuple[int | None, int | None], moves: Sequence[Move],
) -> CurrentRow | None:  # fmt: skip
    category, victims = of
    some = _of_group(moves, category, victims)
    since = some
    low, high = ever
    if category in MOMENTARY and (newest := _newest(done, operation, incident, of)) is not None:
        moment, low, high = newest
        since = [move for move in some if move.days.last > moment.first]
        sure = [move for move in some if move.days.first > moment.last]
    elif not some:
        return None
    else:
        sure = some
    gone_low, _ = moved(sure)
    _, gone_high = moved(since)
    all_low, all_high = moved(some)
    left = None if low is None else 0 if gone_high is None else max(0, low - gone_high)
    most = None if high is None else max(0, high - gone_low)
    facts = tuple(sorted({move.fact for move in some}))
    return CurrentRow(
        operation, incident, category, victims, *ever, all_low, all_high, left, most, facts, done.policy.name
    )


def _newest(
    done: Reckoned, operation: str | None, incident: str | None, of: tuple[str, str]
) -> tuple[Span, int | None, int | None] | None:
    """The newest moment of which somebody says how many still are, and what it leaves."""
    category, victims = of
    found = []
    for region in done.regions.get((category, victims, None), ()):
        here = region.incidents == (incident,) if incident is not None else False
        if here:
            found += [(Span(v[0].first, v[0].last), answer.low, answer.high) for v, answer in region.answers]
    if operation is not None and (op := done.operations.get((operation, (category, victims, None)))) is not None:
        some = [one for one in op.counted if isfinite(one.moment.last) and not one.excludes]
        found += [(one.moment, one.low, one.high) for one in some]
    return max(found, key=lambda each: (each[0].last, each[1] or 0), default=None)
