-- A list with each value once, in the order in which they first come, and without nulls.
create or replace macro each_once(list) as case
    when list_unique(list) = list_count(list) then list_filter(list, lambda each: each is not null)
    else list_filter(list, lambda each, place: each is not null and list_position(list, each) = place)
end;
