-- Everything the log holds, with from when to when each entry stood: what was corrected or withdrawn is still here.
--
-- grain: position
-- column entry: the kind of the entry itself; `kind` is that of the fact as it reads from there on
-- column stood_from: the position from which it stood
-- column stood_to: the position of the entry that ended it; null while it stands
select
    mirror.fact, mirror.kind, mirror.entry, mirror.sort, mirror.position, mirror.revision,
    mirror.position as stood_from,
    mirror.ended_by as stood_to,
    mirror.recorded_at, mirror.recorded_by, mirror.source, mirror.speaker,
    mirror.published_edtf, mirror.published_from, mirror.published_to,
    mirror.occurred_edtf, mirror.occurred_from, mirror.occurred_to,
    coalesce(mirror.occurred_to, mirror.occurred_from) as day,
    mirror.place, mirror.country, mirror.latitude, mirror.longitude, mirror.geo_precision,
    mirror.operation, mirror.incidents, mirror.actors, mirror.figures, mirror.modality, mirror.url, mirror.quote,
    mirror.note,
    mirror.target, mirror.nature, mirror.reason, mirror.because, mirror.body
from mirror
