-- Each operation with those it is part of, itself included.
--
-- grain: operation, ancestor
-- stored: yes
-- column distance: steps up: 0 is the operation itself
with recursive declared as (
    select
        coalesce(child.name, decided.body ->> '$.name') as operation,
        arg_max(coalesce(parent.name, decided.body ->> '$.parent'), decided.position) as parent
    from decided
    left join names as child on child.role = 'operation' and child.key = name_key(decided.body ->> '$.name')
    left join names as parent on parent.role = 'operation' and parent.key = name_key(decided.body ->> '$.parent')
    where decided.kind = 'operation_named'
    group by all
), mentioned as (
    select distinct coalesce(names.name, facts.operation) as operation
    from involved as facts
    left join names on names.role = 'operation' and names.key = name_key(facts.operation)
    where facts.operation is not null
), tree as (
    select operation, operation as ancestor, 0 as distance from declared
    union
    select operation, operation, 0 from mentioned
    union
    select parent, parent, 0 from declared where parent is not null
    union
    select tree.operation, declared.parent, tree.distance + 1
    from tree
    join declared on declared.operation = tree.ancestor
    where declared.parent is not null and tree.distance < 20
)
select operation, ancestor, min(distance) as distance
from tree
group by operation, ancestor
