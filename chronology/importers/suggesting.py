"""A mapping to start from: what the columns of a file seem to be, by their names and what stands in them.

It guesses, so that a person has less to write, and says so; nothing is imported by it until that person has read it.
What it prints is accepted: every line of it is tried on the rows, and left out, with a remark, where one does not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path, PurePath
from typing import Final

from chronology.errors import Problem, Rejected
from chronology.importers.any_table import read_table
from chronology.importers.column_guesses import Column, Measured, column_of, measured
from chronology.importers.datasets import datasets
from chronology.importers.mapped import MappedRows
from chronology.importers.mapping import mapping_of
from chronology.importers.tables import Header, Source, Table
from chronology.intake.writing import key_to_toml, value_to_toml

__all__ = ["suggest"]

ROWS: Final = 1_000

_ID: Final = re.compile(r"(^|[^a-z])(id|no|nr|number|code|ref|reference|key|uuid|objectid)([^a-z]|$)")
_INCIDENT: Final = re.compile(r"incident|event|attack|strike")
_FIELDS: Final = {
    "source": r"source|publisher|outlet",
    "place": r"location|town|city|place|village|settlement",
    "country": r"^country|[^a-z]country",
    "url": r"url|link",
}


def suggest(source: Source) -> str:
    """A mapping for a file of rows, as TOML with remarks. Raises Rejected, Refused for a file that has none."""
    table = read_table(source, Header("csv"))
    some = list(islice(table.rows, ROWS))
    unreadable = [source.problem(row.line, "", "", row.unreadable) for row in some if row.unreadable is not None]
    if unreadable:
        raise Rejected(unreadable)
    rows = [row.values for row in some]
    if not rows:
        raise Rejected([source.problem(1, "", "", "expected rows to suggest a mapping for; there are none")])
    columns = [column_of(name, [row[at].strip() for row in rows]) for at, name in enumerate(table.columns)]
    suggestion = _Suggestion(source.name, columns, rows, table)
    for _ in columns:
        wrong = suggestion.first_wrong()
        if wrong is None:
            break
        suggestion.leave(*wrong)
    return suggestion.text()


class _Suggestion:
    """One mapping on its way: its fields, each as lines of TOML, and what is to be said of the others."""

    def __init__(self, file: str, columns: Sequence[Column], rows: list[list[str]], table: Table) -> None:
        self._file, self._columns, self._rows, self._table = file, columns, rows, table
        self._remarks: list[str] = []
        self._people = [each for each in columns if each.is_of_people]
        stem = PurePath(file).stem.split(".")[0].lower()
        name = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:50] or "mine"
        self._dataset = f"{name}-mine" if name in datasets() else name
        self._days = [each for each in columns if each.dates and not each.is_of_people]
        self._figures = measured(columns)
        self._totals = any(each.is_total for each in self._figures)
        self._is_list = bool(self._people) and not self._figures
        self._group = self._incident()
        self._key = [self._group] if self._group is not None else self._unique()
        self._splits: set[str] = set()
        self._separator = ";"
        self._fields: dict[str, list[str]] = dict(self._made_fields())

    # --- the key

    def _incident(self) -> Column | None:
        """The column that rows of one incident share, of a list with a row for each person."""
        if not self._is_list:
            return None
        return next(
            (
                each
                for each in self._columns
                if _INCIDENT.search(each.name) and each.is_whole and each.can_be_key and not each.dates
            ),
            None,
        )

    def _unique(self) -> list[Column]:
        """The first column that is another in each row, those called id before others; else two or three together."""
        figures = {name for each in self._figures for name in each.names}
        fit = [each for each in self._columns if each.can_be_key and each.name not in figures]
        called = [each for each in fit if _ID.search(each.name)]
        others = [each for each in fit if each not in called]
        for each in (*called, *others):
            if each.is_whole and len(set(each.cells)) == len(self._rows) and not (self._is_list and each.dates):
                return [each]
        if self._is_list:
            return []
        for size in (2, 3):
            for some in islice(combinations((*called, *others), size), 2_000):
                if len(set(zip(*(each.cells for each in some), strict=True))) == len(self._rows):
                    return list(some)
        return []

    def _key_lines(self) -> list[str]:
        if not self._key:
            row = "#row" if any(each.name == "row" for each in self._columns) else "row"
            return [f'key = "{{{row}}}"  # nothing tells each row from all others: import it with --new-history']
        text = "-".join(f"{{{each.name}}}" for each in self._key)
        if self._group is not None:
            return [
                f"key = {value_to_toml(text)}",
                "group = true  # rows of one incident are one record, and are counted",
            ]
        return [f"key = {value_to_toml(text)}  # tells each record from all others, in every release"]

    # --- the fields

    def _made_fields(self) -> Iterator[tuple[str, list[str]]]:
        kind = "casualty_update" if self._totals else "violent_incident"
        yield "kind", [f"kind = {value_to_toml(kind)}  # see chronology kinds"]
        open_ = [each for each in self._columns if not each.is_of_people]
        for field, names in _FIELDS.items():
            found = next((each for each in open_ if re.search(names, each.name) and each.filled), None)
            if field == "source":
                yield from self._source(found)
            elif found is not None:
                yield field, [f"{field} = {value_to_toml(f'{{{found.name}}}')}"]
        yield from self._when()
        if self._totals:
            yield "operation", [f'operation = "{self._dataset}"  # what the totals are totals of']
        north, east = (next((each for each in open_ if each.is_degrees(most)), None) for most in ("lat", "lon"))
        if north is not None and east is not None:
            yield "latitude", [f"latitude = {value_to_toml(f'{{{north.name}}}')}"]
            yield "longitude", [f"longitude = {value_to_toml(f'{{{east.name}}}')}"]
        if self._is_list and not self._figures:
            yield "killed", ["killed = 1  # one row for each person; where some were injured, see `unless` in the docs"]
        day = self._day.name if self._day is not None else None
        for category in dict.fromkeys(each.category for each in self._figures):
            some = [each for each in self._figures if each.category == category]
            yield category, _figure_lines(category, some, day, totals=self._totals)

    def _source(self, found: Column | None) -> Iterator[tuple[str, list[str]]]:
        """A column of one source each is the source; one with lists of them is what a data set cites."""
        separator = next((mark for mark in (";", "|") if found and sum(mark in cell for cell in found.filled)), "")
        if found is not None and not separator and found.is_whole and all(len(cell) <= 200 for cell in found.filled):
            yield "source", [f"source = {value_to_toml(f'{{{found.name}}}')}"]
            return
        yield "source", [f'source = "{self._dataset}"  # who published it']
        if found is not None and separator:
            self._splits.add(found.name)
            self._separator = separator
            yield "cites", [f"cites = {value_to_toml(f'{{{found.name}}}')}"]

    @property
    def _day(self) -> Column | None:
        """The column of the day it happened, or of a bulletin: not of when a row was entered or changed."""
        return next(iter(sorted(self._days, key=lambda each: each.rank_as_day)), None)

    def _when(self) -> Iterator[tuple[str, list[str]]]:
        field = "published" if self._totals else "occurred"
        if self._day is not None:
            yield field, [f"{field} = {value_to_toml(f'{{{self._day.name}}}')}"]
            return
        parts = [
            next((each for each in self._columns if each.is_part(part)), None) for part in ("year", "month", "day")
        ]
        if parts[0] is not None and parts[1] is not None:
            text = "-".join(f"{{{each.name}}}" for each in parts if each is not None)
            yield field, [f"{field} = {value_to_toml(text)}  # 0 and 99 are not known"]

    # --- as text

    def text(self) -> str:
        """The whole mapping."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> list[str]:
        rows = f"{len(self._rows):,} of its rows"
        lines = [f"# A mapping for {_plain(self._file)}, from {rows}. Read every line: these are guesses."]
        lines += [f"dataset = {value_to_toml(self._dataset)}", *self._key_lines()]
        shape = self._table.shape._asdict()
        lines += [f"{name} = {value_to_toml(value)}" for name, value in shape.items() if value is not None]
        if self._people:
            names = ", ".join(value_to_toml(each.name) for each in self._people)
            lines += [f"leave_out = [{names}]  # names and the like: the log never forgets"]
        lines.append("")
        fields = [line for lines_ in self._fields.values() for line in lines_]
        used = self._named(fields)
        for each in self._columns:
            options = list(_date_lines(each)) if each.dates and each.name in used else []
            options += [f"split = {value_to_toml(self._separator)}"] if each.name in self._splits & used else []
            if options:
                lines += [f"[columns.{key_to_toml(each.name)}]", *options, ""]
        people = {each.name for each in self._people}
        keyed = {each.name for each in self._key}
        left = [each.name for each in self._columns if each.name not in used | keyed | people]
        lines += ["[fact]", *fields]
        lines += [f"# not used, and kept as they are: {_plain(', '.join(left))}"] if left else []
        return lines + [f"# {_plain(each)}" for each in self._remarks]

    def _named(self, lines: Iterable[str]) -> set[str]:
        text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        return {
            each.name for each in self._columns if f"{{{each.name}}}" in text.replace('\\"', '"').replace("\\\\", "\\")
        }

    # --- tried on the rows

    def first_wrong(self) -> tuple[str, str] | None:
        """The first field that the program would not take, and why; None where it takes all."""
        try:
            mapping = mapping_of(self.text().encode(), "mapping", Path(), None, ())
        except Rejected as error:
            first = error.problems[0]
            return self._field_of(first.path.removeprefix("fact.")), first.expected
        columns = self._table.columns
        reader = MappedRows(mapping, self._table._replace(columns=columns), None)
        for row in self._rows:
            read = reader.read([*row])
            if isinstance(read, list):
                first_ = read[0]
                if isinstance(first_, Problem):
                    return self._field_of(first_.path.rpartition("→ ")[2]), first_.expected
                return self._field_using(first_[0]), first_[2]
        return None

    def _field_of(self, path: str) -> str:
        name = re.split(r"[.\[ ]", path)[0]
        return name if name in self._fields else "place" if "place" in self._fields else list(self._fields)[-1]

    def _field_using(self, column: str) -> str:
        for field, lines in self._fields.items():
            if column.split(", ", maxsplit=1)[0] in self._named(lines):
                return field
        return list(self._fields)[-1]

    def leave(self, field: str, why: str) -> None:
        """Leave a field out, and say so; what a fact must have becomes a constant."""
        columns = ", ".join(sorted(self._named(self._fields[field])))
        self._remarks.append(f"{field} is left out, as {columns or 'it'} does not read: {why[:120]}")
        if field == "source" and self._named(self._fields[field]):
            self._fields[field] = [f'source = "{self._dataset}"  # who published it']
        else:
            del self._fields[field]


def _figure_lines(category: str, some: Sequence[Measured], day: str | None, *, totals: bool) -> list[str]:
    """The figures of a category: the first of each measure, and others as remarks, which may be parts of it."""
    lines, taken = [f"{category} = ["], set()
    for each in some:
        measure = "running_total" if each.is_total else "increment" if totals else None
        parts: dict[str, str] = {name: f"{{{column}}}" for name, column in each.numbers.items()}
        if measure is not None:
            parts["measure"] = measure
            parts |= {"as_at" if each.is_total else "period": f"{{{day}}}"} if day else {}
        inside = ", ".join(f"{name} = {value_to_toml(text)}" for name, text in parts.items())
        lines.append(f"  {'# ' if measure in taken else ''}{{ {inside} }},")
        taken.add(measure)
    return [*lines, "]"]


def _date_lines(column: Column) -> Iterator[str]:
    first, *others = column.dates
    yield f"date = {value_to_toml(first)}" + (f"  # or {' or '.join(others)}: the rows do not tell" if others else "")


def _plain(text: str) -> str:
    """A remark on one line, in signs that TOML allows there."""
    return "".join(char if char.isprintable() else "?" for char in text)
