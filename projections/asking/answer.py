"""An answer as Python has it: rows of values, dicts, or a table of pandas, polars or Arrow."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from html import escape
from importlib.util import find_spec
from typing import Any, Final

import duckdb

from chronology.errors import Refused
from projections.literals import first_line, identifier

__all__ = ["Answer"]

MOST_SHOWN: Final = 50


class Answer:
    """All rows of one question. `columns` are their names, `types` DuckDB's names of their types.

    Nothing stays open behind it. Iterating gives each row as a tuple; null is None, dates and times are those of
    `datetime`, lists are lists. A notebook shows it as a table.
    """

    def __init__(self, columns: Sequence[str], types: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        self.columns = list(columns)
        self.types = list(types)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<Answer: {len(self):,} row{'' if len(self) == 1 else 's'} of {', '.join(self.columns)}>"

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, as a list that is yours to change."""
        return list(self._rows)

    def dicts(self) -> list[dict[str, Any]]:
        """The rows, each by column. Raises Refused where two columns have one name."""
        twice = next((name for n, name in enumerate(self.columns) if name in self.columns[:n]), None)
        if twice is not None:
            raise Refused(f"two columns are named {twice}; rename one of them in the query: … as other")
        return [dict(zip(self.columns, row, strict=True)) for row in self._rows]

    def df(self) -> Any:  # noqa: ANN401 - pandas may not be there
        """A DataFrame of pandas. Raises Refused where pandas is not installed."""
        found = self._loaded("pandas")
        with warnings.catch_warnings():
            # DuckDB's client uses what pandas 3 deprecates.
            warnings.simplefilter("ignore", DeprecationWarning)
            return found.df()

    def pl(self) -> Any:  # noqa: ANN401 - polars may not be there
        """A DataFrame of polars, which takes it from pyarrow. Raises Refused where either is not installed."""
        return self._loaded("polars", "pyarrow").pl()

    def arrow(self) -> Any:  # noqa: ANN401 - pyarrow may not be there
        """A Table of pyarrow. Raises Refused where pyarrow is not installed."""
        return self._loaded("pyarrow").to_arrow_table()

    def _loaded(self, *packages: str) -> duckdb.DuckDBPyRelation:
        """The rows in a database of their own, which hands them on as DuckDB does, type by type. NaN becomes null."""
        if missing := [each for each in packages if find_spec(each) is None]:
            raise Refused(f"{missing[0]} is not installed here; install it: pip install {' '.join(missing)}")
        connection = duckdb.connect(":memory:")
        connection.execute("set timezone = 'UTC'")
        columns = [
            f"unnest(${n}::{type_}[]) as {identifier(name)}"
            for n, (name, type_) in enumerate(zip(self.columns, self.types, strict=True), 1)
        ]
        values = [list(column) for column in zip(*self._rows, strict=True)] or [[] for _ in self.columns]
        try:
            connection.execute(f"create table answer as select {', '.join(columns)}", values)
        except duckdb.Error as error:
            raise Refused(f"no table can hold these types ({first_line(error)}); ask for them as text") from error
        return connection.table("answer")

    def _repr_html_(self) -> str:
        """The table that a notebook shows: the first rows, and how many more there are."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self._rows[:MOST_SHOWN])
        more = len(self) - MOST_SHOWN
        rest = f"<p>and {more:,} more rows</p>" if more > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    align = "right" if isinstance(value, int | float) and not isinstance(value, bool) else "left"
    return f'<td style="text-align: {align}">{escape(text)}</td>'
