-- `sum_high` over the rows that meet a condition (DuckDB takes no FILTER on a macro).
create or replace macro sum_high_where(bound, condition) as
    case when count(*) filter (where condition) = count(bound) filter (where condition)
        then sum(bound) filter (where condition) end;
