-- Where each convoy is: the last that is known of its way.
--
-- grain: convoy
-- column status: announced, departed, en_route or arrived
-- column place: where it was last; its destination once it has arrived
-- column since: the day of the report that says so
with steps as (
    select fact, operation, 4 as step, 'arrived' as status, coalesce(place, destination) as place, origin, destination,
        day, published_to, modality
    from convoy_arrived
    union all
    select fact, operation, 3, 'en_route', place, origin, destination, day, published_to, modality from convoy_located
    union all
    select fact, operation, 2, 'departed', coalesce(place, origin), origin, destination, day, published_to, modality
    from convoy_departed
    union all
    select fact, operation, 1, 'announced', coalesce(place, site), site, destination, day, published_to, 'announced'
    from withdrawal_announced
), reports as (
    select
        coalesce(names.name, steps.operation) as convoy, steps.fact, steps.place, steps.origin, steps.destination,
        case when steps.modality = 'announced' then 1 else steps.step end as step,
        case when steps.modality = 'announced' then 'announced' else steps.status end as status,
        coalesce(steps.day, steps.published_to) as day, steps.published_to
    from steps
    left join names on names.role = 'operation' and names.key = name_key(steps.operation)
    where steps.operation is not null and steps.modality in ('asserted', 'announced')
), convoys_named as (
    select operation as convoy from operations where type = 'convoy'
    union
    select convoy from reports where step > 1
), latest as (
    select
        convoy,
        arg_max(status, (day, step, published_to)) as status,
        arg_max(place, (day, step, published_to)) as place,
        arg_max(day, (day, step, published_to)) as since,
        arg_max(origin, (day, step, published_to)) filter (where origin is not null) as origin,
        arg_max(destination, (day, step, published_to)) filter (where destination is not null) as destination,
        list_sort(list(distinct fact)) as facts
    from reports
    group by convoy
)
select
    convoys_named.convoy, latest.status, latest.place, latest.origin, latest.destination, latest.since,
    coalesce(latest.facts, []) as facts
from convoys_named
left join latest on latest.convoy = convoys_named.convoy
