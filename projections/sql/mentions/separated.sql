-- Pairs of incidents that somebody tells apart: by a decision, or in one report that names both.
with sets as (
    select position, incidents from incidents_separated
    union all
    select position, incidents from reports where len(incidents) > 1
), named as (
    select sets.position, coalesce(names.name, written.incident) as incident
    from sets
    cross join unnest(sets.incidents) as written(incident)
    left join names on names.role = 'incident' and names.key = name_key(written.incident)
)
select distinct one.incident, other.incident as other
from named as one
join named as other on other.position = one.position and other.incident <> one.incident
