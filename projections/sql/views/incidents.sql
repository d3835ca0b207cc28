-- What happened on the ground: each incident once, however many facts report it, with its casualties.
--
-- grain: incident
-- keys: incident, operation
-- column kind: as most facts say, of those that are violence; where as many say one thing as another, the first
-- column occurred_from: the first day it may have happened; null is open
-- column occurred_to: the last day it may have happened
-- column day: occurred_to, else occurred_from
-- column killed_low: the group `all`, else the only group, else the one with the largest low; null is not known
-- column killed_high: null is open or not known
-- column in_words: the killed and the injured, in a sentence
-- column geo_precision: how exactly its coordinates are known
-- column coordinates_from: fact or place_named
-- column place_as_written: in the words of its facts; so with all that end in _as_written
-- column facts: the facts that report it
with alone as (
    -- A fact that is an incident of its own, and that nothing else speaks of: it is read off, not gathered.
    select *, main_figure(figures, 'killed') as killed, main_figure(figures, 'injured') as injured
    from plain_facts
), mentions as (
    select
        reports.fact, reports.position, reports.kind, reports.kind in (select kind from violence_kinds) as is_violence,
        unnest(case when len(reports.incidents) > 0 then reports.incidents else [reports.fact] end) as incident,
        len(reports.incidents) <= 1 as alone,
        reports.operation, reports.occurred_from,
        coalesce(
            least(reports.occurred_to, reports.published_to), reports.occurred_to, reports.published_to
        ) as occurred_to,
        reports.place, reports.country, reports.latitude, reports.longitude, reports.geo_precision,
        reports.perpetrators, reports.targets, reports.actors, reports.source
    from reports
    where reports.modality = 'asserted'
        and not (reports.plain and reports.position not in (select position from components))
        and (len(reports.incidents) > 0 or reports.kind in (select kind from violence_kinds))
), named as (
    select mentions.*, coalesce(names.name, mentions.incident) as name
    from mentions
    left join names on names.role = 'incident' and names.key = name_key(mentions.incident)
), gathered as (
    select
        name as incident,
        mode(kind order by position) filter (where is_violence) as kind,
        mode(operation order by position) as operation,
        case when count(occurred_from) filter (where alone and is_violence) > 0
            then min(occurred_from) filter (where alone and is_violence)
            else min(occurred_from) filter (where is_violence) end as occurred_from,
        coalesce(max(occurred_to) filter (where alone and is_violence), max(occurred_to) filter (where is_violence))
            as occurred_to,
        mode(place order by position) as place, mode(country order by position) as country,
        mode(latitude order by position) as latitude, mode(longitude order by position) as longitude,
        mode(geo_precision order by position) as geo_precision,
        list_sort(list_distinct(flatten(list(perpetrators)))) as perpetrators,
        list_sort(list_distinct(flatten(list(targets)))) as targets,
        list_sort(list_distinct(flatten(list(actors)))) as actors,
        list_sort(list(distinct source)) as sources,
        list_sort(list(distinct fact)) as facts
    from named
    group by name
), declared as (
    select
        coalesce(names.name, incident_named.name) as incident,
        arg_max(incident_named.place, incident_named.position) as place
    from incident_named
    left join names on names.role = 'incident' and names.key = name_key(incident_named.name)
    group by coalesce(names.name, incident_named.name)
), counts as (
    select
        incident, category,
        arg_min(low, place_in_line) as low, arg_min(best, place_in_line) as best,
        arg_min(high, place_in_line) as high, arg_min(in_words, place_in_line) as in_words
    from (
        select
            incident, category, low, best, high, in_words,
            row_number() over (
                partition by incident, category
                order by definition is not null, victims <> 'all', low desc nulls last, victims
            ) as place_in_line
        from reckoned_by_incident
    )
    where place_in_line = 1 and category in ('killed', 'injured')
    group by incident, category
), found as (
    select
        gathered.incident, gathered.kind,
        coalesce(homes.operation, gathered.operation) as operation,
        coalesce(homes.first_day, gathered.occurred_from) as occurred_from,
        coalesce(homes.last_day, gathered.occurred_to) as occurred_to,
        coalesce(homes.last_day, gathered.occurred_to, homes.first_day, gathered.occurred_from) as day,
        coalesce(gathered.place, declared.place) as place, gathered.country, gathered.latitude, gathered.longitude,
        gathered.geo_precision,
        gathered.perpetrators, gathered.targets, gathered.actors,
        killed.low as killed_low, killed.best as killed_best, killed.high as killed_high,
        injured.low as injured_low, injured.best as injured_best, injured.high as injured_high,
        concat_ws('; ', killed.in_words, injured.in_words) as in_words,
        gathered.sources, gathered.facts
    from gathered
    left join declared on declared.incident = gathered.incident
    left join reckoned_incidents as homes on homes.incident = gathered.incident
    left join counts as killed on killed.incident = gathered.incident and killed.category = 'killed'
    left join counts as injured on injured.incident = gathered.incident and injured.category = 'injured'
    union all
    select
        fact, kind, null, occurred_from,
        coalesce(least(occurred_to, published_to), occurred_to, published_to),
        coalesce(least(occurred_to, published_to), occurred_to, published_to, occurred_from),
        place, country, latitude, longitude, geo_precision,
        list_sort(list_distinct(perpetrators)), list_sort(list_distinct(targets)), list_sort(list_distinct(actors)),
        killed.low, killed.best, killed.high, injured.low, injured.best, injured.high,
        concat_ws(
            '; ',
            case when killed is not null
                then in_words(killed.low, killed.best, killed.high, killed.victims, 'killed', null) end,
            case when injured is not null
                then in_words(injured.low, injured.best, injured.high, injured.victims, 'injured', null) end
        ),
        [source], [fact]
    from alone
), to_be_called as (
    -- Looked up once for all rows, and only for the columns that are asked for.
    select
        found.*,
        (select names from respelled where role = 'place') as place_names,
        (select names from respelled where role = 'operation') as operation_names,
        (select names from respelled where role = 'actor') as actor_names,
        (select places from located) as located
    from found
)
select
    incident, kind, called(operation_names, operation) as operation, occurred_from, occurred_to, day,
    called(place_names, place) as place, country,
    coalesce(latitude, located[called(place_names, place)].latitude) as latitude,
    coalesce(longitude, located[called(place_names, place)].longitude) as longitude,
    case when latitude is null then located[called(place_names, place)].geo_precision else geo_precision end
        as geo_precision,
    case when latitude is not null then 'fact'
        when located[called(place_names, place)] is not null then 'place_named' end as coordinates_from,
    list_sort(list_distinct(all_called(actor_names, perpetrators))) as perpetrators,
    list_sort(list_distinct(all_called(actor_names, targets))) as targets,
    list_sort(list_distinct(all_called(actor_names, actors))) as actors,
    place as place_as_written, perpetrators as perpetrators_as_written, targets as targets_as_written,
    killed_low, killed_best, killed_high, injured_low, injured_best, injured_high, in_words,
    sources, facts,
    (select policy from policy) as policy
from to_be_called
