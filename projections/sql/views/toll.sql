-- What a chart of casualties shows: by day of occurrence what had surely happened and the most that may have, from a
-- day until the next on which it changes; and beside it the totals that were stated, with who stated them.
--
-- keys: operation, incident
-- column operation: null of an incident by itself
-- column incident: null of an operation
-- column what: known (the figures), or stated (a total as its source has it)
-- column day: from this day on; of a total, the day it speaks of
-- column until: up to this day; null of a total
-- column low: at least so many by the end of that day
-- column high: at most so many; null is open
-- column speaker: who states the total
-- column counted: whether the total takes part in the figures
-- column reason: why it does not, or how it does
with known as (
    select operation, incident, category, victims, definition, day, low, best, high
    from casualties_daily
), stated as (
    select operation, category, victims, definition, coalesce(total_as_of, as_at_day) as day, low, best, high,
        speaker, counted, reason, fact
    from figures
    where measure = 'running_total' and operation is not null
), last_days as (
    select operation, incident, max(day) as day
    from (select operation, incident, day from known union all select operation, null, day from stated)
    group by operation, incident
)
select
    known.operation, known.incident, 'known' as what, known.category, known.victims, known.definition,
    coalesce(known.day, last_days.day) as day,
    coalesce(
        lead(known.day) over (
            partition by known.operation, known.incident, known.category, known.victims, known.definition
            order by known.day nulls last
        ),
        last_days.day
    ) as until,
    known.low, known.best, known.high, null as speaker, null as counted, null as reason, null as fact,
    (select policy from policy) as policy
from known
left join last_days
    on last_days.operation is not distinct from known.operation
    and last_days.incident is not distinct from known.incident
union all
select
    operation, null, 'stated', category, victims, definition, day, null, low, best, high, speaker, counted, reason,
    fact, (select policy from policy)
from stated
