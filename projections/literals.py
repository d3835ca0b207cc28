"""Text on its way into SQL, and DuckDB's words on their way out."""

from __future__ import annotations

__all__ = ["first_line", "identifier", "quoted"]


def quoted(text: object) -> str:
    """A string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name of SQL that means itself, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def first_line(error: Exception) -> str:
    """The first line of an error; DuckDB's go on with the statement they are about."""
    return str(error).strip().split("\n")[0]
