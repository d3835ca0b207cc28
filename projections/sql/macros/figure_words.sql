-- A figure as a person says it: "at least 8 peacekeepers injured", "22 peacekeepers injured in all".
create or replace macro figure_words(low, best, high, words, victims, category, definition, measure) as concat_ws(' ',
    case
        when low = high then low::varchar
        when low is not null and high is not null then concat(low, ' to ', high)
        when low is not null then concat('at least ', low)
        when best is not null then concat('about ', best)
        when high is not null then concat('up to ', high)
        else coalesce(words, 'not known')
    end,
    counted_group(nullif(victims, 'all'), coalesce(high, low, best)), category,
    case when definition is not null then '(' || definition || ')' end,
    case measure when 'running_total' then 'in all' when 'residual' then 'besides' end
);
