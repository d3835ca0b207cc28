-- Step 8, per operation and series, what best and high are made of: its own items, its totals, and whether anything
-- that counts is open.
--
-- grain: series, operation
-- stored: yes
-- column own_high: the summed highs of its own items, without its parts; null is open, or there are none
-- column total_best: the preferred total's best, and that of what surely came after it
-- column total_high: the newest closed total, and what came after it
-- column is_open: a figure that counts is open, or an incident that no newer total covers has no figure
with own_items as (
    select
        lows.series, lows.operation,
        sum(items.best) as best,
        sum_high_where(items.high, items.region is not null) as high,
        coalesce(bool_or(items.stated_high is null) filter (where items.region is not null), false) as is_open,
        count(items.region) as items
    from operation_lows as lows
    left join operation_items as items
        on items.series = lows.series and items.operation = lows.operation and items.distance = 0
    group by lows.series, lows.operation
), counted as (
    select
        series, operation,
        arg_max(fact, (excess, moment, published, fact)) filter (where low is not null) as fact,
        arg_max(figure, (excess, moment, published, fact)) filter (where low is not null) as figure,
        bool_or(
            case when is_residual then moment > coalesce(newest_total, date '0001-01-01') else high is null end
        ) as is_open
    from (
        select *, max(moment) filter (where not is_residual and not is_stale) over (partition by series, operation)
            as newest_total
        from operation_totals
    )
    where not is_stale
    group by series, operation
), preferred as (
    select series, operation, best, moment
    from operation_totals
    where not is_stale and not is_residual and best is not null
    qualify row_number() over (
        partition by series, operation
        order by case when high is null then 1 else 0 end, moment desc, published desc, best, fact
    ) = 1
), since_preferred as (
    select preferred.series, preferred.operation, sum(items.best) as best
    from preferred
    join operation_items as items
        on items.series = preferred.series and items.operation = preferred.operation
        and items.first_day > preferred.moment
    group by preferred.series, preferred.operation
), newest as (
    select series, operation, moment, high
    from operation_totals
    where not is_stale and not is_residual
    qualify row_number() over (
        partition by series, operation order by moment desc, published desc, high nulls first, fact
    ) = 1
), since_newest as (
    select
        newest.series, newest.operation, newest.moment, any_value(newest.high) as high,
        sum_high_where(items.stated_high, items.region is not null) as high_after,
        count(items.region) as items_after
    from newest
    left join operation_items as items
        on items.series = newest.series and items.operation = newest.operation
        and coalesce(items.last_day, date '9999-12-31') > newest.moment
    group by newest.series, newest.operation, newest.moment
), uncounted as (
    select lows.series, lows.operation, count(*) as incidents
    from operation_lows as lows
    join operation_tree as tree on tree.ancestor = lows.operation
    join incident_homes as homes on homes.operation = tree.operation
    left join region_incidents as counted_in
        on counted_in.series = lows.series and counted_in.incident = homes.incident and counted_in.surely
    left join newest on newest.series = lows.series and newest.operation = lows.operation
    where counted_in.incident is null
        and (
            newest.moment is null or newest.high is null
            or coalesce(homes.last_day, date '9999-12-31') > newest.moment
        )
    group by lows.series, lows.operation
), contradicted as (
    select series, operation from operation_totals where is_stale
    union
    select series, operation from totals where withdrawn_by is not null
    union
    select series, operation from items where is_contradicted
)
select
    own_items.series, own_items.operation,
    own_items.best as own_best, own_items.high as own_high, own_items.items as own_items,
    own_items.is_open or coalesce(counted.is_open, false) or coalesce(uncounted.incidents, 0) > 0 as is_open,
    preferred.best + coalesce(since_preferred.best, 0) as total_best,
    case when since_newest.items_after = 0 then since_newest.high else since_newest.high + since_newest.high_after end
        as total_high,
    stated_total.low as stated_total_low, stated_total.high as stated_total_high,
    counted.fact as total_fact, counted.figure as total_figure,
    contradicted.operation is not null as is_contradicted
from own_items
left join counted on counted.series = own_items.series and counted.operation = own_items.operation
left join operation_totals as stated_total
    on stated_total.fact = counted.fact and stated_total.figure = counted.figure
left join preferred on preferred.series = own_items.series and preferred.operation = own_items.operation
left join since_preferred
    on since_preferred.series = own_items.series and since_preferred.operation = own_items.operation
left join since_newest on since_newest.series = own_items.series and since_newest.operation = own_items.operation
left join uncounted on uncounted.series = own_items.series and uncounted.operation = own_items.operation
left join contradicted on contradicted.series = own_items.series and contradicted.operation = own_items.operation
