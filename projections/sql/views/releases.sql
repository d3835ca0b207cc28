-- Releases of data sets that were imported: which file, how many rows, and what they changed.
--
-- grain: import
-- column import: the id of the import
-- column position: its place in the log; `--as-of` this position shows the views as it left them
-- column first_position: the place of its first entry
-- column release: the version of the data set, where the importer was given it
-- column sha256: the digest of the file: a release is known by it
-- column coverage: what the file was said to be complete for; null where nothing could vanish
select
    fact as import,
    body ->> '$.dataset' as dataset,
    body ->> '$.release' as release,
    body ->> '$.file' as file,
    body ->> '$.sha256' as sha256,
    coalesce((body ->> '$.rows')::bigint, 0) as rows,
    coalesce((body ->> '$.new')::bigint, 0) as new,
    coalesce((body ->> '$.revised')::bigint, 0) as revised,
    coalesce((body ->> '$.vanished')::bigint, 0) as vanished,
    coalesce((body ->> '$.unchanged')::bigint, 0) as unchanged,
    coalesce((body ->> '$.rejected')::bigint, 0) as rejected,
    body ->> '$.coverage' as coverage,
    body ->> '$.licence' as licence,
    recorded_at, recorded_by,
    position - coalesce((body ->> '$.entries')::bigint, 0) as first_position,
    position
from decided
where entry = 'dataset_imported'
