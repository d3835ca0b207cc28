-- Casualties of each operation, and of each incident, by day of occurrence, cumulative: what had surely happened by
-- the end of that day, and the most that may have. A day without a row is a gap: the figures of the day before hold,
-- and it is no zero. The last day has the figures of `casualties_by_operation` and of `casualties_by_incident`; a
-- record of a data set that nothing speaks of has that day alone.
--
-- grain: operation, incident, category, victims, definition, day
-- keys: operation, incident
-- column operation: null of an incident by itself
-- column incident: null of an operation
-- column day: null is "in the end", where something has no last day
-- column low: at least so many by the end of that day
-- column high: at most so many; null is open
-- column not_itemised: what totals of that day or before state above the items of their day
-- column stated_total_low: the newest total that counts, by that day, as stated
select
    operation, incident, category, victims, definition, day, low, best, high, itemised_low, not_itemised,
    stated_total_low, stated_total_high, policy
from reckoned_by_day
union all
select
    null, fact, category, victims, definition, last_day, low, best, high, low, 0, null, null,
    (select policy from policy)
from plain_figures
