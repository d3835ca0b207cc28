-- Casualties of each incident: the interval its sources leave open. An incident of which only a joint figure is known
-- has no low and no best of its own; the joint figure is the most it can be. Deaths reported later on are added to the
-- killed, unless the figure speaks of a day by which it holds them.
--
-- grain: incident, category, victims, definition
-- keys: incident
-- column low: at least so many; null is not known
-- column best: the best of the preferred source; null where no source has one
-- column high: at most so many; null is open
-- column facts: the facts that count
-- column in_words: the same in a sentence, with who says otherwise
select incident, category, victims, definition, low, best, high, facts, in_words, policy
from reckoned_by_incident
union all
select
    fact, category, victims, definition, low, best, high, [fact],
    in_words(low, best, high, victims, category, definition),
    (select policy from policy)
from plain_figures
