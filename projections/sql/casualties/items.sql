-- What each region adds to the figures of its operation, nobody counted twice: incidents, incidents together,
-- periods, and deaths reported later on.
--
-- grain: operation, category, victims, definition, region
-- keys: operation
-- column region: what it speaks of
-- column stated_low: at least so many in it, as its sources leave it
-- column low: what it adds to the low; null where no low is known
-- column high: what it adds to the high; null is open
-- column first_day: the first day it may lie on; null is open
-- column last_day: the day by which all of it had happened
select
    region, region_kind, category, victims, definition, incidents, operation, first_day, last_day,
    stated_low, stated_best, stated_high, low, best, high, inside_low, is_contradicted, speakers, facts
from reckoned_items
