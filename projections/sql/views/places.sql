-- Places: towns, bases and areas, declared or only named. Degrees, WGS 84.
--
-- grain: name
-- column name: the name it goes under in every view; aliases and merges are followed to it
-- column aliases: other names that stand for it
-- column fact_count: how many facts name it
with declared as (
    select
        coalesce(names.name, place_named.name) as name,
        arg_max(place_named.latitude, place_named.position) as latitude,
        arg_max(place_named.longitude, place_named.position) as longitude,
        arg_max(place_named.geo_precision, place_named.position) as geo_precision,
        arg_max(place_named.country, place_named.position) as country
    from place_named
    left join names on names.role = 'place' and names.key = name_key(place_named.name)
    group by coalesce(names.name, place_named.name)
), named as (
    select name, spellings, facts from mentioned where role = 'place'
), known_as as (
    select name, list_sort(list(distinct spelling)) as aliases
    from (
        select name, unnest(spellings) as spelling from named
        union all
        select coalesce(names.name, place_named.name), unnest(place_named.aliases)
        from place_named
        left join names on names.role = 'place' and names.key = name_key(place_named.name)
    )
    where spelling <> name
    group by name
)
select
    coalesce(declared.name, named.name) as name,
    declared.latitude,
    declared.longitude,
    declared.geo_precision,
    declared.country,
    coalesce(known_as.aliases, []) as aliases,
    coalesce(named.facts, 0) as fact_count
from declared
full join named on named.name = declared.name
left join known_as on known_as.name = coalesce(declared.name, named.name)
