-- What stands of what was reported: one row per fact, as it reads now, with names as they were written.
--
-- grain: fact
select
    fact, kind, position, revision, recorded_at, recorded_by, source, speaker,
    published_edtf, published_from, published_to, occurred_edtf, occurred_from, occurred_to,
    coalesce(occurred_to, occurred_from) as day,
    place, country, latitude, longitude, geo_precision, operation, incidents, actors, places, perpetrators, targets,
    modality, supersedes, url, quote, note, figures, plain, body
from entries
where sort = 'report'
