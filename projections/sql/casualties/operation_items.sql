-- The items of each operation, those of the operations it is made of included.
--
-- grain: series, operation, region
-- stored: yes
select
    items.series, operation_tree.ancestor as operation, operation_tree.distance, items.region, items.region_kind,
    items.incidents, items.first_day, items.last_day, items.low, items.best, items.high, items.stated_high, items.facts
from items
join operation_tree on operation_tree.operation = items.operation
