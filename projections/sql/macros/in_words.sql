-- A figure that nobody else speaks of, as `chronology/casualties/in_words.py` says it: "1 to 5 civilians killed,
-- best 3".
create or replace macro in_words(low, best, high, victims, category, definition) as concat(
    case
        when high is null and coalesce(low, 0) = 0
            then case when coalesce(best, 0) = 0 then 'an unknown number' else concat('about ', best) end
        when high is null then concat('at least ', low)
        when high = 0 then case when victims = 'all' then 'none' else 'no' end
        when low = high then low::varchar
        when coalesce(low, 0) = 0 then concat('up to ', high)
        else concat(low, ' to ', high)
    end,
    case when victims <> 'all' and coalesce(high, nullif(low, 0), nullif(best, 0)) is null then ' of' end,
    case when victims <> 'all' then concat(' ', counted_group(victims, coalesce(high, nullif(low, 0), best, 0))) end,
    ' ', category,
    case when definition is not null then concat(' (', definition, ')') end,
    case when coalesce(nullif(low, 0), nullif(high, 0)) is not null and best is distinct from low
        and best is distinct from high and best is not null then concat(', best ', best) end
);
