-- The incidents that each region holds, or may hold: those it names; for a period, those of its operation that may
-- lie in it.
--
-- grain: series, region, incident
-- stored: yes
-- column surely: not only may it lie there: it does
select series, region, unnest(incidents) as incident, true as surely
from region_days
where region_kind = 'incidents'
union
select
    period.series, period.region, incident_homes.incident,
    coalesce(
        incident_homes.first_day >= period.first_day and incident_homes.last_day <= period.last_day, false
    ) as surely
from region_days as period
join operation_tree on operation_tree.ancestor = period.operation
join incident_homes on incident_homes.operation = operation_tree.operation
where period.region_kind = 'period'
    and coalesce(incident_homes.first_day, date '0001-01-01') <= coalesce(period.last_day, date '9999-12-31')
    and coalesce(incident_homes.last_day, date '9999-12-31') >= coalesce(period.first_day, date '0001-01-01')
