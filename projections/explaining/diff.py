"""Changes between two moments: rows added, removed and changed, and the entries that caused each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from projections.asking.moments import touched
from projections.asking.session import Session
from projections.literals import identifier
from projections.store.look_back import LookBack
from projections.views.view_file import View

__all__ = ["DIFFED", "Change", "difference"]

Row = dict[str, Any]

DIFFED: Final = (
    "casualties_by_operation", "injuries_by_convoy", "casualties_by_incident", "incidents", "figures", "claims",
    "convoys", "sites", "operations", "actors", "sources", "places", "contradictions",
)  # fmt: skip
"""The views that are compared where none is named: those that hold answers."""


class Change(NamedTuple):
    """One row of a view that differs. `change` is added, removed or changed.

    `old` and `new` hold the columns that differ; of a row added or removed, its values. `causes` are the positions of
    the entries that came between, and that name a fact, or else an incident or operation, of the row.
    """

    view: str
    change: str
    key: Row
    old: Row
    new: Row
    causes: list[int]


def difference(before: Session, after: Session, *views: str) -> Iterator[Change]:
    """The rows of views that differ between two sessions beside each other: view by view, in the order of their keys.

    They are found by DuckDB: of the rows that are the same in both, which may be millions, none is taken out of it.
    """
    causes = _Causes(before, after)
    whole = before, after
    narrow = _narrowed(before, after) if any(after.catalogue.views[name].keys for name in views) else whole
    for name in views:
        view = after.catalogue.views[name]
        before, after = narrow if view.keys and view.origin == "shipped" else whole
        columns = [column for column in after.ask(f"select * from {name} limit 0").columns if column != "policy"]
        there = before.place_of(name), after.place_of(name)
        asked = _by_grain(*there, columns, view) if view.grain else _as_they_are(*there, columns)
        for row in after.ask(asked).rows:
            *values, was, now = row
            old = dict(zip(columns, values[: len(columns)], strict=True)) if was else None
            new = dict(zip(columns, values[len(columns) :], strict=True)) if now else None
            change = _change(name, view.grain, old, new, causes)
            if change is not None:
                yield change


def _narrowed(before: Session, after: Session) -> tuple[Session, Session]:
    """Two sessions over what can differ between them: rows of other components are the same in both."""
    among = touched(after.connection, before.look_back, after.look_back)
    return (before, after) if among is None else (before.among(among), after.among(among))


def _by_grain(before: str, after: str, columns: list[str], view: View) -> str:
    """The SELECT of the rows that differ, old beside new; nothing but the grain says which belong together."""
    listed, keys = _listed(columns), [_listed([key]) for key in view.grain]
    # Of a view of the user's own the grain may not hold: then rows of one key are taken one by one.
    nth = f"row_number() over (partition by {', '.join(keys)} order by {listed})" if view.origin == "own" else "1"
    there = f"select {listed}, {nth} as nth, hash({listed}) as digest from"
    together = " and ".join(f"old.{each} is not distinct from new.{each}" for each in (*keys, "nth"))
    return f"""
        with old as ({there} {before}), new as ({there} {after})
        select {_listed(columns, "old.")}, {_listed(columns, "new.")}, old.digest is not null, new.digest is not null
        from old
        full join new on {together}
        where old.digest is distinct from new.digest
        order by {", ".join(f"coalesce(old.{key}, new.{key})::varchar nulls first" for key in keys)}, old.nth, new.nth
    """


def _as_they_are(before: str, after: str, columns: list[str]) -> str:
    """Changes of a view without a grain: a row is the same or it is not."""
    listed, nothing = _listed(columns), ", ".join("null" for _ in columns)
    return f"""
        with old as (select {listed} from {before}), new as (select {listed} from {after})
        select {listed}, {nothing}, true, false from (from old except all from new)
        union all
        select {nothing}, {listed}, false, true from (from new except all from old)
        order by all
    """


def _listed(columns: Iterable[str], side: str = "") -> str:
    return ", ".join(f"{side}{identifier(column)}" for column in columns)


def _change(view: str, grain: tuple[str, ...], old: Row | None, new: Row | None, causes: _Causes) -> Change | None:
    if old is None and new is None:
        return None
    whole = new or old or {}
    key = {column: whole[column] for column in grain}
    if old is None or new is None:
        said = {column: value for column, value in whole.items() if column not in key and value not in (None, [])}
        change = "added" if old is None else "removed"
        return Change(view, change, key, said if new is None else {}, said if old is None else {}, causes.of(whole))
    moved = [column for column in new if old[column] != new[column]]
    if not moved:
        return None
    return Change(
        view,
        "changed",
        key,
        {column: old[column] for column in moved},
        {column: new[column] for column in moved},
        causes.of(old, new),
    )


class _Causes:
    """The entries that one of two sessions sees and the other does not, by what they speak of."""

    def __init__(self, before: Session, after: Session) -> None:
        self._facts: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        self._decided: dict[str, set[int]] = {}
        rows = after.rows(f"""
            with between as (
                select position, fact, target, decides, supersedes, operation, incidents, body
                from store.mirror
                where {_between(before.look_back, after.look_back)}
            )
            select between.position, between.fact, between.target, between.decides, between.supersedes,
                coalesce(between.operation, about.operation) as operation,
                list_concat(
                    coalesce(nullif(between.incidents, []), about.incidents, []),
                    coalesce(from_json(between.body -> '$.incidents', '["VARCHAR"]'), [])
                ) as incidents,
                between.body ->> '$.name' as name
            from between
            left join store.mirror as about on about.fact = between.target and about.revision = 1
        """)
        for row in rows:
            for fact in (row["fact"], row["target"], *(row["supersedes"] or ())):
                if fact is not None:
                    self._facts.setdefault(fact, set()).add(row["position"])
            for name in (row["operation"], row["name"], *row["incidents"]):
                if name is not None:
                    self._names.setdefault(name, set()).add(row["position"])
                    if row["decides"] and row["target"] is None:
                        self._decided.setdefault(name, set()).add(row["position"])

    def of(self, *rows: Row) -> list[int]:
        facts = {fact for row in rows for fact in (*(row.get("facts") or ()), row.get("fact")) if fact is not None}
        columns = ("operation", "convoy", "incident", "name", "site")
        names = {row[column] for row in rows for column in columns if row.get(column) is not None}
        names |= {name for row in rows for name in row.get("incidents") or ()}
        found = {position for fact in facts for position in self._facts.get(fact, ())}
        found |= {position for name in names for position in self._decided.get(name, ())}
        found = found or {position for name in names for position in self._names.get(name, ())}
        return sorted(found)


def _between(before: LookBack, after: LookBack) -> str:
    """The entries that exactly one of two look-backs sees, by the day a decision is in force or a fact is public."""

    def seen(look_back: LookBack) -> str:
        day = "case when revision > 1 or sort = 'decision' then effective_from else known_from end"
        return f"coalesce({look_back.condition(day)}, false)"

    return f"({seen(before)}) <> ({seen(after)})"
