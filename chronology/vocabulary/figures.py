"""Figures: what a source says about how many people, and the short forms they are written in.

A figure is an interval, because sources say "at least eight", "about twenty", "several". What is not known is null,
never 0; 0 is a statement. The rules are in docs/casualties.md, "What a source says".
"""

from __future__ import annotations

import enum
import re
import reprlib
from collections.abc import Callable, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, Final, NamedTuple, get_type_hints

import msgspec
from msgspec import Meta

from chronology.vocabulary import dates
from chronology.vocabulary.groups import MAX_WORDS, group_of, is_group
from chronology.vocabulary.near import did_you_mean
from chronology.vocabulary.number_words import in_digits
from chronology.vocabulary.text import DefinitionName, Edtf, IncidentName, PlaceName, Role, VictimsName, unprintable

__all__ = [
    "Category",
    "Figure",
    "FigureError",
    "FigureProblem",
    "Figures",
    "Measure",
    "group_of",
    "read_figures",
    "short_form",
]

MAX_COUNT: Final = 10**12
"""More than there are people; small enough that sums of millions of figures stay within 64 bits."""
MAX_FIGURES: Final = 64


class Category(enum.StrEnum):
    """The fate of the people counted. Someone who was injured and died later moves; see `outcome_reported`."""

    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    ABDUCTED = "abducted"
    CAPTURED = "captured"


