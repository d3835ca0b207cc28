-- A group of victims as so many of them are called: 1 civilian, 2 civilians, 1 of the wounded.
create or replace macro counted_group(victims, number) as case
    when number <> 1 or number is null or regexp_matches(victims, ' (and|or|of) ') then victims
    else regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        victims, 'men$', 'man'), 'children$', 'child'), 'ies$', 'y'), '([^s])s$', '\1')
end;
