"""Entries in force: at a position of the log, and as the public record was on a day.

A retraction ends its target (of an import, all that it brought), unless it is retracted itself; of the revisions of a
fact the newest one in force stands. Both look-backs ask the same question of fewer rows, so there is one
answer to it: the table `ended`. What it says of now is also kept with each row of the mirror, as `ended_by`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Final, NamedTuple

from chronology.vocabulary import KINDS, Decision
from projections.literals import quoted
from projections.store.inserting import texts
from projections.store.mirror import ALWAYS, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from chronology.casualties import Policy

__all__ = [
    "NOW", "LookBack", "ended_at", "make_ended", "mark_ended", "names_change", "names_differ", "seen_of",
    "settle_decisions",
]  # fmt: skip


class LookBack(NamedTuple):
    """A look-back: to a position, to a day, and by which policy.

    `as_of` is a position of our log, `known_by` a day of the public record; None is now, and the policy in force then.
    """

    as_of: int | None = None
    known_by: dt.date | None = None
    policy: Policy | None = None

    @property
    def is_now(self) -> bool:
        """True if it looks at all that is known."""
        return self.as_of is None and self.known_by is None

    @property
    def is_as_stored(self) -> bool:
        """True if it is what `views.duckdb` holds: now, by the policy in force."""
        return self == NOW

    def condition(self, day: str, position: str = "position") -> str:
        """The rows of the mirror it sees, as SQL: `position <= 17 and known_from <= date '2023-11-03'`."""
        parts = []
        if self.as_of is not None:
            parts.append(f"{position} <= {self.as_of:d}")
        if self.known_by is not None:
            parts.append(f"{day} <= date '{self.known_by.isoformat()}'")
        return " and ".join(parts) or "true"


NOW = LookBack()

_SETTLE = f"""
update other_entries as decision
set effective_from = settled.effective_from,
    known_from = case
        when settled.effective_from is null then null
        when decision.sort = 'report' then greatest(settled.effective_from, decision.published_to)
        when decision.sort = 'name' or decision.entry in ({{always}}) then date '{ALWAYS}'
        else settled.effective_from
    end
