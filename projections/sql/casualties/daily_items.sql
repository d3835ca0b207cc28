-- Step 10, the items of an operation by day: an item posts its low and best to its last day, its high to its first.
--
-- grain: series, operation, day
-- stored: yes
-- column itemised_low: of the operation and its parts, surely happened by that day
-- column own_best: of the operation without its parts
-- column open_items: own items that may have happened by then and whose high is open
with ends as (
    select series, operation, max(day) as last_day, min(day) as first_day
    from operation_calendar
    group by series, operation
), posts as (
    select
        items.series, items.operation, coalesce(items.last_day, ends.last_day) as day,
        items.low, case items.distance when 0 then items.best end as own_best,
        case when items.is_astride then items.low end as astride,
        null as own_high, 0 as open_items, 0 as own_items, 1 as surely
    from operation_items as items
    join ends on ends.series = items.series and ends.operation = items.operation
    union all
    select
        items.series, items.operation, coalesce(items.first_day, ends.first_day),
        null, null, null, items.high, case when items.stated_high is null then 1 else 0 end, 1, 0
    from operation_items as items
    join ends on ends.series = items.series and ends.operation = items.operation
    where items.distance = 0
), by_day as (
    select
        calendar.series, calendar.operation, calendar.day,
        sum(posts.low) as low, count(posts.low) as lows, sum(posts.own_best) as own_best, sum(posts.own_high) as own_high, sum(posts.astride) as astride,
        coalesce(sum(posts.open_items), 0) as open_items, coalesce(sum(posts.own_items), 0) as own_items
    from operation_calendar as calendar
    left join posts
        on posts.series = calendar.series and posts.operation = calendar.operation
        and posts.day is not distinct from calendar.day
    group by calendar.series, calendar.operation, calendar.day
)
select
    series, operation, day,
    sum(low) over so_far as itemised_low,
    sum(own_best) over so_far as own_best,
    coalesce(sum(astride) over so_far, 0) as astride_low,
    sum(own_high) over so_far as own_high,
    (sum(open_items) over so_far)::bigint as open_items,
    (sum(own_items) over so_far)::bigint as own_items
from by_day
window so_far as (partition by series, operation order by day range between unbounded preceding and current row)
