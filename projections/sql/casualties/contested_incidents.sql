-- Casualties of each contested incident: the interval its sources leave open. An incident of which only a joint figure is
-- known has no low and no best of its own; the joint figure is the most it can be. Deaths reported later on are added to
-- the killed, unless the figure speaks of a day by which it holds them.
--
-- grain: incident, category, victims, definition
with alone as (
    select incidents[1] as incident, region, region_kind, category, victims, definition, series,
        stated_low, stated_best, stated_high, low, best, high, facts
    from items
    where region_kind in ('incidents', 'outcome') and len(incidents) = 1
), died_later as (
    select death.incident, death.series, any_value(death.category) as category, any_value(death.victims) as victims,
        any_value(death.definition) as definition, sum(death.low) as low, sum(coalesce(death.best, death.low)) as best,
        sum_high(death.high) as high, flatten(list(death.facts)) as facts
    from alone as death
    where death.region_kind = 'outcome'
        and (death.series, death.region) not in (
            select (joint_order.series, joint_order.earlier)
            from joint_order
            join alone as held on held.series = joint_order.series and held.region = joint_order.region
            where held.region_kind = 'incidents'
        )
    group by death.incident, death.series
), own as (
    select
        coalesce(at_once.incident, died_later.incident) as incident,
        coalesce(at_once.category, died_later.category) as category,
        coalesce(at_once.victims, died_later.victims) as victims,
        coalesce(at_once.definition, died_later.definition) as definition,
        coalesce(at_once.series, died_later.series) as series,
        case when coalesce(at_once.stated_low, died_later.low) is not null
            then (coalesce(at_once.stated_low, 0) + coalesce(died_later.low, 0))::bigint end as low,
        case
            when died_later.series is null then at_once.stated_best
            when coalesce(at_once.stated_best, died_later.best) is not null
                then (coalesce(at_once.stated_best, at_once.stated_low, 0) + coalesce(died_later.best, 0))::bigint
        end as best,
        case when died_later.series is null then at_once.stated_high
            else (at_once.stated_high + died_later.high)::bigint end as high,
        list_sort(list_distinct(list_concat(coalesce(at_once.facts, []), coalesce(died_later.facts, [])))) as facts
    from (select * from alone where region_kind = 'incidents') as at_once
    full join died_later on died_later.incident = at_once.incident and died_later.series = at_once.series
), jointly as (
    select joined.incident, items.category, items.victims, items.definition, items.series,
        min(items.stated_high) as high, list_sort(list_distinct(flatten(list(items.facts)))) as facts
    from items
    join region_incidents as joined on joined.series = items.series and joined.region = items.region
    where items.region_kind = 'incidents' and len(items.incidents) > 1
        and (joined.incident, items.series) not in (select (incident, series) from own)
    group by joined.incident, items.category, items.victims, items.definition, items.series
)
select incident, category, victims, definition, low, best, high, facts
from own
union all
select incident, category, victims, definition, null, null, high, facts
from jointly
