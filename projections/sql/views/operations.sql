-- Operations: undertakings whose figures are counted together, declared or only mentioned.
--
-- grain: operation
-- column name: the same as operation
-- column parent: the operation it is part of
-- column baseline_edtf: from when its running totals count, as declared
-- column fact_count: how many facts name it
with declared as (
    select
        coalesce(names.name, operation_named.name) as operation, operation_named.position,
        operation_named."type" as type, operation_named.title, operation_named.parent, operation_named.baseline,
        operation_named.actors, operation_named.aliases
    from operation_named
    left join names on names.role = 'operation' and names.key = name_key(operation_named.name)
), described as (
    select
        operation,
        arg_max(type, position) as type, arg_max(title, position) as title, arg_max(parent, position) as parent,
        arg_max(baseline, position) as baseline_edtf, arg_max(actors, position) as actors,
        list_sort(list_distinct(flatten(list(aliases)))) as aliases
    from declared
    group by operation
), mentioned as (
    select coalesce(names.name, facts.operation) as operation, count(*) as facts
    from facts
    left join names on names.role = 'operation' and names.key = name_key(facts.operation)
    where facts.operation is not null
    group by coalesce(names.name, facts.operation)
)
select
    tree.operation, tree.operation as name, described.type, described.title, described.parent,
    described.baseline_edtf, coalesce(described.actors, []) as actors, coalesce(described.aliases, []) as aliases,
    coalesce(mentioned.facts, 0) as fact_count
from operation_tree as tree
left join described on described.operation = tree.operation
left join mentioned on mentioned.operation = tree.operation
where tree.distance = 0
