"""Templates, and how a row fills them: `"{town}, {region}"` with the cells of the row in the place of the columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from chronology.importers.cells import without_hidden
from chronology.importers.date_parts import date_of_parts, in_parts
from chronology.importers.headers import plain_name
from chronology.importers.numbers import UNKNOWN, plain_number
from chronology.vocabulary import Field, Figure, Place, Report, Role, fields_of

__all__ = ["INTERVAL", "PARTS", "Cells", "Column", "Template", "Unread", "columns_in", "fill", "sample", "template_of"]

INTERVAL: Final = frozenset({"from", "until", "days", "hours"})
"""The keys of a table that stands in the place of a date: from when, until when, or for how long."""
PARTS: Final = frozenset({"year", "month", "day"})
"""The keys of one of a date in several columns."""

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,15})?")
_MISSING: Final = frozenset({"nan", "null", "<na>", "#n/a"})
"""What programs write for a missing number; `n/a` and `?` are what people write for one that is not known."""
_SAID: Final = ("figure", "low", "best", "high", "words")
_PLACE: Final = fields_of(Place)
_FIGURE: Final = fields_of(Figure)
_LONGEST: Final = 3_660


class Column(NamedTuple):
    """The rules for reading a column: formats of its dates, meanings of its codes, its empty values, a separator."""

    date: tuple[str, ...] = ()
    codes: Mapping[str, str] = {}
    empty: tuple[str, ...] = ()
    split: str = ""


class Template(NamedTuple):
    """A text with columns in it. `parts` are its pieces: texts, and at the odd places the names of columns."""

    text: str
    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it names, in lower case."""
        return self.parts[1::2]

    @property
    def is_column(self) -> bool:
        """True if it is one column and nothing else."""
        return len(self.parts) == 3 and not self.parts[0] and not self.parts[2]


class Unread(ValueError):
    """A cell that does not read as its column says: the column, its value, what was expected."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        super().__init__(column, value, expected)
        self.column, self.value, self.expected = column, value, expected


def template_of(text: str) -> Template:
    """The template of a text; `{{` is a brace. Raises ValueError for braces that name no column."""
    parts, here, last = [""], "", 0
    for found in _PIECE.finditer(text):
        here = text[last : found.start()]
        last = found.end()
        if found[2]:
            raise ValueError("expected {column}, or {{ and }} for braces themselves")
        if found[1] is None:
            parts[-1] += here + found[0][0]
            continue
        name = plain_name(found[1])
        if not name:
            raise ValueError("expected the name of a column between the braces")
        parts[-1] += here
        parts += [name, ""]
    parts[-1] += text[last:]
    return Template("".join(parts) if len(parts) == 1 else text, tuple(parts))


def columns_in(text: str) -> tuple[str, ...]:
    """The columns that a text names; none for one that is no template."""
    try:
        return template_of(text).columns
    except ValueError:
        return ()


class Cells:
    """The cells of one row, each read as its column says when it is asked for. Raises Unread then."""

    def __init__(self, values: Mapping[str, str], columns: Mapping[str, Column], decimal: str = ".") -> None:
        self._values, self._columns, self.decimal = values, columns, decimal

    def raw(self, name: str) -> str:
        """The text of a column, trimmed; empty where there is no such column."""
        return self._values.get(name, "").strip()

    def get(self, name: str) -> str | list[str] | None:
        """The meaning of a column; None where it is empty."""
        text = self.raw(name)
        how = self._columns.get(name)
        if how is None or not text or text in how.empty:
            return text if how is None or text not in how.empty else None
        if how.codes:
            return _decoded(name, text, how) or None
        if how.date:
            return _dated(name, text, how.date)
        if how.split:
            return [part for each in text.split(how.split) if (part := each.strip())]
        return text

    def text(self, template: Template, *, partly: bool = False) -> str | list[str] | None:
        """A template filled in; None where one of its columns is empty: it is never half filled.

        Of a key `partly` all columns but one may be.
        """
        if template.is_column:
            return self.get(template.parts[1]) or None
        found = list(template.parts)
        for place in range(1, len(found), 2):
            value = self.get(found[place])
            if not value and not partly:
                return None
            found[place] = "; ".join(value) if isinstance(value, list) else value or ""
        return "".join(found) if any(found[1::2]) else None

    def meet(self, conditions: tuple[Mapping[str, tuple[str, ...]], ...]) -> bool:
        """True if all columns of one of the conditions hold one of what it names."""
        return any(all(self.raw(name) in texts for name, texts in each.items()) for each in conditions)


def _decoded(name: str, text: str, how: Column) -> str:
    if text in how.codes:
        return how.codes[text]
    known = ", ".join(how.codes)
    raise Unread(name, text, f"expected one of its codes: {known[:200]}")


def _dated(name: str, text: str, formats: tuple[str, ...]) -> str:
    for form in formats:
        found = _read_date(text, form)
        if found is not None:
            return found
    raise Unread(name, text, f"expected a date written as {' or '.join(formats)}")


@lru_cache(maxsize=16_384)
def _read_date(text: str, form: str) -> str | None:
    """EDTF, as exact as the form is: a year, a month, a day; a time where the form has a zone."""
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007  most forms have no time
    except ValueError:
        return None
    if found.year < 1:
        return None
    if found.tzinfo is not None and "%H" in form:
        return f"{found.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if any(each in form for each in ("%d", "%j", "%x", "%c")):
        return found.date().isoformat()
    return f"{found:%Y-%m}" if any(each in form for each in ("%m", "%b", "%B")) else f"{found:%Y}"


# --- filling


def fill(fact: Mapping[str, Any], kind: type[Report], cells: Cells, gap: str | None = None) -> dict[str, Any]:
    """The fields of a fact of `kind`, as intake reads them; without those nothing is known of. Raises Unread."""
    return _Filling(cells.text, cells.meet, cells, gap).fact(fact, kind)


def sample(fact: Mapping[str, Any], kind: type[Report]) -> dict[str, Any]:
    """Values with something that fits in the place of each column: what is wrong then is the mapping's own fault."""
    return _Filling(None, lambda _: False).fact(fact, kind)


