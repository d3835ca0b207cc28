"""Bounds that cross, as rows of published data sets have them: their envelope counts, and they are named."""

from __future__ import annotations

import pytest
from reckoned import reckoned

from chronology.casualties import Entry
from chronology.vocabulary import Figure
from chronology.vocabulary.kinds.violence import Airstrike


@pytest.mark.parametrize(
    ("stated", "counts", "named"),
    [
        ((9, 7, 8), (7, 9), ["bounds that cross"]),
        ((3, 7, 5), (3, 7), ["bounds that cross"]),
        ((None, 7, 5), (None, 7), ["bounds that cross"]),
        ((3, 5, 7), (3, 7), []),
    ],
)
def test_the_envelope_of_bounds_that_cross_counts_and_is_named(
    stated: tuple[int | None, int, int], counts: tuple[int | None, int], named: list[str]
) -> None:
    low, best, high = stated
    killed = (Figure(low=low, best=best, high=high),)
    fact = Airstrike(source="A", published="2024-05-02", occurred="2024-05-01", incidents=("x",), killed=killed)
    result = reckoned([Entry(1, "strike", 1, fact)])
    assert [(row.low, row.high) for row in result.by_incident] == [counts]
    assert [row.what for row in result.contradictions] == named
