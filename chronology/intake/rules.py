"""Rules between the fields of one fact, each of which is right by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from chronology.vocabulary import Category, Figure, Kind, Measure, Place, name_key
from chronology.vocabulary.kinds.curation import ActorsMerged, IncidentsMerged, IncidentsSeparated

__all__ = ["Breach", "broken_rules"]


_CATEGORIES: Final = tuple(map(str, Category))


class Breach(NamedTuple):
    """A broken rule: where, what stands there (None when nothing does), what is wrong with it, what was expected."""

    path: str
    value: object
    what: str
    expected: str


_Fact: TypeAlias = Any  # of a kind that has the fields which the rule asks for
Rule = Callable[[_Fact], Iterator[Breach]]


def broken_rules(fact: Kind) -> list[Breach]:
    """Every rule that the fact breaks."""
    return [breach for rule in _rules(type(fact)) for breach in rule(fact)]


@cache
def _rules(kind: type[Kind]) -> tuple[Rule, ...]:
    """The rules of a kind: those of the fields it has, and its own."""
    names = set(kind.__struct_fields__)
    rules: list[Rule] = list(_OF_KIND.get(kind, ()))
    if "place" in names and "source" in names:
        rules.append(_place_has_both_coordinates)
    if {"latitude", "longitude"} <= names:
        rules.append(_both_coordinates)
    if "killed" in names:
        rules.append(_figures_fit)
    return tuple(rules)


def _both_coordinates(at: _Fact, path: str = "") -> Iterator[Breach]:
    if (at.latitude is None) != (at.longitude is None):
        missing, there = ("longitude", "latitude") if at.longitude is None else ("latitude", "longitude")
        yield Breach(f"{path}{missing}", None, "missing", f"expected it together with {there}")


def _place_has_both_coordinates(fact: _Fact) -> Iterator[Breach]:
    place: Place | None = fact.place
    if place is not None:
        yield from _both_coordinates(place, "place.")


_Figures: TypeAlias = list[tuple[str, Figure]]
"""Figures, each with its path in the fact."""


def _figures_fit(fact: _Fact) -> Iterator[Breach]:
    figures = [
        (f"{category}[{index}]", figure)
        for category in _CATEGORIES
        for index, figure in enumerate(getattr(fact, category))
    ]
    if figures:
        yield from _totals_have_an_operation(fact, figures)
        yield from _breakdowns_have_a_whole(figures)
        if len(figures) > 1:
            yield from _parts_fit_their_whole(figures)


def _totals_have_an_operation(fact: _Fact, figures: _Figures) -> Iterator[Breach]:
    """A running total or a residual is one of an operation; naming incidents makes a total an increment of these."""
    if fact.operation is not None:
        return
    for path, figure in figures:
        measure = figure.measure or getattr(fact, "measure", None)
        if measure is Measure.RESIDUAL or (
            measure is Measure.RUNNING_TOTAL and not (figure.incidents or fact.incidents)
        ):
            yield Breach("operation", None, "missing", f"expected the operation that {path} is a {measure} of")
            return


def _breakdowns_have_a_whole(figures: _Figures) -> Iterator[Breach]:
    for path, figure in figures:
        if figure.part_of is not None and name_key(figure.part_of) == name_key(figure.victims):
            yield Breach(f"{path}.part_of", figure.part_of, "", "expected another group than the one counted")


def _parts_fit_their_whole(figures: _Figures) -> Iterator[Breach]:
    """Of ten people killed twelve were no women: a part is at most its whole (docs/casualties.md, groups)."""
    wholes: dict[tuple[object, ...], int] = {}
    for path, figure in figures:
        most = figure.high if figure.high is not None else figure.best if figure.low is None else None
        if most is not None:
            key = _counted(path, figure, figure.victims)
            wholes[key] = max(most, wholes.get(key, most))
    for path, figure in figures:
        least = figure.low if figure.low is not None else figure.best
        for whole in {"all", figure.part_of or "all"} - {figure.victims}:
            most = wholes.get(_counted(path, figure, whole))
            if most is not None and least is not None and least > most:
                yield Breach(path, least, "", f"expected at most {most}, as the fact says of {whole}")


def _counted(path: str, figure: Figure, victims: str) -> tuple[object, ...]:
    """The key by which figures of a group are compared: the same people, on the same ground, at the same moment."""
    category = path.partition("[")[0]
    return category, name_key(victims), figure.definition, figure.incidents, figure.as_at, figure.period


def _two_names(field: str) -> Rule:
    """A rule that a decision about names is about two at least; `into` is one of them."""

    def rule(fact: _Fact) -> Iterator[Breach]:
        names = [*getattr(fact, field), *filter(None, [getattr(fact, "into", None)])]
        if len(set(map(name_key, names))) < 2:
            yield Breach(field, list(getattr(fact, field)), "", f"expected two different {field} at least")

    return rule


_OF_KIND: Final[dict[type[Kind], tuple[Rule, ...]]] = {
    IncidentsMerged: (_two_names("incidents"),),
    IncidentsSeparated: (_two_names("incidents"),),
    ActorsMerged: (_two_names("actors"),),
}
