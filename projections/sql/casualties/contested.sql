-- The facts whose figures cannot be read off as they stand: of an operation, of several incidents, spoken of by others.
-- The steps below look at these alone, so that their cost follows what is contested.
--
-- grain: fact
-- stored: yes
-- follows: position
select
    fact, position, kind, source, speaker, published_to, occurred_edtf, occurred_from, occurred_to,
    operation, incidents, supersedes, modality, figures, plain
from involved
union all
select
    facts.fact, facts.position, facts.kind, facts.source, facts.speaker, facts.published_to, facts.occurred_edtf,
    facts.occurred_from, facts.occurred_to, facts.operation, facts.incidents, facts.supersedes, facts.modality,
    facts.figures, facts.plain
from facts
-- Which they are is found out from two columns; the others are read of these alone.
join (select position from mirror where plain and fact in (select name from touched)) as spoken_of
    on spoken_of.position = facts.position
where facts.plain
