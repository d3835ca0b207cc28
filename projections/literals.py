"""Text on its way into SQL, and DuckDB's words on their way out."""

from __future__ import annotations

__all__ = ["first_line", "identifier", "literal", "quoted"]


def quoted(text: object) -> str:
    """A string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def literal(value: object) -> str:
    """A value of SQL: null, a truth value, a number, a text (also of a date), or a list of them."""
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(literal, value))}]"
    return quoted(value)


def identifier(name: str) -> str:
    """A name of SQL that means itself, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def first_line(error: Exception) -> str:
    """The first line of an error; DuckDB's go on with the statement they are about."""
    return str(error).strip().split("\n")[0]
