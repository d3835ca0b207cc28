-- What a person should look at: figures that count nowhere, facts no look-back by publication can see, incidents that
-- may be one. Each row names the verb that settles it. Facts that an import brought without `published` are one row.
--
-- column what: why it is here
-- column detail: what exactly
-- column settle: what to do about it
with unpublished as (
    select facts.fact, facts.kind, facts.source, releases.import
    from facts
    left join releases on facts.position >= releases.first_position and facts.position < releases.position
    where facts.published_to is null
)
select fact, 'figure of unspecified measure' as what,
    concat(category, ' ', coalesce(low::varchar, best::varchar, high::varchar, words), ' ', victims,
        ': neither incidents, nor an operation with a period or a moment') as detail,
    concat('chronology edit ', fact) as settle
from figures
where reason = 'unspecified'
union all
select fact, 'fact without published', concat(kind, ' by ', source, ': no --known-by sees it'),
    concat('chronology correct ', fact, ' --nature entry --published DATE')
from unpublished
where import is null
union all
select import, 'facts without published', concat(count(*), ' facts of ', any_value(source), ': no --known-by sees them'),
    concat('chronology retract --import ', import, ', and import it with --published DATE')
from unpublished
where import is not null
group by import
union all
select fact, 'words the policy has no number for', concat(category, ' "', words, '"'), concat('chronology edit ', fact)
from figures
where low is null and best is null and high is null and words is not null and not imputed
    and lower(words) not in (select words from policy_words) and words <> 'not known'
union all
select facts[1], 'incidents that may be one',
    concat(incident, ' and ', other, ': both ', kind, ', ', days, ' days',
        case when km is not null then concat(' and ', km, ' km') else ' apart, same place' end),
    concat('chronology merge ', incident, ' ', other, ', or chronology separate ', incident, ' ', other)
from possible_duplicates
