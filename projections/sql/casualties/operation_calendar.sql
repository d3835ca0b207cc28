-- Step 10, the days on which the figures of an operation may change: an item may begin or has surely happened, a total
-- speaks of it, an incident without a figure may have happened. The last of them has the undated figures.
--
-- grain: series, operation, day
-- column day: infinity stands for "in the end", where something has no last day
-- stored: yes
with days as (
    select series, operation, unnest([first_day, last_day]) as day from operation_items
    union
    select series, operation, date 'infinity' from operation_items where last_day is null
    union
    select totals.series, tree.ancestor, totals.moment
    from operation_totals as totals
    join operation_tree as tree on tree.operation = totals.operation
    union
    select lows.series, lows.operation, homes.first_day
    from operation_lows as lows
    join operation_tree as tree on tree.ancestor = lows.operation
    join incident_homes as homes on homes.operation = tree.operation
    left join region_incidents as counted_in
        on counted_in.series = lows.series and counted_in.incident = homes.incident and counted_in.surely
    where counted_in.incident is null
)
select distinct lows.series, lows.operation, coalesce(days.day, date 'infinity') as day
from operation_lows as lows
left join days on days.series = lows.series and days.operation = lows.operation and days.day is not null
