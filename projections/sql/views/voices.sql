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
-- column operation: the operation that the fact belongs to
-- column incidents: the incidents that the fact names
select
    voices.region, voices.category, voices.victims, voices.definition, voices.fact, voices.speaker, voices.groups,
    voices.low, voices.best, voices.high, voices.group_lows, voices.group_highs, voices.policy,
    figures.operation, figures.incidents
from reckoned_voices as voices
left join (
    select fact, min(operation) as operation, list_sort(list_distinct(flatten(list(incidents)))) as incidents
    from reckoned_figures
    group by fact
) as figures on figures.fact = voices.fact
