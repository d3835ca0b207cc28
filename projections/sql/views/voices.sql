-- Who can be right together about each region that several speak of, and what each group of speakers leaves. Where
-- there is one group the figure is what makes all of them right; where there are several it spans what each leaves.
--
-- column region: the incidents, the period or the total they speak of
-- column fact: the fact that says it
-- column groups: the numbers of the groups the voice is in
-- column low: at least so many, by this voice
-- column high: at most so many; null is open
-- column group_lows: what each group of the region leaves as the low, in the order of their numbers
-- column group_highs: what each group of the region leaves as the high; null is open
select
    region, category, victims, definition, fact, speaker, groups, low, best, high, group_lows, group_highs, policy
from reckoned_voices
