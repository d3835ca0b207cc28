-- The columns of data sets as they came, one by one, of every record that stands. The relation of a data set (`acled`,
-- `ucdp_ged`, …) has them side by side, each under its own name.
--
-- grain: fact, field
-- column field: the name of the column in the data set, in lower case
-- column value: what stood there, as text; columns that were empty are not here
select
    fact,
    split_part(written, '=', 1) as field,
    substr(written, instr(written, '=') + 1) as value
from (
    select fact, unnest(from_json(body -> '$.native', '["VARCHAR"]')) as written
    from facts
    where (body -> '$.native') is not null
)
