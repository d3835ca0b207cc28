-- Incidents that may be one: of the same kind, near in time and place, by different sources, and nobody has said yet
-- whether they are. They are never merged by themselves.
--
-- grain: incident, other
-- column days: days between them
-- column km: kilometres between them; null where they share the name of a place, or coordinates are missing
with located as (
    select
        incidents.incident, incidents.kind, incidents.sources, incidents.facts,
        coalesce(incidents.occurred_from, incidents.occurred_to) as first_day,
        coalesce(incidents.occurred_to, incidents.occurred_from) as last_day,
        coalesce(names.name, incidents.place) as place,
        coalesce(incidents.latitude, places.latitude) as latitude,
        coalesce(incidents.longitude, places.longitude) as longitude
    from incidents
    left join names on names.role = 'place' and names.key = name_key(incidents.place)
    left join places on places.name = coalesce(names.name, incidents.place)
    where incidents.kind is not null and coalesce(incidents.occurred_from, incidents.occurred_to) is not null
), near as (
    -- Two incidents at most `near_days` apart share a week of these: from the first day to so many after the last.
    select
        located.*,
        unnest(range(
            (first_day - date '0001-01-01') // 7,
            (last_day - date '0001-01-01' + (select near_days from policy_parameters)) // 7 + 1
        )) as week
    from located
), cells as (
    select incident, sources, 'place: ' || name_key(place) as cell, kind, week from near where place is not null
    union all
    select
        incident, sources,
        concat('grid: ', (floor(latitude * 2) + north)::integer, ' ', (floor(longitude * 2) + east)::integer),
        kind, week
    from near
    cross join (values (-1), (0), (1)) as north(north)
    cross join (values (-1), (0), (1)) as east(east)
    where latitude is not null and longitude is not null and place is null
    union all
    select
        incident, sources, concat('grid: ', floor(latitude * 2)::integer, ' ', floor(longitude * 2)::integer), kind,
        week
    from near
    where latitude is not null and longitude is not null
), of_several as (
    -- Rows of one data set are never offered as one another: a cell with one source has nothing to offer.
    select cell, kind, week from cells group by cell, kind, week having count(distinct sources) > 1
), offered as (
    select incident, cell, kind, week
    from cells
    where (cell, kind, week) in (select (cell, kind, week) from of_several)
), pairs as (
    select distinct offered.incident, others.incident as other
    from offered
    join offered as others
        on others.cell = offered.cell and others.kind = offered.kind and others.week = offered.week
        and others.incident > offered.incident
), measured as (
    select
        one.incident, other.incident as other, one.kind,
        greatest(0, other.first_day - one.last_day, one.first_day - other.last_day) as days,
        km_between(one.latitude, one.longitude, other.latitude, other.longitude) as km,
        name_key(one.place) = name_key(other.place) as same_place,
        one.facts as facts, other.facts as other_facts, one.sources, other.sources as other_sources
    from pairs
    join located as one on one.incident = pairs.incident
    join located as other on other.incident = pairs.other
    where not list_has_any(one.sources, other.sources)
)
select incident, other, kind, days, round(km, 1) as km, facts, other_facts
from measured
where days <= (select near_days from policy_parameters)
    and coalesce(km <= (select near_km from policy_parameters), same_place, false)
    and (incident, other) not in (select (incident, other) from separated)
