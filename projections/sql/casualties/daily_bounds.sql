-- Step 10, what keeps the high of a day open, and what came after the newest total of that day.
--
-- grain: series, operation, day
-- stored: yes
-- column high_after: what items may have added after the newest total; null is open
-- column best_after: the best of what surely came after the preferred total of that day
-- column uncounted: incidents without a figure in the series that the newest total does not hold
with after_newest as (
    select
        totals.series, totals.operation, totals.day,
        count(items.region) as items, sum_high_where(items.stated_high, items.region is not null) as high
    from daily_totals as totals
    left join operation_items as items
        on items.series = totals.series and items.operation = totals.operation
        and coalesce(items.last_day, date '9999-12-31') > totals.moment
        and coalesce(items.first_day, date '0001-01-01') <= totals.day
    where totals.newest_high is not null
    group by totals.series, totals.operation, totals.day
), after_best as (
    select totals.series, totals.operation, totals.day, sum(items.best) as best
    from daily_totals as totals
    join operation_items as items
        on items.series = totals.series and items.operation = totals.operation
        and items.first_day > totals.best_moment
        and coalesce(items.last_day, date 'infinity') <= totals.day
    group by totals.series, totals.operation, totals.day
), without_figure as (
    select lows.series, lows.operation, homes.incident, homes.first_day, homes.last_day
    from operation_lows as lows
    join operation_tree as tree on tree.ancestor = lows.operation
    join incident_homes as homes on homes.operation = tree.operation
    left join region_incidents as counted_in
        on counted_in.series = lows.series and counted_in.incident = homes.incident and counted_in.surely
    where counted_in.incident is null
), uncounted as (
    select totals.series, totals.operation, totals.day, count(*) as incidents
    from daily_totals as totals
    join without_figure as incident
        on incident.series = totals.series and incident.operation = totals.operation
        and coalesce(incident.first_day, date '0001-01-01') <= coalesce(totals.day, date '9999-12-31')
    where totals.moment is null or totals.newest_high is null
        or coalesce(incident.last_day, date '9999-12-31') > totals.moment
    group by totals.series, totals.operation, totals.day
)
select
    totals.series, totals.operation, totals.day,
    case after_newest.items when 0 then 0 else after_newest.high end as high_after,
    coalesce(uncounted.incidents, 0) as uncounted,
    coalesce(after_best.best, 0) as best_after
from daily_totals as totals
left join after_newest
    on after_newest.series = totals.series and after_newest.operation = totals.operation
    and after_newest.day = totals.day
left join after_best
    on after_best.series = totals.series and after_best.operation = totals.operation
    and after_best.day = totals.day
left join uncounted
    on uncounted.series = totals.series and uncounted.operation = totals.operation
    and uncounted.day is not distinct from totals.day
