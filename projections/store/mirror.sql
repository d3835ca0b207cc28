-- How entries become rows of the mirror. `$parts` are the lines of the log, cut into their parts (`mirror.PARTED`); the
-- other names with a dollar are filled in by `mirror.py` from the vocabulary. docs/casualties.md, "What a source says".
insert into $table by name
with read as (
    select
        position, entry, kind, body,
        from_json(envelope, '$envelope') as own,
        from_json(case when kind in ($reports) then body end, '$report') as report,
        from_json(
            case when decision <> '' then decision when kind in ($decisions) then body end, '$decision'
        ) as decided,
        kind in ($reports) as is_report,
        kind in ($names) as is_name
    from $parts
), dated as (
    select
        *,
        coalesce(report.occurred, case when is_name then body ->> '$$.occurred' end) as occurred_edtf,
        -- Taken out one by one: a lambda copies whatever it names for every figure, and would copy the whole report.
        report.measure as its_measure, report.definition as its_definition, report.as_at as its_as_at,
        report.period as its_period, report."from" as outcome_from,
        coalesce(report.excludes, []) as its_excludes, coalesce(report.included_in, []) as included_in,
        -- Violence counts for its incidents, the fact itself where it names none.
        case
            when len(report.incidents) > 0 then report.incidents
            when kind in ($violence) then [own.id]
            else []
        end as of_incidents,
        case
            when kind = 'outcome_reported' and report."to" = 'killed' then $died
            when $has_figures then flatten([$figures])
            else []
        end as stated
    from read
), spanned as (
    -- All dates in one list, so that the macro is written out once: planning it takes longer than reading a fact.
    select
        *,
        days[1].first as published_from, days[1].last as published_to, days[2].last as decided_on,
        days[3].first as occurred_from, days[3].last as occurred_to,
        coalesce(days[4].last, days[4].first, days[1].last, days[1].first) as its_moment,
        case when its_period is null then days[3].first else days[5].first end as its_from,
        case when its_period is null then days[3].last else days[5].last end as its_to
    from (
        select *, list_transform(
            [report.published, decided.published, occurred_edtf, its_as_at, its_period], lambda edtf: days_of(edtf)
        ) as days
        from dated
    )
), told_apart as (
    -- Figures with a moment, a period or incidents of their own; a breakdown has those of the figure it is part of.
    select * replace (case
        when len(list_filter(
            stated, lambda each: coalesce(each.as_at, each.period) is not null or len(each.incidents) > 0
        )) = 0 then stated
        else list_transform(list_transform(list_transform(list_transform(stated, lambda each, number: struct_pack(
            own := each,
            whole := case when each.said.measure = 'breakdown' then list_filter(
                stated,
                lambda other, place: place <> number and other.category = each.category
                    and coalesce(other.said.victims, 'all') = coalesce(each.said.part_of, 'all')
            )[1] end
        )), lambda each: struct_pack(
            own := each.own,
            incidents := case when len(each.own.incidents) > 0 then each.own.incidents else each.whole.incidents end,
            dates := [coalesce(each.own.as_at, each.whole.as_at), coalesce(each.own.period, each.whole.period)]
        )), lambda each: struct_pack(
            own := each.own,
            incidents := each.incidents,
            dates := each.dates,
            days := list_transform(each.dates, lambda edtf: days_of(edtf))
        )), lambda each: struct_pack(
            category := each.own.category,
            said := each.own.said,
            incidents := each.incidents,
            as_at := each.dates[1],
            moment := coalesce(each.days[1].last, each.days[1].first),
            period := each.dates[2],
            first := each.days[2].first,
            last := each.days[2].last
        ))
    end as stated)
    from spanned
), filled as (
    -- Each figure with what it leaves to its fact: measure, definition, incidents, moment, period.
    select *, case when is_report then list_transform(stated, lambda each, number: struct_pack(
        figure := number,
        category := each.category,
        low := each.said.low,
        best := each.said.best,
        high := each.said.high,
        words := each.said.words,
        victims := coalesce(each.said.victims, 'all'),
        definition := coalesce(each.said.definition, its_definition),
        measure := coalesce(each.said.measure, its_measure, case
            when kind <> 'casualty_update' or len(of_incidents) > 0 or len(each.incidents) > 0 then 'increment'
            else 'unspecified'
        end),
        as_at := coalesce(each.as_at, its_as_at),
        as_at_day := coalesce(each.moment, its_moment),
        period_from := case when each.period is null then its_from else each.first end,
        period_to := case when each.period is null then its_to else each.last end,
        incidents := case when len(each.incidents) > 0 then each.incidents else of_incidents end,
        excludes := coalesce(each.said.excludes, its_excludes),
        part_of := each.said.part_of,
        outcome_from := outcome_from,
        included_in := included_in
    )) end as figures
    from told_apart
), summed as (
    select
        *,
        list_transform(
            list_filter(figures, lambda figure: figure.measure = 'increment'),
            lambda figure: concat(figure.category, '|', figure.victims)
        ) as whole_figures,
        flatten([$actors]) as named_actors,
        flatten([$places]) as named_places
    from filled
), judged as (
    select
        *,
        not is_report or entry <> kind as decides,
        -- Whether the figures can be read off as they stand, unless another entry names the fact: an incident of its
        -- own, of no operation, with plain numbers in order, each series once, one group of each category: the rows of
        -- the large data sets. A breakdown of a figure of the same fact is plain too; a low of its own could raise that
        -- of its whole. (Nor is a group that the rules call otherwise.)
        case when is_report then report.operation is null and coalesce(len(report.incidents), 0) = 0
            and coalesce(len(report.supersedes), 0) = 0 and coalesce(report.modality, 'asserted') = 'asserted'
            and not contains(own.id, ' ')
            and len(list_distinct(list_transform(
                figures, lambda figure: concat_ws('|', figure.category, figure.victims, coalesce(figure.definition, ''))
            ))) = len(figures)
            and len(list_distinct(whole_figures)) = len(list_distinct(
                list_transform(whole_figures, lambda whole: split_part(whole, '|', 1))
            ))
            and len(list_filter(figures, lambda figure: not (
                len(figure.incidents) = 1
                and not contains(figure.victims, ' of ')
                and lower(regexp_extract(figure.victims, '[^ ]*$$')) not in ($called_otherwise)
                and figure.words is null
                and figure.outcome_from is null
                and coalesce(figure.low, figure.best, figure.high) is not null
                and coalesce(figure.low <= figure.best, true)
                and coalesce(figure.best <= figure.high, true)
                and coalesce(figure.low <= figure.high, true)
                and (
                    figure.measure = 'increment'
                    or figure.measure = 'breakdown' and figure.low is null and list_contains(
                        whole_figures, concat(figure.category, '|', coalesce(figure.part_of, 'all'))
                    )
                )
            ))) = 0
        end as plain
    from summed
), kept as (
    -- A condition would be taken apart, and all of the above computed for each of its parts.
    select *, unnest(case when $rows then [true] end)
    from judged
)
select
    position,
    own.id as fact,
    own.revision as revision,
    entry,
    kind,
    case when is_report then 'report' when is_name then 'name' else 'decision' end as sort,
    decides,
    own.recorded_at as recorded_at,
    own.recorded_by as recorded_by,
    case when is_report then published_to when is_name then date '$always' else decided_on end as known_from,
    decided_on as effective_from,
    report.source as source,
    coalesce(report.attributed_to, report.source) as speaker,
    report.published as published_edtf,
    published_from,
    published_to,
    occurred_edtf,
    occurred_from,
    occurred_to,
    report.place.name as place,
    report.place.latitude as latitude,
    report.place.longitude as longitude,
    report.place.geo_precision as geo_precision,
    report.country as country,
    report.operation as operation,
    case when is_report then coalesce(report.incidents, []) end as incidents,
    case when is_report then coalesce(report.perpetrators, []) end as perpetrators,
    case when is_report then coalesce(report.targets, []) end as targets,
    case when is_report then each_once(named_actors) end as actors,
    case when is_report then each_once(named_places) end as places,
    figures,
    plain,
    case when is_report then coalesce(report.modality, 'asserted') end as modality,
    case when is_report then coalesce(report.supersedes, []) end as supersedes,
    report.url as url,
    report.quote as quote,
    report.note as note,
    decided.fact as target,
    decided.revision as target_revision,
    decided.category as category,
    decided.nature as nature,
    decided.reason as reason,
    case when decided is not null then coalesce(decided.because, []) end as because,
    decided.said_in as said_in,
    body
from kept