class _Filling(NamedTuple):
    """A filling of templates with values; without `text` with a sample of what the field takes."""

    text: Callable[[Template], str | list[str] | None] | None
    meets: Callable[[tuple[Mapping[str, tuple[str, ...]], ...]], bool]
    cells: Cells | None = None
    gap: str | None = None
    """The words of a figure without a number; without any it is left out."""

    def fact(self, fact: Mapping[str, Any], kind: type[Report]) -> dict[str, Any]:
        fields = fields_of(kind)
        found = {}
        for name, value in fact.items():
            field = fields.get(name) or (_PLACE.get(name) if "place" in fields else None)
            if field is not None and (filled := self.field(value, field)) not in (None, [], {}):
                found[name] = filled
        return found

    def field(self, value: object, field: Field) -> Any:  # noqa: ANN401
        if field.shape == "figures":
            given = value if isinstance(value, list) else [value]
            figures = [figure for each in given if (figure := self.figure(each)) is not None]
            return figures if isinstance(value, list) or not figures else figures[0]
        if field.shape == "place":
            return self.table(value, _PLACE) if isinstance(value, dict) else self.one(value, _PLACE["name"])
        if isinstance(value, list):
            parts = [self.one(each, field) for each in value]
            return [each for part in parts if part is not None for each in (part if isinstance(part, list) else [part])]
        return self.one(value, field)

    def table(self, value: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
        return {
            name: filled
            for name, each in value.items()
            if (filled := self.one(each, fields[name]) if name in fields else each) is not None
        }

    def figure(self, value: object) -> Any:  # noqa: ANN401
        """A number or a table of one; None where it has no number."""
        if not isinstance(value, dict):
            number = self.one(value, None)
            return self.gap if number is None else number
        if "unless" in value and self.meets(value["unless"]):
            return None
        fields = {**_FIGURE, "total_as_of": _FIGURE["as_at"]}
        found: dict[str, Any] = {}
        for name, each in value.items():
            if name == "unless":
                continue
            if isinstance(each, list):
                filled: Any = self.field(each, fields[name]) if name in fields else each
            else:
                filled = self.one(each, fields.get(name))
            if filled is not None:
                found[name] = filled
        if "victims" in value and "victims" not in found and found.get("measure") == "breakdown":
            return None
        if any(name in found for name in _SAID):
            return found
        return None if self.gap is None else {**found, "words": self.gap}

    def one(self, value: object, field: Field | None) -> Any:  # noqa: ANN401
        """One value; `field` is None for a figure in its short form."""
        if isinstance(value, dict) and INTERVAL.issuperset(value) and field is not None and field.role is Role.EDTF:
            return self.interval(value)
        if isinstance(value, dict) and PARTS.issuperset(value) and field is not None and field.role is Role.EDTF:
            return self.parts([value.get(name) for name in ("year", "month", "day")])
        if not isinstance(value, Template):
            return value
        if self.text is None:
            return _sample_of(field)
        if field is not None and field.role is Role.EDTF and in_parts(value.parts):
            return self.parts([template_of(f"{{{name}}}") for name in value.columns])
        filled = self.text(value)
        if isinstance(filled, list):
            return [self.typed(each, field) for each in filled]
        if field is None and filled == "None":
            expected = f'a number; where None is a missing one, say so: [columns.{value.columns[0]}] empty = ["None"]'
            raise Unread(value.columns[0], filled, f"expected {expected}")
        return None if filled is None else self.typed(filled, field)

    def typed(self, text: str, field: Field | None) -> object:
        """A cell as its field takes it."""
        return _typed(text, field, "." if self.cells is None else self.cells.decimal)

    def parts(self, parts: Sequence[object]) -> str | None:
        """A date of a year, a month and a day, as far as these are known."""
        if self.text is None or self.cells is None:
            return "2000-01-01"
        given = [self.text(part) if isinstance(part, Template) else part for part in parts]
        written = ["" if part is None else str(part) for part in given]
        names = [part.columns[0] if isinstance(part, Template) else "" for part in parts]
        found = date_of_parts(written[0], *[*written, "", ""][1:3])
        if isinstance(found, tuple):
            at, expected = found
            raise Unread(names[at], written[at], expected)
        return found

    def interval(self, value: Mapping[str, Any]) -> str | None:
        """`from` and `until`, or one of them and how long: the days from the first to the last."""
        start, end = self.moment(value, "from"), self.moment(value, "until")
        length = value.get("days", value.get("hours"))
        filled = length if not isinstance(length, Template) else "24" if self.text is None else self.text(length)
        if start is not None and end is not None:
            return start if start == end else f"{start}/{end}"
        if (start is None and end is None) or {"from", "until"} <= value.keys():
            return f"{start}/.." if start else f"../{end}" if end else None
        known = start or end or ""
        if filled is None:
            return known
        return _lasting(known, str(filled), hours="hours" in value, ends=end is not None)

    def moment(self, value: Mapping[str, Any], name: str) -> str | None:
        given = value.get(name)
        if self.text is None and isinstance(given, Template):
            return "2000-01-01"
        if isinstance(given, Template) and in_parts(given.parts):
            return self.parts([template_of(f"{{{part}}}") for part in given.columns])
        filled = self.text(given) if self.text is not None and isinstance(given, Template) else given
        return None if filled is None else str(filled)


def _lasting(day: str, length: str, *, hours: bool, ends: bool) -> str:
    """The days of a time that lasts so many days or hours, and begins or ends on `day`."""
    number = int(length) if _INTEGER.fullmatch(length) else 0
    days = -(-number // 24) if hours else number
    if not 1 <= days <= _LONGEST:
        raise Unread("hours" if hours else "days", length, f"expected how long it lasted, up to {_LONGEST} days")
    try:
        known = date.fromisoformat(day)
        other = known + timedelta(days=(1 - days) if ends else (days - 1))
    except (ValueError, OverflowError):
        raise Unread("until" if ends else "from", day, "expected a day such as 2023-10-31, to count from") from None
    if days == 1:
        return day
    return f"{other}/{day}" if ends else f"{day}/{other}"


def _typed(text: str, field: Field | None, decimal: str) -> object:
    """A cell as its field takes it: a number where one is expected, a name on one line without hidden characters."""
    if field is None:
        return None if text.lower() in _MISSING else plain_number(text, decimal) or text
    if field.shape == "integer":
        if text.lower() in UNKNOWN:
            return None
        plain = plain_number(text, decimal) or text
        return int(plain) if _INTEGER.fullmatch(plain) else text
    if field.shape == "number":
        if text.lower() in UNKNOWN:
            return None
        # Degrees have no thousands: a comma among them is what stands before the fraction.
        plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
        return float(plain) if _NUMBER.fullmatch(plain) else text
    if field.shape == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if field.role is Role.PROSE and not (text.isascii() and text.isprintable()):
        return without_hidden(text, prose=True).strip()
    return " ".join(without_hidden(text).split())


def _sample_of(field: Field | None) -> object:
    """Something that fits."""
    if field is None:
        return "1"
    match field.shape:
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case "choice":
            return field.choices[0]
    return {Role.EDTF: "2000-01-01", Role.URL: "https://example.org/"}.get(field.role or Role.TITLE, "some text")
