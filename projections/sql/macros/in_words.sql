-- A figure that nobody else speaks of, as `chronology/casualties/in_words.py` says it: "1 to 5 civilians killed,
-- best 3".
create or replace macro in_words(low, best, high, victims, category, definition) as concat(
    case
        when low is null and high is null
            then case when best is null then 'a number not known' else concat('about ', best) end
        when high is null then concat('at least ', low)
        when low = high then low::varchar
        when coalesce(low, 0) = 0 then concat('up to ', high)
        else concat(low, ' to ', high)
    end,
    case when victims <> 'all' then concat(' ', victims) end,
    ' ', category,
    case when definition is not null then concat(' (', definition, ')') end,
    case when coalesce(low, high) is not null and best is distinct from low and best is distinct from high
        and best is not null then concat(', best ', best) end
);
