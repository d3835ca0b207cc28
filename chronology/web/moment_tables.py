"""The tables of the page: what it asks of the views at each moment."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from chronology.exporters.state import State
from projections.asking.session import Session
from projections.explaining.why import Explanation, explain
from projections.literals import quoted

__all__ = ["READ_TOO", "TABLES", "Reasons", "Scope", "rows_of"]

Row = dict[str, Any]

TABLES: Final = {
    "operations": """
        select operation, type, title, parent from operations where {operations}
    """,
    "tolls": """
        select operation, category, victims, definition, low, best, high, itemised_low, stated_total_low, not_itemised,
            contradiction, single_voices, in_words, len(facts) as reports
        from casualties_by_operation where {casualties_by_operation}
    """,
    "incidents": """
        select incident, kind, operation, occurred_from, occurred_to, day, place, country, latitude, longitude,
            geo_precision, perpetrators, targets, killed_low, killed_best, killed_high, injured_low, injured_best,
            injured_high, in_words, facts
        from incidents where {incidents}
    """,
    "reports": """
        select timeline.fact, timeline.day, timeline.occurred_edtf, timeline.occurred_from, timeline.occurred_to,
            timeline.kind, timeline.place, timeline.operation, timeline.headline, timeline.source, facts.speaker,
            facts.published_edtf as published, facts.url, facts.quote
        from timeline
        join facts on facts.fact = timeline.fact
        where {timeline}
    """,
    "claims": """
        select incident, actor, stance, said_by, day, operation, place, contested, facts from claims where {claims}
    """,
    "contradictions": """
        select what, operation, incident, category, victims, definition, says, against, rule, facts
        from contradictions where {contradictions}
    """,
    "figures": """
        select fact, figure, operation, incidents, category, victims, definition,
            figure_words(low, best, high, words, victims, category, definition, measure) as said, speaker,
            total_as_of, counted, reason, item
        from figures where {figures} and fact not in (select fact from plain_facts)
    """,
    "toll": """
        select operation, incident, what, category, victims, definition, day, until, low, best, high, speaker, counted,
            reason
        from toll where {toll}
    """,
    "voices": """
        select region, category, victims, definition, speaker, groups, low, best, high, operation, incidents
        from voices where {voices}
        qualify len(list_distinct(list(speaker) over (partition by region, category, victims, definition))) > 1
    """,
    "sources": """
        select name, title, url, reliability, fact_count from sources where {sources}
    """,
}
"""The SELECT of each table; in braces, the condition that a row of that view belongs to what is shown."""


READ_TOO: Final = ("decided", "facts", "items", "plain_facts")
"""What is read beside the views of the tables: their conditions and the reasons of figures are made of these."""


class Scope(NamedTuple):
    """The scope of a page: all of a chronology, one operation with its parts, or one incident."""

    conditions: dict[str, str]
    operation: str | None = None
    incident: str | None = None

    @classmethod
    def of(cls, state: State, operation: str | None, incident: str | None) -> Scope:
        """The scope of a page, by what the views hold in the end."""
        if incident is not None:
            return cls(_of_incident(incident), None, incident)
        conditions = {view: state.condition(view) for view in _views()}
        return cls(conditions | {"toll": f"{conditions['toll']} and operation is not null"}, operation, None)


def _views() -> set[str]:
    return {part.split("}")[0] for select in TABLES.values() for part in select.split("{")[1:]}


def _of_incident(incident: str) -> dict[str, str]:
    """The conditions of a page about one incident."""
    name = quoted(incident)
    names_it = f"list_contains(incidents, {name})"
    facts = f"(select unnest(facts) from incidents where incident = {name})"
    own = f"incident = {name}"
    return {
        "operations": "false",
        "casualties_by_operation": "false",
        "incidents": own,
        "timeline": f"timeline.fact in {facts}",
        "claims": own,
        "contradictions": own,
        "figures": names_it,
        "toll": own,
        "voices": names_it,
        "sources": f"name in (select source from facts where fact in {facts})",
    }


def rows_of(session: Session, scope: Scope) -> dict[str, list[Row]]:
    """The rows of every table, as a session sees them."""
    return {name: session.rows(select.format(**scope.conditions)) for name, select in TABLES.items()}


class Reasons:
    """Why the figures of operations are what they are: asked anew only for those that are not as they were."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[object, dict[str, list[Row]]]] = {}

    def rows_of(self, session: Session, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
        """The tables `reasons`, `items`, `groups` and `decisions`: each row says of which figure it is."""
        (decided,) = session.rows("select count(*) as decisions from decided")
        found: dict[str, list[Row]] = {"reasons": [], "items": [], "groups": [], "decisions": []}
        for operation in dict.fromkeys(row["operation"] for row in tables["tolls"]):
            within = _parts(operation, tables["operations"])
            now = (
                decided,
                [row for row in tables["tolls"] if row["operation"] == operation],
                [row for row in tables["figures"] if row["operation"] in within],
            )
            if operation not in self._before or self._before[operation][0] != now:
                self._before[operation] = (now, _explained(session, operation))
            for name, rows in self._before[operation][1].items():
                found[name] += rows
        return found


def _parts(operation: str, operations: list[Row]) -> set[str]:
    parts, before = {operation}, 0
    while len(parts) > before:
        before = len(parts)
        parts |= {row["operation"] for row in operations if row["parent"] in parts}
    return parts


def _explained(session: Session, operation: str) -> dict[str, list[Row]]:
    rows, _ = explain(session, "casualties_by_operation", {"operation": operation}, most=None)
    found: dict[str, list[Row]] = {"reasons": [], "items": [], "groups": [], "decisions": []}
    for each in rows:
        for name, of_row in _rows_of(each).items():
            found[name] += of_row
    return found


def _rows_of(why: Explanation) -> dict[str, list[Row]]:
    of = {"of": " | ".join(why.row[column] or "null" for column in ("operation", "category", "victims", "definition"))}
    return {
        "reasons": [of | {"fact": each["fact"], "figure": each["figure"]} for each in (*why.counted, *why.not_counted)],
        "items": [
            of | {key: item[key] for key in ("item", "low", "best", "high", "first_day", "last_day", "facts")}
            for item in why.items
        ],
        "groups": [of | group for group in why.groups],
        "decisions": [
            of | {key: entry[key] for key in ("position", "entry", "target", "nature", "category", "reason", "before")}
            for entry in why.decided
        ],
    }
