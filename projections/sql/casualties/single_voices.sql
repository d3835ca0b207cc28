-- On whom alone a part of an operation's figures rests: an item that only one speaker states, or totals of one speaker
-- that nobody else confirms. Nobody contradicts them, and nobody else says so.
--
-- grain: series, operation, speaker
with of_items as (
    select operation_items.series, operation_items.operation, items.speakers[1] as speaker
    from operation_items
    join items on items.series = operation_items.series and items.region = operation_items.region
    where len(items.speakers) = 1
), confirming as (
    select
        totals.series, totals.operation, lows.not_itemised,
        list(distinct totals.speaker) filter (
            where totals.excess > 0 and totals.excess >= lows.not_itemised - lows.parts_not_itemised
        ) as of_low,
        list(distinct totals.speaker) filter (where totals.high is not null and not totals.is_residual) as of_high
    from operation_totals as totals
    join operation_lows as lows on lows.series = totals.series and lows.operation = totals.operation
    where not totals.is_stale
    group by totals.series, totals.operation, lows.not_itemised
), of_totals as (
    select confirming.series, tree.ancestor as operation, unnest([
        case when len(of_low) = 1 then of_low[1] end, case when len(of_high) = 1 then of_high[1] end
    ]) as speaker
    from confirming
    join operation_tree as tree on tree.operation = confirming.operation
)
select series, operation, speaker from of_items
union
select series, operation, speaker from of_totals where speaker is not null
