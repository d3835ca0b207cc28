-- Step 7, the low of each operation: what is itemised, and the most that any total states above the items of its day.
-- Each pass takes the operations all of whose parts are done: a parent adds up its own items and its parts.
--
-- grain: series, operation
-- grows: series varchar, operation varchar, itemised_low bigint, parts_not_itemised bigint, not_itemised bigint, low bigint
-- column itemised_low: the items of the operation and of its parts
-- column not_itemised: what totals state above them, its own totals and those of its parts
-- column low: itemised_low + not_itemised; null where nothing known gives one
with wanted as (
    select distinct series, operation from operation_items
    union
    select totals.series, operation_tree.ancestor
    from totals
    join operation_tree on operation_tree.operation = totals.operation
), parts as (
    select wanted.series, wanted.operation, part.operation as part
    from wanted
    join operation_tree as tree on tree.ancestor = wanted.operation and tree.distance = 1
    join wanted as part on part.operation = tree.operation and part.series = wanted.series
), parts_done as (
    select
        parts.series, parts.operation,
        count(*) = count(done.operation) as are_done,
        coalesce(sum(done.not_itemised), 0) as not_itemised,
        count(done.low) > 0 as have_low
    from parts
    left join operation_lows as done on done.series = parts.series and done.operation = parts.part
    group by parts.series, parts.operation
), ready as (
    select
        wanted.series, wanted.operation,
        coalesce(parts_done.not_itemised, 0) as parts_not_itemised,
        coalesce(parts_done.have_low, false) as parts_have_low
    from wanted
    left join parts_done on parts_done.series = wanted.series and parts_done.operation = wanted.operation
    where (wanted.series, wanted.operation) not in (select (series, operation) from operation_lows)
        and coalesce(parts_done.are_done, true)
), itemised as (
    select series, operation, sum(low) as low from operation_items group by series, operation
), astride as (
    select series, operation, sum(low) as low from operation_items where is_astride group by series, operation
), stated as (
    select
        totals.series, totals.operation, max(totals.low - totals.items_until) as above_items
    from totals
    where totals.withdrawn_by is null and totals.low is not null
    group by totals.series, totals.operation
)
select
    ready.series, ready.operation,
    itemised.low::bigint as itemised_low,
    ready.parts_not_itemised::bigint as parts_not_itemised,
    greatest(ready.parts_not_itemised - coalesce(astride.low, 0), coalesce(stated.above_items, 0), 0)::bigint as not_itemised,
    case when itemised.low is not null or stated.operation is not null or ready.parts_have_low
        then (coalesce(itemised.low, 0) + greatest(ready.parts_not_itemised - coalesce(astride.low, 0), coalesce(stated.above_items, 0), 0))::bigint
    end as low
from ready
left join itemised on itemised.series = ready.series and itemised.operation = ready.operation
left join stated on stated.series = ready.series and stated.operation = ready.operation
left join astride on astride.series = ready.series and astride.operation = ready.operation
