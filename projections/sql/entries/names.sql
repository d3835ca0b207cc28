-- Which name each name stands for: aliases, names declared, and what was merged, followed to the end.
-- A name that is not here stands for itself.
--
-- grain: role, key
-- stored: yes
-- column key: the form by which names are matched (`name_key`)
-- column name: the name it goes under in every view
with recursive declared as (
    select
        replace(kind, '_named', '') as role,
        body ->> '$.name' as name,
        coalesce(from_json(body -> '$.aliases', '["VARCHAR"]'), []) as aliases,
        position
    from decided
    where sort = 'name'
), merged as (
    select
        case entry when 'actors_merged' then 'actor' else 'incident' end as role,
        from_json(coalesce(body -> '$.actors', body -> '$.incidents'), '["VARCHAR"]') as members,
        coalesce(body ->> '$.into', members[1]) as name,
        position
    from decided
    where entry in ('actors_merged', 'incidents_merged')
), links as (
    select role, name_key(unnest(aliases)) as key, name, position, 'alias' as sort from declared
    union all
    select role, name_key(unnest(members)), name, position, 'merge' from merged
), in_force as (
    select role, sort, key, name, position
    from links
    where key <> name_key(name)
    qualify sort = 'merge' or row_number() over (partition by role, sort, key order by position desc) = 1
), newest_links as (
    select role, key, arg_max(name, position) as name, max(position) as position
    from in_force
    group by role, key
), edges as (
    select role, key as node, name_key(name) as other from in_force
    union
    select role, name_key(name) as node, key as other from in_force
), together as (
    select role, node, node as other from edges
    union
    select together.role, together.node, edges.other
    from together
    join edges on edges.role = together.role and edges.node = together.other
), heads as (
    select
        together.role, together.node as key,
        arg_max(
            newest_links.name,
            (
                case when (newest_links.role, name_key(newest_links.name)) in (select (role, key) from newest_links)
                    then 0 else 1 end,
                newest_links.position
            )
        ) as name
    from together
    join newest_links on newest_links.role = together.role and newest_links.key = together.other
    group by together.role, together.node
), spellings as (
    select role, name_key(name) as key, arg_max(name, position) as name from declared group by role, name_key(name)
)
select
    coalesce(heads.role, spellings.role) as role,
    coalesce(heads.key, spellings.key) as key,
    coalesce(head_spelling.name, heads.name, spellings.name) as name
from heads
full join spellings on heads.role = spellings.role and heads.key = spellings.key
left join spellings as head_spelling on head_spelling.role = heads.role and head_spelling.key = name_key(heads.name)
