"""UCDP GED: a row becomes a fact that says what the row does, and no more.

Every column is kept as it came in `native`. What happened is violence of a sort the row leaves open: state-based and
non-state rows have two sides, and nobody who did it; only of one-sided violence is side_a the perpetrator. The deaths
of both sides, civilians and unknown break down `best`, and have no bounds of their own. Nobody is said to be injured.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from chronology.importers.any_table import read_table
from chronology.importers.cells import (
    Native,
    Wrong,
    columns_of,
    count_of,
    degrees,
    is_day,
    name_of,
    names_of,
    one_or_zero,
    place_of,
)
from chronology.importers.formats import Format
from chronology.importers.numbers import whole_text
from chronology.importers.tables import Header, Source, Table
from chronology.vocabulary import Figure, GeoPrecision, Measure
from chronology.vocabulary.kinds.violence import ViolentIncident

__all__ = ["HEADERLESS", "Ged", "GedRows"]

HEADERLESS: Final = (  # noqa: SIM905  a line for each would be a page
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,"
    "dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,"
    "number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,"
    "where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,"
    "event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,"
    "gwnob"
).split(",")
"""The columns of a file without a header."""

_HEADER: Final = Header(
    dataset="ucdp-ged",
    required=("id", "type_of_violence", "date_start", "date_end", "best", "low", "high"),
    known=frozenset(HEADERLESS) | {"iso3", "gwno", "conflict_id", "dyad_id", "side_a_id", "side_b_id"},
    headerless=tuple(HEADERLESS),
)
_NUMBERS: Final = ("low", "best", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_READ: Final = (
    "type_of_violence", "event_clarity", "date_prec", "date_start", "date_end", "where_coordinates", "latitude",
    "longitude", "where_prec", "side_a", "side_b", "country", "source_office", *_NUMBERS,
)  # fmt: skip
_FORMS: Final = {"1": "state-based conflict", "2": "non-state conflict", "3": "one-sided violence"}
_GROUPS: Final = ("side A", "side B", "civilians", "unknown")
_PRECISIONS: Final = dict(zip("1234567", GeoPrecision, strict=True))
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00:00(?:\.0+)?)?")


class Ged(Format):
    """The format `ucdp-ged`."""

    dataset: Final = "ucdp-ged"
    licence: Final = "CC BY 4.0"
    mapping: Final = 1
    mapping_sha256: Final = None
    rows_have_clocks: Final = False

    def table(self, source: Source) -> Table:
        """The columns and rows of a file. Raises Rejected, Refused."""
        return read_table(source, _HEADER)

    def rows(self, table: Table, published: str | None) -> GedRows:
        """A reader of its rows."""
        return GedRows(table.columns, published)


class GedRows:
    """Reads the rows of one file by the names of its columns, in whatever place they stand."""

    def __init__(self, columns: list[str], published: str | None) -> None:
        self._cells = columns_of(columns, _READ)
        self._published = published
        self._native = Native(columns, _WRITTEN)
        self._id = columns.index("id")
        self._crossing = self._unbalanced = 0

    def key(self, values: list[str]) -> str | Wrong:
        """The id of a row, which is a number."""
        id = whole_text(values[self._id].strip())  # noqa: A001
        if id.isascii() and id.isdecimal() and len(id) < 20:
            return id
        return "id", id, "expected the id of the record, in digits"

    def read(self, values: list[str]) -> ViolentIncident | list[Wrong]:
        """The fact of a row, or everything that is wrong with it."""
        wrong: list[Wrong] = []
        (type_, clarity, date_prec, start, end, where, latitude, longitude, where_prec, a, b, country, office,
         *deaths) = self._cells(values)  # fmt: skip
        type_, clarity, date_prec, where_prec = map(whole_text, (type_, clarity, date_prec, where_prec))
        form = _FORMS.get(type_)
        if form is None:
            wrong.append(("type_of_violence", type_, "expected 1, 2 or 3"))
        if clarity not in {"", "1", "2"}:
            wrong.append(("event_clarity", clarity, "expected one of 1, 2"))
        if date_prec not in {"", "1", "2", "3", "4", "5"}:
            wrong.append(("date_prec", date_prec, "expected one of 1, 2, 3, 4, 5"))
        if where_prec and where_prec not in _PRECISIONS:
            wrong.append(("where_prec", where_prec, "expected 1 to 7"))
        occurred = _occurred(start, end)
        if isinstance(occurred, list):
            wrong += occurred
        killed = self._killed(tuple(deaths))
        if isinstance(killed, list):
            wrong += killed
        place = None
        if where or latitude or longitude or where_prec:
            place = place_of(where, latitude, longitude, _PRECISIONS.get(where_prec), wrong)
        if wrong or isinstance(occurred, list) or isinstance(killed, list):
            return wrong
        side_a, side_b = name_of(a), name_of(b)
        one_sided = type_ == "3"
        return ViolentIncident(
            source="UCDP GED",
            published=self._published,
            occurred=occurred,
            place=place,
            country=name_of(country, 100),
            form=form,
            perpetrators=(side_a,) if one_sided and side_a else (),
            targets=(side_b,) if one_sided and side_b else (),
            participants=() if one_sided else tuple(side for side in (side_a, side_b) if side),
            killed=killed,
            cites=names_of(office) if office else (),
            native=self._native.of(values),
        )

    def warnings(self) -> list[str]:
        """Warnings about the rows read, once for all of them."""
        said = []
        if self._crossing:
            said.append(f"rows without low ≤ best ≤ high, kept as published: {self._crossing:,}")
        if self._unbalanced:
            said.append(f"rows whose best is not the sum of deaths_*, kept as published: {self._unbalanced:,}")
        return said

    def _killed(self, deaths: tuple[str, ...]) -> tuple[Figure, ...] | list[Wrong]:
        killed, crossing, unbalanced = _killed(deaths)
        self._crossing += crossing
        self._unbalanced += unbalanced
        return killed


@lru_cache(maxsize=16_384)
def _killed(deaths: tuple[str, ...]) -> tuple[tuple[Figure, ...] | list[Wrong], bool, bool]:
    """The figures of low, best, high and the four groups; whether the bounds cross, and the groups do not add up."""
    counts = [count_of(text) for text in deaths]
    wrong = [
        (column, text, "expected a whole number of deaths")
        for column, text, count in zip(_NUMBERS, deaths, counts, strict=True)
        if count is None and (text or column in {"low", "best", "high"})
    ]
    low, best, high, *groups = counts
    if wrong or low is None or best is None or high is None:
        return wrong, False, False
    parts = tuple(
        Figure(best=count, victims=group, measure=Measure.BREAKDOWN, part_of="all")
        for group, count in zip(_GROUPS, groups, strict=True)
        if count is not None
    )
    unbalanced = len(parts) == len(_GROUPS) and sum(count or 0 for count in groups) != best
    return (Figure(low=low, best=best, high=high), *parts), not low <= best <= high, unbalanced


@lru_cache(maxsize=16_384)
def _occurred(start: str, end: str) -> str | list[Wrong]:
    wrong: list[Wrong] = []
    days = []
    for column, text in (("date_start", start), ("date_end", end)):
        found = _DAY.fullmatch(text)
        if found is None or not is_day(found[1]):
            wrong.append((column, text, "expected a day such as 2018-03-31"))
        else:
            days.append(found[1])
    if wrong:
        return wrong
    first, last = days
    if first > last:
        return [("date_end", last, f"expected a day from date_start {first} on")]
    return first if first == last else f"{first}/{last}"


@lru_cache(maxsize=16_384)
def _day_of(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    return found[1] if found else text


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {
    "date_start": _day_of,
    "date_end": _day_of,
    "active_year": one_or_zero,
    "latitude": degrees,
    "longitude": degrees,
    "geom_wkt": degrees,
}
"""What releases write in several ways, and how it is written here: else every row of the next release is another."""
