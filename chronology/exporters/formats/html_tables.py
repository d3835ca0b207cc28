"""HTML: a page of tables that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from chronology.exporters.citation import as_text
from chronology.exporters.exporter import Exporter
from chronology.exporters.page_tables import html_page, html_table, in_html
from chronology.exporters.sections import ABOUT_NUMBERS, sections, sentences
from chronology.exporters.state import State

__all__ = ["HtmlTables"]

_NOTHING = 4
"""Lines of a table without rows."""


class HtmlTables(Exporter):
    """The page that `markdown` writes, as HTML: to open, print, or paste into a document."""

    name: ClassVar = "html"
    meaning: ClassVar = "a page of tables, to be opened or pasted into a document"
    suffixes: ClassVar = (".html", ".htm")

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the page."""
        stream.writelines(f"{line}\n".encode() for line in html_page(state.about.name, _body(state)))


def _body(state: State) -> Iterator[str]:
    yield f'<h1 dir="auto">{in_html(state.about.name)}</h1>'
    for operation, in_words in sentences(state):
        yield f"<p><b><bdi>{in_html(operation)}</bdi></b>: {in_html(in_words)}</p>"
    for section in sections(state):
        lines = list(html_table(section.columns, section.rows))
        if len(lines) > _NOTHING:
            yield f"<h2>{in_html(section.title)}</h2>"
            yield from lines
    yield "<h2>About</h2>"
    yield f"<p>{ABOUT_NUMBERS}</p>"
    yield f"<p>Cite as: {in_html(as_text(state.about))}</p>"
