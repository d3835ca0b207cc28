-- Facts and incidents that other entries speak of, and whose figures can therefore not be read off as they stand.
--
-- grain: name
-- stored: yes
-- column name: a fact's id, or the name of an incident, as written
select distinct name
from (
    select unnest(incidents) as name from involved
    union all
    select unnest(flatten(list_transform(figures, lambda figure: figure.incidents))) from involved
    union all
    select unnest(supersedes) from involved
    union all
    select target from decided where entry in ('fact_disputed', 'fact_assessed')
    union all
    select key from names where role = 'incident'
)
where name is not null
