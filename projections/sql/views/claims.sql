-- Who claims, denies, or is held responsible for each incident, and whether that is contested.
--
-- grain: incident, actor, stance
-- column incident: the incident; null where the claim names none
-- column stance: claimed, denied, or attributed (others name the actor, as a report of an attack does its perpetrators)
-- column said_by: who relays or says so
-- column operation: the operation it belongs to; null where the claims that name no incident are of several
-- column day: when the incident happened, else when the claim was made, else when it was published
-- column contested: another actor is named for the same incident, or the actor itself denies it
with statements as (
    select fact, 'claimed' as stance, actor, incidents, operation, speaker, day, published_to, modality
    from responsibility_claimed
    union all
    select fact, 'denied', actor, incidents, operation, speaker, day, published_to, modality from responsibility_denied
    union all
    select fact, 'attributed', actor, incidents, operation, speaker, day, published_to, modality
    from responsibility_attributed
    union all
    select
        fact, 'attributed', unnest(perpetrators), case when len(incidents) > 0 then incidents else [fact] end,
        operation,
        speaker, day, published_to, modality
    from attacks
    where len(perpetrators) > 0
), by_incident as (
    select fact, stance, actor, speaker, day, published_to, operation,
        unnest(case when len(incidents) > 0 then incidents else [null] end) as incident
    from statements
    where modality = 'asserted'
), named as (
    select
        coalesce(incidents.name, by_incident.incident) as incident,
        coalesce(actors.name, by_incident.actor) as actor,
        coalesce(operations.name, by_incident.operation) as operation,
        by_incident.stance, coalesce(speakers.name, by_incident.speaker) as speaker,
        by_incident.day, by_incident.published_to, by_incident.fact
    from by_incident
    left join names as incidents on incidents.role = 'incident' and incidents.key = name_key(by_incident.incident)
    left join names as actors on actors.role = 'actor' and actors.key = name_key(by_incident.actor)
    left join names as operations
        on operations.role = 'operation' and operations.key = name_key(by_incident.operation)
    left join names as speakers on speakers.role = 'source' and speakers.key = name_key(by_incident.speaker)
), answers as (
    select
        incident,
        count(distinct actor) filter (where stance <> 'denied') > 1 as several_actors,
        list(distinct actor) filter (where stance = 'denied') as deniers,
        list(distinct actor) filter (where stance <> 'denied') as named_actors
    from named
    where incident is not null
    group by incident
)
select
    named.incident, named.actor, named.stance,
    list_sort(list(distinct named.speaker)) as said_by,
    coalesce(any_value(incidents.day), min(coalesce(named.day, named.published_to))) as day,
    case when count(distinct coalesce(incidents.operation, named.operation)) = 1
        then min(coalesce(incidents.operation, named.operation)) end as operation,
    any_value(incidents.place) as place,
    coalesce(
        any_value(
            answers.several_actors
            or (named.stance <> 'denied' and list_contains(answers.deniers, named.actor))
            or (named.stance = 'denied' and list_contains(answers.named_actors, named.actor))
        ),
        false
    ) as contested,
    list_sort(list(distinct named.fact)) as facts
from named
left join answers on answers.incident = named.incident
left join incidents on incidents.incident = named.incident
group by named.incident, named.actor, named.stance
