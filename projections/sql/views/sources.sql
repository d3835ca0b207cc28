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
    select position, source as name from facts
    union all
    select position, speaker from facts where speaker <> source
), spelled as (
    -- A few spellings stand for a great many mentions: which name is meant is asked once for each.
    select
        spellings.name as spelling,
        coalesce(
            names.name, min(spellings.name) over (partition by names.name, name_key(spellings.name))
        ) as name
    from (select distinct name from mentions where name is not null) as spellings
    left join names on names.role = 'source' and names.key = name_key(spellings.name)
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
