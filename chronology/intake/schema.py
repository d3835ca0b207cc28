"""JSON Schema of what may be written, which is more than what is kept: short forms, lone texts for lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from chronology.vocabulary import KINDS, Field, Kind, Place, Role, fields_of

__all__ = ["schema_of", "schema_of_toml"]

_DEFINED: Final = "#/$defs/{name}"


def schema_of(kinds: Sequence[type[Kind]]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line: a fact of one of these kinds, as intake takes it."""
    # A correction holds a whole fact, of any kind.
    holds_any = any(field.shape == "fact" for kind in kinds for field in fields_of(kind).values())
    wanted = list(KINDS.values()) if holds_any else list(kinds)
    _, components = msgspec.json.schema_components(wanted, ref_template=_DEFINED)
    for kind in wanted:
        _loosen(components[kind.__name__], kind)
    any_of = [{"$ref": _DEFINED.format(name=kind.__name__)} for kind in kinds]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **(any_of[0] if len(any_of) == 1 else {"anyOf": any_of}),
        "$defs": components,
    }


def schema_of_toml() -> dict[str, Any]:
    """The JSON Schema of a TOML file of facts, for editors: a table for each fact, and on top what holds for all."""
    found = schema_of(list(KINDS.values()))
    tops: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for tag, kind in KINDS.items():
        schema = found["$defs"][kind.__name__]
        schema["required"] = []  # what is missing may stand on top
        schema["additionalProperties"] = False
        for name, field in schema["properties"].items():
            if name not in _NOT_ON_TOP:
                tops.setdefault(name, {"description": field.get("description", "")})
        reference = {"$ref": _DEFINED.format(name=kind.__name__)}
        facts[tag] = {"description": _summary(kind), "anyOf": [{"type": "array", "items": reference}, reference]}
    return {
        "$schema": found["$schema"],
        "title": "Facts of a chronology, as TOML",
        "type": "object",
        "additionalProperties": False,
        "properties": tops | facts,
        "$defs": found["$defs"],
    }


_NOT_ON_TOP: Final = frozenset({"id", "now", "kind"})


def _summary(kind: type[Kind]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _loosen(schema: dict[str, Any], kind: type[Kind]) -> None:
    """Allow in the schema of a kind what intake completes."""
    properties: dict[str, Any] = schema["properties"]
    fields = fields_of(kind)
    for field in fields.values():
        properties[field.name] = _given(field, properties[field.name])
    properties["id"] = {"type": "string", "minLength": 1, "maxLength": 200, "description": "the fact's own id"}
    if "place" in fields and fields["place"].shape == "place":
        for part in fields_of(Place).values():
            if part.name not in properties and part.name != "name":
                properties[part.name] = {"description": part.description, **_loose_part(part)}
    schema["required"] = ["kind", *(field.name for field in fields.values() if field.required)]


def _given(field: Field, kept: dict[str, Any]) -> dict[str, Any]:
    """The schema of what may be given for a field, from that of what is stored; the description stays outside."""
    about: dict[str, Any] = {name: kept.pop(name) for name in ("description", "default") if name in kept}
    if field.shape == "figures":
        one = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}, {"type": "object"}]}
        return {**about, "anyOf": [*one["anyOf"], {"type": "array", "items": one, "maxItems": 64}]}
    if field.shape == "place":
        return {**about, "anyOf": [{"type": "string", "minLength": 1, "maxLength": 200}, kept]}
    if field.shape == "fact":
        return {**about, "anyOf": [{"$ref": _DEFINED.format(name=each.__name__)} for each in KINDS.values()]}
    if field.many:
        return {**about, "anyOf": [{"type": "string", "minLength": 1}, kept]}
    if field.role is Role.ENTRY:
        return {**about, "anyOf": [{"type": "integer", "minimum": 1}, kept]}
    return {**about, **kept}


def _loose_part(part: Field) -> dict[str, Any]:
    if part.choices:
        return {"enum": list(part.choices)}
    most = 90 if part.name == "latitude" else 180
    return {"type": "number", "minimum": -most, "maximum": most}
