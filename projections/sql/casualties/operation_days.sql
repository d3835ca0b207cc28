-- Step 10, the figures of each operation by day of occurrence, cumulative, from its parts up: as `operation_lows` and
-- `operation_bounds`, of what lies on that day or before.
--
-- grain: series, operation, day
-- grows: series varchar, operation varchar, day date, itemised_low bigint, not_itemised bigint, low bigint, best bigint, high bigint, stated_total_low bigint, stated_total_high bigint
with pending as (
    select lows.series, lows.operation
    from operation_lows as lows
    where (lows.series, lows.operation) not in (select (series, operation) from operation_days)
), parts as (
    select pending.series, pending.operation, part.operation as part
    from pending
    join operation_tree as tree on tree.ancestor = pending.operation and tree.distance = 1
    join operation_lows as part on part.operation = tree.operation and part.series = pending.series
), ready as (
    select series, operation
    from pending
    where (series, operation) not in (
        select (series, operation) from parts
        where (series, part) not in (select (series, operation) from operation_days)
    )
), parts_calendar as (
    select parts.series, parts.operation, parts.part, calendar.day
    from parts
    join ready on ready.series = parts.series and ready.operation = parts.operation
    join operation_calendar as calendar on calendar.series = parts.series and calendar.operation = parts.operation
), parts_by_day as (
    select calendar.series, calendar.operation, calendar.day,
        coalesce(sum(done.not_itemised), 0) as not_itemised, count(done.low) > 0 as have_low,
        sum(done.best) as best, sum_high_where(done.high, done.operation is not null) as high,
        count(done.operation) as begun
    from parts_calendar as calendar
    asof left join operation_days as done
        on done.series = calendar.series and done.operation = calendar.part and done.day <= calendar.day
    group by calendar.series, calendar.operation, calendar.day
), daily as materialized (
    -- By themselves, else what is ready is joined first, and every day with every day.
    select
        items.*, totals.above_items, totals.newest_low, totals.newest_high, totals.is_open,
        totals.best + bounds.best_after as total_best, totals.newest_high + bounds.high_after as total_high,
        bounds.uncounted
    from daily_items as items
    join daily_totals as totals
        on totals.series = items.series and totals.operation = items.operation and totals.day = items.day
    join daily_bounds as bounds
        on bounds.series = items.series and bounds.operation = items.operation and bounds.day = items.day
), reckoned as (
    select
        items.series, items.operation, items.day,
        items.itemised_low, items.own_best, items.own_high, items.own_items,
        greatest(0, coalesce(parts.not_itemised, 0) - items.astride_low, coalesce(items.above_items, 0)) as not_itemised,
        items.itemised_low is not null or items.newest_low is not null or items.above_items is not null
            or coalesce(parts.have_low, false) as has_low,
        parts.best as parts_best, parts.high as parts_high, coalesce(parts.begun, 0) as parts_begun,
        items.total_best, items.newest_low, items.newest_high, items.total_high,
        items.open_items > 0 or items.is_open or items.uncounted > 0
            or (coalesce(parts.begun, 0) > 0 and parts.high is null) as is_open
    from daily as items
    join ready on ready.series = items.series and ready.operation = items.operation
    left join parts_by_day as parts
        on parts.series = items.series and parts.operation = items.operation and parts.day = items.day
), bounded as (
    select
        series, operation, day,
        itemised_low::bigint as itemised_low,
        not_itemised::bigint as not_itemised,
        case when has_low then (coalesce(itemised_low, 0) + not_itemised)::bigint end as low,
        greatest(
            case when has_low then coalesce(itemised_low, 0) + not_itemised end,
            case when own_best is not null or parts_best is not null
                then coalesce(own_best, 0) + coalesce(parts_best, 0) end,
            total_best
        )::bigint as best,
        case when not is_open then greatest(
            case when own_items > 0 or parts_begun > 0
                then case own_items when 0 then 0 else own_high end + case parts_begun when 0 then 0 else parts_high end
            end,
            total_high
        ) end::bigint as high,
        newest_low as stated_total_low, newest_high as stated_total_high
    from reckoned
)
select
    series, operation, day, itemised_low, not_itemised, low,
    greatest(low, least(best, coalesce(high, best))) as best,
    high, stated_total_low, stated_total_high
from bounded
