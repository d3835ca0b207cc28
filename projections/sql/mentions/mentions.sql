-- Where facts name actors, places and sources: who published, and who said it.
select 'actor' as role, position, unnest(actors) as name from facts
union all
select 'place', position, unnest(places) from facts
union all
select 'source', position, source from facts
union all
select 'source', position, speaker from facts where speaker <> source
