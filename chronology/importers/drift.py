"""Drift: a file that does not go on where the one before ended. It is reported before anything is written.

Ids written in another way, or a coverage that is wider than the file, would double or end records without a word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from chronology.errors import Refused
from chronology.importers.coverage import Coverage, countries
from chronology.importers.formats import Format
from chronology.importers.history import History
from chronology.log import Log
from chronology.vocabulary import Report
from chronology.vocabulary.dates import bounds

if TYPE_CHECKING:
    from chronology.importers.release import Summary

__all__ = ["Drift"]

MOST_LOOKED_AT: Final = 2_000
FEW: Final = 2
"""So many records must be known, and new, before it can be told that none is in the file."""
MANY: Final = 10
"""So many records may vanish without a question."""


class Drift:
    """The days and countries of the rows of a file, and what is known of the same."""

    def __init__(self, log: Log, file: str, format_: Format, history: History) -> None:
        self._log, self._file, self._dataset, self._history = log, file, format_.dataset, history
        self._countries: set[str] = set()
        self._first: dt.date | None = None
        self._last: dt.date | None = None
        self._undated = self._nowhere = False
        self._example = ""
        self._vanished_elsewhere = 0
        self._known = self._some_known() if history.releases else []

    def _some_known(self) -> list[str]:
        """The ids that were known before this file."""
        return self._log.ids(f"{self._dataset}:", "", MOST_LOOKED_AT)

    def add(self, facts: Iterable[Report]) -> None:
        """Note what rows are of."""
        if not self._history.releases:
            return
        for fact in facts:
            if fact.country is None:
                self._nowhere = True
            else:
                self._countries |= countries(fact.country)
            first, last = _days(fact.occurred)
            if first is None or last is None:
                self._undated = True
                continue
            self._first = first if self._first is None else min(self._first, first)
            self._last = last if self._last is None else max(self._last, last)

    def _is_of_this_file(self, fact: Report) -> bool:
        """True if a record is of a day and a country that rows of the file are of."""
        if fact.country is not None and not self._nowhere and self._countries.isdisjoint(countries(fact.country)):
            return False
        first, last = _days(fact.occurred)
        if first is None or last is None or self._undated or self._first is None or self._last is None:
            return True
        return first <= self._last and last >= self._first

    def check_known(self, found: Summary) -> None:
        """Raise Refused where none of the records known of the same days and countries is in the file."""
        if len(self._known) < FEW or found.new < FEW or found.revised or found.unchanged:
            return
        streams = self._log.streams(self._known)
        alike = []
        for id, stream in streams.items():  # noqa: A001
            revisions = self._history.revisions(self._history.left(stream))
            if revisions and self._is_of_this_file(revisions[-1].statement.fact):
                alike.append(id)
        if len(alike) >= FEW:
            raise Refused(
                f"none of the {len(alike):,} records of {self._dataset} known of the days of {self._file} is in "
                f"it, and all its {found.new:,} are new; are ids written in another way? One known is {alike[0]}. "
                "Where these are other records, give --new-history"
            )

    def add_vanished(self, fact: Report) -> None:
        """Note a record that the file lacks."""
        self._vanished_elsewhere += not self._is_of_this_file(fact)

    def check_vanished(self, found: Summary, coverage: Coverage) -> None:
        """Raise Refused where most records vanish, or those that do are of days and countries no row is of."""
        gone, there = found.vanished, found.revised + found.unchanged
        if gone < MANY:
            return
        again = f"where that is meant, give --coverage {coverage.written} twice"
        if self._vanished_elsewhere * 2 > gone:
            raise Refused(
                f"--coverage {coverage.written} is wider than {self._file}: {self._vanished_elsewhere:,} of {gone:,} "
                f"records that would vanish are of days or countries that no row is of; {again}"
            )
        if gone > there:
            raise Refused(
                f"--coverage {coverage.written}: {gone:,} of {gone + there:,} known records are not in {self._file}, "
                f"and would vanish; {again}"
            )


@lru_cache(maxsize=16_384)
def _days(occurred: str | None) -> tuple[dt.date | None, dt.date | None]:
    return (None, None) if occurred is None else bounds(occurred)
