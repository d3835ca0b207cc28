"""Why a number is what it is: the row, the items it is made of, the facts that count in it, and those that do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from chronology.errors import Refused
from chronology.vocabulary import name_key
from chronology.vocabulary.near import did_you_mean
from projections.asking.moments import named
from projections.asking.session import Session
from projections.literals import quoted

__all__ = ["Explanation", "explain", "where", "where_keys"]

Row = dict[str, Any]

MOST_ROWS: Final = 20
"""So many rows of a view are explained at once; more are counted, and the keys that would narrow them named."""

_FIGURE: Final = """
    fact, figure, position, category, victims, definition,
    case when words is not null and stated_low is null and low is not null
        then figure_words(null, null, null, words, victims, category, definition, measure)
        else figure_words(low, best, high, words, victims, category, definition, measure)
    end as said,
    speaker, counted, reason, item, total_as_of,
    (select min(items.first_day) from items where items.region = figures.item) as first_day
"""


class Explanation(NamedTuple):
    """One row of a view and its reasons.

    `items` are what a figure is made of, `counted` and `not_counted` the figures of facts (of views without figures:
    the facts), `groups` the speakers who can be right together, where not all can, and what each group leaves, and
    `decided` the corrections, disputes, assessments and retractions that bear on them. `component` is the position of
    the first entry that the figure could depend on, and how many there are.
    """

    row: Row
    items: list[Row]
    totals: list[Row]
    counted: list[Row]
    not_counted: list[Row]
    decided: list[Row]
    groups: list[Row]
    component: Row | None


def explain(
    session: Session, view: str, keys: Mapping[str, str], *, most: int | None = MOST_ROWS
) -> tuple[list[Explanation], int]:
    """The rows of `view` that have these values, `most` of them explained, and how many rows there are.

    Raises `Refused` where there is none, and as `where_keys`.
    """
    where = where_keys(session, view, keys)
    if not session.look_back.is_as_stored and (among := named(session.connection, session.catalogue.views[view], keys)):
        session = session.among(among)
    rows = session.rows(f"select * from {view} where {where} order by all")
    if not rows:
        raise Refused(_no_such_row(session, view, keys))
    asked: dict[str, list[Row]] = {}
    return [_explain(session, row, asked) for row in rows[:most]], len(rows)


def _no_such_row(session: Session, view: str, keys: Mapping[str, str]) -> str:
    """The refusal of a row that a view does not have, with the nearest value that it has."""
    for key, value in keys.items():
        known = [str(row[key]) for row in session.rows(f'select distinct "{key}" from {view}') if row[key] is not None]
        if value and value not in known and (hint := did_you_mean(value, known)):
            return f"{view} has no {key} {value}; {hint}"
    hint = ", and only operations of type convoy" if view.startswith("injuries_by_convoy") else ""
    return f"{view} has no such row{hint}; chronology query 'select * from {view}' shows those it has"


def where_keys(session: Session, view: str, keys: Mapping[str, str]) -> str:
    """The condition that finds the rows of `view` with these values.

    A value of "" or "null" asks for rows that have none. Raises `Refused` for a view or a column that does not exist.
    """
    session.catalogue.view(view)
    return where(view, session.ask(f"select * from {view} limit 0").columns, keys)


def where(view: str, columns: list[str], keys: Mapping[str, str]) -> str:
    """The condition that finds rows with these values among the columns of a view. Raises `Refused` as `where_keys`."""
    return " and ".join(_condition(view, columns, key, value) for key, value in keys.items()) or "true"


def _condition(view: str, columns: list[str], key: str, value: str) -> str:
    if key not in columns:
        hint = did_you_mean(key, columns, f"it has {', '.join(columns)}")
        raise Refused(f"{view} has no column {key}; {hint}")
    if value in {"", "null"}:
        return f'"{key}" is null'
    return f'"{key}"::varchar = {quoted(value)}'


def _explain(session: Session, row: Row, asked: dict[str, list[Row]]) -> Explanation:
    """The reasons for a row; `asked` keeps the figures and the parts of an operation, which its rows have in common."""
    operation = row.get("operation") or row.get("convoy")
    if {"low", "victims", "definition"} <= row.keys() and operation is not None:
        return _of_operation(session, row, operation, asked)
    if row.get("incident") is not None and not {"low", "killed_low"}.isdisjoint(row):
        return _of_incident(session, row, row["incident"])
    facts = row.get("facts") if isinstance(row.get("facts"), list) else [row["fact"]] if row.get("fact") else []
    return _of_facts(session, row, facts or [])


def _of_operation(session: Session, row: Row, operation: str, asked: dict[str, list[Row]]) -> Explanation:
    if (key := f"parts of {operation}") not in asked:
        asked[key] = [{"operation": part} for part in _parts(session, operation)]
    parts = [part["operation"] for part in asked[key]]
    inside = _list(parts)
    until = f"date '{row['day']}'" if row.get("day") else "null"
    items = session.rows(f"""
        select region as item, low, best, high, first_day, last_day, facts, incidents
        from items
        where operation in ({inside}) and {_of_series(row)} and coalesce(last_day <= {until}, true)
        order by first_day nulls first, last_day, region
    """)
    if inside not in asked:
        asked[inside] = _figures_of_operation(session, inside)
    mine = [figure for figure in asked[inside] if _same_series(figure, row) and _is_by(figure, row.get("day"))]
    incidents = [name for item in items for name in item.pop("incidents")]
    facts = [figure["fact"] for figure in mine]
    fallen = f"mirror.operation in ({inside}) and {_of_category(row)}"
    return Explanation(
        row=row,
        items=items,
        totals=[figure for figure in mine if figure["total_as_of"] is not None],
        counted=[figure for figure in mine if figure["counted"]],
        not_counted=[figure for figure in mine if not figure["counted"]],
        decided=_decided(session, facts, fallen, incidents),
        groups=_groups(session, row, [*(figure["item"] for figure in mine), *(f"up to: {part}" for part in parts)]),
        component=_component(session, f"operation:{name_key(operation)}"),
    )


def _parts(session: Session, operation: str) -> list[str]:
    """An operation, and all that are part of it."""
    parts = [operation]
    children: dict[str, list[str]] = {}
    for each in session.rows("select operation, parent from operations where parent is not null"):
        children.setdefault(name_key(each["parent"]), []).append(each["operation"])
    for part in parts:
        parts += [child for child in children.get(name_key(part), ()) if child not in parts]
    return parts


def _figures_of_operation(session: Session, inside: str) -> list[Row]:
    """The figures of operations, and those of the regions inside them."""
    regions = f"(select region from items where operation in ({inside}))"
    return _figures(session, f"figures.operation in ({inside}) or figures.item in {regions}")


def _is_by(figure: Row, day: dt.date | None) -> bool:
    """True if what a figure speaks of can have happened by a day."""
    return day is None or all(each is None or each <= day for each in (figure["total_as_of"], figure["first_day"]))


def _groups(session: Session, row: Row, regions: list[str | None]) -> list[Row]:
    """Of the regions on which not all can be right: who can be right together, and what each group leaves."""
    voices = session.rows(f"""
        select region, speaker, groups, group_lows, group_highs
        from voices
        where region in ({_list([each for each in regions if each is not None])}) and {_of_series(row)}
        order by region, speaker, fact
    """)
    found: dict[tuple[str, int], Row] = {}
    for voice in voices:
        for group in voice["groups"]:
            low, high = voice["group_lows"][group - 1], voice["group_highs"][group - 1]
            new = {"item": voice["region"], "group": group, "speakers": [], "low": low, "high": high}
            speakers = found.setdefault((voice["region"], group), new)["speakers"]
            if voice["speaker"] not in speakers:
                speakers.append(voice["speaker"])
    several = {region for region, group in found if (region, 1 if group != 1 else 2) in found}
    return [group for (region, _), group in sorted(found.items()) if region in several]


def _component(session: Session, key: str) -> Row | None:
    """The component of a key: what it begins with, and how many entries it has."""
    rows = session.rows(f"""
        select component as first_position, count(*) as entries
        from components
        where component in (select component from component_keys where key = {quoted(key)})
        group by component
    """)
    return rows[0] if rows else None


def _of_incident(session: Session, row: Row, incident: str) -> Explanation:
    figures = [
        f for f in _figures(session, f"list_contains(figures.incidents, {quoted(incident)})") if _same_series(f, row)
    ]
    with_figures = {f["fact"] for f in figures}
    # An incident also rests on what says no number about it.
    silent = [fact for fact in row["facts"] if fact not in with_figures] if "killed_low" in row else []
    named = f"list_contains(mirror.incidents, {quoted(incident)})"
    return Explanation(
        row=row,
        items=[],
        totals=[],
        counted=[f for f in figures if f["counted"]] + _headlines(session, silent),
        not_counted=[f for f in figures if not f["counted"]],
        decided=_decided(session, [*with_figures, *silent], named, [incident]),
        groups=_groups(session, row, [f["item"] for f in figures]),
        component=_component(session, f"incident:{name_key(incident)}"),
    )


def _of_facts(session: Session, row: Row, facts: list[str]) -> Explanation:
    return Explanation(row, [], [], _headlines(session, facts), [], _decided(session, facts, "false"), [], None)


def _headlines(session: Session, facts: list[str]) -> list[Row]:
    """The headline of each fact."""
    return session.rows(f"""
        select timeline.fact, timeline.headline as said, facts.speaker, facts.source,
            facts.published_edtf as published, true as counted, 'counted' as reason, null as item,
            facts.url, facts.quote
        from timeline
        join facts on facts.fact = timeline.fact
        where timeline.fact in ({_list(facts)})
        order by facts.published_to, timeline.fact
    """)


def _figures(session: Session, scope: str) -> list[Row]:
    """The figures of a scope, with what their facts say of themselves: these are looked up by position, not joined."""
    figures = session.rows(f"select {_FIGURE} from figures where {scope} order by figures.figure")
    positions = ", ".join(str(figure["position"]) for figure in figures) or "null"
    facts = {
        row.pop("position"): row
        for row in session.rows(f"""
            select position, source, published_edtf as published, published_to, url, quote
            from mirror
            where position in ({positions})
        """)
    }
    figures = [figure | facts[figure.pop("position")] for figure in figures]
    figures.sort(key=lambda figure: (str(figure.pop("published_to")), figure["fact"], figure["category"]))
    return figures


def _of_category(row: Row) -> str:
    category = quoted(row.get("category", "injured"))
    return f"list_contains(list_transform(mirror.figures, lambda figure: figure.category), {category})"


def _decided(session: Session, facts: list[str], scope: str, incidents: Iterable[str] = ()) -> list[Row]:
    """Decisions on these facts, merges of these incidents, and retractions of facts in the scope.

    A correction comes with what the fact said before.
    """
    merged = _list([name_key(name) for name in incidents])
    decisions = session.rows(f"""
        select position, entry,
            case entry
                when 'incidents_merged' then array_to_string(from_json(body -> '$.incidents', '["VARCHAR"]'), ', ')
                else coalesce(target, fact) end as target, nature, category, reason, because, recorded_at,
            recorded_by
        from decided
        where (entry in ('fact_corrected', 'fact_disputed', 'fact_assessed')
                and coalesce(target, fact) in ({_list(facts)}))
            or entry = 'fact_retracted'
            or (entry = 'incidents_merged' and len(list_filter(
                list_append(from_json(body -> '$.incidents', '["VARCHAR"]'), body ->> '$.into'),
                lambda name: name_key(name) in ({merged})
            )) > 0)
        order by position
    """)
    before = _before(session, decisions, scope)
    return [
        decision | {"before": before.get(decision["position"], (None, True))[0]}
        for decision in decisions
        if decision["entry"] != "fact_retracted" or before.get(decision["position"], (None, False))[1]
    ]


def _before(session: Session, decisions: list[Row], scope: str) -> dict[int, tuple[str, bool]]:
    """The figures of an entry before it was superseded, by the position of the later one, and if it is in scope."""
    by = ", ".join(str(d["position"]) for d in decisions if d["entry"] in {"fact_corrected", "fact_retracted"})
    if not by:
        return {}
    rows = session.rows(f"""
        select ended.ended_by, array_to_string(list_transform(mirror.figures, lambda figure: figure_words(
            figure.low, figure.best, figure.high, figure.words, figure.victims, figure.category, figure.definition,
            figure.measure
        )), ', ') as said, mirror.sort = 'report' and coalesce({scope}, false) as is_in_scope
        from (select * from mirror where position in (select position from ended where ended_by in ({by}))) as mirror
        join ended on ended.position = mirror.position
    """)
    return {row["ended_by"]: (row["said"], row["is_in_scope"]) for row in rows}


def _of_series(row: Row) -> str:
    """The condition that a row is of the same category, group and definition, or of a group of them all."""
    definition = "definition is null" if row.get("definition") is None else f"definition = {quoted(row['definition'])}"
    conditions = [f"category = {quoted(row.get('category', 'injured'))}"] if "victims" in row else []
    if row.get("victims") is not None:
        conditions += [f"victims = {quoted(row['victims'])}", definition]
    return " and ".join(conditions) or "true"


def _same_series(figure: Row, row: Row) -> bool:
    """True if a figure is of the category, group and definition of a row; figures of a group lift those of all."""
    if "victims" not in row:
        return True
    return (
        figure["category"] == row.get("category", "injured")
        and figure["definition"] == row["definition"]
        and (
            figure["victims"] == row["victims"] or (row["victims"] == "all" and figure["fact"] in row.get("facts", ()))
        )
    )


def _list(texts: list[str]) -> str:
    return ", ".join(quoted(text) for text in dict.fromkeys(texts)) or "null"
