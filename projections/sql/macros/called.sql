-- The name that a spelling goes under, by a map of those that stand for another (`respelled`); null where there are
-- none.
create or replace macro called(names, spelling) as coalesce(names[spelling], spelling);

create or replace macro all_called(names, spellings) as case
    when names is null then spellings
    else list_transform(spellings, lambda spelling: coalesce(names[spelling], spelling))
end;
