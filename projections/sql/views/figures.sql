-- Every figure that stands, as stated: what it is, whether it counts, and if not, why not.
--
-- grain: fact, category, victims, measure, definition, ordinal
-- keys: operation, fact
-- column figure: the number of the figure within its fact
-- column ordinal: its number among the figures of the fact of the same category, group, measure and definition
-- column low: at least so many; null is not known. Where the stated bounds cross, this is their envelope
-- column best: the number the source puts forward. Of a fact with a breakdown it stands in `all` and again in its
--   groups: a sum over facts asks for victims = 'all'
-- column high: at most so many; null is open
-- column stated_low: low as the source has it, also where it is above best
-- column stated_high: high as the source has it, also where it is below best
-- column words: words the source used in place of a number
-- column imputed: numbers stand in the place of words: the policy's, or the source's own
-- column total_as_of: the day a total speaks of
-- column counted: whether it takes part in the figures of its region
-- column reason: why it does not count, or how it does
-- column item: the region it speaks of
-- column position: where in the log the fact stands that says it
select
    fact, figure, category, victims, measure, definition, ordinal, operation, incidents, speaker, published,
    low, best, high, stated_low, stated_high, words, imputed, total_as_of, as_at_day, counted, reason, item,
    position, policy
from reckoned_figures
union all
select
    fact, figure, category, victims, measure, definition, 1,
    null, [fact], speaker, published,
    low, best, high, low, high, null, false, null, as_at_day, true, 'counted', 'incidents: ' || fact, position,
    (select policy from policy)
from plain_figures
