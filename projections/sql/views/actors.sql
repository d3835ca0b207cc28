-- Actors: armed groups, forces, governments and bodies, declared or only named.
--
-- grain: name
-- column name: the name it goes under in every view; aliases and merges are followed to it
-- column aliases: other names that stand for it
-- column fact_count: how many facts name it
with declared as (
    select
        coalesce(names.name, actor_named.name) as name,
        arg_max(actor_named.title, actor_named.position) as title,
        arg_max(actor_named."type", actor_named.position) as type,
        arg_max(actor_named.parent, actor_named.position) as parent,
        arg_max(actor_named.country, actor_named.position) as country
    from actor_named
    left join names on names.role = 'actor' and names.key = name_key(actor_named.name)
    group by coalesce(names.name, actor_named.name)
), named as (
    select name, spellings, facts from mentioned where role = 'actor'
), known_as as (
    select name, list_sort(list(distinct spelling)) as aliases
    from (
        select name, unnest(spellings) as spelling from named
        union all
        select coalesce(names.name, actor_named.name), unnest(actor_named.aliases)
        from actor_named
        left join names on names.role = 'actor' and names.key = name_key(actor_named.name)
        union all
        select coalesce(names.name, actors_merged.into), unnest(actors_merged.actors)
        from actors_merged
        left join names on names.role = 'actor' and names.key = name_key(actors_merged.actors[1])
    )
    where spelling <> name
    group by name
)
select
    coalesce(declared.name, named.name) as name,
    declared.title,
    declared.type,
    declared.parent,
    declared.country,
    coalesce(known_as.aliases, []) as aliases,
    coalesce(named.facts, 0) as fact_count
from declared
full join named on named.name = declared.name
left join known_as on known_as.name = coalesce(declared.name, named.name)
