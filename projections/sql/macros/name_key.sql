-- The form by which names are matched: NFC, trimmed, inner spaces single, lower case. As `name_key` of the vocabulary.
create or replace macro name_key(name) as lower(trim(regexp_replace(nfc_normalize(name), '\s+', ' ', 'g')));
