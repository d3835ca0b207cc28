-- How many of those once injured, missing, abducted or captured still are, so far as their fate was reported: ever so
-- many, less those who died, were found or were released.
--
-- grain: operation, category, victims
-- column ever_low: ever injured (missing, …), as in `casualties_by_operation`
-- column moved_low: of whom so many are reported to have died, been found, or been released
-- column low: at least so many still; null is not known
-- column high: at most so many still; null is open
with outcomes as (
    select
        fact, "from" as category, unnest(from_json(count, '[{"low": "BIGINT", "best": "BIGINT", "high": "BIGINT",
            "victims": "VARCHAR"}]')) as moved,
        operation, incidents, occurred_edtf
    from outcome_reported
    where modality = 'asserted'
), placed as (
    select
        coalesce(names.name, outcomes.operation, homes.operation) as operation,
        outcomes.category, coalesce(outcomes.moved.victims, 'all') as victims,
        outcomes.incidents, outcomes.occurred_edtf,
        min(outcomes.moved.low) as low,
        case when count(*) = count(outcomes.moved.high) then max(outcomes.moved.high) end as high,
        list(outcomes.fact) as facts
    from outcomes
    left join names on names.role = 'operation' and names.key = name_key(outcomes.operation)
    left join incident_homes as homes on homes.incident = outcomes.incidents[1]
    group by all
), moved as (
    select
        tree.ancestor as operation, placed.category, placed.victims,
        sum(placed.low) as low, sum_high(placed.high) as high, flatten(list(placed.facts)) as facts
    from placed
    join operation_tree as tree on tree.operation = placed.operation
    group by tree.ancestor, placed.category, placed.victims
)
select
    ever.operation, ever.category, ever.victims,
    ever.low as ever_low, ever.high as ever_high, moved.low::bigint as moved_low, moved.high::bigint as moved_high,
    greatest(0, ever.low - moved.high)::bigint as low,
    greatest(0, ever.high - moved.low)::bigint as high,
    list_sort(list_distinct(moved.facts)) as facts,
    ever.policy
from casualties_by_operation as ever
join moved on moved.operation = ever.operation and moved.category = ever.category and moved.victims = ever.victims
where ever.definition is null
