-- Where each contested incident is spoken of: by which fact, for which operation, and on which days.
--
-- grain: fact, incident
-- stored: yes
-- column alone: the fact speaks of this incident only
-- column last_day: not after it was published
with standing as (
    select *
    from contested
    where modality = 'asserted'
        and fact not in (
            select target from decided where entry = 'fact_disputed' and category is null and target is not null
        )
), mentions as (
    select
        facts.fact, facts.source, facts.published_to,
        unnest(
            case when len(facts.incidents) > 0 then facts.incidents
                when facts.kind in (select kind from violence_kinds) and (
                    len(facts.figures) = 0
                    or list_contains(flatten(list_transform(facts.figures, lambda f: f.incidents)), facts.fact)
                ) then [facts.fact]
                else []
            end
        ) as incident,
        len(facts.incidents) <= 1 as alone,
        facts.operation,
        -- The day of a death later on is not that of the incident.
        facts.occurred_edtf is not null and facts.kind <> 'outcome_reported' as is_dated,
        facts.occurred_from, facts.occurred_to
    from standing as facts
    union all
    select fact, source, published_to, unnest(figure.incidents), false, operation, false, null, null
    from (
        select fact, source, published_to, operation, unnest(figures) as figure
        from standing
        where not plain
    )
)
select
    mentions.fact, coalesce(incidents.name, mentions.incident) as incident, any_value(mentions.source) as source,
    bool_or(mentions.alone) as alone,
    any_value(coalesce(operations.name, mentions.operation)) as operation,
    bool_or(mentions.is_dated) as is_dated,
    min(mentions.occurred_from) as first_day,
    case when bool_or(mentions.is_dated) then max(
        coalesce(least(mentions.occurred_to, mentions.published_to), mentions.published_to)
    ) filter (where mentions.is_dated) end as last_day
from mentions
left join names as incidents on incidents.role = 'incident' and incidents.key = name_key(mentions.incident)
left join names as operations on operations.role = 'operation' and operations.key = name_key(mentions.operation)
group by mentions.fact, coalesce(incidents.name, mentions.incident)
