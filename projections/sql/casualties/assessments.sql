-- How far each fact and each source is trusted, as last assessed. 6 and F are "unknown", and so are left out.
--
-- grain: role, name
-- column grade: 1 (confirmed, or always reliable) to 5 (improbable, or never reliable)
select role, name, arg_max(grade, position) as grade
from (
    select
        'fact' as role, target as name, position,
        nullif((body ->> '$.credibility')::integer, 6) as grade
    from decided
    where entry = 'fact_assessed'
    union all
    select
        'source', coalesce(names.name, decided.body ->> '$.name'), decided.position,
        nullif(ascii(decided.body ->> '$.reliability') - 64, 6)
    from decided
    left join names on names.role = 'source' and names.key = name_key(decided.body ->> '$.name')
    where decided.entry = 'source_assessed'
)
group by role, name
having arg_max(grade, position) is not null
