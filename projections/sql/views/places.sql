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
    select position, unnest(places) as name from facts
), spelled as (
    -- A few spellings stand for a great many mentions: which name is meant is asked once for each.
    select
        spellings.name as spelling,
        coalesce(
            names.name, min(spellings.name) over (partition by names.name, name_key(spellings.name))
        ) as name
    from (select distinct name from mentions where name is not null) as spellings
    left join names on names.role = 'place' and names.key = name_key(spellings.name)
), mentioned as (
    select
        spelled.name,
        list(distinct spelled.spelling) as spellings,
        count(distinct mentions.position) as facts
    from mentions
    join spelled on spelled.spelling = mentions.name
    group by spelled.name
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
