"""The days on which what is asked for may have become another: those of the entries of its component."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from projections.asking.moments import named
from projections.asking.session import Session
from projections.store.inserting import numbers
from projections.store.mirror import ALWAYS
from projections.views.view_file import View

__all__ = ["days_concerning"]


def days_concerning(
    session: Session, view: View, keys: Mapping[str, str], since: dt.date | None, until: dt.date | None
) -> list[dt.date]:
    """The days of publication on which figures of `view` in rows with these values may have changed, in order.

    All that was ever said is followed, whether or not it stands: a day too many costs a look, a day too few would be
    wrong. All days are, where no value names a component, and of a view of the user's own, which may select from
    anything.
    """
    among = named(session.connection, view, keys)
    some = "true" if among is None else f"position in ({numbers(among.positions)})"
    limits = [f"day > date '{ALWAYS}'"]
    limits += [f"day >= date '{since}'"] if since else []
    limits += [f"day <= date '{until}'"] if until else []
    rows = session.rows(f"""
        select distinct day
        from (
            select case when sort = 'report' then known_from end as day from mirror where {some}
            union all
            select effective_from from mirror where reason is not null and {some}
        )
        where {" and ".join(limits)}
        order by day
    """)
    return [row["day"] for row in rows]
