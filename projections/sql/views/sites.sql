-- What each site is now: occupied, evacuated, handed over or contested.
--
-- grain: site
-- column status: what it is since then; a withdrawal completed leaves it evacuated, one announced changes nothing
-- column since: the day of the report that says so
-- column forces: who left or holds it
with changes as (
    select fact, site, status, forces, day, published_to, modality from site_status_changed
    union all
    select fact, site, 'evacuated', forces, day, published_to, modality from withdrawal_completed
), named as (
    select coalesce(names.name, changes.site) as site, changes.fact, changes.status, changes.forces,
        coalesce(changes.day, changes.published_to) as day, changes.published_to
    from changes
    left join names on names.role = 'place' and names.key = name_key(changes.site)
    where changes.modality = 'asserted'
)
select
    site,
    arg_max(status, (day, published_to)) as status,
    arg_max(day, (day, published_to)) as since,
    arg_max(forces, (day, published_to)) as forces,
    list_sort(list(distinct fact)) as facts
from named
group by site
