-- Casualties of each operation by day of occurrence, cumulative: what had surely happened by the end of that day, and
-- the most that may have. A day without a row is a gap: the figures of the day before hold, and it is no zero.
-- The last day has the figures of `casualties_by_operation`.
--
-- grain: operation, category, victims, definition, day
-- column day: null is "in the end", where something has no last day
-- column low: at least so many by the end of that day
-- column high: at most so many; null is open
-- column not_itemised: what totals of that day or before state above the items of their day
-- column stated_total_low: the newest total that counts, by that day, as stated
select
    days.operation, series_keys.category, series_keys.victims, series_keys.definition,
    case when isfinite(days.day) then days.day end as day,
    days.low, days.best, days.high, days.itemised_low, days.not_itemised,
    days.stated_total_low, days.stated_total_high,
    (select policy from policy) as policy
from operation_days as days
join series_keys on series_keys.series = days.series
where coalesce(days.low, days.best, days.high) is not null
