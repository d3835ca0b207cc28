-- Casualties of each operation, those of its parts included: what is itemised, what totals state above it, and the
-- interval that leaves. Sums of lows and of highs are envelopes, not confidence intervals.
--
-- grain: operation, category, victims, definition
-- keys: operation
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
-- column in_words: the same in a sentence, with who says otherwise
select
    operation, category, victims, definition, low, best, high, itemised_low, itemised_high,
    stated_total_low, stated_total_high, not_itemised, residual, contradiction, single_voices, facts, in_words, policy
from reckoned_by_operation
