-- Every entry that stands: reports, names and decisions, each in its newest revision in force, none retracted.
-- Both look-backs apply here and in `history`, and so in every view above.
--
-- grain: position
select
    position, fact, revision, entry, kind, sort, decides, recorded_at, recorded_by, known_from, effective_from,
    source, speaker, published_edtf, published_from, published_to, occurred_edtf, occurred_from, occurred_to,
    place, latitude, longitude, geo_precision, country, operation, incidents, perpetrators, targets, actors, places,
    figures,
    modality, supersedes, url, quote, note, plain, target, target_revision, category, nature, reason, because, body
from mirror
where ended_by is null
