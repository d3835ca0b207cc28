-- Step 7, totals: every figure that speaks of an operation from its start to a moment, and what of it is not itemised.
--
-- grain: series, fact, figure
-- stored: yes
-- column moment: the last day the total speaks of
-- column items_until: the low of all items that may have happened by then, without those it leaves out
-- column items_surely: the low of the items that surely had
-- column withdrawn_by: a later total of the same speaker that leaves less room: it is below this one, or below this
--     one and the items that happened since
with stated_totals as (
    select
        fact, figure, series, category, victims, definition, operation, speaker, published, as_at_day as moment,
        counts_as = 'residual' as is_residual, excludes, low, best, high, preference, imputed
    from voices
    where region_kind = 'total' and counts
), until as (
    select
        totals.fact, totals.figure,
        coalesce(
            sum(items.low) filter (
                where coalesce(items.first_day, date '0001-01-01') <= totals.moment
                    or list_contains(items.included_in, totals.fact)
            ),
            0
        ) as items_until,
        coalesce(
            sum(items.low) filter (
                where items.last_day <= totals.moment
                    -- Who died of wounds later on may not be in a total of that day.
                    and (items.category <> 'killed' or items.as_at_day <= totals.moment)
                    and not (
                        totals.is_residual
                        and (items.region_kind = 'period' or list_has_any(items.incidents, totals.excludes))
                    )
            ),
            0
        ) as items_surely
    from stated_totals as totals
    left join operation_items as items
        on items.series = totals.series and items.operation = totals.operation
        and not (len(totals.excludes) > 0 and len(items.incidents) > 0
            and list_has_all(totals.excludes, items.incidents))
    group by totals.fact, totals.figure
), held_against as (
    select
        stated_totals.*, until.items_until, until.items_surely,
        min(stated_totals.high) over later_words as least_high,
        min(stated_totals.high - until.items_surely) over later_words as least_above,
        arg_min(stated_totals.fact, stated_totals.high - until.items_surely) over later_words as later_fact
    from stated_totals
    join until on until.fact = stated_totals.fact and until.figure = stated_totals.figure
    window later_words as (
        partition by stated_totals.series, stated_totals.operation, stated_totals.speaker, stated_totals.excludes
        order by stated_totals.moment
        range between interval 1 day following and unbounded following
    )
)
select
    fact, figure, series, category, victims, definition, operation, speaker, published, moment, is_residual, excludes,
    low, best, high, preference, imputed,
    items_until::bigint as items_until, items_surely::bigint as items_surely,
    case when least_high < low or least_above < low - items_until then later_fact end as withdrawn_by
from held_against
