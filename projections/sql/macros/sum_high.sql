-- The sum of upper bounds: open (null) as soon as one of them is. `sum(high)` would close an open bound.
create or replace macro sum_high(bound) as case when count(*) = count(bound) then sum(bound) end;
