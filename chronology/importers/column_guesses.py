"""Guesses at the columns of an unknown table: a day, degrees, people counted, people named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from chronology.importers.numbers import UNKNOWN, plain_number
from chronology.vocabulary.figures import FigureError, read_figures

__all__ = ["Column", "Measured", "column_of", "may_name_people", "measured"]

_DATES: Final = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y", "%d.%m.%Y",
    "%d-%m-%Y", "%Y/%m/%d", "%B %d, %Y", "%b %d, %Y", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y-%m",
)  # fmt: skip
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}([.,][0-9]+)?")
_CATEGORIES: Final = {
    "killed": r"kill|dead|death|fatalit|died|slain|martyr",
    "injured": r"injur|wound|hurt",
    "missing": r"missing",
    "abducted": r"abduct|kidnap",
    "captured": r"captured|prisoner",
}
_TOTAL: Final = re.compile(r"(^|[_ ])(cum|cumulative|total)([_ ]|$)|to_?date")
_BOUNDS: Final = {
    "low": re.compile(r"(^|[^a-z])(low|lower|min|minimum|least)([^a-z]|$)"),
    "best": re.compile(r"(^|[^a-z])(best|estimate|likely)([^a-z]|$)"),
    "high": re.compile(r"(^|[^a-z])(high|higher|upper|max|maximum|most)([^a-z]|$)"),
}
_PERSON: Final = re.compile(
    r"(^|[^a-z])(names?|first_?name|last_?name|full_?name|sur_?name|victims?|persons?|deceased|phone|telephone|mobile|e-?mail|"
    r"address|passport|national_?id|id_?card|father|mother|nombres?|nom|prenom|apellidos?|contact|respondent|"
    r"date_?of_?birth|birth_?date|dob)([^a-z]|$)|اسم"
)
_NOT_OF_PERSONS: Final = re.compile(
    r"place|town|country|region|adm|province|district|city|site|actor|group|side|conflict|dyad|source|event|"
    r"organi|location|village|camp|hospital|file|incident|operation|state|governorate|dataset|type|number|count|url"
)
_ABOUT_PERSONS: Final = re.compile(r"(^|[^a-z])(age|sex|gender)([^a-z]|$)")
_ENTERED: Final = re.compile(r"updat|modif|creat|enter|entry|upload|record|download|import|start$|end$|stamp")
_LONGEST_KEY: Final = 60


class Column(NamedTuple):
    """A column: its cells in all rows, the forms that all its dates read in."""

    name: str
    cells: tuple[str, ...]
    dates: tuple[str, ...]
    is_of_people: bool

    @property
    def filled(self) -> list[str]:
        """The cells that hold anything."""
        return [cell for cell in self.cells if cell]

    @property
    def is_whole(self) -> bool:
        """True if every row has it."""
        return all(self.cells)

    @property
    def can_be_key(self) -> bool:
        """True if it may tell records apart: no name of a person, no prose, no degrees."""
        return (
            bool(self.filled)
            and not self.is_of_people
            and all(len(cell) <= _LONGEST_KEY for cell in self.filled)
            and not (self.is_degrees("lat") or self.is_degrees("lon"))
            and not _ABOUT_PERSONS.search(self.name)
        )

    @property
    def rank_as_day(self) -> tuple[bool, bool]:
        """Less for a day that says when something happened than for one that says when a row was written."""
        return bool(_ENTERED.search(self.name)), not re.search(r"dat|day|when|occurred", self.name)

    def is_degrees(self, most: str) -> bool:
        """True if it holds degrees, and its name begins with `lat` or `lon`."""
        starts = f"(?:{most}|lng)" if most == "lon" else most
        called = re.search(rf"(^|[^a-z]){starts}", self.name)
        return bool(called and self.filled) and all(_DEGREES.fullmatch(cell) for cell in self.filled)

    def is_part(self, part: str) -> bool:
        """True if it holds the year, month or day of a date: `year`, `iyear`, `event_year`."""
        if not re.search(rf"(^|[^a-z])i?{part}$", self.name) or not self.filled:
            return False
        return all(re.fullmatch(r"-?[0-9]{1,4}(\.0+)?", cell) for cell in self.filled)

    @property
    def is_number(self) -> bool:
        """True if it holds numbers of people, however written."""
        return bool(self.filled) and all(map(_is_count, self.filled))


class Measured(NamedTuple):
    """A number of people that one to three columns give: `low`, `best`, `high`, or `figure`."""

    category: str
    base: str
    numbers: dict[str, str]
    is_total: bool

    @property
    def names(self) -> list[str]:
        """The columns."""
        return list(self.numbers.values())


def column_of(name: str, cells: list[str]) -> Column:
    """A column of these cells."""
    filled = [cell for cell in cells if cell]
    is_plain = bool(filled) and all(cell.isdecimal() and len(cell) != 8 for cell in filled)
    dates = tuple(form for form in _DATES if filled and not is_plain and all(_reads(cell, form) for cell in filled))
    names_people = may_name_people(name)
    if names_people and filled and all(map(plain_number, filled)) and not re.search(r"phone|mobile|id", name):
        names_people = False
    return Column(name, tuple(cells), dates, names_people)


def may_name_people(column: str) -> bool:
    """True if a column is called as those are that name people, or lead to them."""
    return bool(_PERSON.search(column)) and not _NOT_OF_PERSONS.search(column)


def measured(columns: Sequence[Column]) -> list[Measured]:
    """The columns that count people, those of one number together: `killed min` and `killed max`."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    totals: dict[tuple[str, str], bool] = {}
    bounded = [each for each in columns if not each.is_of_people and each.is_number]
    alone = {each.name for each in bounded if each.name in {"low", "best", "high"}}
    for each in bounded:
        category = next((name for name, words in _CATEGORIES.items() if re.search(words, each.name)), None)
        if category is None and alone == {"low", "best", "high"} and each.name in alone:
            category = "killed" if any(re.search(_CATEGORIES["killed"], other.name) for other in columns) else None
        if category is None:
            continue
        bound = next((name for name, words in _BOUNDS.items() if words.search(each.name)), "figure")
        base = re.sub(_CATEGORIES[category] + r"[a-z]*", " ", each.name)
        base = _BOUNDS[bound].sub(" ", base) if bound != "figure" else base
        base = " ".join(base.replace("_", " ").split())
        key = category, each.name if bound in found.get((category, base), {}) else base
        found.setdefault(key, {})[bound] = each.name
        totals[key] = bool(_TOTAL.search(each.name))
    return [
        Measured(category, base, _paired(numbers), totals[category, base])
        for (category, base), numbers in found.items()
        if _paired(numbers)
    ]


def _paired(numbers: dict[str, str]) -> dict[str, str]:
    """Bounds in their order; a number beside bounds is the best of them."""
    if numbers.keys() == {"figure"}:
        return numbers
    made = dict(numbers)
    if "figure" in made:
        made.setdefault("best", made.pop("figure"))
        made.pop("figure", None)
    return {name: made[name] for name in ("low", "best", "high") if name in made}


def _is_count(cell: str) -> bool:
    plain = plain_number(cell)
    if plain is not None:
        return plain.isdecimal()
    if cell.lower() in UNKNOWN:
        return True
    try:
        read_figures(cell)
    except FigureError:
        return False
    return any(char.isdecimal() for char in cell)


def _reads(value: str, form: str) -> bool:
    try:
        return datetime.strptime(value, form).year > 0  # noqa: DTZ007  only whether it reads
    except ValueError:
        return False
