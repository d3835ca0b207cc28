"""The values a field expects, in words: the end of a message, after what was found."""

from __future__ import annotations

from functools import cache
from typing import Final

from msgspec import inspect

from chronology.vocabulary import Field, Role

__all__ = ["expected_of"]

_NOUNS: Final = {
    Role.EDTF: "a date such as 2023-10-31, 2023-10, ../2023-10-31",
    Role.ENTRY: "an entry by its id, the beginning of its id, or its position",
    Role.URL: "an address that begins with http:// or https://",
}


@cache
def expected_of(field: Field, *, one: bool = False) -> str:
    """`expected a whole number from 1 to 6`, `expected one of asserted, denied, …`: from the type of the field.

    `one` asks for one item of a field that is a list.
    """
    inner = _unwrapped(inspect.type_info(field.type))
    if isinstance(inner, inspect.VarTupleType):
        if one:
            return _expected(_unwrapped(inner.item_type), field)
        least = f"{inner.min_length} to " if inner.min_length else "at most "
        return f"expected a list of {least}{inner.max_length} texts" + (f": {_noun(field)}" if field.role else "")
    return _expected(inner, field)


def _unwrapped(info: inspect.Type) -> inspect.Type:
    """The type without its metadata and without `| None`."""
    while isinstance(info, inspect.Metadata | inspect.UnionType):
        if isinstance(info, inspect.UnionType):
            (info,) = (each for each in info.types if not isinstance(each, inspect.NoneType))
        else:
            info = info.type
    return info


def _expected(inner: inspect.Type, field: Field) -> str:
    match inner:
        case inspect.IntType():
            return f"expected a whole number{_range(inner.ge, inner.le)}"
        case inspect.FloatType():
            return f"expected a number{_range(inner.ge, inner.le)}"
        case inspect.StrType(max_length=most) if field.role not in _NOUNS:
            return f"expected text of 1 to {most:,} characters: {field.description}"
    return f"expected one of {', '.join(field.choices)}" if field.choices else f"expected {_noun(field)}"


def _noun(field: Field) -> str:
    return _NOUNS.get(field.role, field.description) if field.role else field.description


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return ""
    return f" from {least:,} to {most:,}"
