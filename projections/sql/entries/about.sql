-- What this answer was computed from: where the log stood, how far back it looks, by which policy figures are made.
--
-- grain: head
-- column head: the last position of the log the views know
-- column as_of: the position looked back to, if any
-- column known_by: the day of the public record looked back to, if any
select head, as_of, known_by, (select policy from policy) as policy
from look_back
