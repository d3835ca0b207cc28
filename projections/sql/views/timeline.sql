-- What happened, in order, one line for each report. Sorted by `day`; `occurred_edtf` says how sure that is.
--
-- grain: fact
-- column day: the last day it may have happened, else the first; else the day of publication
-- column occurred_edtf: when it happened, as written: ../2023-11-03 is "by 3 November"
-- column place_as_written: in the words of the fact
-- column headline: what it is, in a line, from its fields
-- column speaker: who said it: attributed_to, else the source
-- column occurred_from: the first day it may have happened; null is open
-- column occurred_to: the last day it may have happened; null is open
-- column superseded_by: facts whose figures replace those of this one, by their own word
with worded as (
    select
        fact, kind, day, published_to, occurred_edtf, occurred_from, occurred_to, place, operation, source, speaker,
        modality, perpetrators, targets, actors, incidents, place_as_written,
        said.site, said.actor, said.about, replace(said.stance, '_', ' ') as stance,
        replace(said.status, '_', ' ') as status, said.origin, said.destination, said.mission, said.change,
        said.instrument, said.territory, said."from" as outcome_of, said.count as number,
        each_of(said.gained_by) as gained_by, each_of(said.lost_by) as lost_by,
        each_of(list_transform(list_filter(figures, lambda part: part.measure <> 'breakdown'), lambda figure:
            figure_words(
                figure.low, figure.best, figure.high, figure.words, figure.victims, figure.category, figure.definition,
                figure.measure
            )
        )) as counts
    from (
        -- Read at once: field by field takes the memory of the whole body for each.
        select
            *,
            from_json(body, '{
                "site": "VARCHAR", "actor": "VARCHAR", "about": "VARCHAR", "stance": "VARCHAR", "status": "VARCHAR",
                "origin": "VARCHAR", "destination": "VARCHAR", "mission": "VARCHAR", "change": "VARCHAR",
                "instrument": "VARCHAR", "territory": "VARCHAR", "from": "VARCHAR", "count": "VARCHAR",
                "gained_by": ["VARCHAR"], "lost_by": ["VARCHAR"]
            }') as said
        from facts
    )
), superseders as (
    select map(list(superseded), list(successors)) as of_facts
    from (
        select superseded, list_sort(list(fact)) as successors
        from (select fact, unnest(supersedes) as superseded from facts where len(supersedes) > 0)
        group by superseded
    )
)
select
    coalesce(day, published_to) as day,
    occurred_edtf,
    kind,
    coalesce(place, site, territory) as place,
    operation,
    concat_ws(
        ' · ',
        concat_ws(' ', case modality when 'asserted' then null else modality || ':' end, kind_words(kind)),
        case
            when kind in ('responsibility_claimed', 'responsibility_denied')
                then concat_ws(', ', 'by ' || actor, 'for ' || each_of(incidents))
            when kind = 'responsibility_attributed' then concat_ws(', ', 'to ' || actor, 'for ' || each_of(incidents))
            when kind = 'statement_made' and stance is null then concat_ws(': ', actor, about)
            when kind = 'protest' then 'over ' || about
            when about is not null then concat_ws(' ', actor, stance, about)
            when mission is not null then concat_ws(' ', mission || ':', change, 'by ' || instrument)
            when kind = 'agreement_reached'
                then concat_ws(', ', instrument, 'between ' || nullif(array_to_string(actors, ' and '), ''))
            when kind = 'force_changed' then concat_ws(': ', each_of(actors), change)
            when kind = 'arrests'
                then concat_ws('; ', number || if(number = '1', ' person', ' people'), each_of(actors))
            when territory is not null then concat_ws(', ', 'gained by ' || gained_by, 'lost by ' || lost_by)
            when status is not null then status
            when kind = 'convoy_arrived' then concat_ws(' ', 'in ' || destination, 'from ' || origin)
            when coalesce(origin, destination) is not null
                then concat_ws(' ', 'from ' || origin, if(kind = 'convoy_located', 'bound for ', 'to ') || destination)
            when len(perpetrators) = 0 and len(targets) = 0 then each_of(actors)
        end,
        'by ' || each_of(perpetrators),
        'on ' || each_of(targets),
        counts,
        case when kind = 'outcome_reported' then 'of the ' || outcome_of end
    ) as headline,
    source,
    fact,
    place_as_written,
    speaker,
    coalesce((select of_facts from superseders)[fact], []) as superseded_by,
    occurred_from,
    occurred_to
from worded
order by coalesce(day, published_to) nulls last, occurred_from nulls first, published_to, fact
