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
), posted as (
    -- An item may have happened from its first day on, and surely has by its last.
    select
        series, operation, coalesce(first_day, date '0001-01-01') as day, low as may, null as surely,
        null as surely_in_incidents
    from operation_items
    union all
    -- Who died of wounds later on may not be in a total of that day.
    select
        series, operation, case category when 'killed' then greatest(last_day, as_at_day) else last_day end,
        null, low, case when region_kind <> 'period' then low end
    from operation_items
    where last_day is not null and (category <> 'killed' or as_at_day is not null)
), by_day as (
    select
        series, operation, day, sum(may) as may, sum(surely) as surely,
        sum(surely_in_incidents) as surely_in_incidents
    from posted
    group by series, operation, day
), so_far as (
    select
        series, operation, day, sum(may) over up_to as may, sum(surely) over up_to as surely,
        sum(surely_in_incidents) over up_to as surely_in_incidents
    from by_day
    window up_to as (
        partition by series, operation order by day range between unbounded preceding and current row
    )
), said_to_be_inside as (
    select totals.fact, totals.figure, sum(items.low) as low
    from (select *, unnest(included_in) as total from operation_items) as items
    join stated_totals as totals
        on totals.fact = items.total and totals.series = items.series and totals.operation = items.operation
    where items.first_day > totals.moment
    group by totals.fact, totals.figure
), until as (
    select
        totals.fact, totals.figure,
        coalesce(so_far.may, 0) + coalesce(inside.low, 0) as items_until,
        coalesce(case when totals.is_residual then so_far.surely_in_incidents else so_far.surely end, 0) as items_surely
    from (select * from stated_totals where len(excludes) = 0) as totals
    asof left join so_far
        on so_far.series = totals.series and so_far.operation = totals.operation and so_far.day <= totals.moment
    left join said_to_be_inside as inside on inside.fact = totals.fact and inside.figure = totals.figure
    union all
    -- Those that leave something out are held against each item.
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
                    and (items.category <> 'killed' or items.as_at_day <= totals.moment)
                    and not (
                        totals.is_residual
                        and (items.region_kind = 'period' or list_has_any(items.incidents, totals.excludes))
                    )
            ),
            0
        ) as items_surely
    from (select * from stated_totals where len(excludes) > 0) as totals
    left join operation_items as items
        on items.series = totals.series and items.operation = totals.operation
        and not (len(items.incidents) > 0 and list_has_all(totals.excludes, items.incidents))
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
