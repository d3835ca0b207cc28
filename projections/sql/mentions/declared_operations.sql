-- Operations as they are declared; the last word on each counts.
--
-- grain: operation
-- stored: yes
with declared as (
    select
        coalesce(names.name, operation_named.name) as operation, operation_named.position,
        operation_named."type" as type, operation_named.title, operation_named.parent, operation_named.baseline,
        operation_named.actors, operation_named.aliases
    from operation_named
    left join names on names.role = 'operation' and names.key = name_key(operation_named.name)
)
select
    operation,
    arg_max(type, position) as type, arg_max(title, position) as title, arg_max(parent, position) as parent,
    arg_max(baseline, position) as baseline_edtf, arg_max(actors, position) as actors,
    list_sort(list_distinct(flatten(list(aliases)))) as aliases
from declared
group by operation
