-- Step 3, alternatives: what all who speak of one region leave open: the smallest low, the largest high (open if one
-- is open), and the best of the preferred. Totals are kept apart (`totals`).
--
-- grain: series, region
-- stored: yes
-- column first_day: the first day it may lie on; null is open
-- column speakers: who speaks of it
with spoken_of as (
    select
        voices.series, voices.region,
        any_value(voices.category) as category, any_value(voices.victims) as victims,
        any_value(voices.definition) as definition, any_value(voices.region_kind) as region_kind,
        any_value(voices.incidents) as incidents,
        case when any_value(voices.region_kind) = 'period' or len(any_value(voices.incidents)) = 0
            then any_value(voices.operation) end as own_operation,
        case
            when any_value(voices.region_kind) = 'period' then any_value(voices.period_from)
            when bool_or(voices.is_dated)
                then case when count(voices.first_day) filter (where voices.is_dated)
                        = count(*) filter (where voices.is_dated)
                    then min(voices.first_day) filter (where voices.is_dated) end
        end as stated_first_day,
        case
            when any_value(voices.region_kind) = 'period'
                then coalesce(least(any_value(voices.period_to), max(voices.as_at_day)), any_value(voices.period_to))
            when bool_or(voices.is_dated) then max(voices.last_day) filter (where voices.is_dated)
        end as stated_last_day,
        bool_or(voices.is_dated) as is_dated,
        max(voices.published) as published,
        max(voices.as_at_day) as as_at_day,
        list_distinct(flatten(list(voices.included_in))) as included_in,
        min(voices.low) as low,
        arg_min(voices.best, voices.preference) filter (where voices.best is not null) as best,
        case when count(*) = count(voices.high) then max(voices.high) end as high,
        list_sort(list(distinct voices.speaker)) as speakers,
        list_sort(list(distinct voices.fact)) as facts
    from voices
    where voices.counts and voices.region_kind <> 'total'
    group by voices.series, voices.region
), largest_groups as (
    -- All is at least its largest group: where a fact breaks a figure down, the groups are parts of the whole.
    select
        concat_ws('|', groups.category, parts.whole, coalesce(groups.definition, '')) as series, groups.region,
        max(groups.low) as low
    from (select distinct series, region, whole from voices where counts and whole is not null) as parts
    join spoken_of as groups on groups.series = parts.series and groups.region = parts.region
    where groups.low > 0
    group by all
)
select
    spoken_of.* replace (
        case when coalesce(spoken_of.low, largest_groups.low) is not null then least(
            greatest(spoken_of.low, largest_groups.low),
            coalesce(spoken_of.high, greatest(spoken_of.low, largest_groups.low))
        ) end as low
    )
from spoken_of
left join largest_groups on largest_groups.series = spoken_of.series and largest_groups.region = spoken_of.region
