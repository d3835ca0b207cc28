-- The same figures by each policy, side by side: where sources disagree, what each makes of it. Asked of
-- `chronology`, which reckons them then; in a copy of the file alone, what is contested has a row for the policy in
-- force only.
--
-- grain: operation, incident, category, victims, definition, policy
-- keys: operation, incident
-- column operation: null of an incident by itself
-- column incident: null of an operation
-- column policy: by which policy
-- column low: at least so many; null is not known
-- column high: at most so many; null is open
with contested as (
    select distinct component
    from (select component, region, category, victims, definition, unnest(groups) as which from reckoned_voices)
    group by component, region, category, victims, definition
    having count(distinct which) > 1
), in_force as (
    select component, operation, null as incident, category, victims, definition, low, best, high
    from reckoned_by_operation
    union all
    select component, null, incident, category, victims, definition, low, best, high from reckoned_by_incident
    union all
    select null, null, fact, category, victims, definition, low, best, high from plain_figures
), others as (
    select policy
    from (values ('cautious-2'), ('majority-1'), ('assessed-1'), ('latest-1')) as named(policy)
    where policy <> (select policy from policy)
)
select operation, incident, category, victims, definition, (select policy from policy) as policy, low, best, high
from in_force
union all
select in_force.operation, in_force.incident, in_force.category, in_force.victims, in_force.definition, others.policy,
    in_force.low, in_force.best, in_force.high
from in_force
cross join others
where in_force.component is null or in_force.component not in (select component from contested)
union all
select operation, incident, category, victims, definition, policy, low, best, high
from reckoned_by_policy
