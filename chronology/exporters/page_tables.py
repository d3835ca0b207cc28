"""Rows as a table of a page, in Markdown and in HTML: text is text, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, Final

from chronology.exporters.written import OPEN, in_text, with_open

__all__ = ["html_page", "html_table", "in_html", "in_markdown", "markdown_table"]

# What begins markup or HTML within a line, for GitHub and for pandoc. An underscore in a word begins nothing.
_MARKUP: Final = re.compile(r"[\\`*\[\]<>|~&$]|(?<![^\W_])_|_(?![^\W_])")
_LINE_ENDS: Final = re.compile(r"\s*\r?\n\s*|\r")

_STYLE: Final = """
    body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
    table { border-collapse: collapse; margin: 1rem 0 2rem; width: 100%; }
    th, td { border-bottom: 1px solid; padding: .3rem .6rem; text-align: start; vertical-align: top; }
    td.number { text-align: end; white-space: nowrap; }
    td { white-space: pre-line; overflow-wrap: anywhere; }
    :root { color-scheme: light dark; }
"""


def in_markdown(value: object) -> str:
    """A value in a cell of a table in Markdown, or within a line of text."""
    return _MARKUP.sub(lambda found: f"\\{found.group()}", _LINE_ENDS.sub(" ", in_text(value)))


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a table as GitHub and pandoc read it; an upper bound that nobody stated is `open`."""
    yield f"| {' | '.join(map(in_markdown, columns))} |"
    yield f"|{' --- |' * len(columns)}"
    for row in with_open(columns, rows):
        yield f"| {' | '.join(map(in_markdown, row))} |"


def in_html(value: object) -> str:
    """A value as the text of an element of HTML."""
    return escape(in_text(value))


def html_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a table of HTML. Each cell has the direction of its own text."""
    yield "<table>"
    head = "".join(f'<th scope="col">{in_html(column)}</th>' for column in columns)
    yield f"<thead><tr>{head}</tr></thead>"
    yield "<tbody>"
    for row in with_open(columns, rows):
        yield f"<tr>{''.join(map(_html_cell, row))}</tr>"
    yield "</tbody></table>"


def _html_cell(value: object) -> str:
    if value is OPEN or (isinstance(value, int | float) and not isinstance(value, bool)):
        return f'<td class="number">{in_html(value)}</td>'
    return f'<td dir="auto">{in_html(value)}</td>'


def html_page(title: str, body: Iterable[str]) -> Iterator[str]:
    """The lines of a page that loads nothing and runs nothing."""
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{in_html(title)}</title><style>{_STYLE}</style></head><body>"
    yield from body
    yield "</body></html>"
