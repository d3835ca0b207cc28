-- What each reading of a fact says it supersedes, of those that can say so: what supersedes nothing in any reading is
-- plain, or of no interest here. Readings that fell are here, too: what they replaced stays replaced.
--
-- grain: position
-- stored: yes
-- follows: position
select position, fact, revision, supersedes
from told
where sort = 'report' and (decides or not plain)
