-- What the policy puts in the place of words, where nobody gives a number. The upper end stays open.
--
-- grain: words
-- column low: the least the word is taken to say
-- column best: the figure it is taken for; null where it has none
select words, low::bigint as low, best::bigint as best
from (
    values ('several', 2, null), ('many', 3, null), ('tens', 20, 20), ('dozens', 24, 24), ('hundreds', 200, 200)
) as word(words, low, best)
