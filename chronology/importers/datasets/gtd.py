"""The Global Terrorism Database: a row becomes a fact that says what the row does, and no more.

A part of a date that is not known is 0, a code that is not known -9. The dead of one attack that has several rows may
be shared out among them: of `2.33` the whole numbers around it are low and high. The attackers are among the dead and
the injured; how many is in `native` (`nkillter`, `nwoundte`), and never a group of victims.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil, floor
from typing import Any, Final

from chronology.importers.any_table import read_table
from chronology.importers.cells import Native, Wrong, columns_of, degrees, name_of, names_of, place_of
from chronology.importers.date_parts import date_of_parts
from chronology.importers.formats import Format
from chronology.importers.numbers import UNKNOWN, plain_number, whole_text
from chronology.importers.tables import Header, Source, Table
from chronology.vocabulary import Figure, GeoPrecision, Report
from chronology.vocabulary.kinds.violence import Abduction, ArmedAttack, SuicideBombing, Violence, ViolentIncident

__all__ = ["Gtd", "GtdRows"]

_HEADER: Final = Header(dataset="gtd", required=("eventid", "iyear", "imonth", "iday", "attacktype1", "nkill"))
_READ: Final = (
    "iyear", "imonth", "iday", "country_txt", "provstate", "city", "latitude", "longitude", "specificity",
    "attacktype1", "attacktype1_txt", "suicide", "targtype1_txt", "target1", "gname", "gname2", "gname3", "nkill",
    "nwound", "summary", "dbsource", "scite1", "scite2", "scite3",
)  # fmt: skip
_ID: Final = re.compile(r"[0-9]{8,14}")
_DATES: Final = ("iyear", "imonth", "iday")
_KINDS: Final[dict[str, type[Violence]]] = {"1": ArmedAttack, "2": ArmedAttack, "6": Abduction}
"""By `attacktype1`; a bombing may be a mine, a rocket or a car, and does not say."""
_PRECISIONS: Final = {
    "1": GeoPrecision.EXACT, "2": GeoPrecision.DISTRICT, "3": GeoPrecision.DISTRICT, "4": GeoPrecision.PROVINCE,
}  # fmt: skip
_NOT_KNOWN: Final = UNKNOWN | {"", "-9", "-99", "."}


class Gtd(Format):
    """The format `gtd`."""

    dataset: Final = "gtd"
    licence: Final = "GTD terms of use"
    mapping: Final = 1
    mapping_sha256: Final = None
    rows_have_clocks: Final = False

    def table(self, source: Source) -> Table:
        """The columns and rows of a file. Raises Rejected, Refused."""
        return read_table(source, _HEADER)

    def rows(self, table: Table, published: str | None) -> GtdRows:
        """A reader of its rows."""
        return GtdRows(table.columns, published)


class GtdRows:
    """Reads the rows of one file by the names of its columns."""

    def __init__(self, columns: list[str], published: str | None) -> None:
        self._cells = columns_of(columns, _READ)
        self._published = published
        self._native = Native(columns, {"latitude": degrees, "longitude": degrees})
        self._id = columns.index("eventid")
        self._shared = 0

    def key(self, values: list[str]) -> str | Wrong:
        """`eventid`, which stays."""
        id = whole_text(values[self._id].strip())  # noqa: A001
        return id if _ID.fullmatch(id) else ("eventid", id, "expected the id of the attack, in 12 digits")

    def read(self, values: list[str]) -> Report | list[Wrong]:
        """The fact of a row, or everything that is wrong with it."""
        row = dict(zip(_READ, self._cells(values), strict=True))
        wrong: list[Wrong] = []
        occurred = date_of_parts(*(row[name] for name in _DATES))
        if isinstance(occurred, tuple):
            at, expected = occurred
            wrong.append((_DATES[at], row[_DATES[at]], expected))
        figures: dict[str, Any] = {}
        for field, column in (("killed", "nkill"), ("injured", "nwound")):
            figure = _figure(row[column])
            if isinstance(figure, str):
                wrong.append((column, row[column], figure))
            elif figure is not None:
                figures[field] = (figure,)
                self._shared += figure.low != figure.high
        type_ = whole_text(row["attacktype1"])
        if type_ not in {"1", "2", "3", "4", "5", "6", "7", "8", "9"}:
            wrong.append(("attacktype1", row["attacktype1"], "expected one of 1 to 9"))
        precision = _PRECISIONS.get(whole_text(row["specificity"]))
        name = row["city"] if name_of(row["city"]) not in {None, "Unknown", "unknown"} else row["provstate"]
        place = place_of(name, row["latitude"], row["longitude"], precision, wrong)
        if wrong or isinstance(occurred, tuple):
            return wrong
        is_suicide = type_ == "3" and whole_text(row["suicide"]) == "1"
        kind: type[Violence] = SuicideBombing if is_suicide else _KINDS.get(type_, ViolentIncident)
        groups = tuple(dict.fromkeys(filter(None, map(_named, (row["gname"], row["gname2"], row["gname3"])))))
        target = _named(row["target1"]) or _named(row["targtype1_txt"])
        said: dict[str, Any] = {"form": name_of(row["attacktype1_txt"])} if kind is ViolentIncident else {}
        return kind(
            source="GTD",
            published=self._published,
            occurred=occurred,
            place=place,
            country=name_of(row["country_txt"], 100),
            perpetrators=groups,
            targets=(target,) if target else (),
            cites=names_of(";".join(row[name].replace(";", ",") for name in ("scite1", "scite2", "scite3"))),
            native=self._native.of(values),
            **figures,
            **said,
        )

    def warnings(self) -> list[str]:
        """How many figures are shares of several rows."""
        return (
            [f"figures that are a share among rows, kept between whole numbers: {self._shared:,}"]
            if self._shared
            else []
        )


def _named(text: str) -> str | None:
    return None if text.strip().lower() in _NOT_KNOWN | {"unknown"} else name_of(text)


@lru_cache(maxsize=4_096)
def _figure(text: str) -> Figure | str | None:
    """A number of people, or the whole numbers around a share of one; what is expected of anything else."""
    if text.strip().lower() in _NOT_KNOWN:
        return None
    plain = plain_number(text)
    if plain is None or plain.startswith("-") or len(plain) > 12:
        return "expected a number of people, or a share of one"
    number = float(plain)
    return Figure(low=floor(number), best=round(number), high=ceil(number))
