-- Step 10, the totals of an operation by day: what those that speak of that day, or an earlier one, leave.
--
-- grain: series, operation, day
-- stored: yes
-- column excess: the most that any of them states above its items
-- column best: the best of the newest closed one, else of the newest
-- column best_moment: the day of that one
-- column moment: the day of the newest
with counted as (
    select totals.*, row_number() over (
        partition by series, operation, moment, is_residual order by published desc, high nulls first, fact
    ) as in_line
    from operation_totals as totals
    where not is_stale
), at_moment as (
    select
        series, operation, moment as day,
        max(above_items) as above_items,
        max(moment) filter (where is_residual) as residual_moment,
        bool_or(high is null and not is_residual) as is_open
    from counted
    where moment is not null
    group by series, operation, moment
), so_far as (
    select
        calendar.series, calendar.operation, calendar.day,
        max(at_moment.above_items) over up_to as above_items,
        max(at_moment.residual_moment) over up_to as residual_moment,
        coalesce(bool_or(at_moment.is_open) over up_to, false) as is_open
    from operation_calendar as calendar
    left join at_moment
        on at_moment.series = calendar.series and at_moment.operation = calendar.operation
        and at_moment.day = calendar.day
    window up_to as (
        partition by calendar.series, calendar.operation order by calendar.day
        range between unbounded preceding and current row
    )
), newest as (
    select series, operation, moment, high, low from counted where not is_residual and in_line = 1
), closed as (
    select series, operation, moment, best
    from counted
    where not is_residual and high is not null and best is not null
    qualify row_number() over (partition by series, operation, moment order by published desc, best, fact) = 1
), open_best as (
    select series, operation, moment, best
    from counted
    where not is_residual and best is not null
    qualify row_number() over (
        partition by series, operation, moment order by published desc, best, fact
    ) = 1
), with_newest as (
    select so_far.*, newest.moment, newest.high, newest.low
    from so_far
    asof left join newest
        on newest.series = so_far.series and newest.operation = so_far.operation and newest.moment <= so_far.day
), with_closed as (
    select with_newest.*, closed.best as closed_best, closed.moment as closed_moment
    from with_newest
    asof left join closed
        on closed.series = with_newest.series and closed.operation = with_newest.operation
        and closed.moment <= with_newest.day
)
select
    with_closed.series, with_closed.operation, with_closed.day,
    with_closed.above_items,
    with_closed.is_open
    or coalesce(with_closed.residual_moment > coalesce(with_closed.moment, date '0001-01-01'), false) as is_open,
    coalesce(with_closed.closed_best, open_best.best) as best,
    case when with_closed.closed_best is not null then with_closed.closed_moment else open_best.moment end as best_moment,
    with_closed.moment, with_closed.low as newest_low, with_closed.high as newest_high
from with_closed
asof left join open_best
    on open_best.series = with_closed.series and open_best.operation = with_closed.operation
    and open_best.moment <= with_closed.day
