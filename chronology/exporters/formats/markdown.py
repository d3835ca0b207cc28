"""Markdown: a page of tables for a repository, a wiki or pandoc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from chronology.exporters.citation import as_text
from chronology.exporters.exporter import Exporter
from chronology.exporters.page_tables import in_markdown, markdown_table
from chronology.exporters.sections import sections, sentences
from chronology.exporters.state import State

__all__ = ["Markdown"]


class Markdown(Exporter):
    """The figures in words, then tables of casualties, incidents, timeline, claims, contradictions and sources."""

    name: ClassVar = "markdown"
    meaning: ClassVar = "a page of tables, for a repository, a wiki or pandoc"
    suffixes: ClassVar = (".md", ".markdown")

    def write(self, state: State, stream: BinaryIO) -> None:
        """Write the page."""
        stream.writelines(f"{line}\n".encode() for line in _lines(state))


def _lines(state: State) -> Iterator[str]:
    yield f"# {in_markdown(state.about.name)}"
    yield ""
    for operation, in_words in sentences(state):
        yield f"- **{in_markdown(operation)}**: {in_markdown(in_words)}"
    for section in sections(state):
        lines = list(markdown_table(section.columns, section.rows))
        if len(lines) > 2:
            yield from ("", f"## {in_markdown(section.title)}", "", *lines)
    yield from (
        "",
        "## About",
        "",
        "A number that is not there is not known; an upper bound that is open was not stated.",
    )
    yield from ("", f"Cite as: {in_markdown(as_text(state.about))}")
