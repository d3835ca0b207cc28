-- Steps 4, 5 and 9, the order in which regions that share people are counted: the parts of an operation before the
-- whole, deaths later on, incidents, then periods; from few incidents to many, from short periods to long, then the
-- larger low. Regions that share nothing are not here.
--
-- grain: series, region, earlier
-- stored: yes
-- column earlier: a region that counts before it and shares something with it
-- column within: all of the earlier region surely lies inside this one
-- column holds_first: it is the first region that the earlier one surely lies inside
with ranked as (
    select
        series, region, region_kind, operation, incidents, speakers, first_day, last_day, as_at_day, size,
        row_number() over (
            partition by series
            order by depth desc nulls last,
                case region_kind when 'outcome' then 0 when 'incidents' then 1 else 2 end,
                size, days, low desc nulls last, region
        ) as rank
    from region_sizes
), wide as (
    select region_incidents.*, ranked.rank, ranked.size, ranked.region_kind
    from region_incidents
    join ranked on ranked.series = region_incidents.series and ranked.region = region_incidents.region
), sharing as (
    select
        wide.series, wide.region, other.region as earlier,
        count(*) = other.size and bool_and(wide.surely) and other.region_kind = 'incidents' as within
    from wide
    join wide as other
        on other.series = wide.series and other.incident = wide.incident and other.rank < wide.rank
    where (wide.size > 1 or wide.region_kind = 'period' or other.size > 1 or other.region_kind = 'period')
        and not (wide.region_kind = 'period' and other.region_kind = 'period')
    group by wide.series, wide.region, other.region, other.size, other.region_kind
), related as (
    select operation, ancestor as other from operation_tree
    union
    select ancestor, operation from operation_tree
), overlapping_in_time as (
    select later.series, later.region, other.region as earlier, later.region_kind as kind,
        other.region_kind as other_kind, later.operation, other.operation as other_operation,
        list_has_any(later.incidents, other.incidents) as share_incident,
        list_has_any(later.speakers, other.speakers) as share_speaker,
        coalesce(other.first_day >= later.first_day and other.last_day <= later.last_day, false) as surely
    from ranked as later
    join ranked as other
        on other.series = later.series and other.rank < later.rank
        and coalesce(other.first_day, date '0001-01-01') <= coalesce(later.last_day, date '9999-12-31')
        and coalesce(other.last_day, date '9999-12-31') >= coalesce(later.first_day, date '0001-01-01')
    where later.region_kind in ('period', 'outcome') and other.region_kind in ('period', 'outcome')
), same_days as (
    select series, region, earlier, kind = 'period' and other_kind = 'outcome' and surely as within
    from overlapping_in_time
    where case
            when kind = 'outcome' and other_kind = 'outcome' then share_incident
            when operation = other_operation and kind = other_kind then not share_speaker
            else (operation, other_operation) in (select (operation, other) from related)
        end
), holding_deaths as (
    select later.series, later.region, death.region as earlier,
        coalesce(later.as_at_day >= death.last_day, false) and list_has_all(later.incidents, death.incidents) as within
    from ranked as death
    join ranked as later
        on later.series = death.series and later.rank > death.rank and list_has_any(later.incidents, death.incidents)
    where death.region_kind = 'outcome' and later.region_kind = 'incidents'
        and coalesce(later.as_at_day, date '9999-12-31') >= coalesce(death.first_day, date '0001-01-01')
), pairs as (
    select series, region, earlier, within from sharing
    union
    select series, region, earlier, within from same_days
    union
    select series, region, earlier, within from holding_deaths
)
select
    pairs.series, pairs.region, pairs.earlier, bool_or(pairs.within) as within,
    bool_or(pairs.within) and row_number() over (
        partition by pairs.series, pairs.earlier, bool_or(pairs.within) order by ranked.rank
    ) = 1 as holds_first
from pairs
join ranked on ranked.series = pairs.series and ranked.region = pairs.region
group by pairs.series, pairs.region, pairs.earlier, ranked.rank
