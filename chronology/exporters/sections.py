"""The sections of a page for readers: the answers first, then what they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chronology.exporters.written import when

if TYPE_CHECKING:
    from chronology.exporters.state import State

__all__ = ["ABOUT_NUMBERS", "Section", "sections", "sentences"]

ABOUT_NUMBERS: Final = "A missing number is not known, which is not 0. An upper bound that is open was not stated."

_DAYS: Final = "case when occurred_from = occurred_to then occurred_from::varchar \
    else concat(coalesce(occurred_from::varchar, '..'), '/', coalesce(occurred_to::varchar, '..')) end"


class Section(NamedTuple):
    """A table of a page, under its title. `rows` are read once."""

    title: str
    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


class _Asked(NamedTuple):
    """The columns of a section: SQL by the heading of its column. `when` is a day and an EDTF."""

    title: str
    view: str
    order: str
    columns: dict[str, str]


_SECTIONS: Final = (
    _Asked(
        "Casualties",
        "casualties_by_operation",
        "operation, category, victims, definition nulls first",
        {
            "operation": "operation", "group": "nullif(victims, 'all')", "what": "category", "as": "definition",
            "low": "low", "best": "best", "high": "high", "in words": "in_words",
        },
    ),
    _Asked(
        "Incidents",
        "incidents",
        "day nulls last, incident",
        {
            "when": f"[day::varchar, case when day is not null then {_DAYS} end]", "incident": "incident",
            "what": "replace(kind, '_', ' ')", "where": "place", "operation": "operation",
            "killed low": "killed_low", "killed high": "killed_high",
            "injured low": "injured_low", "injured high": "injured_high", "in words": "in_words", "sources": "sources",
        },
    ),
    _Asked(
        "Timeline",
        "timeline",
        "day nulls last, fact",
        {
            "when": "[day::varchar, occurred_edtf]", "what": "headline", "where": "place", "operation": "operation",
            "said by": "if(speaker = source, source, concat(speaker, ' (', source, ')'))", "fact": "fact",
            "superseded by": "superseded_by",
        },
    ),
    _Asked(
        "Who is said to have done it",
        "claims",
        "day nulls last, incident, actor, stance",
        {
            "incident": "incident", "actor": "actor", "stance": "stance", "said by": "said_by",
            "contested": "contested",
        },
    ),
    _Asked(
        "Contradictions",
        "contradictions",
        "what, operation, incident, says, against",
        {"what": "what", "about": "coalesce(incident, operation)", "one side": "says", "other side": "against",
         "rule": "rule"},
    ),
    _Asked(
        "Sources",
        "sources",
        "name",
        {"source": "name", "title": "title", "reliability": "reliability", "facts": "fact_count"},
    ),
)  # fmt: skip


def sections(state: State) -> Iterator[Section]:
    """The sections of a page, one after the other; read each before the next is asked for."""
    for asked in _SECTIONS:
        listed = ", ".join(f'{sql} as "{heading}"' for heading, sql in asked.columns.items())
        found = state.ask(
            f"select {listed} from {asked.view} where {state.condition(asked.view)} order by {asked.order}"
        )
        rows = found.rows if "when" not in asked.columns else _with_words(found.rows)
        yield Section(asked.title, found.columns, rows)


def sentences(state: State) -> list[tuple[str, str]]:
    """Each operation with its casualties in words."""
    rows = state.ask(f"""
        select operation, string_agg(in_words, '; ' order by category desc, victims, definition nulls first)
        from casualties_by_operation
        where {state.condition("casualties_by_operation")}
        group by operation
        order by operation
    """).rows
    return list(rows)


def _with_words(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for (day, edtf), *rest in rows:
        yield when(day, edtf), *rest
