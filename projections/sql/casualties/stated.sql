-- Step 1, who stands: every contested figure with its region, and the reason where it cannot count.
-- A region is what a figure speaks of: incidents together, an operation over a period, or one up to a moment.
--
-- grain: fact, figure
-- stored: yes
-- column series: category, victims and definition in one key; series are never mixed
-- column region: the region in one key; null where the figure names none
-- column reason: why it cannot count, before any other figure is looked at; null where it can
-- column stated_low: as the source has it, also where its bounds cross; `low` is then the envelope
with figures_as_given as (
    select
        facts.fact, facts.position, facts.kind, facts.modality, facts.source, facts.published_to as published,
        coalesce(speakers.name, facts.speaker) as speaker,
        coalesce(operations.name, facts.operation) as operation,
        facts.occurred_edtf is not null as is_dated, facts.occurred_from as first_day,
        coalesce(least(facts.occurred_to, facts.published_to), facts.published_to) as last_day,
        unnest(facts.figures) as given
    from contested as facts
    left join names as speakers on speakers.role = 'source' and speakers.key = name_key(facts.speaker)
    left join names as operations on operations.role = 'operation' and operations.key = name_key(facts.operation)
    where len(facts.figures) > 0
), resolved as (
    -- A part counts as that does which it is a part of: the first such figure of its fact.
    select
        own.fact, own.given.figure as figure,
        coalesce(arg_min(whole.given.measure, whole.given.figure), 'increment') as as_its_whole
    from figures_as_given as own
    left join figures_as_given as whole
        on whole.fact = own.fact and whole.given.category = own.given.category
        and whole.given.victims = coalesce(own.given.part_of, 'all') and whole.given.figure <> own.given.figure
    where own.given.measure = 'breakdown'
    group by own.fact, own.given.figure
), incidents_named as (
    select fact, figure, which, list_sort(list(distinct coalesce(names.name, mention.incident))) as incidents
    from (
        select fact, given.figure as figure, 'incidents' as which, unnest(given.incidents) as incident
        from figures_as_given
        union all
        select fact, given.figure, 'excludes', unnest(given.excludes) from figures_as_given
    ) as mention
    left join names on names.role = 'incident' and names.key = name_key(mention.incident)
    group by fact, figure, which
), disputed as (
    select target as fact, category, arg_max(reason, position) as reason
    from decided
    where entry = 'fact_disputed'
    group by target, category
), placed as (
    select
        f.fact, f.position, f.kind, f.modality, f.source, f.published, f.speaker, f.operation,
        f.is_dated, f.first_day, f.last_day,
        f.given.figure as figure, f.given.category as category, f.given.victims as victims,
        f.given.definition as definition, f.given.measure as measure, coalesce(resolved.as_its_whole, f.given.measure) as counts_as,
        case when f.given.low > least(f.given.best, f.given.high) then least(f.given.best, f.given.high)
            else f.given.low end as low,
        f.given.best as best,
        f.given.low as stated_low, f.given.high as stated_high,
        case when f.given.high < greatest(f.given.best, f.given.low) then greatest(f.given.best, f.given.low)
            else f.given.high end as high,
        (f.given.low > least(f.given.best, f.given.high)) is true
        or (f.given.high < f.given.best) is true as bounds_cross,
        f.given.part_of as part_of, f.given.words as words, f.given.as_at as as_at, f.given.as_at_day as as_at_day,
        case when counts_as = 'increment' and coalesce(len(own.incidents), 0) = 0
            then f.given.period_from end as period_from,
        case when counts_as = 'increment' and coalesce(len(own.incidents), 0) = 0
            then f.given.period_to end as period_to,
        coalesce(own.incidents, []) as incidents,
        coalesce(besides.incidents, []) as excludes,
        f.given.included_in as included_in,
        case
            when f.given.outcome_from is not null and coalesce(len(own.incidents), 0) = 0 and f.operation is null then null
            when f.given.outcome_from is not null then 'outcome'
            when counts_as in ('increment', 'running_total') and len(own.incidents) > 0 then 'incidents'
            when f.operation is null then null
            when counts_as = 'increment' and coalesce(f.given.period_from, f.given.period_to) is not null
                then 'period'
            when counts_as in ('running_total', 'residual') and f.given.as_at_day is not null then 'total'
        end as region_kind,
        coalesce(wholly.reason, partly.reason) as dispute,
        wholly.fact is not null or partly.fact is not null as is_disputed
    from figures_as_given as f
    left join resolved on resolved.fact = f.fact and resolved.figure = f.given.figure
    left join incidents_named as own
        on own.fact = f.fact and own.figure = f.given.figure and own.which = 'incidents'
    left join incidents_named as besides
        on besides.fact = f.fact and besides.figure = f.given.figure and besides.which = 'excludes'
    left join (select fact, reason from disputed where category is null) as wholly on wholly.fact = f.fact
    left join disputed as partly on partly.fact = f.fact and partly.category = f.given.category
)
select
    fact, figure, position, kind, source, speaker, published, is_dated, first_day, last_day, operation,
    category, victims, definition, concat_ws('|', category, victims, coalesce(definition, '')) as series,
    measure, counts_as, part_of, low, best, high, stated_low, stated_high, words, as_at, as_at_day, period_from, period_to, incidents, excludes,
    included_in, bounds_cross, region_kind,
    case region_kind
        when 'outcome' then concat('died later: ', coalesce(nullif(array_to_string(incidents, ', '), ''), operation), ', ',
            coalesce(first_day::varchar, '..'), '/', coalesce(last_day::varchar, '..'))
        when 'incidents' then 'incidents: ' || array_to_string(incidents, ', ')
        when 'period' then concat('period: ', operation, ', ', coalesce(period_from::varchar, '..'), '/',
            coalesce(period_to::varchar, '..'))
        when 'total' then concat('up to: ', operation, ', ', as_at_day,
            case when len(excludes) > 0 then ', except ' || array_to_string(excludes, ', ') end)
    end as region,
    coalesce(low, best, high) is not null as has_number,
    case
        when modality <> 'asserted' then 'modality: ' || modality
        when is_disputed then 'disputed: ' || dispute
        when region_kind is null then 'unspecified'
    end as reason
from placed
