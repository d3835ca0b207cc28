"""Coverage: what a file is complete for. Only there can a record that is not in it have vanished."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from chronology.errors import Usage
from chronology.vocabulary import Report, name_key
from chronology.vocabulary.dates import DateError, bounds

__all__ = ["Coverage", "countries", "read_coverage"]

_EXPECTED = "expected all, or such as country=Myanmar,from=1989-01-01,to=2018-12-31"


class Coverage(NamedTuple):
    """Everything, or a country, a period, or both. `written` is how it was given.

    `is_sure` says that it was given twice: much may vanish by it.
    """

    written: str
    country: str | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    is_sure: bool = False

    def covers(self, fact: Report) -> bool:
        """True if a file of this coverage should have the record: all of it lies inside."""
        if self.country is not None and self.country not in countries(fact.country):
            return False
        if self.earliest is None and self.latest is None:
            return True
        if fact.occurred is None:
            return False
        first, last = bounds(fact.occurred)
        return (self.earliest is None or (first is not None and first >= self.earliest)) and (
            self.latest is None or (last is not None and last <= self.latest)
        )


def countries(name: str | None) -> set[str]:
    """The forms a country may be named by: `Myanmar (Burma)` is Myanmar, Burma, and Myanmar (Burma)."""
    if name is None:
        return set()
    return {name_key(name), *(name_key(part) for part in re.split(r"[()]", name) if part.strip())}


def read_coverage(written: str | Sequence[str]) -> Coverage:
    """The coverage of an option; the same given twice is meant, whatever vanishes by it. Raises Usage."""
    if not isinstance(written, str):
        given = list(dict.fromkeys(written))
        if len(given) != 1:
            raise Usage(f"--coverage {' and '.join(given)}: expected one coverage, or the same twice")
        return read_coverage(given[0])._replace(is_sure=len(written) > 1)
    if name_key(written) == "all":
        return Coverage("all")
    found: dict[str, str] = {}
    for part in written.split(","):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not equals or not value or key not in {"country", "from", "to"} or key in found:
            raise Usage(f"--coverage {written}: {part.strip()!a} is not understood; {_EXPECTED}")
        found[key] = value
    country = found.get("country")
    return Coverage(
        written,
        country and name_key(country),
        _day(written, found.get("from"), 0),
        _day(written, found.get("to"), 1),
    )


def _day(written: str, text: str | None, side: int) -> dt.date | None:
    if text is None:
        return None
    try:
        return bounds(text)[side]
    except DateError as error:
        raise Usage(f"--coverage {written}: {error}; {_EXPECTED}") from error
