-- Incidents that may be one, across kinds and data sets, each pair with a score and what speaks for it: near in time
-- and place, shared actors, deaths that agree, the same address or quote. Nobody has said yet whether they are; `merge`
-- and `separate` do. They are never counted together before that.
--
-- grain: incident, other
-- column score: from 0 to 1; above 0.6 most are one
-- column why: what speaks for it, and against it
-- column days: days between them
-- column km: kilometres between them; null where one is only known by its province, country or month
with located as (
    select
        incidents.incident, incidents.kind, incidents.sources, incidents.facts, incidents.actors, incidents.country,
        coalesce(incidents.occurred_from, incidents.occurred_to) as first_day,
        coalesce(incidents.occurred_to, incidents.occurred_from) as last_day,
        name_key(incidents.place) as place, incidents.place as place_name, incidents.latitude, incidents.longitude,
        coalesce(incidents.killed_low, incidents.killed_best) as killed_low,
        coalesce(incidents.killed_high, incidents.killed_best) as killed_high,
        incidents.latitude is not null and incidents.longitude is not null
            and coalesce(incidents.geo_precision, 'exact') in ('exact', 'near', 'district') as is_point
    from incidents
    where incidents.kind is not null and coalesce(incidents.occurred_from, incidents.occurred_to) is not null
), dated as (
    -- A month, or more, tells nothing of which incident of it is meant.
    select *, last_day - first_day as width from located where last_day - first_day <= 10
), spread as (
    select
        incident, sources,
        unnest(range((first_day - date '0001-01-01') // 3, (last_day - date '0001-01-01' + 3) // 3 + 1)) as span
    from dated
), cells as (
    select
        spread.incident, spread.sources, spread.span,
        concat((floor(latitude * 4) + north)::integer, ' ', (floor(longitude * 4) + east)::integer) as cell
    from spread
    join dated using (incident)
    cross join (values (0), (1)) as north(north)
    cross join (values (0), (1)) as east(east)
    where is_point
    union all
    select spread.incident, spread.sources, spread.span, 'place: ' || place
    from spread
    join dated using (incident)
    where place is not null
), of_several as (
    -- Rows of one source are never offered as one another: a cell with one source has nothing to offer.
    select cell, span from cells group by cell, span having count(distinct sources) > 1
), offered as (
    select incident, cell, span from cells where (cell, span) in (select (cell, span) from of_several)
), said_alike as (
    select
        unnest(case when len(incidents) > 0 then incidents else [fact] end) as incident,
        unnest(list_filter([url, quote], lambda text: text is not null and length(text) > 12)) as words
    from facts
    where (url is not null or quote is not null) and modality = 'asserted'
), pairs as (
    select distinct offered.incident, others.incident as other, false as is_alike
    from offered
    join offered as others
        on others.cell = offered.cell and others.span = offered.span and others.incident > offered.incident
    union
    select distinct one.incident, two.incident, true
    from said_alike as one
    join said_alike as two on two.words = one.words and two.incident > one.incident
), measured as (
    select
        one.incident, other.incident as other, one.kind, other.kind as other_kind,
        greatest(0, other.first_day - one.last_day, one.first_day - other.last_day) as days,
        case when one.is_point and other.is_point
            then km_between(one.latitude, one.longitude, other.latitude, other.longitude) end as km,
        one.place = other.place as same_place,
        list_intersect(one.actors, other.actors) as shared,
        one.killed_low, one.killed_high, other.killed_low as other_low, other.killed_high as other_high,
        one.facts, other.facts as other_facts, one.width + other.width as width,
        list_has_any(one.sources, other.sources) as same_source,
        bool_or(pairs.is_alike) over (partition by pairs.incident, pairs.other) as is_alike
    from pairs
    join dated as one on one.incident = pairs.incident
    join dated as other on other.incident = pairs.other
), weighed as (
    select distinct
        *,
        case when days = 0 then 0.3 - least(width, 4) * 0.02 when days = 1 then 0.15 else 0.05 end as of_days,
        case when same_place or km <= 2 then 0.3 when km <= 10 then 0.2 when km <= 25 then 0.05 else 0 end as of_place,
        case when len(shared) > 1 then 0.25 when len(shared) = 1 then 0.2 else 0 end as of_actors,
        case
            when killed_low is null or other_low is null then 0
            when killed_low = other_low and killed_low > 0 then 0.2
            when killed_low = 0 and other_low = 0 then 0.05
            when killed_low <= coalesce(other_high, killed_low)
                and other_low <= coalesce(killed_high, other_low) then 0.1
            when greatest(killed_low, other_low) > 2 * least(killed_low, other_low) + 2 then -0.3
            else -0.1
        end as of_deaths
    from measured
    where days <= 2 and (is_alike or (not same_source and (same_place or km <= 25)))
)
select
    incident, other,
    round(least(1, greatest(0, of_days + of_place + of_actors + of_deaths + case when is_alike then 0.4 else 0 end)), 2)
        as score,
    kind, other_kind, days, round(km, 1) as km, killed_low, other_low as other_killed_low,
    concat_ws('; ',
        case days when 0 then 'the same day' when 1 then '1 day apart' else concat(days, ' days apart') end,
        case when same_place then 'the same place' when km is not null then concat(round(km, 1), ' km apart') end,
        case when len(shared) > 0 then concat('both name ', array_to_string(shared[1:3], ', ')) end,
        case when of_deaths > 0.05 then 'deaths agree' when of_deaths < 0 then 'deaths differ' end,
        case when is_alike then 'the same address or quote' end
    ) as why,
    facts, other_facts
from weighed
where (incident, other) not in (select (incident, other) from separated)
