-- Some names in one text: "JNIM, CSP-PSD"; null where there are none.
create or replace macro each_of(names) as nullif(array_to_string(names, ', '), '');
