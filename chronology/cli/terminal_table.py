"""Rows on a terminal: a table where it is wide enough for whole words, else a record for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TextIO

from chronology.cli.columns import aligned, width

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["draw", "wide"]

wide: Final[ContextVar[bool]] = ContextVar("wide", default=False)
"""Whether a table is wanted however wide it is (`--wide`)."""

_READABLE: Final = 24
"""Columns of a terminal in which a longer text can be read."""


def draw(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], stream: TextIO) -> None:
    """Draw rows of cells; `right` says which columns are set to the right, as numbers are."""
    from rich.console import Console

    console = Console(file=stream)
    if wide.get():
        stream.writelines(f"{line}\n" for line in aligned(columns, rows, right))
    elif _least_width(columns, rows) <= console.width:
        console.print(_table(columns, rows, right))
    else:
        for n, row in enumerate(rows):
            if n:
                stream.write("\n")
            console.print(_record(columns, row))


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The columns of a terminal that a table needs so that no word is broken, and long texts can be read."""
    return sum(_least(name, [row[n] for row in rows]) for n, name in enumerate(columns)) + 2 * (len(columns) - 1)


def _least(name: str, cells: Sequence[str]) -> int:
    longest = max(map(width, cells), default=0)
    word = max((width(word) for cell in cells for word in cell.split()), default=0)
    return max(width(name), word, min(longest, _READABLE))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, is_right in zip(columns, right, strict=True):
        table.add_column(Text(name), overflow="fold", justify="right" if is_right else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _record(columns: Sequence[str], row: Sequence[str]) -> Table:
    """A row as lines of name and value; what is empty is left out."""
    from rich.table import Table
    from rich.text import Text

    record = Table(box=None, pad_edge=False, show_header=False)
    record.add_column(style="bold", no_wrap=True)
    record.add_column(overflow="fold")
    for name, cell in _filled(columns, row):
        record.add_row(Text(name), Text(cell))
    return record


def _filled(columns: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((name, cell) for name, cell in zip(columns, row, strict=True) if cell)
