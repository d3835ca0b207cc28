"""The page as one file: the words, the rows and the charts put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chronology.casualties import explain
from chronology.charts.chart_file import chart_named
from chronology.charts.drawing import drawn
from chronology.charts.rendering import bundle, json_in_html, script_source
from chronology.errors import Usage
from chronology.exporters.citation import as_text
from chronology.vocabulary.near import did_you_mean
from chronology.web.days import Shown

__all__ = ["languages", "page_of", "words_of"]

HERE: Final = Path(__file__).parent
CHARTS: Final = {"toll": "toll", "toll_known": "toll_known", "voices": "sources", "timeline": "timeline", "map": "map"}
"""The charts of a page in their order, by what their section is called."""


def languages() -> dict[str, Path]:
    """The files of words by language."""
    return {path.stem: path for path in sorted((HERE / "words").glob("*.json"))}


def words_of(lang: str) -> dict[str, str]:
    """The words of the page in a language. Raises Usage where there are none."""
    there = languages()
    if lang not in there:
        known = ", ".join(there)
        raise Usage(f"--lang {lang}: there are no words; {did_you_mean(lang, there, f'there are {known}')}")
    return msgspec.json.decode(there[lang].read_bytes(), type=dict[str, str])


def page_of(  # noqa: PLR0913 - what a page is made of
    shown: Shown, *, folder: Path, lang: str, title: str, incident: str | None, command: str
) -> str:
    """Render the contents as HTML. Raises Usage for a language without words, Unavailable without vl-convert."""
    words, tables, about = words_of(lang), shown.course.tables(), shown.about
    specs = {section: chart_named(name, folder) for section, name in CHARTS.items()}
    incidents = _rows(tables["incidents"])
    placed = [row for row in incidents if row["latitude"] is not None and row["longitude"] is not None]
    if not placed:
        del specs["map"]
    if len(shown.course.moments) == 1:
        del specs["toll_known"]
    charts = {section: chart.spec for section, chart in specs.items()}
    if placed:
        charts["map"] = drawn(specs["map"], {"incidents": placed}, {})
        del charts["map"]["datasets"]["incidents"]
    script, library = (HERE / "page.js").read_text(encoding="utf-8"), bundle()
    given = {
        "lang": lang, "words": words, "moments": shown.course.moments, "ends_now": about.known_by is None,
        "all_days": shown.all_days, "tables": tables, "charts": charts, "operation": about.operation,
        "incident": incident, "policy": about.policy,
    }  # fmt: skip
    return _environment().get_template("page.html").render(
        lang=lang, words=words, about=about, title=title, command=command, citation=as_text(about),
        charts=list(charts),
        policy_text=list(_blocks(explain(shown.policy))),
        policy_of_content=(
            f"default-src 'none'; script-src {script_source(library)} {script_source(script)}; "
            "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        ),
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own files
        data=Markup(json_in_html(given)), bundle=Markup(library), script=Markup(script),  # noqa: S704
    )  # fmt: skip


def _rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows that a table ever had."""
    return [dict(zip(table["columns"], row[2:], strict=True)) for row in table["rows"]]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["fill"] = lambda text, **values: text.format_map(values)
    return environment


def _blocks(markdown: str) -> Iterator[tuple[str, list[str]]]:
    """A policy in words, which is simple Markdown, as titles, lists and paragraphs."""
    for block in markdown.strip().split("\n\n"):
        lines = block.splitlines()
        if lines[0].startswith("# "):
            yield "title", [lines[0].removeprefix("# ")]
        elif lines[0].startswith("- "):
            yield "list", [line.removeprefix("- ") for line in lines]
        else:
            yield "text", lines
