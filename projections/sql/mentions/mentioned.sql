-- Actors, places and sources as facts name them: in which spellings, and in how many facts.
--
-- grain: role, name
select
    spellings.role, spellings.name,
    list_sort(list(distinct spellings.spelling)) as spellings,
    count(distinct mentions.position) as facts
from mentions
join spellings on spellings.role = mentions.role and spellings.spelling = mentions.name
group by spellings.role, spellings.name
