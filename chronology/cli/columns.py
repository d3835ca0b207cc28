"""Plain columns of text, aligned by what a terminal shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

__all__ = ["aligned", "width"]


def width(text: str) -> int:
    """The number of terminal columns that `text` takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Iterator[str]:
    """The lines of a table; `right` says which columns are set to the right, as numbers are."""
    everything = [columns, *rows]
    widths = [max(map(width, column)) for column in zip(*everything, strict=True)]
    for cells in everything:
        padded = (
            " " * (most - width(cell)) + cell if is_right else cell + " " * (most - width(cell))
            for cell, most, is_right in zip(cells, widths, right, strict=True)
        )
        yield "  ".join(padded).rstrip()
