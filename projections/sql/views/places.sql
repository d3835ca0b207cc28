-- Places: towns, bases and areas, declared or only mentioned. Degrees, WGS 84.
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
), mentions as (
    select fact, unnest(places) as name from facts
), mentioned as (
    select
        coalesce(names.name, min(mentions.name)) as name,
        list(distinct mentions.name) as spellings,
        count(distinct mentions.fact) as facts
    from mentions
    left join names on names.role = 'place' and names.key = name_key(mentions.name)
    where mentions.name is not null
    group by names.name, case when names.name is null then name_key(mentions.name) end
), known_as as (
    select name, list_sort(list(distinct spelling)) as aliases
    from (
        select name, unnest(spellings) as spelling from mentioned
        union all
        select coalesce(names.name, place_named.name), unnest(place_named.aliases)
        from place_named
        left join names on names.role = 'place' and names.key = name_key(place_named.name)
    )
    where spelling <> name
    group by name
)
select
    coalesce(declared.name, mentioned.name) as name,
    declared.latitude,
    declared.longitude,
    declared.geo_precision,
    declared.country,
    coalesce(known_as.aliases, []) as aliases,
    coalesce(mentioned.facts, 0) as fact_count
from declared
full join mentioned on mentioned.name = declared.name
left join known_as on known_as.name = coalesce(declared.name, mentioned.name)
