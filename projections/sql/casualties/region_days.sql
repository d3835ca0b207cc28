-- Each region with the operation it belongs to and the days it may lie on.
--
-- grain: series, region
-- stored: yes
-- column operation: the operation all its incidents belong to: the nearest one they share
-- column first_day: the first day any of it may have happened; null is open
-- column last_day: the day by which all of it had happened, so far as is known
with homes as (
    select
        own.series, own.region,
        count(*) as incidents,
        count(incident_homes.operation) as housed,
        case when count(incident_homes.first_day) = count(*) then min(incident_homes.first_day) end as first_day,
        case when count(incident_homes.last_day) = count(*) then max(incident_homes.last_day) end as last_day
    from (
        select series, region, unnest(incidents) as incident from regions where region_kind <> 'period'
    ) as own
    left join incident_homes on incident_homes.incident = own.incident
    group by own.series, own.region
), shared as (
    select own.series, own.region, operation_tree.ancestor as operation, sum(operation_tree.distance) as distance
    from (
        select series, region, len(incidents) as size, unnest(incidents) as incident
        from regions
        where region_kind <> 'period'
    ) as own
    join incident_homes on incident_homes.incident = own.incident
    join operation_tree on operation_tree.operation = incident_homes.operation
    group by own.series, own.region, own.size, operation_tree.ancestor
    having count(*) = own.size
    qualify row_number() over (partition by own.series, own.region order by sum(operation_tree.distance), ancestor) = 1
)
select
    regions.series, regions.region, regions.category, regions.victims, regions.definition, regions.region_kind,
    regions.incidents,
    coalesce(regions.own_operation, shared.operation) as operation,
    case when regions.is_dated or regions.region_kind <> 'incidents' then regions.stated_first_day
        else homes.first_day end as first_day,
    case when regions.is_dated or regions.region_kind <> 'incidents' then regions.stated_last_day
        else coalesce(least(homes.last_day, regions.published), regions.published) end as last_day,
    regions.low, regions.best, regions.high, regions.speakers, regions.facts, regions.as_at_day, regions.included_in
from regions
left join homes on homes.series = regions.series and homes.region = regions.region
left join shared on shared.series = regions.series and shared.region = regions.region
