"""One fact by itself: what was written becomes what is kept, or problems.

There are two ways through. `_quick` takes a fact in one step, with short forms completed; it never says what is wrong.
Whatever it cannot take goes the careful way, field by field, which completes all that people leave out, and finds every
mistake. Both give the same fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time
from functools import cache, lru_cache, partial
from typing import Any, Final, NamedTuple

import msgspec

from chronology.errors import Problem
from chronology.intake.expectations import expected_of
from chronology.intake.raw import Given, Raw
from chronology.intake.rules import broken_rules
from chronology.vocabulary import KINDS, Decision, Field, Figure, Kind, Place, Role, dates, fields_of, figures, text
from chronology.vocabulary.near import did_you_mean

__all__ = ["read_fact"]

MAX_FACT: Final = 65_000  # a line of the log is at most 65,535 bytes, and its envelope needs some of them

_PLACE: Final = fields_of(Place)
_WEB: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)


def read_fact(raw: Raw) -> tuple[Kind | None, list[Problem]]:
    """The fact that `raw` says, and every problem it has by itself. Names and references are not looked up.

    With problems, the fact is what is right in it: a field that is wrong or missing is None there, whatever its type.
    That is enough to look up the names and references in it, so that all problems are reported at once. Of an unknown
    kind there is no fact.
    """
    if not isinstance(raw.kind, str) or raw.kind not in KINDS:
        return None, [_unknown_kind(raw)]
    kind = KINDS[raw.kind]
    problems: list[Problem] = []
    fact = _quick(kind, raw.values)
    if fact is None:
        fact, problems = _careful(kind, raw)
    if not problems:
        problems = [raw.problem(path, expected, value, what) for path, value, what, expected in broken_rules(fact)]
    if (raw.size is None or raw.size > MAX_FACT) and (size := len(msgspec.json.encode(fact))) > MAX_FACT:
        sizes = {name: len(msgspec.json.encode(value)) for name, value in msgspec.to_builtins(fact).items()}
        largest = max(sizes, key=lambda name: sizes[name])
        expected = f"expected at most {MAX_FACT:,}; shorten its {largest}, which takes {sizes[largest]:,}"
        problems.append(raw.problem("", expected, what=f"takes {size:,} bytes"))
    return fact, problems


def _unknown_kind(raw: Raw) -> Problem:
    if raw.kind is None:
        return raw.problem("kind", "expected one such as ied_strike, see chronology kinds", what="missing")
    hint = did_you_mean(str(raw.kind), KINDS, "see chronology kinds")
    return raw.problem("kind", f"expected a known kind; {hint}", raw.kind)


# --- the quick way


def _quick(kind: type[Kind], values: dict[str, Any]) -> Kind | None:
    """The fact, if everything in it is as it should be, completed field by field and made in one step; else None."""
    ready = _ready(kind)
    meant: dict[str, Any] = {}
    for name, value in values.items():
        if name in {"kind", "id"}:
            continue
        if name not in ready:
            return None
        if value is None:
            continue
        make_ready = ready[name]
        meant[name] = value if make_ready is None else make_ready(value)
        if meant[name] is None:
            return None
    try:
        return msgspec.convert(meant, kind)
    except (msgspec.ValidationError, OverflowError):
        return None


_Ready = Callable[[Given], Any]
"""Completes and checks a value as far as its type does not; None where it has to be looked at with care."""


@cache
def _ready(kind: type[msgspec.Struct]) -> dict[str, _Ready | None]:
    """The functions that prepare the fields of a kind, by name; None where the type is enough."""
    return {name: _ready_field(field) for name, field in fields_of(kind).items()}


def _ready_field(field: Field) -> _Ready | None:
    match field.shape:
        case "figures":
            return _ready_figures
        case "place":
            return _ready_place
        case "fact":
            return lambda _: None
        case "text":
            fine = _fine(field.role or Role.TITLE)
            return partial(_ready_texts, fine) if field.many else partial(_ready_text, fine, field.role)
    return None


def _ready_text(fine: _Fine, role: Role | None, value: Given) -> str | None:
    if type(value) is not str:
        return None if role is not Role.EDTF or not isinstance(value, date) else _ready_day(value)
    return value if fine(value) else None


def _ready_day(day: date) -> str | None:
    try:
        return dates.from_python(day)
    except dates.DateError:
        return None


def _ready_texts(fine: _Fine, value: Given) -> tuple[str, ...] | None:
    if type(value) is str:
        return (value,) if fine(value) else None
    items = tuple(value) if isinstance(value, list | tuple) else ()
    if not items or not all(type(each) is str for each in items):
        return None
    return items if all(map(fine, items)) and len({*items}) == len(items) else None


def _ready_place(value: Given) -> Place | None:
    parts = _READY_PLACE
    meant = {"name": value} if type(value) is str else value
    if not isinstance(meant, dict) or not meant.keys() <= parts.keys():
        return None
    for name, part in meant.items():
        make_ready = parts[name]
        if part is None or (make_ready is not None and make_ready(part) is None):
            return None
    try:
        return msgspec.convert(meant, Place)
    except (msgspec.ValidationError, OverflowError):
        return None


def _ready_figures(value: Given) -> tuple[Figure, ...] | None:
    made: list[Figure] = []
    for each in value if isinstance(value, list | tuple) else (value,):
        found = _figures_of_short_form(each) if type(each) in {str, int} else _figures_of_full_form(each)
        if not found:
            return None
        made += found
    return tuple(made)


def _figures_read(value: Given) -> tuple[Figure, ...]:
    try:
        return figures.read_figures(value)
    except figures.FigureError:
        return ()


_figures_of_short_form: Final = lru_cache(maxsize=65_536)(_figures_read)


def _figures_of_full_form(value: Given) -> tuple[Figure, ...]:
    """A figure that is in every part what a person could have written, as machines write it or completed."""
    try:
        figure = msgspec.convert(value, Figure)
    except (msgspec.ValidationError, OverflowError):
        return _figures_read(value) if isinstance(value, dict) else ()
    return (figure,) if _figure_fine(figure) else ()


@lru_cache(maxsize=65_536)
def _figure_fine(figure: Figure) -> bool:
    try:
        return figures.read_figures(msgspec.to_builtins(figure)) == (figure,)
    except figures.FigureError:
        return False


_Fine = Callable[[str], bool]
"""True for a text that stays as it is."""


@cache
def _fine(role: Role) -> _Fine:
    if role is Role.PROSE:
        # No two of them are alike: it takes longer to look one up than to look at it.
        return lambda value: text.unprintable(value, prose=True) is None
    return lru_cache(maxsize=16_384)(lambda value: _clean(role, value) == value and wrong_text(role, value) is None)


_READY_PLACE: Final = _ready(Place)


# --- the careful way


def _careful(kind: type[Kind], raw: Raw) -> tuple[Kind, list[Problem]]:
    """The fact field by field, as far as it is right, and everything that is wrong with it."""
    fields = fields_of(kind)
    values, problems = _gathered(raw, fields)
    taken: dict[str, Any] = {}
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            problems.append(_unknown_field(raw, name, value, fields))
        elif value is not None:
            # In machines' JSON a null is a field left out.
            taken[name], wrong = _field(raw, name, value, field)
            problems += wrong
    for field in fields.values():
        if field.required and values.get(field.name) is None:
            problems.append(raw.problem(field.name, f"expected {field.description}", what="missing"))
            taken[field.name] = None
    return kind(**{fields[name].attribute: value for name, value in taken.items()}), problems


def _gathered(raw: Raw, fields: dict[str, Field]) -> tuple[dict[str, Any], list[Problem]]:
    """The values with the parts of a place put together, which may stand on the fact itself; without kind and id."""
    values = {str(name): value for name, value in raw.values.items() if name not in {"kind", "id"}}
    if "place" not in fields or fields["place"].shape != "place":
        return values, []
    loose = {name: values.pop(name) for name in _PLACE if name in values and name not in fields}
    place = {"name": values["place"]} if isinstance(values.get("place"), str) else values.get("place")
    if not loose or not isinstance(place, dict | None):
        return values, []
    problems = [
        raw.problem(name, "expected it once", loose[name], f"and place has a {name} too")
        for name in sorted(loose.keys() & (place or {}).keys())
    ]
    values["place"] = {**(place or {}), **loose}
    return values, problems


def _unknown_field(raw: Raw, name: str, value: object, fields: dict[str, Field]) -> Problem:
    hint = did_you_mean(name, fields, f"see chronology kinds {raw.kind}")
    return raw.problem(name, f"expected a field of {raw.kind}; {hint}", value)


def _field(raw: Raw, path: str, value: Given, field: Field) -> tuple[Any, list[Problem]]:
    """The value of one field, completed and checked, and what is wrong with it."""
    match field.shape:
        case "figures":
            return _figures(raw, path, value)
        case "place":
            return _place(raw, path, value)
        case "fact":
            return _now(raw, path, value)
    if not field.many:
        return _one(raw, path, value, field)
    # A lone text where a list is meant is a list of one.
    items = value if isinstance(value, list | tuple) else [value]
    read = [_one(raw, f"{path}[{index}]", item, field, many=True) for index, item in enumerate(items)]
    problems = [problem for _, wrong in read for problem in wrong]
    found = tuple(dict.fromkeys(item for item, wrong in read if not wrong))
    return _converted(raw, path, found, field) if not problems else (None, problems)


def _one(raw: Raw, path: str, value: Given, field: Field, *, many: bool = False) -> tuple[Any, list[Problem]]:
    """One value: a text, a number, a choice."""
    try:
        value = _completed(value, field)
    except dates.DateError as error:
        return None, [raw.problem(path, f"expected {error.expected}", value, error.problem)]
    if field.shape == "text" and isinstance(value, str) and (wrong := wrong_text(field.role or Role.TITLE, value)):
        return None, [raw.problem(path, f"expected {wrong.expected}", value, wrong.what)]
    if many:
        fine = isinstance(value, str) and value
        return (value, []) if fine else (None, [raw.problem(path, expected_of(field, one=True), value)])
    return _converted(raw, path, value, field)


def _completed(value: Given, field: Field) -> Given:
    """Complete a value: dates as EDTF, choices in any case, a position where an entry is named, names trimmed.

    Raises DateError for a time without a zone.
    """
    if field.role is Role.EDTF and isinstance(value, date | time):
        return dates.from_python(value)
    if field.role is Role.ENTRY and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if field.shape == "choice" and isinstance(value, str):
        same = [choice for choice in field.choices if choice.lower() == value.strip().lower().replace(" ", "_")]
        return same[0] if same else value
    if field.shape == "text" and isinstance(value, str):
        return _clean(field.role or Role.TITLE, value)
    return value


def _clean(role: Role, value: str) -> str:
    """A name in composed form and without stray spaces; other one-line texts trimmed; prose as it is."""
    if role is Role.PROSE:
        return value
    return unicodedata.normalize("NFC", " ".join(value.split(" ")).strip()) if role.is_name else value.strip(" ")


def _converted(raw: Raw, path: str, value: Given, field: Field) -> tuple[Any, list[Problem]]:
    """The value as the field's type, or what that type expects; a misspelt choice is met with the nearest."""
    try:
        return msgspec.convert(value, field.type), []
    except (msgspec.ValidationError, OverflowError):
        hint = did_you_mean(str(value), field.choices)
        return None, [raw.problem(path, f"{expected_of(field)}{hint and f'; {hint}'}", value)]


