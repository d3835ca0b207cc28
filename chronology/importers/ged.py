"""UCDP GED: a row becomes a fact that says what the row does, and no more.

Every column is kept as it came in `native`. What happened is violence of a sort the row leaves open: state-based and
non-state rows have two sides, and nobody who did it; only of one-sided violence is side_a the perpetrator. The deaths
of both sides, civilians and unknown break down `best`, and have no bounds of their own. Nobody is said to be injured.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from chronology.vocabulary import Figure, GeoPrecision, Measure, Place
from chronology.vocabulary.kinds.violence import ViolentIncident

__all__ = ["HEADERLESS", "KNOWN", "GedRows", "Wrong"]

HEADERLESS: Final = (  # noqa: SIM905  a line for each would be a page
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,"
    "dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,"
    "number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,"
    "where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,"
    "event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,"
    "gwnob"
).split(",")
"""The columns of a file without a header."""

KNOWN: Final = frozenset(HEADERLESS) | {"iso3", "gwno", "conflict_id", "dyad_id", "side_a_id", "side_b_id"}

_REQUIRED: Final = ("id", "type_of_violence", "date_start", "date_end", "best", "low", "high")
_FORMS: Final = {"1": "state-based conflict", "2": "non-state conflict", "3": "one-sided violence"}
_GROUPS: Final = {
    "deaths_a": "side A",
    "deaths_b": "side B",
    "deaths_civilians": "civilians",
    "deaths_unknown": "unknown",
}
_PRECISIONS: Final = dict(zip("1234567", GeoPrecision, strict=True))
_CODES: Final = {"event_clarity": "12", "date_prec": "12345"}
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: 00:00:00(?:\.0+)?)?")
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_ZEROS: Final = re.compile(r"(?:\.0+|(\.[0-9]*[1-9])0+)(?![0-9])")
_SPELLED: Final = {"true": "1", "false": "0"}

Wrong = tuple[str, str, str]
"""A column, what stands there, what was expected."""


class GedRows:
    """Reads the rows of one file by the names of its columns, in whatever place they stand."""

    dataset: Final = "ucdp-ged"
    source: Final = "UCDP GED"
    licence: Final = "CC BY 4.0"
    mapping: Final = 1
    known: Final = KNOWN
    required: Final = _REQUIRED

    def __init__(self, columns: list[str], published: str | None) -> None:
        self._columns = [name.strip().lower() for name in columns]
        self._at = {name: place for place, name in enumerate(self._columns)}
        self._published = published
        self._named = [f"{name}=" for name in self._columns]
        self._normal: list[tuple[int, Callable[[str], str]]] = [
            (self._at[name], change) for name, change in _WRITTEN.items() if name in self._at
        ]
        self._id = self._at["id"]
        self.crossing = 0
        self.unbalanced = 0

    def key(self, values: list[str]) -> str | None:
        """The id of a row; None where it has none, or none of digits."""
        id = values[self._id].strip()  # noqa: A001
        return id if id.isascii() and id.isdecimal() and len(id) < 20 else None

    def read(self, values: list[str]) -> ViolentIncident | list[Wrong]:
        """The fact of a row, or everything that is wrong with it."""
        row = {name: values[place].strip() for name, place in self._at.items()}
        wrong: list[Wrong] = []
        form = _FORMS.get(row["type_of_violence"])
        if form is None:
            wrong.append(("type_of_violence", row["type_of_violence"], "expected 1, 2 or 3"))
        for column, codes in _CODES.items():
            code = row.get(column, "")
            if code and (len(code) != 1 or code not in codes):
                wrong.append((column, code, f"expected one of {', '.join(codes)}"))
        occurred = _occurred(row, wrong)
        killed = self._killed(row, wrong)
        place = _place(row, wrong)
        if wrong:
            return wrong
        sides = tuple(filter(None, (_name(row.get("side_a", "")), _name(row.get("side_b", "")))))
        one_sided = row["type_of_violence"] == "3"
        return ViolentIncident(
            source=self.source,
            published=self._published,
            occurred=occurred,
            place=place,
            country=_name(row.get("country", ""), 100),
            form=form,
            perpetrators=tuple(filter(None, (_name(row.get("side_a", "")),))) if one_sided else (),
            targets=tuple(filter(None, (_name(row.get("side_b", "")),))) if one_sided else (),
            participants=() if one_sided else sides,
            killed=killed,
            cites=tuple(dict.fromkeys(filter(None, map(_name, row.get("source_office", "").split(";"))))),
            native=self._native(values),
        )

    def _native(self, values: list[str]) -> tuple[str, ...]:
        """Every column that is not empty, as it came; days, degrees, and yes or no in one way of writing them."""
        values = list(values)
        for place, change in self._normal:
            values[place] = change(values[place])
        return tuple([named + value for named, value in zip(self._named, values, strict=True) if value])

    def _killed(self, row: dict[str, str], wrong: list[Wrong]) -> tuple[Figure, ...]:
        counts: dict[str, int] = {}
        for column in ("low", "best", "high", *_GROUPS):
            text = row.get(column, "")
            if _COUNT.fullmatch(text):
                counts[column] = int(text)
            elif text or column in _REQUIRED:
                wrong.append((column, text, "expected a whole number of deaths"))
        if wrong:
            return ()
        low, best, high = counts["low"], counts["best"], counts["high"]
        self.crossing += not low <= best <= high
        groups = [(group, counts[column]) for column, group in _GROUPS.items() if column in counts]
        self.unbalanced += len(groups) == len(_GROUPS) and sum(count for _, count in groups) != best
        return (
            Figure(low=low, best=best, high=high),
            *(Figure(best=count, victims=group, measure=Measure.BREAKDOWN, part_of="all") for group, count in groups),
        )


def _occurred(row: dict[str, str], wrong: list[Wrong]) -> str | None:
    days = []
    for column in ("date_start", "date_end"):
        found = _DAY.fullmatch(row[column])
        if found is None or not _is_day(found[1]):
            wrong.append((column, row[column], "expected a day such as 2018-03-31"))
        else:
            days.append(found[1])
    if len(days) < 2:
        return None
    first, last = days
    if first > last:
        wrong.append(("date_end", last, f"expected a day from date_start {first} on"))
    return first if first == last else f"{first}/{last}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year > 0
    except ValueError:
        return False


def _place(row: dict[str, str], wrong: list[Wrong]) -> Place | None:
    given: dict[str, Any] = {"name": _name(row.get("where_coordinates", ""))}
    for column, most in (("latitude", 90), ("longitude", 180)):
        text = row.get(column, "")
        if not text:
            continue
        try:
            degrees = float(text)
        except ValueError:
            degrees = most + 1.0
        if not -most <= degrees <= most:
            wrong.append((column, text, f"expected degrees from -{most} to {most}"))
        given[column] = degrees
    if ("latitude" in given) != ("longitude" in given):
        wrong.append(("longitude" if "latitude" in given else "latitude", "", "expected both coordinates, or neither"))
    code = row.get("where_prec", "")
    if code:
        given["geo_precision"] = _PRECISIONS.get(code)
        if given["geo_precision"] is None:
            wrong.append(("where_prec", code, "expected 1 to 7"))
    return Place(**given) if any(value is not None for value in given.values()) else None


def _name(text: str, most: int = 200) -> str | None:
    """A name on one line, composed, without hidden characters; one that is too long stays in `native` alone."""
    if not text.isascii() or not text.isprintable():
        text = "".join(
            " " if char.isspace() else char
            for char in unicodedata.normalize("NFC", text)
            if char.isspace() or not unicodedata.category(char).startswith("C")
        )
    text = " ".join(text.split())
    return text if 0 < len(text) <= most else None


def _day_of(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    return found[1] if found else text


def _one_or_zero(text: str) -> str:
    return _SPELLED.get(text.strip().lower(), text)


def _degrees(text: str) -> str:
    return _ZEROS.sub(r"\1", text)


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {
    "date_start": _day_of,
    "date_end": _day_of,
    "active_year": _one_or_zero,
    "latitude": _degrees,
    "longitude": _degrees,
    "geom_wkt": _degrees,
}
"""What releases write in several ways, and how it is written here: else every row of the next release is another."""
