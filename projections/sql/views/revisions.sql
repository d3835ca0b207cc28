-- What each revision of a fact changed, field by field. Of a record of a data set the fields are its own columns, as
-- they came; of other facts, those of the kind. What was taken back, alone or with its import, is no revision here.
--
-- grain: fact, revision, field
-- column old: how the field read before; null where it was not there
-- column new: how it reads from this revision on; null where it is gone
-- column position: where in the log the revision stands
-- column nature: who was wrong: source, entry, reading
-- column import: the import that brought the revision; null where a person did
with undone as (
    select position - coalesce((body ->> '$.entries')::bigint, 0) as first_position, position as last_position
    from history
    where entry = 'dataset_imported' and stood_to is not null
), revised as (
    select fact, revision, position, nature, body, lag(body) over (partition by fact order by revision) as was
    from history
    where fact in (select fact from history where revision > 1) and sort in ('report', 'name')
        and not exists (select 1 from undone where history.position between first_position and last_position)
        and not exists (
            select 1 from decided
            where decided.entry = 'fact_retracted' and decided.target = history.fact
                and coalesce(decided.target_revision, history.revision) = history.revision
        )
), pairs as (
    select
        fact, revision, position, nature, was, body as is_now,
        (body -> '$.native') is not null and (was -> '$.native') is not null as is_record
    from revised
    where was is not null
), fields as (
    select fact, revision, 'old' as side, unnest(from_json(was -> '$.native', '["VARCHAR"]')) as written
    from pairs
    where is_record
    union all
    select fact, revision, 'new', unnest(from_json(is_now -> '$.native', '["VARCHAR"]')) from pairs where is_record
    union all
    select fact, revision, 'old', concat(key, '=', json_extract_string(was, concat('$.', key)))
    from (select fact, revision, was, unnest(json_keys(was)) as key from pairs where not is_record)
    where key <> 'native'
    union all
    select fact, revision, 'new', concat(key, '=', json_extract_string(is_now, concat('$.', key)))
    from (select fact, revision, is_now, unnest(json_keys(is_now)) as key from pairs where not is_record)
    where key <> 'native'
), compared as (
    select
        fact, revision, split_part(written, '=', 1) as field,
        max(substr(written, instr(written, '=') + 1)) filter (where side = 'old') as old,
        max(substr(written, instr(written, '=') + 1)) filter (where side = 'new') as new
    from fields
    group by fact, revision, split_part(written, '=', 1)
)
select
    compared.fact, compared.revision, compared.field, compared.old, compared.new,
    pairs.position, pairs.nature, releases.import
from compared
join pairs on pairs.fact = compared.fact and pairs.revision = compared.revision
left join releases on pairs.position >= releases.first_position and pairs.position < releases.position
where compared.old is distinct from compared.new
