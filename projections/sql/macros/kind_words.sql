-- A kind in words: "casualty update", "IED strike".
create or replace macro kind_words(kind) as regexp_replace(replace(kind, '_', ' '), '^ied ', 'IED ');
