"""What changed between two moments: rows added, removed and changed, and the entries that caused each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from projections.session import Session
from projections.standing import LookBack

__all__ = ["DIFFED", "Change", "all_changes", "difference"]

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


def difference(before: Session, after: Session, view: str) -> list[Change]:
    """The rows of `view` that differ between two sessions on the same log, in the order of their keys."""
    grain = after.catalogue.views[view].grain
    old, new = _by_key(before, view, grain), _by_key(after, view, grain)
    causes = _Causes(before, after)
    changes = []
    for key in sorted(old.keys() | new.keys(), key=_sortable):
        was, now = old.get(key, [None]), new.get(key, [None])
        for one, other in zip(_filled(was, len(now)), _filled(now, len(was)), strict=True):
            change = _change(view, grain, one, other, causes)
            if change is not None:
                changes.append(change)
    return changes


def _by_key(session: Session, view: str, grain: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
    """The rows by their grain; of a view without one, by all they say."""
    rows: dict[tuple[Any, ...], list[Row]] = {}
    for row in session.rows(f"select * from {view} order by all"):
        row.pop("policy", None)
        key = tuple(row[column] for column in grain) if grain else (str(row),)
        rows.setdefault(key, []).append(row)
    return rows


def _filled(rows: list[Any], length: int) -> list[Any]:
    return rows + [None] * (length - len(rows))


def _sortable(key: tuple[Any, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, str(value)) for value in key)


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


def all_changes(before: Session, after: Session, views: Iterable[str]) -> list[Change]:
    """The changes of several views, one after the other."""
    return [change for view in views for change in difference(before, after, view)]
