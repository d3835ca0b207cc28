-- Step 12, every contested figure explains itself: whether it counts, and why or why not.
--
-- grain: fact, category, victims, measure, definition, ordinal
select
    stated.fact, stated.figure, stated.category, stated.victims, stated.measure, stated.definition,
    row_number() over (
        partition by stated.fact, stated.category, stated.victims, stated.measure, stated.definition
        order by stated.figure
    ) as ordinal,
    stated.operation, stated.incidents, stated.speaker, stated.published,
    stated.low, stated.best, stated.high, stated.stated_low, stated.stated_high, stated.words, coalesce(voices.imputed, false) or (stated.has_number and stated.words is not null) as imputed,
    case when stated.region_kind = 'total' then stated.as_at_day end as total_as_of, stated.as_at_day,
    coalesce(voices.counts and totals.withdrawn_by is null and not coalesce(operation_totals.is_stale, false), false)
        as counted,
    case
        when stated.reason is not null then stated.reason
        when superseded.fact is not null then 'superseded by ' || superseded.superseded_by
        when not voices.counts and stated.words is not null and policy_words.words is not null
            then 'imputed, a number is known'
        when not voices.counts then 'not known, a number is known'
        when totals.withdrawn_by is not null then 'withdrawn by ' || totals.withdrawn_by
        when operation_totals.is_stale then 'stale: below ' || operation_totals.surely_inside
        when totals.fact is not null and operation_totals.excess <= 0 then 'total: all of it is itemised'
        when totals.fact is not null and totals.low is null then 'total: no low is known'
        when totals.fact is not null then 'total: ' || operation_totals.excess || ' not itemised'
        when voices.imputed then 'imputed'
        when len(stated.incidents) > 1 and joint_shares.region is not null
            then 'joint: adds ' || coalesce(joint_shares.adds_low::varchar, 'nothing known')
        else 'counted'
    end as reason,
    stated.region as item, stated.position,
    (select policy from policy) as policy
from stated
left join superseded on superseded.fact = stated.fact and superseded.figure = stated.figure
left join voices on voices.fact = stated.fact and voices.figure = stated.figure
left join totals on totals.fact = stated.fact and totals.figure = stated.figure
left join operation_totals on operation_totals.fact = stated.fact and operation_totals.figure = stated.figure
left join joint_shares on joint_shares.series = stated.series and joint_shares.region = stated.region
left join policy_words on policy_words.words = lower(stated.words)