class Measure(enum.StrEnum):
    """The part of what happened that a figure covers, its region (docs/casualties.md, "What a source says").

    - increment: what certain incidents did, or what an operation did over a period
    - running_total: everything since the operation's baseline, up to a moment
    - residual: everything up to a moment, except the incidents it excludes
    - additional: so many more, on top of what the same speaker last said of the same region
    - breakdown: one group within another figure of the same fact; never added to it
    - unspecified: the source does not say; it counts nowhere until someone reads it anew
    """

    INCREMENT = "increment"
    RUNNING_TOTAL = "running_total"
    RESIDUAL = "residual"
    ADDITIONAL = "additional"
    BREAKDOWN = "breakdown"
    UNSPECIFIED = "unspecified"


Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Words = Annotated[str, Meta(min_length=1, max_length=MAX_WORDS, extra={"role": Role.TITLE})]
IncidentNames = Annotated[tuple[IncidentName, ...], Meta(max_length=64)]


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One number one source gives, for one group of people, as the interval its words leave open.

    Record what was said, and no more: "at least 8" is 8, 8 and an open high; "up to 9" has no best; "about 20" a best
    and neither low nor high; "several" only words, and the policy puts numbers to them later. Use one figure for each
    group the source counts apart. It is not our estimate, and not a sum: those are computed, in views.

    The order low, best, high is checked where people write (`read_figures`), not here: rows of published data sets do
    cross their bounds, and are kept as published (docs/casualties.md, rule 1).
    """

    low: Annotated[Count, Meta(description="at least this many; null when the source gives no lower bound")] | None = (
        None
    )
    best: Annotated[Count, Meta(description="the number the source itself puts forward")] | None = None
    high: Annotated[Count, Meta(description="at most this many; null when open or not known")] | None = None
    words: Annotated[Words, Meta(description="what was said in place of a number: several, not known")] | None = None
    victims: Annotated[
        VictimsName, Meta(description="the group counted: peacekeepers, civilians; all is everybody")
    ] = "all"
    definition: (
        Annotated[
            DefinitionName, Meta(description="what was counted, where it is not plainly the killed, the injured, …")
        ]
        | None
    ) = None
    measure: (
        Annotated[Measure, Meta(description="what the number covers; null is that of the fact it stands in")] | None
    ) = None
    as_at: (
        Annotated[Edtf, Meta(description="the moment it speaks of, in EDTF; null is the day of publication")] | None
    ) = None
    period: (
        Annotated[Edtf, Meta(description="from when to when, in EDTF, for an increment that names no incidents")] | None
    ) = None
    incidents: Annotated[
        IncidentNames, Meta(description="the incidents it covers together; empty is those of the fact it stands in")
    ] = ()
    excludes: Annotated[IncidentNames, Meta(description="the incidents a residual leaves out")] = ()
    part_of: (
        Annotated[
            VictimsName, Meta(description="for a breakdown: the group, counted in the same fact, this is part of")
        ]
        | None
    ) = None
    place: (
        Annotated[PlaceName, Meta(description="the part of the operation it speaks of; null is that of the fact")]
        | None
    ) = None
    part: Annotated[bool, Meta(description="that its place is a part of the operation, and no dateline")] = False


Figures = Annotated[
    tuple[Figure, ...],
    Meta(max_length=MAX_FIGURES, description="figures as stated, one for each group of people that is counted apart"),
]


class FigureProblem(NamedTuple):
    """One mistake: where ("[1].low" or "", to put behind the field's name), what was found, what should be."""

    path: str
    value: object
    expected: str

    def __str__(self) -> str:
        """On one line: `[1].low -3: expected a whole number …`."""
        return f"{self.path} {self.message}".lstrip()

    @property
    def message(self) -> str:
        """The text found and the text expected, on one line."""
        return f"{_shown(self.value)}: expected {self.expected}"


class FigureError(ValueError):
    """Figures that do not read as figures. All mistakes are in `problems`; `path` and `message` are the first one's."""

    def __init__(self, problems: list[FigureProblem]) -> None:
        super().__init__(problems)
        self.problems = problems
        self.path = problems[0].path
        self.message = problems[0].message

    def __str__(self) -> str:
        """All problems on one line."""
        return "; ".join(map(str, self.problems))


class _Numbers(NamedTuple):
    """The numbers that the first words of a short form state, before the victims."""

    low: int | None = None
    best: int | None = None
    high: int | None = None
    words: str | None = None
    measure: Measure | None = None


# A number is 0, 1234, 1,234 or 1 234: ASCII digits only, since int() would take those of every script.
_N = r"(0|[1-9][0-9]{0,2}(?:[, ][0-9]{3})+|[1-9][0-9]*)"
_FORMS: Final[tuple[tuple[str, Callable[..., _Numbers]], ...]] = (
    (_N, lambda n: _Numbers(n, n, n)),
    (
        rf"at least {_N}|(?:>=|≥) ?{_N}|{_N} ?\+|{_N} or more|no (?:fewer|less) than {_N}|not less than {_N}",
        lambda n: _Numbers(low=n, best=n),
    ),
    (rf"more than {_N}|over {_N}|> ?{_N}", lambda n: _Numbers(low=n + 1, best=n + 1)),
    (
        rf"up to {_N}|no(?:t)? more than {_N}|at most {_N}|fewer than {_N}|(?:<=|≤) ?{_N}|{_N} or (?:fewer|less)",
        lambda n: _Numbers(low=0, high=n),
    ),
    (rf"less than {_N}|< ?{_N}", lambda n: _Numbers(low=0, high=n - 1)),
    (rf"between {_N} and {_N}|{_N} ?(?:\.\.|-|–|—| to | or ) ?{_N}", lambda low, high: _Numbers(low=low, high=high)),
    (rf"(?:about|some|around) {_N}|~ ?{_N}", lambda n: _Numbers(best=n)),
    (rf"nearly {_N}", lambda n: _Numbers(best=n, high=n)),
    (rf"\+ ?{_N}", lambda n: _Numbers(n, n, n, measure=Measure.ADDITIONAL)),
    ("a dozen", lambda: _Numbers(12, 12, 12)),
    ("none|no", lambda: _Numbers(0, 0, 0)),
    (rf"{_N} dozen", lambda n: _Numbers(12 * n, 12 * n, 12 * n)),
    ("half a dozen", lambda: _Numbers(6, 6, 6)),
    (r"not known|unknown|n/a|\?+", lambda: _Numbers(words="not known")),
)
# These have no number of their own: the policy gives them one, so the word itself is kept.
_VAGUE: Final = "several|many|tens|dozens|scores|hundreds"
_AND_WHO: Final = "(?: (?P<victims>.+))?"
# (?a) within the form: without it, ignoring case would let other scripts' look-alikes of k and s pass.
# Patterns stay text, which `re` compiles and keeps when it first meets them: most commands meet none.
_SHORT: Final = tuple((f"(?ai:{form}){_AND_WHO}", numbers) for form, numbers in _FORMS)
_INCLUDING: Final = r"(?ai),? including "
_AND: Final = r"(?ai), (?:and )?| and "
_VAGUE_SHORT: Final = f"(?P<words>(?ai:{_VAGUE}))(?ai: of)?{_AND_WHO}"

_EXPECTED_SHORT: Final = (
    "8, at least 8 (>=8, 8+), more than 20 (>20), up to 9 (<=9), less than 9 (<9), 7..9 (7 to 9, 7-9), about 20 (~20), "
    "nearly 30, 1 more (+1), none, not known, or several, many, tens, dozens, scores, hundreds; and behind it who, if "
    "not all: 8 peacekeepers; 51, including 20 children"
)
_EXPECTED: Final = {
    **dict.fromkeys(("low", "best", "high"), f"a whole number from 0 to {MAX_COUNT}"),
    "words": "what was said in place of a number, at most 100 characters, such as several",
    "victims": "a group of people, at most 100 characters, such as peacekeepers",
    "definition": "what was counted, at most 200 characters, such as required medical attention",
    "measure": f"one of {', '.join(Measure)}",
    "as_at": "a date or time such as 2023-11-06",
    "period": "a period such as 2023-10-31/2023-11-03",
    "incidents": 'a list of at most 64 incidents such as ["ied-1", "ied-2"]',
    "excludes": 'a list of at most 64 incidents such as ["ied-1", "ied-2"]',
    "place": "a place of at most 200 characters, such as El Fasher",
    "part": "true or false",
    "part_of": "the victims of another figure of the same fact, at most 100 characters, such as all",
}
_TYPES: Final[dict[str, Any]] = get_type_hints(Figure, include_extras=True)
_NUMBERS: Final = ("low", "best", "high")
_KEYS: Final = (*_EXPECTED, "figure", "total_as_of")
_SAID: Final = (*_NUMBERS, "words")
_DATED: Final = ("as_at", "period")


def read_figures(value: object, *, crossing: bool = False) -> tuple[Figure, ...]:
    """Return the figures a person wrote: a number, a short form, a full form, or a list of these.

    A full form is a dict of the fields of Figure. In place of numbers it may hold `figure`, a number or short form:
    `{figure = ">=22 peacekeepers", measure = "running_total"}`; `total_as_of` is another name of `as_at`. A field that
    is null is as good as left out. "51, including 20 children" is two figures: a whole, and a breakdown of it. Dates
    and times as TOML readers give them are taken for `as_at` and `period`.
    `crossing` keeps a low above a high as it is, as data sets publish them.

    Raises FigureError, with all mistakes in it.
    """
    if not isinstance(value, list | tuple):
        return _read_all(value, "", crossing=crossing)
    figures: list[Figure] = []
    problems: list[FigureProblem] = []
    for index, item in enumerate(value[: MAX_FIGURES + 1]):
        try:
            figures += _read_all(item, f"[{index}]", crossing=crossing)
        except FigureError as error:
            problems += error.problems
    if max(len(value), len(figures)) > MAX_FIGURES:
        raise _wrong("", value, f"at most {MAX_FIGURES} figures, not {max(len(value), len(figures))}")
    if problems:
        raise FigureError(problems)
    return tuple(figures)


def _read_all(value: object, path: str, *, crossing: bool) -> tuple[Figure, ...]:
    """Return the figures that stand at `path`: one, or a whole and its parts ("51, including 20 children")."""
    if not isinstance(value, str) or len(said := re.split(_INCLUDING, value)) != 2:
        return (_read_one(value, path, crossing=crossing),)
    whole = _read_short(said[0], path)
    part_of = None if whole.victims == "all" else whole.victims
    try:
        parts = [_read_short(said[1], path)]
    except FigureError:
        parts = [_read_short(each, path) for each in re.split(_AND, said[1])]
    if any(part.victims == whole.victims or part.measure is not None for part in parts):
        raise _wrong(path, value, "behind including a number of another group, such as 51, including 20 children")
    return whole, *(msgspec.structs.replace(part, measure=Measure.BREAKDOWN, part_of=part_of) for part in parts)


def short_form(figure: Figure) -> str | None:
    """Return the short form that reads back to exactly this figure, or None when only the full form says all of it.

    Of several ways to write the same, the shortest that holds the stated numbers: 8, 8+, <=9, 7-9, ~20.
    """
    match (figure.low, figure.best, figure.high):
        case (int(low), int(), int()):
            text = f"+{low}" if figure.measure is Measure.ADDITIONAL else f"{low}"
        case (int(low), int(), None):
            text = f"{low}+"
        case (0, None, int(high)):
            text = f"<={high}"
        case (int(low), None, int(high)):
            text = f"{low}-{high}"
        case (None, int(best), None):
            text = f"~{best}"
        case (None, int(best), int()):
            text = f"nearly {best}"
        case _:
            text = "unknown" if figure.words == "not known" else figure.words or ""
    if figure.victims != "all":
        text += f" {figure.victims}"
    # Reading it back is the definition, and spares a second list of what a short form cannot say.
    try:
        return text if _read_short(text, "") == figure else None
    except FigureError:
        return None


def _read_one(value: object, path: str, *, crossing: bool = False) -> Figure:
    """Return the one figure that stands at `path`."""
    if isinstance(value, Mapping):
        return _read_full(value, path, crossing=crossing)
    if isinstance(value, str):
        return _read_short(value, path)
    if isinstance(value, int) and not isinstance(value, bool):
        return _checked(Figure(low=value, best=value, high=value), value, path)
    raise _wrong(path, value, 'a number, a short form such as ">=8 peacekeepers", or {low, best, high, victims, …}')


def _read_short(text: str, path: str) -> Figure:
    """Return the figure of a short form; upper case and the amount of white space do not matter."""
    plain = " ".join(text.split())
    if len(plain) > 2 * MAX_WORDS:
        raise _wrong(path, text, _EXPECTED_SHORT)
    vague = re.fullmatch(_VAGUE_SHORT, plain)
    if vague and is_group(vague["victims"]):
        return Figure(words=vague["words"].lower(), victims=group_of(vague["victims"] or "all"))
    for form, numbers in _SHORT:
        found = re.fullmatch(form, plain)
        if found and is_group(found["victims"]):
            stated = [int(group.replace(",", "").replace(" ", "")) for group in found.groups()[:-1] if group]
            said = numbers(*stated)
            victims = group_of(found["victims"] or "all", is_one=said[:3] == (1, 1, 1))
            figure = Figure(**said._asdict(), victims=victims)
            return _checked(figure, text, path)
    digits = in_digits(plain)
    if digits != plain:
        try:
            return _read_short(digits, path)
        except FigureError:
            pass
    raise _wrong(path, text, _EXPECTED_SHORT)


def _read_full(given: Mapping[Any, object], path: str, *, crossing: bool) -> Figure:
    """Return the figure of a full form, or raise with every field that is wrong."""
    fields: dict[str, Any] = {}
    problems: list[FigureProblem] = []
    for key, value in given.items():
        here = f"{path}.{key if isinstance(key, str) and key.isidentifier() else _shown(key)}"
        try:
            read = _read_field("as_at" if key == "total_as_of" else key, value, here)
        except FigureError as error:
            problems += error.problems
            continue
        if twice := sorted(fields.keys() & read.keys()):
            one, other = ("as_at", "total_as_of") if twice == ["as_at"] else ("figure", ", ".join(twice))
            problems.append(FigureProblem(here, value, f"either {one} or {other}, not both"))
        fields |= read
    if problems:
        raise FigureError(problems)
    if all(fields.get(name) is None for name in _SAID):
        raise _wrong(path, given, "a number (low, best, high or figure) or the words used in place of one")
    return _checked(Figure(**fields), given, path, crossing=crossing)


def _read_field(name: object, value: object, path: str) -> dict[str, Any]:
    """Return what one key of a full form says: nothing, a field, or for `figure` several fields."""
    if name not in _EXPECTED and name != "figure":
        hint = did_you_mean(_shown(name).strip("'"), _KEYS)
        raise _wrong(path, value, f"one of the fields {', '.join(_KEYS)}{hint and f' ({hint})'}")
    if value is None:
        return {}
    if name == "figure":
        if isinstance(value, Mapping):
            raise _wrong(path, value, 'a number or a short form such as ">=8 peacekeepers"')
        figure = _read_one(value, path)
        said = {field: getattr(figure, field) for field in _SAID}
        if figure.measure is not None:
            said["measure"] = figure.measure
        return said if figure.victims == "all" else {**said, "victims": figure.victims}
    read = _convert(str(name), value, path)
    return {str(name): group_of(str(read)) if name == "victims" else read}


def _convert(field: str, value: object, path: str) -> object:
    """Return `value` as the type of `field`, checked for what a type cannot say."""
    if field in {"victims", "words"} and isinstance(value, str):
        value = value.strip()
    expected = _EXPECTED[field]
    try:
        if field in _DATED and isinstance(value, date | time):
            value = dates.from_python(value)
        read = msgspec.convert(value, _TYPES[field])
        if field in _DATED:
            dates.bounds(read)
    except dates.DateError as error:
        raise _wrong(path, value, f"{expected}, but {_shown(error.text)} {error.problem}") from None
    except msgspec.ValidationError:
        raise _wrong(path, value, expected) from None
    for text in read if isinstance(read, tuple) else (read,):
        if not isinstance(text, str):
            continue
        if hidden := unprintable(text, prose=False):
            raise _wrong(path, value, f"{expected}, without the hidden character {hidden}")
        if not text.strip():
            raise _wrong(path, value, expected)
    return read


def _checked(figure: Figure, written: object, path: str, *, crossing: bool = False) -> Figure:
    """Return `figure` when its numbers fit into 64 bits and are in order; `written` is what to show when not."""
    known = [(name, count) for name in _NUMBERS if (count := getattr(figure, name)) is not None]
    if not all(0 <= count <= MAX_COUNT for _, count in known):
        raise _wrong(path, written, _EXPECTED["low"])
    for (lower, low), (upper, high) in pairwise(known):
        if low > high and not crossing:
            raise _wrong(path, written, f"low, best and high in order, but {lower} {low} is above {upper} {high}")
    return figure


def _wrong(path: str, value: object, expected: str) -> FigureError:
    return FigureError([FigureProblem(path, value, expected)])


class _Brief(reprlib.Repr):
    """The usual short repr, also of integers with more digits than Python agrees to print."""

    def repr_int(self, x: int, level: int) -> str:
        return super().repr_int(x, level) if x.bit_length() < 1000 else "an enormous number"


def _shown(value: object) -> str:
    """Return `value` as one short line, whatever it is."""
    return str(value) if isinstance(value, date | time) else _Brief().repr(value)
