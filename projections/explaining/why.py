"""Why a number is what it is: the row, the items it is made of, the facts that count in it, and those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from chronology.errors import Refused, did_you_mean
from chronology.vocabulary import name_key
from projections.asking.session import Session
from projections.literals import quoted

__all__ = ["Explanation", "explain", "where_keys"]

Row = dict[str, Any]

MOST_ROWS: Final = 20
"""So many rows of a view are explained at once; more are counted, and the keys that would narrow them named."""

_FIGURE: Final = """
    fact, position, category, victims, definition,
    figure_words(low, best, high, words, victims, category, definition, measure) as said,
    speaker, counted, reason, item
"""


class Explanation(NamedTuple):
    """One row of a view and its reasons.

    `items` are what a figure is made of, `counted` and `not_counted` the figures of facts (of views without figures:
    the facts), `decided` the corrections, disputes, assessments and retractions that bear on them.
    """

    row: Row
    items: list[Row]
    totals: list[Row]
    counted: list[Row]
    not_counted: list[Row]
    decided: list[Row]


def explain(session: Session, view: str, keys: Mapping[str, str]) -> tuple[list[Explanation], int]:
    """The rows of `view` that have these values, explained, and how many rows there are.

    Raises `Refused` where there is none, and as `where_keys`.
    """
    where = where_keys(session, view, keys)
    rows = session.rows(f"select * from {view} where {where} order by all")
    if not rows:
        raise Refused(_no_such_row(session, view, keys))
    asked: dict[str, list[Row]] = {}
    return [_explain(session, row, asked) for row in rows[:MOST_ROWS]], len(rows)


def _no_such_row(session: Session, view: str, keys: Mapping[str, str]) -> str:
    """That a view has no such row, with a value there is that is nearly the one asked for."""
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
    columns = session.ask(f"select * from {view} limit 0").columns
    return " and ".join(_condition(view, columns, key, value) for key, value in keys.items()) or "true"


def _condition(view: str, columns: list[str], key: str, value: str) -> str:
    if key not in columns:
        hint = did_you_mean(key, columns, f"it has {', '.join(columns)}")
        raise Refused(f"{view} has no column {key}; {hint}")
    if value in {"", "null"}:
        return f'"{key}" is null'
    return f'"{key}"::varchar = {quoted(value)}'


def _explain(session: Session, row: Row, asked: dict[str, list[Row]]) -> Explanation:
    """The reasons for a row; `asked` keeps the figures of an operation, which several of its rows have in common."""
    operation = row.get("operation") or row.get("convoy")
    if {"low", "victims", "definition"} <= row.keys() and operation is not None:
        return _of_operation(session, row, operation, asked)
    if row.get("incident") is not None and not {"low", "killed_low"}.isdisjoint(row):
        return _of_incident(session, row, quoted(row["incident"]))
    facts = row.get("facts") if isinstance(row.get("facts"), list) else [row["fact"]] if row.get("fact") else []
    return _of_facts(session, row, facts or [])


def _of_operation(session: Session, row: Row, operation: str, asked: dict[str, list[Row]]) -> Explanation:
    series = _series(row)
    op = quoted(operation)
    until = f"date '{row['day']}'" if row.get("day") else "null"
    items = session.rows(f"""
        select region as item, low, best, high, first_day, last_day, facts, incidents
        from operation_items
        where operation = {op} and series = {series} and coalesce(last_day <= {until}, true)
        order by first_day nulls first, last_day, region
    """)
    totals = session.rows(f"""
        select totals.fact, totals.speaker, totals.moment, totals.low, totals.high, operation_totals.excess,
            operation_totals.is_stale, totals.withdrawn_by
        from totals
        left join operation_totals
            on operation_totals.fact = totals.fact and operation_totals.figure = totals.figure
        where totals.series = {series}
            and totals.operation in (select operation from operation_tree where ancestor = {op})
            and coalesce(totals.moment <= {until}, true)
        order by operation_totals.excess desc nulls last, totals.moment desc
    """)
    later = f"select region from operation_items where operation = {op} and series = {series} and first_day > {until}"
    scope = "true"
    if row.get("day"):
        scope = f"coalesce(figures.item not in ({later}), true) and coalesce(figures.total_as_of <= {until}, true)"
    if scope not in asked:
        asked[scope] = _figures_of_operation(session, op, scope)
    figures = asked[scope]
    mine = [f for f in figures if _same_series(f, row)]
    counted = [f for f in mine if f["counted"]]
    # A plain question is also told what nobody is believed about: a death that no other source has.
    left_out = [f for f in figures if not f["counted"] and (f in mine or _is_disbelieved(f, row))]
    facts = [f["fact"] for f in (*counted, *left_out)]
    incidents = [name for item in items for name in item.pop("incidents")]
    fallen = f"mirror.operation = {op} and {_of_category(row)}"
    return Explanation(row, items, totals, counted, left_out, _decided(session, facts, fallen, incidents))


def _figures_of_operation(session: Session, op: str, scope: str) -> list[Row]:
    """The figures inside an operation, and those of its regions.

    Their facts are found first: whose figures are asked for, only of those it is worked out whether they count.
    """
    inside = f"operation in (select operation from operation_tree where ancestor = {op})"
    regions = f"(select region from operation_items where operation = {op})"
    facts = session.rows(f"select fact from stated where {inside} or region in {regions}")
    of_these = f"figures.fact in ({_list([each['fact'] for each in facts])})"
    return _figures(
        session, f"{of_these} and (figures.{inside} or figures.item in {regions}) and {scope}", "contested_figures"
    )


def _of_incident(session: Session, row: Row, incident: str) -> Explanation:
    about = f"list_contains(figures.incidents, {incident})"
    figures = [f for f in _figures(session, about) if _same_series(f, row) or not f["counted"]]
    counted = [f for f in figures if f["counted"]]
    left_out = [f for f in figures if not f["counted"]]
    with_figures = {f["fact"] for f in figures}
    # An incident also rests on what says no number about it.
    silent = [fact for fact in row["facts"] if fact not in with_figures] if "killed_low" in row else []
    counted += _headlines(session, silent)
    named = f"list_contains(mirror.incidents, {incident})"
    decided = _decided(session, [*with_figures, *silent], named, [row["incident"]])
    return Explanation(row, [], [], counted, left_out, decided)


def _of_facts(session: Session, row: Row, facts: list[str]) -> Explanation:
    return Explanation(row, [], [], _headlines(session, facts), [], _decided(session, facts, "false"))


def _headlines(session: Session, facts: list[str]) -> list[Row]:
    """What facts say, in a line each."""
    return session.rows(f"""
        select timeline.fact, timeline.headline as said, facts.speaker, facts.source,
            facts.published_edtf as published, true as counted, 'counted' as reason, null as item,
            facts.url, facts.quote
        from timeline
        join facts on facts.fact = timeline.fact
        where timeline.fact in ({_list(facts)})
        order by facts.published_to, timeline.fact
    """)


def _figures(session: Session, scope: str, view: str = "figures") -> list[Row]:
    """The figures of a scope, with what their facts say of themselves: these are looked up by position, not joined."""
    figures = session.rows(f"select {_FIGURE} from {view} as figures where {scope} order by figures.figure")
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


def _is_disbelieved(figure: Row, row: Row) -> bool:
    return row["definition"] is None and str(figure["reason"]).startswith("disputed")


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
    """What an entry said before it fell, by the position of the entry it fell to, and whether it is in the scope."""
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


def _series(row: Row) -> str:
    category = row.get("category", "injured")
    return quoted("|".join((str(category), str(row["victims"]), str(row["definition"] or ""))))


def _same_series(figure: Row, row: Row) -> bool:
    if "victims" not in row:
        return True
    return (figure["category"], figure["victims"], figure["definition"]) == (
        row.get("category", "injured"),
        row["victims"],
        row["definition"],
    )


def _list(texts: list[str]) -> str:
    return ", ".join(quoted(text) for text in dict.fromkeys(texts)) or "null"
