-- Step 7, totals: every figure that speaks of an operation from its start to a moment, and what of it is not itemised.
--
-- grain: series, fact, figure
-- stored: yes
-- column moment: the last day the total speaks of
-- column items_until: the low of all items that may have happened by then, without those it leaves out
-- column items_surely: the low of the items that surely had
-- column withdrawn_by: a later total of the same speaker, below this one
with stated_totals as (
    select
        fact, figure, series, category, victims, definition, operation, speaker, published, as_at_day as moment,
        counts_as = 'residual' as is_residual, excludes, low, best, high, preference, imputed
    from voices
    where region_kind = 'total' and counts
), until as (
    select
        totals.fact, totals.figure,
        coalesce(sum(items.low) filter (where coalesce(items.first_day, date '0001-01-01') <= totals.moment), 0)
            as items_until,
        coalesce(
            sum(items.low) filter (
                where items.last_day <= totals.moment
                    and not (totals.is_residual and list_has_any(items.incidents, totals.excludes))
            ),
            0
        ) as items_surely
    from stated_totals as totals
    left join operation_items as items
        on items.series = totals.series and items.operation = totals.operation
        and not (len(totals.excludes) > 0 and len(items.incidents) > 0
            and list_has_all(totals.excludes, items.incidents))
    group by totals.fact, totals.figure
)
select
    totals.fact, totals.figure, totals.series, totals.category, totals.victims, totals.definition, totals.operation,
    totals.speaker, totals.published, totals.moment, totals.is_residual, totals.excludes,
    totals.low, totals.best, totals.high, totals.preference, totals.imputed,
    until.items_until::bigint as items_until, until.items_surely::bigint as items_surely,
    min(later.fact) as withdrawn_by
from stated_totals as totals
join until on until.fact = totals.fact and until.figure = totals.figure
left join stated_totals as later
    on later.series = totals.series and later.operation = totals.operation and later.speaker = totals.speaker
    and later.excludes = totals.excludes and later.moment > totals.moment and later.high < totals.low
group by all
