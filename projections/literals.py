"""Text on its way into SQL, and DuckDB's words on their way out."""

from __future__ import annotations

__all__ = ["first_line", "quoted"]


def quoted(text: object) -> str:
    """A string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """The first line of an error; DuckDB's go on with the statement they are about."""
    return str(error).strip().split("\n")[0]
