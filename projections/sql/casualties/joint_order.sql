-- Steps 4 and 5, the order in which regions that share an incident are counted: from few incidents to many, then from
-- short periods to long, then the larger low. Regions that share nothing are not here.
--
-- grain: series, region, earlier
-- stored: yes
-- column earlier: a region that counts before it and shares something with it
-- column within: all of the earlier region surely lies inside this one
with sizes as (
    select
        region_days.series, region_days.region, region_days.region_kind, region_days.low,
        region_days.operation, region_days.speakers, region_days.first_day, region_days.last_day,
        count(region_incidents.incident) as size,
        coalesce(
            case region_days.region_kind when 'period' then region_days.last_day - region_days.first_day else 0 end,
            99999
        ) as days
    from region_days
    left join region_incidents
        on region_incidents.series = region_days.series and region_incidents.region = region_days.region
    group by all
), ranked as (
    select
        *,
        row_number() over (
            partition by series
            order by case region_kind when 'period' then 1 else 0 end, size, days, low desc nulls last, region
        ) as rank
    from sizes
), wide as (
    select region_incidents.*, ranked.rank, ranked.size, ranked.region_kind
    from region_incidents
    join ranked on ranked.series = region_incidents.series and ranked.region = region_incidents.region
), sharing as (
    select wide.series, wide.region, other.region as earlier, count(*) = other.size and bool_and(wide.surely) as within
    from wide
    join wide as other
        on other.series = wide.series and other.incident = wide.incident and other.rank < wide.rank
    where (wide.size > 1 or wide.region_kind = 'period')
        and not (wide.region_kind = 'period' and other.region_kind = 'period')
    group by wide.series, wide.region, other.region, other.size, other.region_kind
), periods_overlapping as (
    select period.series, period.region, other.region as earlier, false as within
    from ranked as period
    join ranked as other
        on other.series = period.series and other.rank < period.rank
        and other.first_day <= period.last_day and other.last_day >= period.first_day
    where period.region_kind = 'period' and other.region_kind = 'period'
        and (
            (period.operation = other.operation and not list_has_any(period.speakers, other.speakers))
            or (
                period.operation <> other.operation
                and (
                    (period.operation, other.operation) in (select (operation, ancestor) from operation_tree)
                    or (other.operation, period.operation) in (select (operation, ancestor) from operation_tree)
                )
            )
        )
)
select series, region, earlier, within from sharing
union all
select series, region, earlier, within from periods_overlapping
