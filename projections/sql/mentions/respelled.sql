-- The spellings that stand for another name, with that name: by role one map of them all. They are few, so that a fact
-- looks up its own without a join.
--
-- grain: role
select
    spelled.role,
    map(list(spelled.spelling order by spelled.spelling), list(names.name order by spelled.spelling)) as names
from spelled
join names on names.role = spelled.role and names.key = spelled.key
where names.name <> spelled.spelling
group by spelled.role
