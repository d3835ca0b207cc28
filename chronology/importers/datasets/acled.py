"""ACLED, the CSV export in the column sets of ten years: a row becomes a fact that says what the row does, no more.

Whoever stands first is not the perpetrator by definition, so the actors of both sides are participants. `fatalities` is
one number for the whole event, as reported: `best` alone, without bounds. Nobody is said to be injured. Codes stay in
`native`; `data_id` and the index column, which number each export anew, and `interaction`, which repeats `inter1` and
`inter2`, do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from chronology.importers.any_table import read_table
from chronology.importers.cells import Native, Wrong, columns_of, count_of, degrees, name_of, names_of, place_of
from chronology.importers.datasets.acled_codes import EARLY_TYPES, INTER, RIOTS_OR_PROTESTS, TYPES, Meaning, code_key
from chronology.importers.formats import Format
from chronology.importers.numbers import whole_text
from chronology.importers.tables import Header, Row, Source, Table
from chronology.vocabulary import Figure, GeoPrecision, Report
from chronology.vocabulary.kinds.politics import AgreementReached, ForceChanged, TerritoryChanged
from chronology.vocabulary.kinds.violence import Riot, Violence, ViolentIncident

__all__ = ["Acled", "AcledRows"]

_KNOWN: Final = (  # noqa: SIM905  a line for each would be a page
    "event_id_cnty,event_id_no_cnty,data_id,event_date,year,time_precision,disorder_type,event_type,sub_event_type,"
    "actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,gwno,iso,iso3,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,"
    "timestamp,population_1km,population_2km,population_5km,population_best"
).split(",")
_RENUMBERED: Final = frozenset({"column_1", "data_id", "interaction"})
_HEADER: Final = Header(
    dataset="acled",
    required=("event_id_cnty", "event_date", "event_type", "fatalities"),
    known=frozenset(_KNOWN) | _RENUMBERED,
    other_names={"ally_actor_1": "assoc_actor_1", "ally_actor_2": "assoc_actor_2", "unnamed: 0": "column_1"},
)

_ID: Final = re.compile(r"[!-?A-~]{1,100}")
_DATE: Final = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<day>[0-9]{1,2})[ -](?P<month>[A-Za-z]{3,9})[ -](?P<year>[0-9]{4}|[0-9]{2})"
)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_FIRST_YEAR: Final = 1997  # what ACLED covers begins then, so 97 to 99 are of that century
_EXPECTED_DATE: Final = "expected a day such as 2024-11-08, 08 November 2024, 9-May-20 or 01-January-2015"
_PRECISIONS: Final = {"1": GeoPrecision.EXACT, "2": GeoPrecision.NEAR, "3": GeoPrecision.AREA}
_TIMESTAMP: Final = re.compile(r"[0-9]{1,11}")
# What ACLED puts in the place of words, and the words by which its notes tell (`several` and the like have no number).
_IMPUTED: Final = {
    10: (("tens", re.compile(r"\btens of\b", re.IGNORECASE)),),
    12: (("dozens", re.compile(r"\bdozens\b", re.IGNORECASE)),),
    100: (("hundreds", re.compile(r"\bhundreds\b", re.IGNORECASE)),),
}
_UNKNOWN_NUMBER: Final = re.compile(
    r"\b(?:unknown|unspecified|undisclosed|unreported)(?: number of)?(?: \w+)? ?"
    r"(?:fatalit\w+|casualt\w+|deaths?|dead|killed|people|civilians|soldiers|fighters|militants)\b"
    r"|\b(?:fatalities|casualties|deaths|death toll|number of (?:fatalities|casualties|deaths|dead))"
    r" (?:is |are |was |were |remains? )?(?:unknown|unspecified|not known|not specified|unclear)\b",
    re.IGNORECASE,
)


class _Cells(NamedTuple):
    """The columns that a fact is made of."""

    event_date: str
    year: str
    time_precision: str
    event_type: str
    sub_event_type: str
    actor1: str
    assoc_actor_1: str
    inter1: str
    actor2: str
    assoc_actor_2: str
    inter2: str
    country: str
    location: str
    latitude: str
    longitude: str
    geo_precision: str
    source: str
    notes: str
    fatalities: str
    timestamp: str


_WHOLE: Final = ("year", "time_precision", "inter1", "inter2", "geo_precision", "timestamp")


class Acled(Format):
    """The format `acled`."""

    dataset: Final = "acled"
    licence: Final = "ACLED terms of use"
    mapping: Final = 1
    mapping_sha256: Final = None
    rows_have_clocks: Final = True

    def table(self, source: Source) -> Table:
        """The columns and rows of a file, without what each export numbers anew. Raises Rejected, Refused."""
        table = read_table(source, _HEADER)
        empty = [place for place, name in enumerate(table.columns) if name in _RENUMBERED]
        return table._replace(rows=_emptied(table.rows, empty)) if empty else table

    def rows(self, table: Table, published: str | None) -> AcledRows:
        """A reader of its rows."""
        return AcledRows(table.columns, published)


def _emptied(rows: Iterator[Row], places: list[int]) -> Iterator[Row]:
    for row in rows:
        if row.unreadable is None:
            for place in places:
                row.values[place] = ""
        yield row


class AcledRows:
    """Reads the rows of one file by the names of its columns, whichever of them it has."""

    def __init__(self, columns: list[str], published: str | None) -> None:
        self._cells = columns_of(columns, _Cells._fields)
        self._published = published
        self._native = Native(columns, _WRITTEN)
        self._id = columns.index("event_id_cnty")

    def key(self, values: list[str]) -> str | Wrong:
        """`event_id_cnty`, which stays when a row changes."""
        id = values[self._id].strip()  # noqa: A001
        if _ID.fullmatch(id):
            return id
        return "event_id_cnty", id, "expected the id of the event, such as MLI1234"

    def read(self, values: list[str]) -> Report | list[Wrong]:
        """The fact of a row, or everything that is wrong with it."""
        wrong: list[Wrong] = []
        row = _Cells(*self._cells(values))
        row = row._replace(**{name: whole_text(getattr(row, name)) for name in _WHOLE})
        meaning = _meaning(row.event_type, row.sub_event_type, row.inter1, row.inter2)
        wrong += _wrong_codes(row)
        occurred = _occurred(row.event_date, row.year, row.time_precision)
        if isinstance(occurred, list):
            wrong += occurred
        fatalities = count_of(row.fatalities)
        if fatalities is None:
            wrong.append(("fatalities", row.fatalities, "expected a whole number of deaths"))
        changed = _moment(row.timestamp) if row.timestamp else self._published
        if row.timestamp and changed is None:
            wrong.append(("timestamp", row.timestamp, "expected seconds since 1970, such as 1731082800"))
        precision = _PRECISIONS.get(row.geo_precision)
        place = place_of(row.location, row.latitude, row.longitude, precision, wrong)
        if not isinstance(meaning, Meaning):
            wrong.insert(0, meaning)
        elif meaning.kind is TerritoryChanged and (place is None or place.name is None):
            wrong.append(("location", row.location, "expected the territory that changed hands"))
        if wrong or fatalities is None or not isinstance(meaning, Meaning):
            return wrong
        meaning = _with_room_for(fatalities, meaning, row.sub_event_type or row.event_type)
        said = {
            "source": "ACLED",
            "published": changed,
            "occurred": occurred,
            "place": place,
            "country": name_of(row.country, 100),
            "cites": names_of(row.source),
            "native": self._native.of(values),
            **_who(meaning.kind, row),
            **meaning.says,
        }
        if meaning.kind is TerritoryChanged:
            said["territory"] = place and place.name
        if issubclass(meaning.kind, Violence):
            said["killed"] = (Figure(best=fatalities, words=_imputed(fatalities, row.notes)),)
        return meaning.kind(**said)

    def warnings(self) -> list[str]:
        """Nothing."""
        return []


def _wrong_codes(row: _Cells) -> list[Wrong]:
    wrong: list[Wrong] = []
    for column, text in (("inter1", row.inter1), ("inter2", row.inter2)):
        if text and code_key(text) not in _INTER:
            wrong.append((column, text, f"expected 0 to 8, or one of {', '.join(filter(None, INTER.values()))}"))
    if row.geo_precision and row.geo_precision not in _PRECISIONS:
        wrong.append(("geo_precision", row.geo_precision, "expected 1, 2 or 3"))
    return wrong


_ACTORS_OF: Final[dict[type[Report], str | None]] = {
    AgreementReached: "parties",
    ForceChanged: "actors",
    TerritoryChanged: None,
}
"""The field that holds who took part, where it is not `participants`. Who gained a territory, no column says."""


def _who(kind: type[Report], row: _Cells) -> dict[str, Any]:
    field = _ACTORS_OF.get(kind, "participants")
    sides = (name_of(row.actor1), *names_of(row.assoc_actor_1), name_of(row.actor2), *names_of(row.assoc_actor_2))
    return {field: tuple(dict.fromkeys(side for side in sides if side))[:200]} if field else {}


_BY_KEY: Final = {
    (code_key(type_), code_key(sub_type)): meaning
    for type_, below in TYPES.items()
    for sub_type, meaning in below.items()
} | {(code_key(type_), ""): meaning for type_, meaning in EARLY_TYPES.items()}
_SUB_TYPES: Final = {code_key(type_): ", ".join(below) for type_, below in TYPES.items()}
_INTER: Final = {code_key(each): words for number, words in INTER.items() for each in (number, words)}


@lru_cache(maxsize=1_024)
def _meaning(type_: str, sub_type: str, inter1: str, inter2: str) -> Meaning | Wrong:
    """The meaning of the codes of a row, or the code that has none."""
    of_type = code_key(type_)
    found = _BY_KEY.get((of_type, code_key(sub_type)))
    if found is not None:
        return found
    if of_type == code_key(RIOTS_OR_PROTESTS) and not sub_type:
        # Some rows have the police or the victims first.
        for inter in (inter1, inter2):
            match _INTER.get(code_key(inter)):
                case "Rioters":
                    return Meaning(Riot)
                case "Protesters":
                    return TYPES["Protests"]["Peaceful protest"]
        said = "expected 5 or 6 (rioters, protesters) here or in inter2, which tells Riots/Protests apart"
        return "inter1", inter1, said
    if of_type in _SUB_TYPES:
        return "sub_event_type", sub_type, f"expected one of {type_}: {_SUB_TYPES[of_type]}"
    return "event_type", type_, f"expected one of {', '.join(TYPES)}, or a type of before 2019"


def _with_room_for(fatalities: int, meaning: Meaning, code: str) -> Meaning:
    """A kind that holds figures where somebody was killed: nothing that is no violence by its code has any."""
    if fatalities == 0 or issubclass(meaning.kind, Violence):
        return meaning
    return Meaning(ViolentIncident, {"form": code[:300]})


@lru_cache(maxsize=16_384)
def _occurred(written: str, year: str, precision: str) -> str | list[Wrong]:
    """The day, the week around it, or its month: ACLED gives the middle of what is known, and no end."""
    day = _day_of(written)
    wrong: list[Wrong] = []
    if day is None:
        wrong.append(("event_date", written, _EXPECTED_DATE))
    elif year and year != str(day.year):
        wrong.append(("event_date", written, f"expected a day of the year {year}, in the column beside it"))
    if precision not in {"", "1", "2", "3"}:
        wrong.append(("time_precision", precision, "expected 1, 2 or 3"))
    if wrong or day is None:
        return wrong
    match precision:
        case "2":
            return f"{day - timedelta(days=3)}/{day + timedelta(days=3)}"
        case "3":
            return f"{day:%Y-%m}"
    return day.isoformat()


@lru_cache(maxsize=16_384)
def _day_of(text: str) -> date | None:
    """One of the five styles, and nothing that is a day in one country and another day in the next."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        if found["iso"]:
            return _since_1900(date.fromisoformat(found["iso"]))
        named = found["month"].lower()
        month = [name for name in _MONTHS if named == name or (named == name[:3])]
        year = int(found["year"])
        if len(found["year"]) == 2:
            year += 1900 if year >= _FIRST_YEAR % 100 else 2000
        return _since_1900(date(year, _MONTHS.index(month[0]) + 1, int(found["day"]))) if month else None
    except ValueError:
        return None


def _since_1900(day: date) -> date | None:
    return day if 1900 <= day.year < 9999 else None


def _moment(timestamp: str) -> str | None:
    """Unix seconds as EDTF, in UTC."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return None
    return f"{datetime.fromtimestamp(int(timestamp), UTC):%Y-%m-%dT%H:%M:%SZ}"


def _imputed(fatalities: int, notes: str) -> str | None:
    """The words that the number stands for, where the notes tell that it does."""
    for words, pattern in _IMPUTED.get(fatalities, ()):
        if pattern.search(notes):
            return words
    return "not known" if fatalities in {3, 10} and _UNKNOWN_NUMBER.search(notes) else None


# --- what exports write in several ways, and how it is written here


def _iso(text: str) -> str:
    day = _day_of(text.strip())
    return text if day is None else day.isoformat()


@lru_cache(maxsize=1_024)
def _in_words(text: str) -> str:
    return _INTER.get(code_key(whole_text(text)), text)


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {
    "event_date": _iso,
    "inter1": _in_words,
    "inter2": _in_words,
    "latitude": degrees,
    "longitude": degrees,
}
