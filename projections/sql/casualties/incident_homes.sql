-- Each incident of an operation, or named by several facts: where it belongs and when it may have happened.
--
-- grain: incident
-- stored: yes
-- column operation: the operation it belongs to: as declared, else as most facts say (at equality the first by name)
-- column first_day: the first day it may have happened; null is open
-- column last_day: the last day it may have happened: not after it was reported
with mentions as (
    select
        facts.fact,
        unnest(
            case when len(facts.incidents) > 0 then facts.incidents
                when len(facts.figures) > 0 then facts.figures[1].incidents
                when facts.kind in (select kind from violence_kinds) then [facts.fact]
                else []
            end
        ) as incident,
        len(facts.incidents) <= 1 as alone,
        facts.operation, facts.occurred_edtf, facts.occurred_from,
        coalesce(least(facts.occurred_to, facts.published_to), facts.published_to) as occurred_to
    from facts
    where facts.modality = 'asserted' and (not facts.plain or facts.fact in (select name from touched))
    union all
    select fact, unnest(figure.incidents), len(figure.incidents) <= 1, operation, null, null, null
    from (select fact, operation, unnest(figures) as figure from facts where modality = 'asserted' and not plain)
), canonical as (
    select
        coalesce(incidents.name, mentions.incident) as incident,
        coalesce(operations.name, mentions.operation) as operation,
        mentions.fact, mentions.alone, mentions.occurred_edtf, mentions.occurred_from, mentions.occurred_to
    from mentions
    left join names as incidents on incidents.role = 'incident' and incidents.key = name_key(mentions.incident)
    left join names as operations on operations.role = 'operation' and operations.key = name_key(mentions.operation)
), declared as (
    select
        coalesce(incidents.name, entries.body ->> '$.name') as incident,
        arg_max(coalesce(operations.name, entries.body ->> '$.operation'), entries.position) as operation,
        arg_max(entries.occurred_from, entries.position) filter (where entries.occurred_edtf is not null) as first_day,
        arg_max(entries.occurred_to, entries.position) filter (where entries.occurred_edtf is not null) as last_day
    from entries
    left join names as incidents on incidents.role = 'incident' and incidents.key = name_key(entries.body ->> '$.name')
    left join names as operations
        on operations.role = 'operation' and operations.key = name_key(entries.body ->> '$.operation')
    where entries.kind = 'incident_named'
    group by coalesce(incidents.name, entries.body ->> '$.name')
), votes as (
    select incident, operation, count(distinct fact) as facts
    from canonical
    where operation is not null
    group by incident, operation
), homes as (
    select incident, operation
    from votes
    qualify row_number() over (partition by incident order by facts desc, operation) = 1
), days as (
    select
        incident,
        bool_or(alone) as has_own,
        case when count(*) filter (where alone) > 0
            then case when count(occurred_from) filter (where alone) = count(*) filter (where alone)
                then min(occurred_from) filter (where alone) end
            else case when count(occurred_from) = count(*) then min(occurred_from) end
        end as first_day,
        coalesce(max(occurred_to) filter (where alone), max(occurred_to)) as last_day
    from canonical
    where occurred_edtf is not null
    group by incident
), known as (
    select distinct incident from canonical
    union
    select incident from declared
)
select
    known.incident,
    coalesce(declared.operation, homes.operation) as operation,
    coalesce(declared.first_day, days.first_day) as first_day,
    coalesce(declared.last_day, days.last_day) as last_day
from known
left join declared on known.incident = declared.incident
left join homes on known.incident = homes.incident
left join days on known.incident = days.incident
