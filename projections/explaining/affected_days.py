"""The days on which what is asked for may have become another: those of the entries that lead to it, name by name.

Figures of an operation, an incident or a fact follow from the entries that name it, from those that name what these
name, and so on. All that was ever said is followed, whether or not it stands: a day too many costs a look-back, a day
too few would be wrong. Decisions that name no fact, incident or operation may bear on anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from chronology.vocabulary import KINDS, Field, Kind, Report, Role, fields_of, name_key
from projections.asking.session import Session
from projections.literals import quoted
from projections.store.mirror import ALWAYS
from projections.views.view_file import View

__all__ = ["days_concerning", "days_of_publication"]

_KEYS = ("operation", "convoy", "incident", "fact")
"""The columns of views that hold a name to begin with."""

_FOLLOWED = frozenset({Role.ENTRY, Role.INCIDENT, Role.OPERATION})


def days_of_publication(session: Session, since: dt.date | None, until: dt.date | None) -> list[dt.date]:
    """The days on which anything became public, a decision included, in order."""
    return _days(
        session,
        """
            select known_from as day from mirror where sort = 'report'
            union all
            select effective_from from mirror where reason is not null
        """,
        since,
        until,
    )


def days_concerning(
    session: Session, view: View, keys: Mapping[str, str], since: dt.date | None, until: dt.date | None
) -> list[dt.date]:
    """The days of publication on which figures of `view` in rows with these values may have changed, in order.

    All days are, where no value is a name, and of a view of the user's own, which may select from anything.
    """
    named = [value for key, value in keys.items() if key in _KEYS and value not in {"", "null"}]
    if view.origin != "shipped" or not named:
        return days_of_publication(session, since, until)
    begin = ", ".join(quoted(form) for name in named for form in (name, name_key(name)))
    general, links = _general(), _links()
    concerned = f"""
        with recursive links as materialized (
            select position, unnest([name, name_key(name)]) as name
            from (select position, unnest(list_distinct(flatten([{links}]))) as name from told)
            where name is not null
        ), near as (
            select unnest([{begin}]) as name
            union
            select fact from told where kind in ({general})
            union
            select other.name
            from near
            join links as one on one.name = near.name
            join links as other on other.position = one.position
        )
        select unnest([known_from, effective_from]) as day
        from told
        where kind in ({general}) or position in (select position from links where name in (select name from near))
        union all
        select known_from from records where fact in (select name from near)
    """
    return _days(session, concerned, since, until)


def _days(session: Session, days: str, since: dt.date | None, until: dt.date | None) -> list[dt.date]:
    limits = [f"day > date '{ALWAYS}'"]
    limits += [f"day >= date '{since}'"] if since else []
    limits += [f"day <= date '{until}'"] if until else []
    rows = session.rows(f"select distinct day from ({days}) where {' and '.join(limits)} order by day")
    return [row["day"] for row in rows]


def _followed(kind: type[Kind]) -> list[Field]:
    """The fields of a kind that name facts, incidents or operations; what a decision rests on is not what it is on."""
    return [field for field in fields_of(kind).values() if field.role in _FOLLOWED and field.name != "because"]


def _links() -> str:
    """What an entry names, as lists: its fact, incidents, operations, and what it says of other facts."""
    kinds: dict[tuple[str, bool], list[str]] = {}
    for tag, kind in KINDS.items():
        for field in _followed(kind):
            kinds.setdefault((field.name, field.many), []).append(quoted(tag))
    of_figures = [
        f"flatten(list_transform(figures, lambda figure: figure.{each}))" for each in ("incidents", "excludes")
    ]
    in_body = [
        f"case when kind in ({', '.join(tags)}) then body ->> '$.{name}[*]' end"
        if many
        else f"[case when kind in ({', '.join(tags)}) then body ->> '$.{name}' end]"
        for (name, many), tags in kinds.items()
    ]
    return ", ".join(f"coalesce({each}, [])" for each in ("[fact, target]", *of_figures, *in_body))


def _general() -> str:
    """The kinds that are no reports, and name nothing to follow."""
    return ", ".join(quoted(tag) for tag, kind in KINDS.items() if not issubclass(kind, Report) and not _followed(kind))
