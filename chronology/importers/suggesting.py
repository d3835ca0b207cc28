"""A mapping to start from: what the columns of a file seem to be, by their names and what stands in them.

It guesses, so that a person has less to write, and says so; nothing is imported by it until that person has read it.
"""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Final, NamedTuple

from chronology.errors import Rejected
from chronology.importers.any_table import read_table
from chronology.importers.datasets import datasets
from chronology.importers.tables import Header, Shape, Source
from chronology.intake.writing import key_to_toml, value_to_toml

__all__ = ["suggest"]

ROWS: Final = 1_000

_DATES: Final = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d %B %Y", "%d-%b-%y", "%d-%B-%Y", "%d.%m.%Y", "%Y/%m/%d", "%B %d, %Y",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%d/%m/%Y %H:%M", "%Y-%m",
)  # fmt: skip
_NUMBER: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,12}")
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?")
_CATEGORIES: Final = {
    "killed": r"killed|dead|deaths?|fatalit|died",
    "injured": r"injur|wounded|hurt",
    "missing": r"missing",
    "abducted": r"abduct|kidnap",
    "captured": r"captured|prisoner",
}
_TOTAL: Final = re.compile(r"(^|_)(cum|cumulative|total)(_|$)|to_?date")
_FIELDS: Final = {
    "source": r"source|publisher|outlet",
    "place": r"location|town|city|place|village|settlement",
    "country": r"country",
    "url": r"url|link",
}


class _Column(NamedTuple):
    name: str
    values: list[str]
    dates: list[str]

    def holds(self, pattern: re.Pattern[str]) -> bool:
        """True if there are values, and all of them read so."""
        return bool(self.values) and all(pattern.fullmatch(value) for value in self.values)


def suggest(source: Source) -> str:
    """A mapping for a CSV or JSON file, as TOML with remarks. Raises Rejected, Refused for a file that is neither."""
    table = read_table(source, Header("csv"))
    rows = [row.values for row in islice(table.rows, ROWS) if row.unreadable is None]
    if not rows:
        raise Rejected([source.problem(1, "", "", "expected rows to suggest a mapping for; there are none")])
    columns = [
        _column(name, [row[at].strip() for row in rows if at < len(row)]) for at, name in enumerate(table.columns)
    ]
    return "\n".join(_Suggestion(source.name, columns, len(rows), table.shape).lines()) + "\n"


def _column(name: str, cells: list[str]) -> _Column:
    values = [cell for cell in cells if cell]
    return _Column(name, values, [form for form in _DATES if values and all(_reads(value, form) for value in values)])


def _reads(value: str, form: str) -> bool:
    try:
        return datetime.strptime(value, form).year > 0  # noqa: DTZ007  only whether it reads
    except ValueError:
        return False


class _Suggestion:
    """One mapping on its way."""

    def __init__(self, file: str, columns: list[_Column], rows: int, shape: Shape) -> None:
        self._file, self._columns, self._rows, self._shape = file, columns, rows, shape
        self._used: set[str] = set()

    def lines(self) -> list[str]:
        dates = [column for column in self._columns if column.dates]
        figures = [(column, category) for column in self._columns if (category := _category(column))]
        totals = any(_TOTAL.search(column.name) for column, _ in figures)
        dataset = re.sub(r"[^a-z0-9]+", "-", PurePath(self._file).stem.split(".")[0].lower()).strip("-")[:60] or "mine"
        head = [
            f"# A mapping for {self._file}, from {self._rows:,} of its rows. Read every line: these are guesses.",
            f"dataset = {value_to_toml(f'{dataset}-mine' if dataset in datasets() else dataset)}",
            *self._key(),
            *(f"{name} = {value_to_toml(value)}" for name, value in self._shape._asdict().items() if value is not None),
            "",
        ]
        for column in dates:
            head += [f"[columns.{key_to_toml(column.name)}]", *_dates(column), ""]
        fact = ["[fact]", *self._fields(dates, totals=totals, dataset=dataset), *self._figures(figures, dates, totals)]
        left = [column.name for column in self._columns if column.name not in self._used]
        tail = [f"# not used, and kept as they are: {', '.join(left)}"] if left else []
        return head + fact + tail

    def _use(self, column: _Column) -> str:
        self._used.add(column.name)
        return f"{{{column.name}}}"

    def _key(self) -> list[str]:
        """The first column that is another in each row, those called id before others."""
        whole = [column for column in self._columns if len(set(column.values)) == self._rows]
        called = [column for column in whole if re.search(r"(^|_)id(_|$)", column.name)]
        found = next(iter(called or whole), None)
        if found is not None:
            return [f"key = {value_to_toml(self._use(found))}  # tells each record from all others, in every release"]
        return ['key = "{…}"  # no column tells each row from all others: name several, such as "{date}-{town}"']

    def _fields(self, dates: list[_Column], *, totals: bool, dataset: str) -> list[str]:
        found = [f"kind = {value_to_toml('casualty_update' if totals else 'violent_incident')}  # see chronology kinds"]
        for field, names in _FIELDS.items():
            column = next((each for each in self._columns if re.search(names, each.name)), None)
            if column is not None:
                found.append(f"{field} = {value_to_toml(self._use(column))}")
            elif field == "source":
                found.append(f'source = "{dataset}"  # who published it')
        if dates:
            day = value_to_toml(self._use(dates[0]))
            found.append(f"published = {day}" if totals else f"occurred = {day}")
        if totals:
            found.append(f'operation = "{dataset}"  # what the totals are totals of')
        for field, most in (("latitude", "lat"), ("longitude", "lon")):
            column = next((each for each in self._columns if each.name.startswith(most) and each.holds(_DEGREES)), None)
            if column is not None:
                found.append(f"{field} = {value_to_toml(self._use(column))}")
        return found

    def _figures(self, figures: list[tuple[_Column, str]], dates: list[_Column], totals: bool) -> list[str]:  # noqa: FBT001
        found: list[str] = []
        day = f"{{{dates[0].name}}}" if dates else None
        for category in dict.fromkeys(category for _, category in figures):
            found.append(f"{category} = [")
            taken = set()
            for column in (column for column, its in figures if its == category):
                measure = "running_total" if _TOTAL.search(column.name) else "increment" if totals else None
                # One number of each sort: the others are most likely parts of it, or the same by another way.
                remark = "# " if measure in taken else ""
                taken.add(measure)
                parts = {"figure": f"{{{column.name}}}" if remark else self._use(column)}
                if measure is not None:
                    parts["measure"] = measure
                    parts |= {"as_at" if measure == "running_total" else "period": day} if day else {}
                inside = ", ".join(f"{name} = {value_to_toml(text)}" for name, text in parts.items())
                found.append(f"  {remark}{{ {inside} }},")
            found.append("]")
        return found


def _category(column: _Column) -> str | None:
    return next(
        (each for each, names in _CATEGORIES.items() if column.holds(_NUMBER) and re.search(names, column.name)), None
    )


def _dates(column: _Column) -> list[str]:
    first, *others = column.dates
    if not others:
        return [f"date = {value_to_toml(first)}"]
    return [f"date = {value_to_toml(first)}  # or {' or '.join(others)}: the rows do not tell"]
