-- Casualties of each incident: the interval its sources leave open. An incident of which only a joint figure is known
-- has no low and no best of its own; the joint figure is the most it can be.
--
-- grain: incident, category, victims, definition
-- column low: at least so many; null is not known
-- column best: the figure of the preferred source
-- column high: at most so many; null is open
-- column facts: the facts that count
with own as (
    select incidents[1] as incident, category, victims, definition, series, low, best, high, facts
    from items
    where region_kind = 'incidents' and len(incidents) = 1
), jointly as (
    select joined.incident, items.category, items.victims, items.definition, items.series,
        min(items.stated_high) as high, list_sort(list_distinct(flatten(list(items.facts)))) as facts
    from items
    join region_incidents as joined on joined.series = items.series and joined.region = items.region
    where items.region_kind = 'incidents' and len(items.incidents) > 1
        and (joined.incident, items.series) not in (select (incident, series) from own)
    group by joined.incident, items.category, items.victims, items.definition, items.series
)
select incident, category, victims, definition, low, best, high, facts, (select policy from policy) as policy
from own
union all
select incident, category, victims, definition, null, null, high, facts, (select policy from policy)
from jointly
union all
select fact, category, victims, definition, low, coalesce(best, low), high, [fact], (select policy from policy)
from plain_figures
