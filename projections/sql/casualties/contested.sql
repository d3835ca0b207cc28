-- The facts whose figures cannot be read off as they stand: of an operation, of several incidents, spoken of by others.
-- The steps below look at these alone, so that their cost follows what is contested.
--
-- grain: fact
-- stored: yes
select
    fact, position, kind, source, speaker, published_to, occurred_edtf, occurred_from, occurred_to,
    operation, incidents, supersedes, modality, figures, plain
from involved
union all
select
    fact, position, kind, source, speaker, published_to, occurred_edtf, occurred_from, occurred_to,
    operation, incidents, supersedes, modality, figures, plain
from facts
where plain and position in (select position from mirror where plain and fact in (select name from touched))
