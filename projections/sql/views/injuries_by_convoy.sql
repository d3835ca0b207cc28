-- Cumulative injuries of each convoy: people injured, by group and definition.
--
-- grain: convoy, victims, definition
-- keys: convoy
-- column low: at least so many: itemised_low + not_itemised
-- column best: the best figure; never below low
-- column high: at most so many; null is open
-- column itemised_low: the low of what is reported incident by incident, nobody counted twice
-- column stated_total_low: the total that leaves most not itemised
-- column not_itemised: what totals state above the items of their day
select
    casualties.operation as convoy, casualties.victims, casualties.definition,
    casualties.low, casualties.best, casualties.high,
    casualties.itemised_low, casualties.itemised_high,
    casualties.stated_total_low, casualties.stated_total_high,
    casualties.not_itemised, casualties.residual, casualties.contradiction, casualties.single_voices,
    casualties.facts, casualties.in_words, casualties.policy
from casualties_by_operation as casualties
where casualties.category = 'injured'
    and casualties.operation in (select operation from declared_operations where type = 'convoy')
