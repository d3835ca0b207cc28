"""Conflict events of HDX HAPI: a row is how many events and deaths a month had in an area, by one of three sorts.

The sorts overlap (what targets civilians is political violence as well), so each is a definition of its own, and a sum
is asked for by `definition`. Areas are parts of a country, which is the operation.
"""

from __future__ import annotations

import re
from typing import Final

from chronology.importers.any_table import read_table
from chronology.importers.cells import Native, Wrong, columns_of, count_of, is_day, name_of
from chronology.importers.formats import Format
from chronology.importers.tables import Header, Source, Table
from chronology.vocabulary import Figure, Measure, Place, Report
from chronology.vocabulary.kinds.casualties import CasualtyUpdate

__all__ = ["HapiConflictEvents", "HapiRows"]

_READ: Final = (
    "location_code", "location_name", "admin1_code", "admin1_name", "admin2_code", "admin2_name",
    "provider_admin1_name", "provider_admin2_name", "admin_level", "event_type", "events", "fatalities",
    "reference_period_start", "reference_period_end",
)  # fmt: skip
_HEADER: Final = Header(
    dataset="hdx-hapi-conflict",
    required=("location_code", "event_type", "fatalities", "reference_period_start", "reference_period_end"),
)
_TYPES: Final = {
    "civilian_targeting": "civilian targeting",
    "demonstration": "demonstrations",
    "political_violence": "political violence",
}
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00:00(?:\.0+)?(?:Z|\+00:00)?|[ T]23:59:59)?")
_NOT_IN_ID: Final = re.compile(r"[^!-?A-~]+")


class HapiConflictEvents(Format):
    """The format `hdx-hapi-conflict`."""

    dataset: Final = "hdx-hapi-conflict"
    licence: Final = "HDX HAPI, of ACLED: ACLED terms of use"
    mapping: Final = 1
    mapping_sha256: Final = None
    rows_have_clocks: Final = False

    def table(self, source: Source) -> Table:
        """The columns and rows of a file. Raises Rejected, Refused."""
        return read_table(source, _HEADER)

    def rows(self, table: Table, published: str | None) -> HapiRows:
        """A reader of its rows."""
        return HapiRows(table.columns, published)


class HapiRows:
    """Reads the rows of one file by the names of its columns."""

    def __init__(self, columns: list[str], published: str | None) -> None:
        self._cells = columns_of(columns, _READ)
        self._published = published
        self._native = Native(columns, {})

    def _row(self, values: list[str]) -> dict[str, str]:
        return dict(zip(_READ, self._cells(values), strict=True))

    def key(self, values: list[str]) -> str | Wrong:
        """The area, the sort of event, and the first day of the month."""
        row = self._row(values)
        area = [row["admin1_code"] or row["provider_admin1_name"], row["admin2_code"] or row["provider_admin2_name"]]
        parts = [row["location_code"], *area, row["event_type"], row["reference_period_start"][:10]]
        if not row["location_code"]:
            return "location_code", "", "expected the code of the country, such as MLI"
        return _NOT_IN_ID.sub("_", "-".join(parts))[:150]

    def read(self, values: list[str]) -> Report | list[Wrong]:
        """The fact of a row, or everything that is wrong with it."""
        row = self._row(values)
        wrong: list[Wrong] = []
        definition = _TYPES.get(row["event_type"])
        if definition is None:
            wrong.append(("event_type", row["event_type"], f"expected one of {', '.join(_TYPES)}"))
        days = []
        for column in ("reference_period_start", "reference_period_end"):
            found = _DAY.fullmatch(row[column])
            if found is None or not is_day(found[1]):
                wrong.append((column, row[column], "expected a day such as 2024-01-31"))
            else:
                days.append(found[1])
        fatalities = count_of(row["fatalities"]) if row["fatalities"] else None
        if fatalities is None and row["fatalities"]:
            wrong.append(("fatalities", row["fatalities"], "expected a whole number of deaths"))
        if len(days) == 2 and days[0] > days[1]:
            wrong.append(("reference_period_end", days[1], f"expected a day from reference_period_start {days[0]} on"))
        if wrong:
            return wrong
        period = days[0] if days[0] == days[1] else "/".join(days)
        area = name_of(row["admin2_name"] or row["provider_admin2_name"]) or name_of(
            row["admin1_name"] or row["provider_admin1_name"]
        )
        country = name_of(row["location_name"], 100) or row["location_code"]
        figure = Figure(
            best=fatalities,
            measure=Measure.INCREMENT,
            period=period,
            definition=definition,
            place=area,
            part=area is not None,
        )
        return CasualtyUpdate(
            source="ACLED",
            published=self._published,
            occurred=period,
            place=Place(name=area) if area else None,
            country=country,
            operation=f"hdx-hapi {row['location_code']}",
            killed=() if fatalities is None else (figure,),
            cites=("HDX HAPI",),
            native=self._native.of(values),
        )

    def warnings(self) -> list[str]:
        """What a sum has to mind."""
        return ["sorts of event overlap: ask for the deaths of one definition, such as political violence"]
