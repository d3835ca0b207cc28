-- What contradicts what, in figures, dates and belonging, with the verb that would settle it. In each row one of the
-- two cannot be right; the figures say by which rule they went on.
--
-- column what: the sort of contradiction
-- column says: one side, with who says it
-- column against: the other side
-- column rule: what the policy does about it
-- column settle: what to do, once it is known which side is wrong
-- column facts: the facts of both sides
with excluding as (
    select
        one.operation, one.incidents, one.category, one.victims, one.definition, one.region, one.speaker, one.low,
        one.fact, other.speaker as other_speaker, other.high as other_high, other.fact as other_fact
    from voices as one
    join voices as other
        on other.series = one.series and other.region = one.region and other.high < one.low
        -- People die of their wounds: more killed on a later day is no contradiction.
        and (one.category <> 'killed' or coalesce(one.as_at_day <= other.as_at_day, true))
    where one.counts and other.counts and one.region_kind <> 'total'
    qualify row_number() over (
        partition by one.series, one.region order by one.low - other.high desc, one.fact, other.fact
    ) = 1
), sides as (
    select
        'total below what lies inside it' as what,
        totals.operation, null as incident, totals.category, totals.victims, totals.definition,
        concat(totals.speaker, ': ', totals.high, ' in all up to ', totals.moment) as says,
        concat('at least ', operation_totals.surely_inside, ' surely by then') as against,
        'stale: it does not count' as rule,
        totals.fact,
        [totals.fact] as facts
    from operation_totals
    join totals on totals.fact = operation_totals.fact and totals.figure = operation_totals.figure
    where operation_totals.is_stale
    union all
    select
        'total that its speaker''s later one leaves no room for',
        totals.operation, null, totals.category, totals.victims, totals.definition,
        concat(totals.speaker, ': ', totals.low, ' in all up to ', totals.moment),
        concat('the same speaker later, in ', totals.withdrawn_by),
        'the later total withdraws it',
        totals.fact,
        [totals.fact, totals.withdrawn_by]
    from totals
    where totals.withdrawn_by is not null
    union all
    select
        case region_kind when 'period' then 'bulletin below what happened in its days'
            else 'joint figure below what is inside it' end,
        operation, null, category, victims, definition,
        concat(array_to_string(speakers, ', '), ': at most ', stated_high, ' for ', region),
        concat('at least ', inside_low, ' inside it'),
        case region_kind when 'period' then 'it adds nothing' else 'the smaller low holds' end,
        facts[1],
        facts
    from items
    where is_contradicted
    union all
    select
        'figures of one region that exclude each other',
        operation, case when len(incidents) = 1 then incidents[1] end, category, victims, definition,
        concat(speaker, ': at least ', low, ' for ', region), concat(other_speaker, ': at most ', other_high),
        'alternatives: the smallest low, the largest high', fact, list_sort(list_distinct([fact, other_fact]))
    from excluding
    union all
    select
        'bounds that cross', operation, case when len(incidents) = 1 then incidents[1] end, category, victims, definition,
        concat(speaker, ': low above best, or best above high'), 'itself', 'its envelope counts', fact, [fact]
    from stated
    where bounds_cross and reason is null
    union all
    select
        'incident in two operations', string_agg(distinct operation, ', ' order by operation), incident, null, null, null,
        concat('in ', min(operation)), concat('in ', max(operation)),
        'it counts where it is declared, else where most facts have it', min(fact), list_sort(list(distinct fact))
    from incident_mentions
    where operation is not null
    group by incident
    having count(distinct operation) > 1
    union all
    select
        'incident on days that exclude each other', min(operation), incident, null, null, null,
        concat(arg_max(source, (first_day, fact)) filter (where first_day is not null), ': not before ', max(first_day)),
        concat(arg_min(source, (last_day, fact)) filter (where last_day is not null), ': by ', min(last_day)),
        'it may lie on any of these days', arg_max(fact, (first_day, fact)) filter (where first_day is not null),
        list_sort(list(distinct fact))
    from incident_mentions
    where alone and is_dated
    group by incident
    having max(first_day) > min(last_day)
)
select
    what, operation, incident, category, victims, definition, says, against, rule,
    case
        when what in ('incident in two operations', 'incident on days that exclude each other')
            then concat('chronology correct ', fact, ' --nature reading, or declare it with incident_named')
        when what = 'bounds that cross' then concat('chronology correct ', fact, ' --nature entry')
        else concat('chronology dispute ', fact, ', or chronology correct ', fact)
    end as settle,
    fact, facts,
    (select policy from policy) as policy
from sides
