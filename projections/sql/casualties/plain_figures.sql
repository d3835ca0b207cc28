-- Figures that nothing else speaks of: of records that are incidents of their own, of no operation, and that no other
-- entry names. They count as they stand, and the rules have nothing to settle in them.
--
-- grain: fact, figure
select
    fact, position, kind, speaker, published_to as published, occurred_from as first_day,
    coalesce(least(occurred_to, published_to), published_to) as last_day,
    stated.figure, stated.category, stated.victims, stated.measure, stated.definition, stated.low, stated.best,
    stated.high,
    stated.as_at, stated.as_at_day
from (
    select
        fact, position, kind, speaker, published_to, occurred_from, occurred_to,
        unnest(figures) as stated
    from plain_facts
)
