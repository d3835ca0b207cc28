-- Sources: who published, and who said it, with how reliable they were assessed to be.
--
-- grain: name
-- column name: the name it goes under in every view; aliases and merges are followed to it
-- column aliases: other names that stand for it
-- column fact_count: how many facts name it
-- column reliability: A always … E never reliable, as last assessed; null is unknown
with declared as (
    select
        coalesce(names.name, source_named.name) as name,
        arg_max(source_named.title, source_named.position) as title,
        arg_max(source_named.url, source_named.position) as url,
        arg_max(source_named.country, source_named.position) as country
    from source_named
    left join names on names.role = 'source' and names.key = name_key(source_named.name)
    group by coalesce(names.name, source_named.name)
), named as (
    select name, spellings, facts from mentioned where role = 'source'
), known_as as (
    select name, list_sort(list(distinct spelling)) as aliases
    from (
        select name, unnest(spellings) as spelling from named
        union all
        select coalesce(names.name, source_named.name), unnest(source_named.aliases)
        from source_named
        left join names on names.role = 'source' and names.key = name_key(source_named.name)
    )
    where spelling <> name
    group by name
), assessed as (
    select
        coalesce(names.name, source_assessed.name) as name,
        nullif(arg_max(source_assessed.reliability, source_assessed.position), 'F') as reliability
    from source_assessed
    left join names on names.role = 'source' and names.key = name_key(source_assessed.name)
    group by coalesce(names.name, source_assessed.name)
)
select
    coalesce(declared.name, named.name) as name,
    declared.title,
    declared.url,
    declared.country,
    assessed.reliability,
    coalesce(known_as.aliases, []) as aliases,
    coalesce(named.facts, 0) as fact_count
from declared
full join named on named.name = declared.name
left join known_as on known_as.name = coalesce(declared.name, named.name)
left join assessed on assessed.name = coalesce(declared.name, named.name)
