-- Operations: undertakings whose figures are counted together, declared or only mentioned.
--
-- grain: operation
-- column name: the same as operation
-- column parent: the operation it is part of
-- column baseline_edtf: from when its running totals count, as declared
-- column fact_count: how many facts name it
with mentioned as (
    select coalesce(names.name, reports.operation) as operation, count(*) as facts
    from reports
    left join names on names.role = 'operation' and names.key = name_key(reports.operation)
    where reports.operation is not null
    group by coalesce(names.name, reports.operation)
), known as (
    select operation from declared_operations
    union
    select operation from mentioned
    union
    select coalesce(names.name, told_of.operation)
    from (
        select parent as operation from declared_operations
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
left join declared_operations as described on described.operation = known.operation
left join mentioned on mentioned.operation = known.operation
