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
), mentions as (
    select fact, source as name from facts
    union all
    select fact, speaker from facts
), mentioned as (
    select
        coalesce(names.name, min(mentions.name)) as name,
        list(distinct mentions.name) as spellings,
        count(distinct mentions.fact) as facts
    from mentions
    left join names on names.role = 'source' and names.key = name_key(mentions.name)
    where mentions.name is not null
    group by names.name, case when names.name is null then name_key(mentions.name) end
), known_as as (
    select name, list_sort(list(distinct spelling)) as aliases
    from (
        select name, unnest(spellings) as spelling from mentioned
        union all
        select coalesce(names.name, source_named.name), unnest(source_named.aliases)
        from source_named
        left join names on names.role = 'source' and names.key = name_key(source_named.name)
    )
    where spelling <> name
    group by name
)
select
    coalesce(declared.name, mentioned.name) as name,
    declared.title,
    declared.url,
    declared.country,
    chr((assessments.grade + 64)::integer) as reliability,
    coalesce(known_as.aliases, []) as aliases,
    coalesce(mentioned.facts, 0) as fact_count
from declared
full join mentioned on mentioned.name = declared.name
left join known_as on known_as.name = coalesce(declared.name, mentioned.name)
left join assessments on assessments.role = 'source' and assessments.name = coalesce(declared.name, mentioned.name)
