"""Airwars' export of incidents: each with the fewest and the most civilians it may have harmed.

Exports differ in how they write the names of columns; those known are below. The belligerents are those alleged: who is
named is a perpetrator as the source has it, and the grading says how sure it is (`native`).
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from chronology.importers.any_table import read_table
from chronology.importers.cells import Native, Wrong, columns_of, count_of, degrees, name_of, names_of, place_of
from chronology.importers.formats import Format
from chronology.importers.numbers import UNKNOWN
from chronology.importers.tables import Header, Source, Table
from chronology.vocabulary import Figure, GeoPrecision, Report
from chronology.vocabulary.kinds.violence import Airstrike, Shelling, Violence, ViolentIncident

__all__ = ["Airwars", "AirwarsRows"]

_OTHER_NAMES: Final = {
    other: name
    for name, others in {
        "code": ("unique reference code", "unique_reference_code", "incident code", "incident_code", "reference code"),
        "date": ("incident date", "incident_date", "date of incident"),
        "date_end": ("incident date end", "incident_date_end", "end date"),
        "location": ("location name", "location_name", "incident location"),
        "belligerent": ("belligerents", "suspected belligerent", "suspected belligerents", "suspected attacker"),
        "strike_type": ("type of strike", "strike type", "impact type", "type_of_strike"),
        "grading": ("airwars grading", "airwars_grading", "strike status", "harm grading"),
        "accuracy": ("geolocation accuracy", "geolocation_accuracy"),
    }.items()
    for other in others
} | {
    written.format(bound): f"{field}_{bound}"
    for field, ways in {
        "killed": ("civilians reported killed {}", "civilian deaths {}", "civilian_deaths_{}", "{} civilian deaths",
                   "civilians killed ({})", "civilians_killed_{}", "{} civilians killed"),
        "injured": ("civilians reported injured {}", "civilian injuries {}", "civilian_injuries_{}",
                    "{} civilian injuries", "civilians injured ({})", "civilians_injured_{}", "{} civilians injured"),
    }.items()
    for written in ways
    for bound in ("min", "max")
}  # fmt: skip
_HEADER: Final = Header(
    dataset="airwars", required=("code", "date", "killed_min", "killed_max"), other_names=_OTHER_NAMES
)
_READ: Final = (
    "date", "date_end", "country", "location", "latitude", "longitude", "accuracy", "belligerent", "strike_type",
    "killed_min", "killed_max", "injured_min", "injured_max", "sources",
)  # fmt: skip
_ID: Final = re.compile(r"[!-?A-~]{1,100}")
_FORMS: Final = ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_KINDS: Final[dict[str, type[Violence]]] = {
    "airstrike": Airstrike, "drone strike": Airstrike, "helicopter": Airstrike, "artillery": Shelling,
    "shelling": Shelling, "naval bombardment": Shelling,
}  # fmt: skip
_ACCURACY: Final = {
    "exact": GeoPrecision.EXACT, "within": GeoPrecision.NEAR, "neighbo": GeoPrecision.NEAR,
    "street": GeoPrecision.NEAR, "village": GeoPrecision.NEAR, "town": GeoPrecision.NEAR, "city": GeoPrecision.AREA,
    "district": GeoPrecision.DISTRICT, "province": GeoPrecision.PROVINCE,
}  # fmt: skip


class Airwars(Format):
    """The format `airwars`."""

    dataset: Final = "airwars"
    licence: Final = "Airwars terms of use"
    mapping: Final = 1
    mapping_sha256: Final = None
    rows_have_clocks: Final = False

    def table(self, source: Source) -> Table:
        """The columns and rows of a file. Raises Rejected, Refused."""
        return read_table(source, _HEADER)

    def rows(self, table: Table, published: str | None) -> AirwarsRows:
        """A reader of its rows."""
        return AirwarsRows(table.columns, published)


class AirwarsRows:
    """Reads the rows of one file by the names of its columns."""

    def __init__(self, columns: list[str], published: str | None) -> None:
        self._cells = columns_of(columns, _READ)
        self._published = published
        self._native = Native(columns, {"latitude": degrees, "longitude": degrees})
        self._id = columns.index("code")
        self._crossing = 0

    def key(self, values: list[str]) -> str | Wrong:
        """The code of an incident, which stays."""
        code = values[self._id].strip()
        return code if _ID.fullmatch(code) else ("code", code, "expected the code of the incident, such as CI001")

    def read(self, values: list[str]) -> Report | list[Wrong]:
        """The fact of a row, or everything that is wrong with it."""
        row = dict(zip(_READ, self._cells(values), strict=True))
        wrong: list[Wrong] = []
        days = []
        for column in ("date", "date_end"):
            day = _day(row[column])
            if day is None and (column == "date" or row[column]):
                wrong.append((column, row[column], "expected a day such as 2024-11-08 or 8 November 2024"))
            elif day is not None:
                days.append(day)
        figures: dict[str, Any] = {}
        for field in ("killed", "injured"):
            counts: list[int | None] = []
            for column in (f"{field}_min", f"{field}_max"):
                text = row[column]
                count = None if text.lower() in UNKNOWN | {""} else count_of(text)
                if count is None and text.lower() not in UNKNOWN | {""}:
                    wrong.append((column, text, "expected a whole number of civilians"))
                counts.append(count)
            if counts != [None, None]:
                low, high = counts
                self._crossing += low is not None and high is not None and low > high
                figures[field] = (Figure(low=low, best=low if low == high else None, high=high, victims="civilians"),)
        accuracy = row["accuracy"].lower()
        precision = next((value for words, value in _ACCURACY.items() if words in accuracy), None)
        place = place_of(row["location"], row["latitude"], row["longitude"], precision, wrong)
        if wrong:
            return wrong
        sort = row["strike_type"].strip().lower()
        kind: type[Violence] = next((value for words, value in _KINDS.items() if words in sort), ViolentIncident)
        said: dict[str, Any] = {"form": name_of(row["strike_type"])} if kind is ViolentIncident and sort else {}
        return kind(
            source="Airwars",
            published=self._published,
            occurred=days[0] if len(set(days)) == 1 else "/".join(sorted(days)),
            place=place,
            country=name_of(row["country"], 100),
            perpetrators=names_of(row["belligerent"].replace(",", ";")),
            cites=names_of(row["sources"]),
            native=self._native.of(values),
            **figures,
            **said,
        )

    def warnings(self) -> list[str]:
        """Bounds that cross."""
        return [f"rows whose min is above their max, kept as published: {self._crossing:,}"] if self._crossing else []


@lru_cache(maxsize=4_096)
def _day(text: str) -> str | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007  days have no zone
        except ValueError:
            continue
    return None
