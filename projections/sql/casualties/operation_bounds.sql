-- Step 8, best and high of each operation, from its parts up.
-- best is never below low, nor above high; high is open where anything that counts is, else the larger of the summed highs and the
-- newest total's high with what came after it.
--
-- grain: series, operation
-- grows: series varchar, operation varchar, best bigint, high bigint, itemised_high bigint, stated_total_low bigint, stated_total_high bigint, total_fact varchar, total_figure integer, is_contradicted boolean
with parts as (
    select
        lows.series, lows.operation,
        count(*) = count(done.operation) as are_done,
        sum(done.best) as best,
        sum_high(done.high) as high,
        sum_high(done.itemised_high) as itemised_high
    from operation_lows as lows
    join operation_tree as tree on tree.ancestor = lows.operation and tree.distance = 1
    join operation_lows as part on part.operation = tree.operation and part.series = lows.series
    left join operation_bounds as done on done.series = lows.series and done.operation = part.operation
    group by lows.series, lows.operation
), reckoned as (
    select
        lows.series, lows.operation, lows.low,
        greatest(
            lows.low,
            case when spans.own_best is not null or parts.best is not null
                then coalesce(spans.own_best, 0) + coalesce(parts.best, 0) end,
            spans.total_best
        )::bigint as best,
        case
            when spans.is_open or (parts.operation is not null and parts.high is null) then null
            else greatest(
                case when spans.own_items > 0 or parts.operation is not null
                    then case spans.own_items when 0 then 0 else spans.own_high end
                        + case when parts.operation is null then 0 else parts.high end
                end,
                spans.total_high
            )
        end::bigint as high,
        case when spans.own_items > 0 or parts.operation is not null
            then case spans.own_items when 0 then 0 else spans.own_high end
                + case when parts.operation is null then 0 else parts.itemised_high end
        end::bigint as itemised_high,
        spans.stated_total_low, spans.stated_total_high, spans.total_fact, spans.total_figure, spans.is_contradicted
    from operation_lows as lows
    join operation_spans as spans on spans.series = lows.series and spans.operation = lows.operation
    left join parts on parts.series = lows.series and parts.operation = lows.operation
    where (lows.series, lows.operation) not in (select (series, operation) from operation_bounds)
        and coalesce(parts.are_done, true)
)
select
    series, operation,
    greatest(low, least(best, coalesce(high, best))) as best,
    high, itemised_high, stated_total_low, stated_total_high, total_fact, total_figure, is_contradicted
from reckoned
