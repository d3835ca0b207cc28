"""Groups and what they are part of: the low of a group is one voice on its whole, "at least so many"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from chronology.casualties.regions import Region
from chronology.casualties.statements import Series, Statement

__all__ = ["Wholes", "at_least", "lifted_from"]


class Wholes:
    """Of the series that somebody speaks of: in which order they are reckoned, and what each is part of."""

    def __init__(self, said: Iterable[tuple[Series, str | None]]) -> None:
        """`said` are series with the group that one of their figures is part of, where it is a breakdown."""
        self._part_of: dict[Series, set[str]] = defaultdict(set)
        for series, whole in said:
            self._part_of[series].update(() if whole is None else (whole,))
        self.order = self._parts_before_wholes()
        self.of: dict[Series, list[Series]] = {series: self._wholes(series) for series in self.order}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wholes) and (self.order, self.of) == (other.order, other.of)

    __hash__ = None  # type: ignore[assignment]

    def _parts_before_wholes(self) -> list[Series]:
        """Groups before what they are part of; `all` last, and only where it is stated or two groups can meet."""
        groups: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        for category, victims, definition in self._part_of:
            groups[category, definition].add(victims)
        ordered: list[Series] = []
        for category, definition in sorted(groups, key=str):
            named = groups[category, definition]
            left = sorted(named - {"all"})
            while left:
                wholes = {w: self._part_of[category, w, definition] for w in left}
                free = [v for v in left if not any(v in wholes[other] for other in left if other != v)]
                ordered += [(category, each, definition) for each in free or left]
                left = [v for v in left if v not in (free or left)]
            if "all" in named or len(named) > 1:
                ordered.append((category, "all", definition))
        return ordered

    def _wholes(self, series: Series) -> list[Series]:
        category, victims, definition = series
        if victims == "all":
            return []
        wholes = sorted(self._part_of.get(series, set()) | {"all"})
        return [(category, whole, definition) for whole in wholes]


def lifted_from(regions: Sequence[Region], whole: str, own: Sequence[Statement]) -> list[Statement]:
    """The low of a whole from regions of a group; a fact among `own` that counts its dead there has them already."""
    holding = {one.fact for one in own if one.kind == "outcome" and not one.lifted}
    lifted: list[Statement] = []
    for region in regions:
        sayers = [one for one in region.statements if one.low == region.low] or region.statements
        if region.kind != "died" and region.low and sayers and not all(one.imputed for one in sayers):
            lifted.append(at_least(min(sayers, key=lambda one: one.moment.last), whole, region.without_deaths or 0))
        deaths = region.statements if region.kind == "died" else region.deaths
        apart = [death for death in deaths if death.fact not in holding]
        lifted += [replace(at_least(death, whole, death.low or 0), kind="outcome") for death in apart]
    return lifted


def at_least(one: Statement, whole: str, low: int) -> Statement:
    """The low that a figure of a group gives its whole."""
    return replace(one, victims=whole, low=low, best=None, high=None, lifted=True, imputed=False, part_of=None, fate="")
