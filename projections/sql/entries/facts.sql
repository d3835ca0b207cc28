-- What stands of what was reported: one row per fact, as it reads now.
--
-- grain: fact
-- follows: position
-- column fact: the id of the fact; `chronology show` takes it
-- column position: where in the log the revision stands that is read here
-- column speaker: who said it: attributed_to, else the source
-- column day: the last day it may have happened, else the first
-- column occurred_edtf: when it happened, as written (EDTF)
-- column actors: every actor it names, in any role
-- column body: the whole fact as JSON
select
    fact, kind, position, revision, recorded_at, recorded_by, source, speaker,
    published_edtf, published_from, published_to, occurred_edtf, occurred_from, occurred_to,
    coalesce(occurred_to, occurred_from) as day,
    place, country, latitude, longitude, geo_precision, operation, incidents, actors, places, perpetrators, targets,
    modality, supersedes, url, quote, note, figures, plain, body
from entries
where sort = 'report'
