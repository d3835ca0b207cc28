-- What a person should look at: figures that count nowhere, facts no look-back by publication can see, incidents that
-- may be one. Each row names the verb that settles it. Facts that an import brought without `published` are one row.
--
-- column what: why it is here
-- column detail: what exactly
-- column settle: what to do about it
with unpublished as (
    select reports.fact, reports.kind, reports.source, releases.import
    from reports
    left join releases on reports.position >= releases.first_position and reports.position < releases.position
    where reports.published_to is null
)
select fact, what, detail, settle
from reckoned_reviews
union all
select fact, 'fact without published', concat(kind, ' by ', source, ': no --known-by sees it'),
    concat('chronology correct ', fact, ' --nature entry --published DATE')
from unpublished
where import is null
union all
select import, 'facts without published', concat(count(*), ' facts of ', any_value(source),
': no --known-by sees them'),
    concat('chronology retract --import ', import, ', and import it with --published DATE')
from unpublished
where import is not null
group by import
union all
select facts[1], 'incidents that may be one',
    concat(incident, ' and ', other, ': both ', kind, ', ', days, ' days',
        case when km is not null then concat(' and ', km, ' km') else ' apart, same place' end),
    concat('chronology merge ', incident, ' ', other, ', or chronology separate ', incident, ' ', other)
from possible_duplicates
