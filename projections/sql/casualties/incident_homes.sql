-- Each contested incident: where it belongs and when it may have happened.
--
-- grain: incident
-- stored: yes
-- column operation: the operation it belongs to: as declared, else as most facts say (at equality the first by name)
-- column first_day: the first day it may have happened; null is open
-- column last_day: the last day it may have happened: not after it was reported
with declared as (
    select
        coalesce(incidents.name, decided.body ->> '$.name') as incident,
        arg_max(coalesce(operations.name, decided.body ->> '$.operation'), decided.position) as operation,
        arg_max(decided.occurred_from, decided.position) filter (where decided.occurred_edtf is not null) as first_day,
        arg_max(decided.occurred_to, decided.position) filter (where decided.occurred_edtf is not null) as last_day,
        bool_or(decided.occurred_edtf is not null) as is_dated
    from decided
    left join names as incidents on incidents.role = 'incident' and incidents.key = name_key(decided.body ->> '$.name')
    left join names as operations
        on operations.role = 'operation' and operations.key = name_key(decided.body ->> '$.operation')
    where decided.kind = 'incident_named'
    group by coalesce(incidents.name, decided.body ->> '$.name')
), votes as (
    select incident, operation
    from incident_mentions
    where operation is not null
    group by incident, operation
    qualify row_number() over (partition by incident order by count(distinct fact) desc, operation) = 1
), days as (
    select
        incident,
        case when bool_or(alone)
            then case when count(first_day) filter (where alone) = count(*) filter (where alone)
                then min(first_day) filter (where alone) end
            else case when count(first_day) = count(*) then min(first_day) end
        end as first_day,
        case when bool_or(alone)
            then case when count(last_day) filter (where alone) = count(*) filter (where alone)
                then max(last_day) filter (where alone) end
            else case when count(last_day) = count(*) then max(last_day) end
        end as last_day
    from incident_mentions
    where is_dated
    group by incident
), known as (
    select distinct incident from incident_mentions
    union
    select incident from declared
)
select
    known.incident,
    coalesce(declared.operation, votes.operation) as operation,
    case when declared.is_dated then declared.first_day else days.first_day end as first_day,
    case when declared.is_dated then declared.last_day else days.last_day end as last_day
from known
left join declared on declared.incident = known.incident
left join votes on votes.incident = known.incident
left join days on days.incident = known.incident
