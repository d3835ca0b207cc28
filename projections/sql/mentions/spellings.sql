-- Which name each spelling stands for. A few spellings stand for a great many mentions: it is asked once for each.
--
-- grain: role, spelling
-- column name: the name it goes under in every view; of spellings that differ in case alone, one of them
select
    spelled.role, spelled.name as spelling,
    coalesce(
        names.name, min(spelled.name) over (partition by spelled.role, names.name, name_key(spelled.name))
    ) as name
from (select distinct role, name from mentions where name is not null) as spelled
left join names on names.role = spelled.role and names.key = name_key(spelled.name)
