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
    select coalesce(names.name, reports.operation) as operation, count(*) as facts
    from reports
    left join names on names.role = 'operation' and names.key = name_key(reports.operation)
    where reports.operation is not null
    group by coalesce(names.name, reports.operation)
), known as (
    select operation from described
    union
    select operation from mentioned
    union
    select coalesce(names.name, told_of.operation)
    from (
        select parent as operation from described
        union
        select operation from incident_named
    ) as told_of
    left join names on names.role = 'operation' and names.key = name_key(told_of.operation)
    where told_of.operation is not null
)
select
    known.operation, known.operation as name, described.type, described.title, described.parent,
    described.baseline_edtf, coalesce(described.actors, []) as actors, coalesce(described.aliases, []) as aliases,
    coalesce(mentioned.facts, 0) as fact_count
from known
left join described on described.operation = known.operation
left join mentioned on mentioned.operation = known.operation
