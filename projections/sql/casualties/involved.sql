-- The facts that name incidents or an operation, or whose figures are more than plain numbers.
--
-- grain: fact
-- stored: yes
-- follows: position
select
    fact, position, kind, source, speaker, published_to, occurred_edtf, occurred_from, occurred_to,
    operation, incidents, supersedes, modality, figures, plain
from facts
where not plain
