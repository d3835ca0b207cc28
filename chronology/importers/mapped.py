"""Any table by a mapping file: CSV, or JSON objects. A row fills the mapping's fact, and intake reads it as any other.

So short forms of figures, dates and names are read as people write them, and problems are reported in the same
words, with the columns they came from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from chronology.errors import Problem, Rejected
from chronology.importers.any_table import read_table
from chronology.importers.cells import Wrong
from chronology.importers.column_guesses import may_name_people
from chronology.importers.filling import Cells, Template, Unread, fill
from chronology.importers.grouping import combined, grouped, members
from chronology.importers.mapping import ROW, MappingFile
from chronology.importers.mapping_options import ALL_UNUSED
from chronology.importers.numbers import whole_text
from chronology.importers.tables import Header, Row, Source, Table
from chronology.importers.withholding import withheld
from chronology.intake.facts import read_fact
from chronology.intake.raw import Raw
from chronology.vocabulary import KINDS, Category, Report
from chronology.vocabulary.figures import Measure

__all__ = ["Mapped", "MappedRows"]

MOST_IN_KEY: Final = 150
MOST_TOLD: Final = 1_000_000
"""Figures of incidents are remembered of one file, to find those that would be alternatives."""

_NO_NUMBER: Final[dict[str, Any]] = dict.fromkeys(("low", "best", "high", "words"))
_ALTERNATIVES: Final = (
    "expected one row for what one speaker says of an incident: another is an alternative to it, and adds nothing; "
    "with the incident as the key, group = true adds rows up; alternatives = true says that they are meant"
)

# What no id can hold, and the sign that stands for it: so that two keys stay two.
_NOT_IN_ID: Final = re.compile(r"[^!-~]|[@%]")
_INDEX: Final = re.compile(r"^(\w+)\[([0-9]+)\]")


class Mapped:
    """The format of a mapping file."""

    rows_have_clocks: Final = False

    def __init__(self, mapping: MappingFile) -> None:
        self._mapping = mapping
        self.dataset = mapping.dataset
        self.licence = mapping.licence
        self.mapping = mapping.version
        self.mapping_sha256 = mapping.sha256
        self.has_ids = ROW.isdisjoint(mapping.key.columns)

    def table(self, source: Source) -> Table:
        """The columns and rows of a file. Raises Rejected (also for columns it does not have), Refused."""
        mapping, options = self._mapping, self._mapping.options
        wanted = tuple(name for name in mapping.lines if name not in {*ROW, ALL_UNUSED})
        source = source._replace(shape=source.shape.over(options.shape))
        table = read_table(source, Header(mapping.dataset, wanted=wanted))
        # A list of no objects has no columns, and no rows that could lack one.
        strangers = mapping.strangers(table.columns, f"expected a column of {source.name}")
        if strangers and table.columns:
            raise Rejected(strangers)
        numbers = [name for name in mapping.key.columns if name in ROW and name not in table.columns]
        if numbers:
            columns = [*table.columns, numbers[0]]
            table = table._replace(columns=columns, rows=_numbered(table.rows, source.sha256[:8]))
        left_out = set(table.columns) - {*wanted, *numbers} if ALL_UNUSED in options.leave_out else options.leave_out
        if left_out or options.hashed:
            rows = withheld(table.rows, table.columns, left_out, options.hashed, mapping.secret)
            table = table._replace(rows=rows)
        if options.group:
            table = table._replace(rows=grouped(table.rows, MappedRows(mapping, table, None).key))
        return table

    def rows(self, table: Table, published: str | None) -> MappedRows:
        """A reader of its rows."""
        reader = GroupedRows if self._mapping.options.group else MappedRows
        return reader(self._mapping, table, published)


def _numbered(rows: Iterator[Row], file: str) -> Iterator[Row]:
    """The rows with a number of their own, which no row of another file has."""
    for number, row in enumerate(rows, start=1):
        yield row if row.unreadable is not None else row._replace(values=[*row.values, f"{file}-{number}"])


class MappedRows:
    """Reads the rows of one file as its mapping says."""

    gap: str | None = None
    """The words of a figure that a row has no number for."""

    def __init__(self, mapping: MappingFile, table: Table, published: str | None) -> None:
        self._mapping, self._columns, self._published = mapping, table.columns, published
        self._no_column = table.columns[-1] if table.columns and table.columns[-1] in ROW else ""
        self._decimal = table.shape.decimal or "."
        self._crossing = 0
        self._said_before = Alternatives()

    def _cells(self, values: list[str]) -> Cells:
        return Cells(dict(zip(self._columns, values, strict=False)), self._mapping.columns, self._decimal)

    def key(self, values: list[str]) -> str | Wrong | None:
        """The key of a row, as the mapping makes it; None for one that it leaves out."""
        cells = self._cells(values)
        if cells.meet(self._mapping.skip):
            return None
        key = self._mapping.key
        try:
            text = cells.text(key, partly=True)
        except Unread as error:
            return error.column, error.value, error.expected
        if isinstance(text, list):
            text = "; ".join(text)
        if not text:
            empty = ", ".join(name for name in key.columns if not cells.raw(name)) or key.text
            return empty, "", f"expected the key of the record, which is {key.text}"
        made = _NOT_IN_ID.sub(_quoted, whole_text(text))
        if len(made) > MOST_IN_KEY:
            return ", ".join(key.columns), text, f"expected a key of at most {MOST_IN_KEY} characters"
        return made

    def read(self, values: list[str]) -> Report | list[Wrong] | list[Problem]:
        """The fact of a row, or everything that is wrong with it."""
        cells = self._cells(values)
        fact = self._mapping.fact
        try:
            tag = cells.text(fact["kind"]) if isinstance(fact["kind"], Template) else fact["kind"]
            if not isinstance(tag, str):
                return [(fact["kind"].columns[0], "", "expected a code that says what kind of fact the row is")]
            kind = KINDS[tag]
            given = fill(fact, kind, cells, self.gap)  # type: ignore[arg-type]
        except Unread as error:
            return [(error.column, error.value, error.expected)]
        if "published" not in given and self._published is not None:
            given["published"] = self._published
        read, problems = read_fact(Raw("", None, tag, given, as_published=True))
        if problems or not isinstance(read, Report):
            return [each._replace(path=self._path(each.path, cells)) for each in problems]
        self._crossing += crosses(read)
        options = self._mapping.options
        if not options.group and not options.alternatives and self._said_before.holds(read):
            columns = _columns_of(self._mapping.fact.get("incidents")) or list(self._mapping.key.columns)
            return [(", ".join(columns), "; ".join(cells.raw(name) for name in columns), _ALTERNATIVES)]
        # The columns are kept as they came: intake would take offence at what was never read.
        return msgspec.structs.replace(read, native=self._native(values))

    def _native(self, values: list[str]) -> tuple[str, ...]:
        columns = zip(self._columns, values, strict=False)
        return tuple(sorted(f"{name}={value}" for name, value in columns if value and name != self._no_column))

    def warnings(self) -> list[str]:
        """Warnings of bounds that cross, of columns that are not used, and of those that are missing."""
        options = self._mapping.options
        withheld_ = options.leave_out | options.hashed
        said = [f"rows without low ≤ best ≤ high, kept as published: {self._crossing:,}"] if self._crossing else []
        unused = [name for name in self._columns if name not in self._mapping.lines and name not in withheld_]
        if unused and ALL_UNUSED not in options.leave_out:
            said.append(f"columns the mapping does not use, kept as they are: {', '.join(unused)}")
        named = [name for name in self._columns if may_name_people(name) and name not in withheld_]
        if named and (ALL_UNUSED not in options.leave_out or any(name in self._mapping.lines for name in named)):
            listed = ", ".join(named)
            said.append(
                f"columns that may name people are in the log for good: {listed}; leave_out keeps them out of it"
            )
        missing = [name for name in sorted(options.optional) if name not in self._columns]
        return said + ([f"optional columns that are not there: {', '.join(missing)}"] if missing else [])

    def _path(self, path: str, cells: Cells) -> str:
        """`killed[1].figure` as `dead_cum → killed[1].figure`: the columns, and what they were to become."""
        name = re.split(r"[.\[]", path)[0]
        template: Any = self._mapping.fact.get(name)
        index = _INDEX.match(path)
        if index is not None and isinstance(template, list):
            # Figures without a number were left out: count those that were not.
            there = [each for each in template if _says(each, cells)]
            template = there[int(index[2])] if int(index[2]) < len(there) else template
        part = path.rpartition(".")[2]
        if isinstance(template, dict) and part in template:
            template = template[part]
        columns = dict.fromkeys(_columns_of(template))
        return f"{', '.join(columns)} → {path}" if columns else path


class GroupedRows(MappedRows):
    """Reads rows of which several are one record together."""

    gap = "not known"

    def __init__(self, mapping: MappingFile, table: Table, published: str | None) -> None:
        super().__init__(mapping, table, published)
        self._rows = self._records = 0
        self._apart: Counter[str] = Counter()

    def key(self, values: list[str]) -> str | Wrong | None:
        """The key that the rows share."""
        return super().key(members(values)[0])

    def read(self, values: list[str]) -> Report | list[Wrong] | list[Problem]:
        """The fact of all rows together, or everything that is wrong with one of them."""
        rows, facts = members(values), []
        for row in rows:
            read = super().read(row)
            if isinstance(read, list):
                return read
            facts.append(read)
        kinds = {type(each) for each in facts}
        if len(kinds) > 1:
            tags = ", ".join(sorted(str(kind.__struct_config__.tag) for kind in kinds))
            return [("kind", tags, "expected one kind for all rows of a record")]
        fact, apart = combined(facts, self._columns, rows)
        self._rows += len(rows)
        self._records += 1
        self._apart.update(apart)
        return fact

    def warnings(self) -> list[str]:
        """Warnings: how many rows made how many records, and on what these did not agree."""
        said = [f"{self._rows:,} rows are {self._records:,} records: their figures are added up"]
        if self._apart:
            listed = ", ".join(f"{name} ({count:,})" for name, count in sorted(self._apart.items()))
            said.append(f"records whose rows do not agree, left out of them: {listed}")
        return said + super().warnings()


class Alternatives:
    """Figures of incidents, row by row: two numbers of one speaker for one incident are alternatives."""

    def __init__(self) -> None:
        self._said_before: set[int] = set()

    def holds(self, fact: Report) -> bool:
        """True if a row before says the same speaker's number of the same group, incident and day; else it is noted."""
        incidents = getattr(fact, "incidents", ())
        if not incidents or len(self._said_before) > MOST_TOLD:
            return False
        speaker = fact.attributed_to or fact.source
        said_here = {
            hash((speaker, fact.published, incidents, category, msgspec.structs.replace(each, **_NO_NUMBER)))
            for category in Category
            for each in getattr(fact, category, ())
            if each.measure is not Measure.BREAKDOWN
        }
        before = not self._said_before.isdisjoint(said_here)
        self._said_before |= said_here
        return before


def crosses(fact: Report) -> bool:
    """True if the bounds of a figure of a fact cross: its row is kept as published, and views take the envelope."""
    for category in Category:
        for figure in getattr(fact, category, ()):
            numbers = [each for each in (figure.low, figure.best, figure.high) if each is not None]
            if numbers != sorted(numbers):
                return True
    return False


def _says(template: object, cells: Cells) -> bool:
    """True if a figure of a list has a number in this row."""
    if isinstance(template, Template):
        return cells.text(template) is not None
    if not isinstance(template, dict):
        return True
    if "unless" in template and cells.meet(template["unless"]):
        return False
    said = [template[name] for name in ("figure", "low", "best", "high", "words") if name in template]
    return any(_says(each, cells) for each in said)


def _columns_of(template: object) -> list[str]:
    match template:
        case Template():
            return list(template.columns)
        case dict():
            return [name for key, each in template.items() if key != "unless" for name in _columns_of(each)]
        case list():
            return [name for each in template for name in _columns_of(each)]
    return []


def _quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace"))
