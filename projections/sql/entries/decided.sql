-- Names and decisions that stand, corrections among them: what is known about what was reported. They are few beside
-- the reports, and most steps ask for them, so they are kept by themselves.
--
-- grain: position
-- stored: yes
-- follows: position
select
    position, fact, revision, entry, kind, sort, recorded_at, recorded_by, occurred_edtf, occurred_from, occurred_to,
    target, target_revision, category, nature, reason, because, effective_from, body
from entries
where decides
