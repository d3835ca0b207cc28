-- The items of each operation, those of the operations it is made of included.
--
-- grain: series, operation, region
-- stored: yes
-- column is_astride: it may lie in a part of the operation, too: a period, or incidents of which one belongs to a part
select
    items.series, operation_tree.ancestor as operation, operation_tree.distance, items.region, items.region_kind,
    items.incidents, items.first_day, items.last_day, items.low, items.best, items.high, items.stated_high, items.facts,
    items.included_in, items.as_at_day, items.category,
    operation_tree.distance = 0 and (
        items.region_kind = 'period'
        or exists (
            select 1
            from incident_homes
            where list_contains(items.incidents, incident_homes.incident)
                and incident_homes.operation <> items.operation
        )
    ) as is_astride
from items
join operation_tree on operation_tree.operation = items.operation
