"""Going through the texts of a fact that stand for something else, names and references, and replacing some."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

import msgspec

from chronology.log import now
from chronology.vocabulary import Field, Role, fields_of
from chronology.vocabulary.kinds.curation import FactCorrected

__all__ = ["Change", "rewritten"]

Change = Callable[[str, Role, str], str]
"""From (path, role, text) to the text that is to stand there."""

_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_Value: TypeAlias = Any


@cache
def _stand_ins(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields that hold names or references, or that are made of such fields."""
    return tuple(
        field
        for field in fields_of(kind).values()
        if field.shape in {"place", "figures", "fact"}
        or (field.role is not None and (field.role.is_name or field.role is Role.ENTRY))
    )


def rewritten(fact: _Struct, change: Change, path: str = "") -> _Struct:
    """The fact with every name and reference as `change` says; the very same object when nothing changes."""
    changed: dict[str, Any] = {}
    for field in _stand_ins(type(fact)):
        value = getattr(fact, field.attribute)
        if value is None or value == ():
            continue
        replaced = _replaced(fact, field, value, change, f"{path}{field.name}")
        if replaced != value:
            changed[field.attribute] = replaced
    return msgspec.structs.replace(fact, **changed) if changed else fact


def _replaced(fact: msgspec.Struct, field: Field, value: _Value, change: Change, here: str) -> _Value:
    match field.shape:
        case "place":
            return rewritten(value, change, f"{here}.")
        case "figures":
            return tuple(rewritten(each, change, f"{here}[{index}].") for index, each in enumerate(value))
        case "fact":
            inner = now(cast("FactCorrected", fact))
            replaced = rewritten(inner, change, f"{here}.")
            return value if replaced is inner else msgspec.Raw(msgspec.json.encode(replaced))
    role = field.role or Role.TITLE
    if not field.many:
        return change(here, role, value)
    # Two spellings of one name become one.
    return tuple(dict.fromkeys(change(f"{here}[{index}]", role, each) for index, each in enumerate(value)))
