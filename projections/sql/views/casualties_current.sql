-- How many of those once injured, missing, abducted or captured still are, so far as their fate was reported: ever so
-- many, less those who died, were found or were released.
--
-- grain: operation, incident, category, victims
-- keys: operation, incident
-- column operation: null of an incident by itself
-- column incident: null of an operation
-- column ever_low: ever injured (missing, …), as in `casualties_by_operation`
-- column moved_low: of whom so many are reported to have died, been found, or been released
-- column low: at least so many still; null is not known
-- column high: at most so many still; null is open
select operation, incident, category, victims, ever_low, ever_high, moved_low, moved_high, low, high, facts, policy
from reckoned_current
