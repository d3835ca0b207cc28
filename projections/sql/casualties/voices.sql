-- The figures that are left when each speaker has one voice, words put into numbers where nobody gives any.
--
-- grain: fact, figure
-- stored: yes
-- column whole: of a breakdown, the group it is part of
-- column imputed: the numbers are the policy's, for words
-- column counts: it takes part in its region: a number, or words where nobody has a number
with left_over as (
    select stated.*
    from stated
    left join superseded on superseded.fact = stated.fact and superseded.figure = stated.figure
    where stated.reason is null and superseded.fact is null
), regions_with_numbers as (
    select distinct series, region from left_over where has_number
), regions_with_words as (
    select distinct left_over.series, left_over.region
    from left_over
    join policy_words on policy_words.words = lower(left_over.words)
), preferred as (
    -- Sorted by itself: all columns of a figure are a great deal to sort.
    select
        left_over.fact, left_over.figure,
        row_number() over (
            partition by left_over.series, left_over.region
            order by
                coalesce(credible.grade, 3.5), coalesce(reliable.grade, 3.5),
                case when left_over.high is null then 1 else 0 end,
                left_over.published desc nulls last, left_over.as_at_day desc nulls last,
                left_over.best nulls last, left_over.low nulls last, left_over.fact
        ) as preference
    from left_over
    left join assessments as credible on credible.role = 'fact' and credible.name = left_over.fact
    left join assessments as reliable on reliable.role = 'source' and reliable.name = left_over.source
)
select
    left_over.fact, left_over.figure, left_over.position, left_over.kind, left_over.speaker, left_over.published,
    left_over.is_dated, left_over.first_day, left_over.last_day, left_over.operation,
    left_over.category, left_over.victims, left_over.definition, left_over.series, left_over.counts_as,
    left_over.as_at_day, left_over.period_from, left_over.period_to, left_over.incidents, left_over.excludes,
    left_over.included_in,
    left_over.region_kind, left_over.region, left_over.bounds_cross,
    case when left_over.measure = 'breakdown' then coalesce(left_over.part_of, 'all') end as whole,
    coalesce(left_over.low, policy_words.low) as low,
    coalesce(left_over.best, policy_words.best) as best,
    left_over.high,
    policy_words.words is not null as imputed,
    left_over.has_number or numbered.region is null
    and (policy_words.words is not null or worded.region is null) as counts,
    preferred.preference
from left_over
left join policy_words
    on not left_over.has_number and policy_words.words = lower(left_over.words)
left join regions_with_numbers as numbered
    on numbered.series = left_over.series and numbered.region = left_over.region
left join regions_with_words as worded
    on worded.series = left_over.series and worded.region = left_over.region
join preferred on preferred.fact = left_over.fact and preferred.figure = left_over.figure
