"""The names that facts use: of many facts at once, and only those that were not met before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from chronology.log.entry import now
from chronology.vocabulary import Kind, fields_of
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["Met", "names_met", "names_used"]


Met = dict[str, set[str | None]]
"""By role, names that were met already: most come again and again."""


def names_met() -> Met:
    """None yet."""
    return defaultdict(lambda: {None})


class _Holds(NamedTuple):
    """The contents of a field of a kind: names of a role, or (None) a place or figures with names of their own."""

    values_of: Callable[[object], Any]
    role: str | None
    many: bool


@cache
def _holds(kind: type) -> tuple[_Holds, ...]:
    """The fields of a kind that hold names.

    `texts_of` finds every text of a fact, and where it stands; that is not needed here, and takes far longer.
    """
    found = []
    for field in fields_of(kind).values():
        nested = field.shape in {"place", "figures"}
        if nested or (field.role is not None and field.role.is_name):
            many = field.shape == "figures" or (field.many and not nested)
            found.append(_Holds(attrgetter(field.attribute), None if nested else str(field.role), many))
    return tuple(found)


def names_used(facts: Iterable[tuple[int, Kind]], met: Met) -> Iterator[tuple[int, str, str]]:
    """Position, role and name of every name in facts, but of none in `met`: where a field first has it. In no order.

    The facts of a kind are looked at together, field by field: then most of it is done in C.
    """
    by_kind: dict[type, tuple[list[int], list[object]]] = defaultdict(lambda: ([], []))
    for position, fact in facts:
        positions, some = by_kind[type(fact)]
        positions.append(position)
        some.append(fact)
        if isinstance(fact, FactCorrected) and fact.now is not None:  # None is left of what could not be read
            positions, some = by_kind[type(inner := now(fact))]
            positions.append(position)
            some.append(inner)
    for kind, (positions, some) in by_kind.items():
        yield from _names_of(kind, positions, some, met)


def _names_of(kind: type, positions: Sequence[int], some: Sequence[object], met: Met) -> Iterator[tuple[int, str, str]]:
    """Yield the names used in facts of one kind, or in places or figures in them."""
    for values_of, role, many in _holds(kind):
        at: Sequence[int] = positions
        values: Sequence[Any] = list(map(values_of, some))
        if not any(values):
            continue
        if many:
            at = [position for position, several in zip(positions, values, strict=True) for _ in several or ()]
            values = list(chain.from_iterable(filter(None, values)))
        if role is None:
            there = [(position, value) for position, value in zip(at, values, strict=True) if value is not None]
            at, values = zip(*there, strict=True)
            yield from _names_of(type(values[0]), at, values, met)
        elif new := set(values).difference(met[role]):
            for position, name in zip(at, values, strict=True):
                if name in new:
                    new.remove(name)
                    yield position, role, name
                    if not new:
                        break
