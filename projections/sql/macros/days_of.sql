-- The first and the last calendar day a date may mean, as `bounds` of the vocabulary says: null is open.
-- It reads what is valid EDTF; the log holds nothing else. A test holds the two readings together.
create or replace macro first_day_of_one(date) as case when date <> '' then try_cast(
    replace(replace(concat(date, substring('0000-01-01', length(date) + 1)), '-XX', '-01'), 'X', '0') as date
) end;

create or replace macro last_day_of_one(date) as case
    when length(date) = 10 and date[-1] <> 'X' then try_cast(date as date)
    when date[6:7] between '00' and '99' then last_day(try_cast(concat(date[1:7], '-01') as date))
    when date <> '' then try_cast(concat(replace(date[1:4], 'X', '9'), '-12-31') as date)
end;

-- `2023-10-31T14:30Z?` is the day `2023-10-31`; an interval is written as sets write theirs: `a..b`.
create or replace macro sides_of(edtf) as list_transform(
    string_split(regexp_replace(regexp_replace(
        case when contains(edtf, '/') then replace(replace(edtf, '..', ''), '/', '..') else trim(edtf, '[]') end,
        'T[^,.]+(\.[0-9]+)?[^,.?~%]*', '', 'g'
    ), '[?~%]', '', 'g'), ','),
    lambda member: string_split(member, '..')
);

create or replace macro days_of(edtf) as case
    when edtf is null then null
    when length(edtf) = 10 and try_cast(edtf as date) is not null
        then {'first': try_cast(edtf as date), 'last': try_cast(edtf as date)}
    else {
        'first': list_sort(
            list_transform(sides_of(edtf), lambda sides: first_day_of_one(sides[1])), 'asc', 'nulls first'
        )[1],
        'last': list_sort(
            list_transform(sides_of(edtf), lambda sides: last_day_of_one(sides[-1])), 'desc', 'nulls first'
        )[1]
    }
end;