def _place(raw: Raw, path: str, value: Given) -> tuple[Any, list[Problem]]:
    """A place, written as its name or as a table."""
    if isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict):
        return None, [raw.problem(path, "expected the name of a place, or a table of name, latitude, longitude", value)]
    taken: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, part in value.items():
        # A part that stood on the fact itself is named as it was written.
        here = name if name in raw.values and name in _PLACE and name != "name" else f"{path}.{name}"
        if name not in _PLACE:
            hint = did_you_mean(str(name), _PLACE, f"expected {', '.join(_PLACE)}")
            problems.append(raw.problem(here, f"expected a part of a place; {hint}", part))
        elif part is not None:
            taken[name], wrong = _one(raw, here, part, _PLACE[name])
            problems += wrong
    return (None, problems) if problems else (Place(**taken), [])


def _figures(raw: Raw, path: str, value: Given) -> tuple[Any, list[Problem]]:
    try:
        return figures.read_figures(value, crossing=raw.as_published), []
    except figures.FigureError as error:
        return None, [
            raw.problem(f"{path}{problem.path}", f"expected {problem.expected}", problem.value)
            for problem in error.problems
        ]


def _now(raw: Raw, path: str, value: Given) -> tuple[Any, list[Problem]]:
    """The whole fact inside a correction, read by the same rules, as JSON."""
    if not isinstance(value, dict):
        return None, [raw.problem(path, "expected the whole fact as it reads now, as a table with its kind", value)]
    lines = {key.removeprefix(f"{path}."): line for key, line in raw.lines.items() if key.startswith(f"{path}.")}
    inner = Raw(raw.file, raw.lines.get(path, raw.line), value.get("kind"), value, lines)
    if isinstance(inner.kind, str) and issubclass(KINDS.get(inner.kind, Kind), Decision):
        expected = "a decision cannot be corrected; retract it and decide again"
        return None, [raw.problem(f"{path}.kind", expected, inner.kind)]
    fact, problems = read_fact(inner)
    if problems:
        # Options are named by their own field, and stand in nothing.
        return None, problems if raw.file is None else [
            each._replace(path=f"{path}.{each.path}".rstrip(".")) for each in problems
        ]
    return msgspec.Raw(msgspec.json.encode(fact)), []


# --- texts


class Wrong(NamedTuple):
    """A mistake in a text, and what was expected."""

    what: str
    expected: str


@lru_cache(maxsize=65_536)
def wrong_text(role: Role, value: str) -> Wrong | None:
    """The mistake in a text of a role, apart from its length; None if there is none."""
    prose = role is Role.PROSE
    if hidden := text.unprintable(value, prose=prose):
        return Wrong(f"holds {hidden}, which nobody can see", f"plain text{'' if prose else ' on one line'}")
    if role is Role.URL and not _WEB.match(value):
        return Wrong("", "an address that begins with http:// or https://")
    if role is Role.EDTF:
        try:
            dates.bounds(value)
        except dates.DateError as error:
            return Wrong(error.problem, error.expected)
    return None