from (
    with own as (
        select d.position, d.fact, d.revision, d.entry, d.said_in,
            case when d.said_in is not null then d.effective_from else coalesce(
                d.effective_from,
                (
                    select max(rest.published_to)
                    from unnest(d.because) as named(id)
                    join mirror as rest on rest.fact = named.id and rest.position < d.position
                ),
                date '{ALWAYS}'
            ) end as effective_from
        from other_entries as d
        where d.position > {{after}} and d.reason is not null
    )
    select own.position,
        greatest(
            own.effective_from,
            case when own.entry = 'fact_corrected' and own.said_in is null then (
                select coalesce(max(earlier.effective_from), date '{ALWAYS}')
                from (
                    select fact, revision, effective_from
                    from other_entries
                    where position <= {{after}} and revision > 1
                    union all
                    select fact, revision, effective_from from own where revision > 1
                ) as earlier
                where earlier.fact = own.fact and earlier.revision < own.revision
            ) end
        ) as effective_from
    from own
) as settled
where decision.position = settled.position
"""


def settle_decisions(connection: DuckDBPyConnection, after: int) -> None:
    """Give every decision above position `after` the day from which it is in force.

    Its own `published`, else that of the facts it rests on, else always; never before the correction it follows. What
    a data set says is in force from its own day alone, whatever was taken in before; without a day, on none.
    A corrected fact is seen once the correction is in force and the fact, as it reads now, is published.
    """
    always = ", ".join(f"'{tag}'" for tag, kind in KINDS.items() if issubclass(kind, Decision) and kind.always_passes)
    connection.execute(_SETTLE.format(after=int(after), always=always))


def ended_at(connection: DuckDBPyConnection, mirror: str, look_back: LookBack = NOW, among: str | None = None) -> str:
    """The SELECT of `position, ended_by`: the entries that do not stand, each with the position that ended it.

    `among` is a relation of all entries of some facts, of which alone it is asked.
    """
    seen = look_back.condition("effective_from")
    among = among or mirror
    retracted = _retracted(connection, mirror, seen)
    values = ", ".join(
        f"({quoted(fact)}, {revision if revision is not None else 'null'}, {by})" for fact, revision, by in retracted
    )
    return f"""
        with retracted as (
            select fact, revision, cause
            from (values {values or "(null::varchar, null::integer, null::bigint)"}) as named(fact, revision, cause)
            where fact is not null
        ), revised as (
            select fact, revision, position
            from {among}
            where fact in (select fact from {among} where revision > 1) and {_in_force(look_back)}
        ), undone as (
            select m.position - coalesce((m.body ->> '$.entries')::bigint, 0) as first_position,
                m.position as own_position, m.fact, retracted.cause
            from {mirror} as m
            join retracted on m.fact = retracted.fact
            where m.entry = 'dataset_imported'
        ), taken_back as (
            select m.position, retracted.cause
            from {among} as m
            join retracted on m.fact = retracted.fact
            where (retracted.revision is null or m.revision = retracted.revision)
            union all
            select m.position, undone.cause
            from {among} as m
            join undone on m.position >= undone.first_position and m.position < undone.own_position
            union all
            select m.position, undone.cause
            from {among} as m
            join undone on m.said_in = undone.fact
        ), gone as (
            select position, min(cause) as ended_by from taken_back group by position
        ), replaced as (
            select position,
                min(position) over (
                    partition by fact order by revision rows between 1 following and unbounded following
                ) as ended_by
            from revised
            where position not in (select position from gone)
        )
        select position, ended_by from gone
        union all
        select position, ended_by from replaced where ended_by is not null
    """


def mark_ended(connection: DuckDBPyConnection, after: int) -> None:
    """Bring `ended`, and `ended_by` of each row, up to what the entries above position `after` end, or let stand again.

    `ended_otherwise(position, ended_by)` is what is new of that.
    """
    connection.execute("create or replace temp table ended_otherwise (position bigint, ended_by bigint)")
    if after == 0:
        connection.execute("create or replace table ended (position bigint, ended_by bigint)")
    facts = None if after == 0 else _facts_decided(connection, f"position > {after:d}")
    if facts == set():
        return
    among = "mirror"
    if facts is not None:
        among = "decided_of"
        connection.execute(f"create or replace temp table {among} as {_entries_of(facts)}")
    connection.execute(f"""
        insert into ended_otherwise
        select position, now.ended_by
        from {among} as kept
        left join ({ended_at(connection, "mirror", NOW, among)}) as now using (position)
        where kept.ended_by is distinct from now.ended_by
    """)
    for table in TABLES:
        connection.execute(f"""
            update {table} set ended_by = otherwise.ended_by
            from ended_otherwise as otherwise
            where otherwise.position = {table}.position
        """)
    connection.execute("""
        delete from ended where position in (select position from ended_otherwise);
        insert into ended from ended_otherwise where ended_by is not null;
    """)


def make_ended(connection: DuckDBPyConnection, look_back: LookBack) -> None:
    """Make the table `ended` as it was, in the schema in use: other than now for facts that were decided on later."""
    facts = _facts_decided(connection, f"not coalesce({look_back.condition('effective_from')}, false)")
    if facts is None:
        connection.execute(f"create or replace table ended as {ended_at(connection, 'store.mirror', look_back)}")
        return
    connection.execute(f"""
        create or replace table decided_of as {_entries_of(facts)};
        create or replace table ended as
        select position, ended_by from store.ended where position not in (select position from decided_of)
        union all
        select position, ended_by from ({ended_at(connection, "store.mirror", look_back, "decided_of")});
        drop table decided_of;
    """)


def _entries_of(facts: Collection[str]) -> str:
    columns = "position, fact, revision, said_in, effective_from, ended_by"
    return f"select {columns} from store.mirror where fact in ({texts(facts)})"


def _facts_decided(connection: DuckDBPyConnection, condition: str) -> set[str] | None:
    """The facts of which entries of a condition may end some, or let some stand again; None where of any.

    Those they correct or retract; of a retraction that is retracted, what it had retracted; and so on.
    """
    rows = connection.execute(f"""
        select case entry when 'fact_corrected' then fact else target end
        from store.other_entries
        where entry in ('fact_corrected', 'fact_retracted') and {condition}
    """).fetchall()
    found: set[str] = {fact for (fact,) in rows}
    if not found:
        return found
    retractions = connection.execute(
        "select fact, target from store.other_entries where entry = 'fact_retracted'"
    ).fetchall()
    while more := {target for fact, target in retractions if fact in found} - found:
        found |= more
    ((imports,),) = connection.execute(
        f"select count(*) from store.other_entries where entry = 'dataset_imported' and fact in ({texts(found)})"
    ).fetchall()
    return None if imports else found


_OF_NAMES: Final = "(sort = 'name' or sort = 'decision' and (target is null or entry <> kind))"
"""Entries that name something, or decide of names and not of one fact; corrected as well."""


def names_change(connection: DuckDBPyConnection, after: int) -> bool:
    """Whether the entries above position `after`, or those they have ended, name something or decide of names."""
    ((count,),) = connection.execute(f"""
        select count(*) from other_entries
        where (position > {after:d} or position in (select position from ended_otherwise)) and {_OF_NAMES}
    """).fetchall()
    return bool(count)


def names_differ(connection: DuckDBPyConnection, look_back: LookBack) -> bool:
    """Whether what names something, or decides of names, is other for a look-back than it is now."""
    seen = look_back.condition("greatest(named.known_from, named.effective_from)", "named.position")
    ended = look_back.condition("ender.effective_from", "ender.position")
    ((count,),) = connection.execute(f"""
        select count(*)
        from (select * from store.other_entries where {_OF_NAMES}) as named
        left join store.other_entries as ender on ender.position = named.ended_by
        where not coalesce({seen}, false) or ender.position is not null and not coalesce({ended}, false)
    """).fetchall()
    return bool(count)


def seen_of(table: str, look_back: LookBack) -> str:
    """The SELECT of what a look-back sees of a table of the mirror in `store`, with what had ended each row then."""
    return f"""
        select kept.* replace (ended.ended_by as ended_by)
        from (select * from store.{table} where {look_back.condition("known_from")}) as kept
        left join ended on ended.position = kept.position
    """


def _in_force(look_back: LookBack) -> str:
    """Revisions in force: first ones always are, corrections from their day on."""
    return LookBack(as_of=look_back.as_of).condition("") + (
        f" and (revision = 1 or {LookBack(known_by=look_back.known_by).condition('effective_from')})"
        if look_back.known_by
        else ""
    )


def _retracted(connection: DuckDBPyConnection, mirror: str, seen: str) -> list[tuple[str, int | None, int]]:
    """The targets of all retractions that stand, newest first decided: (fact, revision or None for all, by)."""
    rows = connection.execute(
        f"select position, fact, target, target_revision from {mirror} "
        f"where entry = 'fact_retracted' and {seen} order by position desc"
    ).fetchall()
    standing: dict[tuple[str, int | None], int] = {}
    for position, fact, target, revision in rows:
        if (fact, None) not in standing and (fact, 1) not in standing:
            standing[target, revision] = position
    return [(target, revision, position) for (target, revision), position in standing.items()]
