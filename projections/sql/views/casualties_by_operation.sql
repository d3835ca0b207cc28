-- Casualties of each operation, those of its parts included: what is itemised, what totals state above it, and the
-- interval that leaves. Sums of lows and of highs are envelopes, not confidence intervals.
--
-- grain: operation, category, victims, definition
-- column low: at least so many: itemised_low + not_itemised
-- column best: the best figure; never below low
-- column high: at most so many; null is open
-- column itemised_low: the low of what is reported incident by incident, or period by period, nobody counted twice
-- column stated_total_low: the total that leaves most not itemised
-- column not_itemised: what totals state above the items of their day
-- column residual: the same as not_itemised
-- column contradiction: whether something stated about it contradicts something else
-- column single_voices: speakers on whom alone some of it rests: nobody contradicts them, and nobody else says so
-- column facts: the facts that count
with counting as (
    select operation_items.series, operation_items.operation, unnest(operation_items.facts) as fact
    from operation_items
    union
    select totals.series, operation_tree.ancestor, totals.fact
    from totals
    join operation_totals on operation_totals.fact = totals.fact and operation_totals.figure = totals.figure
    join operation_tree on operation_tree.operation = totals.operation
    where not operation_totals.is_stale
), facts_of as (
    select series, operation, list_sort(list(fact)) as facts from counting group by series, operation
)
select
    bounds.operation,
    series_keys.category, series_keys.victims, series_keys.definition,
    lows.low, bounds.best, bounds.high,
    lows.itemised_low, bounds.itemised_high,
    bounds.stated_total_low, bounds.stated_total_high,
    lows.not_itemised, lows.not_itemised as residual,
    bounds.is_contradicted as contradiction,
    coalesce(alone.speakers, []) as single_voices,
    coalesce(facts_of.facts, []) as facts,
    (select policy from policy) as policy
from operation_bounds as bounds
join operation_lows as lows on lows.series = bounds.series and lows.operation = bounds.operation
join series_keys on series_keys.series = bounds.series
left join (
    select series, operation, list_sort(list(speaker)) as speakers from single_voices group by series, operation
) as alone on alone.series = bounds.series and alone.operation = bounds.operation
left join facts_of on facts_of.series = bounds.series and facts_of.operation = bounds.operation
