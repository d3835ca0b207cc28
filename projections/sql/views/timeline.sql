-- What happened, in order, one line for each report. Sorted by `day`; `occurred_edtf` says how sure that is.
--
-- grain: fact
-- column day: the last day it may have happened, else the first; else the day of publication
-- column occurred_edtf: when it happened, as written: ../2023-11-03 is "by 3 November"
-- column occurred_from: the first day it may have happened; null is open
-- column occurred_to: the last day it may have happened; null is open
-- column place_as_written: in the words of the fact
-- column headline: what it is, in a line, from its fields
with worded as (
    select
        fact, kind, day, published_to, occurred_edtf, occurred_from, occurred_to, place, operation, source, modality,
        perpetrators, targets, actors, incidents, place_as_written,
        body ->> '$.site' as site, body ->> '$.actor' as actor, body ->> '$.about' as about,
        body ->> '$.stance' as stance, body ->> '$.status' as status, body ->> '$.destination' as destination,
        body ->> '$.mission' as mission, body ->> '$.change' as change, body ->> '$.instrument' as instrument,
        body ->> '$.territory' as territory,
        list_transform(list_filter(figures, lambda part: part.measure <> 'breakdown'), lambda figure: figure_words(
            figure.low, figure.best, figure.high, figure.words, figure.victims, figure.category, figure.definition,
            figure.measure
        )) as counts
    from facts
)
select
    coalesce(day, published_to) as day,
    occurred_edtf,
    kind,
    coalesce(place, site, territory) as place,
    operation,
    concat_ws(
        ' · ',
        concat_ws(
            ' ',
            case modality when 'asserted' then null else modality || ':' end,
            replace(kind, '_', ' ')
        ),
        case
            when kind in ('responsibility_claimed', 'responsibility_denied')
                then concat_ws(', ', 'by ' || actor, nullif('for ' || array_to_string(incidents, ', '), 'for '))
            when kind = 'responsibility_attributed'
                then concat_ws(', ', 'to ' || actor, nullif('for ' || array_to_string(incidents, ', '), 'for '))
            when about is not null then concat_ws(' ', actor, stance, about)
            when mission is not null then concat_ws(' ', mission, change, instrument)
            when status is not null then status
            when destination is not null then 'to ' || destination
            when len(perpetrators) = 0 and len(targets) = 0 and len(actors) > 0 then array_to_string(actors, ', ')
        end,
        case when len(perpetrators) > 0 then 'by ' || array_to_string(perpetrators, ', ') end,
        case when len(targets) > 0 then 'on ' || array_to_string(targets, ', ') end,
        case when len(counts) > 0 then array_to_string(counts, ', ') end
    ) as headline,
    source,
    fact,
    place_as_written,
    occurred_from,
    occurred_to
from worded
order by coalesce(day, published_to) nulls last, occurred_from nulls first, published_to, fact
