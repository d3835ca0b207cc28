-- Step 7, each total against the rest: what it states above the items of its day, and whether it is stale.
--
-- grain: fact, figure
-- stored: yes
-- column excess: what it states above all that may have happened by its moment
-- column surely_inside: what had surely happened by its moment, as far as others state it
-- column is_stale: its high is below that: it does not count, and contradicts
with above as (
    select
        totals.fact, totals.figure, totals.series, totals.operation, totals.speaker, totals.published, totals.moment,
        totals.is_residual, totals.low, totals.best, totals.high, totals.preference, totals.items_surely,
        totals.low - totals.items_until - lows.parts_not_itemised as excess, totals.low - totals.items_until as above_items
    from totals
    join operation_lows as lows on lows.series = totals.series and lows.operation = totals.operation
    where totals.withdrawn_by is null
), running as (
    select
        above.*,
        case when not above.is_residual then above.items_surely + coalesce(
            max(greatest(above.excess, 0)) over (
                partition by above.series, above.operation order by above.moment
                range between unbounded preceding and current row
            ),
            0
        ) else above.items_surely end as surely_inside
    from above
)
select
    fact, figure, series, operation, speaker, published, moment, is_residual, low, best, high, preference,
    excess::bigint as excess, above_items::bigint as above_items, surely_inside::bigint as surely_inside,
    coalesce(high < surely_inside, false) as is_stale
from running
