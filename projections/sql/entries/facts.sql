-- What stands of what was reported: one row per fact, as it reads now, with the names that things go under.
--
-- grain: fact
-- column fact: the id of the fact; `chronology show` takes it
-- column position: where in the log the revision stands that is read here
-- column speaker: who said it: attributed_to, else the source
-- column day: the last day it may have happened, else the first
-- column occurred_edtf: when it happened, as written (EDTF)
-- column latitude: as the fact has it, else as the place was declared
-- column coordinates_from: fact or place_named
-- column actors: every actor it names, in any role
-- column place_as_written: in the words of the fact; so with all that end in _as_written
-- column body: the whole fact as JSON
select
    fact, kind, position, revision, recorded_at, recorded_by, source, speaker,
    published_edtf, published_from, published_to, occurred_edtf, occurred_from, occurred_to, day,
    called(place_names, place) as place,
    country,
    coalesce(latitude, located[called(place_names, place)].latitude) as latitude,
    coalesce(longitude, located[called(place_names, place)].longitude) as longitude,
    case when latitude is null then located[called(place_names, place)].geo_precision else geo_precision end
        as geo_precision,
    case when latitude is not null then 'fact'
        when located[called(place_names, place)] is not null then 'place_named' end as coordinates_from,
    called(operation_names, operation) as operation,
    all_called(incident_names, incidents) as incidents,
    all_called(actor_names, actors) as actors,
    all_called(place_names, places) as places,
    all_called(actor_names, perpetrators) as perpetrators,
    all_called(actor_names, targets) as targets,
    place as place_as_written, operation as operation_as_written, incidents as incidents_as_written,
    actors as actors_as_written, perpetrators as perpetrators_as_written, targets as targets_as_written,
    modality, supersedes, url, quote, note, figures, plain, body
from (
    -- Looked up once for all rows, and only for the columns that are asked for.
    select
        reports.*,
        (select names from respelled where role = 'place') as place_names,
        (select names from respelled where role = 'operation') as operation_names,
        (select names from respelled where role = 'incident') as incident_names,
        (select names from respelled where role = 'actor') as actor_names,
        (select places from located) as located
    from reports
)
