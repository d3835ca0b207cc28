-- How wide each region is: how many incidents it holds or may hold, how many days, and how deep its operation lies.
--
-- grain: series, region
-- column depth: how many operations its operation is part of; null where it belongs to none
select
    region_days.series, region_days.region, region_days.region_kind, region_days.operation, region_days.incidents,
    region_days.speakers, region_days.first_day, region_days.last_day, region_days.as_at_day, region_days.low,
    count(region_incidents.incident) as size,
    coalesce(
        case region_days.region_kind when 'period' then region_days.last_day - region_days.first_day else 0 end,
        99999
    ) as days,
    (
        select max(operation_tree.distance) from operation_tree where operation_tree.operation = region_days.operation
    ) as depth
from region_days
left join region_incidents
    on region_incidents.series = region_days.series and region_incidents.region = region_days.region
group by all
