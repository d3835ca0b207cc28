"""Writing facts as TOML, as a person would: the shortest that reads back to the very same fact."""

from __future__ import annotations

import re
import tomllib
from enum import Enum
from typing import Any, Final, cast

import msgspec

from chronology.intake.raw import Given
from chronology.log import now
from chronology.vocabulary import Field, Figure, Kind, Place, Role, fields_of, figures
from chronology.vocabulary.hidden import HIDDEN
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["key_to_toml", "template", "to_toml", "value_to_toml"]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
# What TOML does not allow in a text, and what would hide in one: both are written so that a reader sees them.
_ESCAPED: Final = re.compile(f'["\\\\]|{HIDDEN.pattern}')

# A value to fill an optional field of a template with, where the kind's example has none.
_SAMPLES: Final = {
    Role.EDTF: "2023-10-31",
    Role.ENTRY: "atlas-first-ieds",
    Role.URL: "https://example.org/report",
    Role.ACTOR: "JNIM",
    Role.PLACE: "Kidal",
    Role.SOURCE: "UN spokesperson",
    Role.OPERATION: "kidal-gao",
    Role.INCIDENT: "ied-1",
    Role.DEFINITION: "required medical attention",
    Role.COUNTRY: "Mali",
}


def to_toml(fact: Kind, id: str | None = None) -> str:  # noqa: A002
    """The fact as a TOML table `[[kind]]`, with only what it says. Reading it gives the same fact again."""
    return "\n".join(_table(fact, f"[[{fact.__struct_config__.tag}]]", id)) + "\n"


def value_to_toml(value: object) -> str:
    """One value of a fact, as it stands behind the equals sign."""
    match value:
        case Enum():
            return _text(str(value.value))
        case Figure():
            return _figure(value)
        case msgspec.Struct():
            return _inline(value)
        case tuple() | list():
            return f"[{', '.join(map(value_to_toml, value))}]"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
    return repr(value)


def _table(fact: Kind, header: str, id: str | None = None) -> list[str]:  # noqa: A002
    lines = [header] + ([f"id = {_text(id)}"] if id is not None else [])
    below: list[str] = []
    for field in fields_of(type(fact)).values():
        value = getattr(fact, field.attribute)
        if field.shape == "fact":
            inner = now(cast("FactCorrected", fact))
            tag = inner.__struct_config__.tag
            below = ["", *_table(inner, f"[{fact.__struct_config__.tag}.{field.name}]", None)]
            below.insert(2, f"kind = {_text(str(tag))}")
        elif field.required or value != _default(type(fact), field):
            lines += _field(field, value)
    return lines + below


def _default(kind: type[msgspec.Struct], field: Field) -> object:
    return next(each.default for each in msgspec.structs.fields(kind) if each.name == field.attribute)


def _field(field: Field, value: Given) -> list[str]:
    """The lines of one field. The parts of a place stand on the fact itself, as people write them."""
    if field.shape == "place":
        parts = {part.name: getattr(value, part.attribute) for part in fields_of(Place).values()}
        name = parts.pop("name")
        given = [f"{part} = {value_to_toml(each)}" for part, each in parts.items() if each is not None]
        if name is None and not given:
            return [f"{field.name} = {{}}"]
        return ([f"{field.name} = {_text(name)}"] if name is not None else []) + given
    if field.shape == "figures" and len(value) == 1:
        return [f"{field.name} = {_figure(value[0])}"]
    if field.role is Role.PROSE and not field.many and "\n" in value:
        return [f"{field.name} = {_prose(value)}"]
    return [f"{field.name} = {value_to_toml(value)}"]


def _figure(figure: Figure) -> str:
    """A figure as a number or short form; else that with what it does not say beside it; else in full."""
    short = figures.short_form(figure)
    if short is not None:
        return short if short.isdigit() and len(short) < 19 else _text(short)
    plain = Figure(low=figure.low, best=figure.best, high=figure.high, words=figure.words, victims=figure.victims)
    short = figures.short_form(plain)
    beside = _inline(figure, leave_out=("low", "best", "high", "words", "victims"))
    if short is None or beside == "{}":
        return _inline(figure)
    return f"{{ figure = {_text(short)}, {beside[2:]}"


def _inline(value: msgspec.Struct, leave_out: tuple[str, ...] = ()) -> str:
    """A struct as an inline table of what it says."""
    parts = [
        f"{field.name} = {value_to_toml(part)}"
        for field in fields_of(type(value)).values()
        if field.name not in leave_out and (part := getattr(value, field.attribute)) != _default(type(value), field)
    ]
    return f"{{ {', '.join(parts)} }}" if parts else "{}"


def _text(text: str) -> str:
    """A basic string on one line."""
    return f'"{_ESCAPED.sub(lambda found: _escaped(found.group()), text)}"'


def _prose(text: str) -> str:
    """A multi-line string, which keeps its line breaks as they are."""
    lines = text.split("\n")
    return '"""\n' + "\n".join(_ESCAPED.sub(lambda found: _escaped(found.group()), line) for line in lines) + '"""'


def _escaped(char: str) -> str:
    return _ESCAPES.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}")


# --- templates


def template(kind: type[Kind]) -> str:
    """A table of the kind to fill in: what is required stands there with an example, the rest as comments.

    As it is, without any change, it can be read.
    """
    example: dict[str, Any] = tomllib.loads(kind.example)
    tag = str(kind.__struct_config__.tag)
    comment = [f"# {line}".rstrip() for line in (kind.__doc__ or "").strip().splitlines()]
    head = [re.sub(r"^#\s{2,}", "# ", line) for line in comment]
    required: list[str] = []
    optional: list[str] = []
    below: list[str] = []
    for field in fields_of(kind).values():
        written = f"{field.name} = {_plain(example.get(field.name, _sample(field)))}"
        if field.shape == "fact":
            inner = [f"{name} = {_plain(value)}" for name, value in example[field.name].items()]
            below = ["", f"# {field.description}", f"[{tag}.{field.name}]", *inner]
        elif field.required:
            required += [f"# {field.description}", written]
        else:
            optional += [f"# {field.description}", f"# {written}"]
    return "\n".join([*head, f"[[{tag}]]", *required, *([""] if optional else []), *optional, *below]) + "\n"


def _sample(field: Field) -> object:
    if field.name == "quote":
        return "the words of the source"
    samples: dict[str, object] = {
        "integer": 1,
        "number": 18.44,
        "boolean": True,
        "place": "Kidal",
        "figures": ">=8 peacekeepers",
    }
    value = samples.get(field.shape) or (field.choices and field.choices[0])
    value = value or _SAMPLES.get(field.role or Role.TITLE, "…")
    return [value] if field.many else value


def _plain(value: object) -> str:
    """A value as the standard reader gave it, written again."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key_to_toml(name)} = {_plain(part)}' for name, part in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    return value_to_toml(value)


def key_to_toml(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else _text(name)
