-- Names and decisions that stand, corrections among them: what is known about what was reported.
--
-- grain: position
select
    position, fact, revision, entry, kind, sort, recorded_at, recorded_by, occurred_edtf, occurred_from, occurred_to,
    target, target_revision, category, nature, reason, because, effective_from, body
from other_entries
where decides and ended_by is null
