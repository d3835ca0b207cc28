-- What contradicts what, in figures, dates and belonging, with the verb that would settle it. In each row one of the
-- two cannot be right; the figures say by which rule they went on.
--
-- keys: operation, incident, fact
-- column what: the sort of contradiction
-- column says: one side, with who says it
-- column against: the other side
-- column rule: what the policy does about it
-- column settle: what to do, once it is known which side is wrong
-- column facts: the facts of both sides
select what, operation, incident, category, victims, definition, says, against, rule, settle, fact, facts, policy
from reckoned_contradictions
