-- Cumulative injuries of each convoy by day of occurrence.
--
-- grain: convoy, victims, definition, day
-- keys: convoy
-- column low: at least so many by the end of that day
-- column high: at most so many; null is open
-- column stated_total_low: the newest total that counts, by that day, as stated
select
    casualties.operation as convoy, casualties.victims, casualties.definition, casualties.day,
    casualties.low, casualties.best, casualties.high, casualties.itemised_low, casualties.not_itemised,
    casualties.stated_total_low, casualties.stated_total_high, casualties.policy
from casualties_daily as casualties
where casualties.category = 'injured'
    and casualties.operation in (select operation from declared_operations where type = 'convoy')
