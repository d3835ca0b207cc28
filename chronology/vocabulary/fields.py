"""The fields of a kind, read off its class: the one place that knows how a type is written down.

Options, templates, intake, the log's index of names and the projections' columns all ask here.
"""

from __future__ import annotations

from functools import cache
from inspect import get_annotations
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import inspect

from chronology.vocabulary.entries import Kind, Place
from chronology.vocabulary.figures import Figure
from chronology.vocabulary.text import Role

__all__ = ["Field", "Shape", "fields_of", "texts_of"]

Shape = Literal["text", "integer", "number", "boolean", "choice", "place", "figures", "fact"]


class Field(NamedTuple):
    """One field of a kind.

    `name` is the name as written in TOML and JSON ("from"), `attribute` that of the Python class ("from_").
    `shape` is what one value is; `many` says that it is a list of them. `choices` are the values of an enum.
    `bounds` are (least, most) of an integer or number, or of the length of a text.
    """

    name: str
    attribute: str
    type: Any
    shape: Shape
    role: Role | None
    many: bool
    required: bool
    description: str
    choices: tuple[str, ...]


@cache
def fields_of(kind: type[msgspec.Struct]) -> dict[str, Field]:
    """The fields of a kind (or of Place, or Figure) by name, in the order of the class: its base's first."""
    declared = {name: field for base in reversed(kind.__mro__) for name, field in _declared(base).items()}
    attributes, defaults = kind.__struct_fields__, kind.__struct_defaults__
    required = (*(msgspec.NODEFAULT for _ in attributes[len(defaults) :]), *defaults)
    return {
        name: declared[attribute]._replace(name=name, required=default is msgspec.NODEFAULT)
        for attribute, name, default in zip(attributes, kind.__struct_encode_fields__, required, strict=True)
    }


@cache
def _declared(base: type) -> dict[str, Field]:
    """The fields that a class itself declares, by attribute: what many kinds inherit is read once."""
    hints = {
        name: hint
        for name, hint in get_annotations(base, eval_str=True).items()
        if name in getattr(base, "__struct_fields__", ())
    }
    infos = inspect.multi_type_info(hints.values())
    return {name: _field(name, hint, info) for (name, hint), info in zip(hints.items(), infos, strict=True)}


def _field(attribute: str, hint: object, info: inspect.Type) -> Field:
    inner, description, role = _unwrap(info)
    many = isinstance(inner, inspect.VarTupleType)
    if isinstance(inner, inspect.VarTupleType):
        inner, item_description, item_role = _unwrap(inner.item_type)
        description, role = description or item_description, role or item_role
    shape, choices = _shape(inner)
    return Field(
        name=attribute,
        attribute=attribute,
        type=hint,
        shape=shape,
        role=role,
        many=many and shape != "figures",
        required=True,
        description=description,
        choices=choices,
    )


def _unwrap(info: inspect.Type) -> tuple[inspect.Type, str, Role | None]:
    """The type without its metadata and without `| None`, its description, its role: the outermost said of each."""
    description, role = "", None
    while True:
        if isinstance(info, inspect.Metadata):
            description = description or (info.extra_json_schema or {}).get("description", "")
            role = role or (info.extra or {}).get("role")
            info = info.type
        elif isinstance(info, inspect.UnionType):
            (info,) = (each for each in info.types if not isinstance(each, inspect.NoneType))
        else:
            return info, description, role


def _shape(info: inspect.Type) -> tuple[Shape, tuple[str, ...]]:
    match info:
        case inspect.EnumType():
            return "choice", tuple(str(each.value) for each in info.cls)
        case inspect.IntType():
            return "integer", ()
        case inspect.FloatType():
            return "number", ()
        case inspect.BoolType():
            return "boolean", ()
        case inspect.RawType():
            return "fact", ()
        case inspect.StructType(cls=cls) if cls is Place:
            return "place", ()
        case inspect.StructType(cls=cls) if cls is Figure:
            return "figures", ()
        case inspect.StrType():
            return "text", ()
    msg = f"no field of a kind is of type {info}"
    raise TypeError(msg)


@cache
def _text_readers(kind: type[msgspec.Struct]) -> tuple[tuple[str, Field], ...]:
    return tuple((f.attribute, f) for f in fields_of(kind).values() if f.shape in {"text", "place", "figures"})


def texts_of(fact: Kind | Place | Figure, path: str = "") -> list[tuple[str, Role | None, str]]:
    """Every text in a fact, with where it stands and what it is: `("injured[0].victims", Role.VICTIMS, "civilians")`.

    The fact inside a correction is not entered; its reader is asked for it.
    """
    found: list[tuple[str, Role | None, str]] = []
    for attribute, field in _text_readers(type(fact)):
        value = getattr(fact, attribute)
        if value is None or value == ():
            continue
        here = f"{path}{field.name}"
        if field.shape == "place":
            found += texts_of(value, f"{here}.")
        elif field.shape == "figures":
            for index, figure in enumerate(value):
                found += texts_of(figure, f"{here}[{index}].")
        elif field.many:
            found += [(f"{here}[{index}]", field.role, text) for index, text in enumerate(value)]
        else:
            found.append((here, field.role, value))
    return found
