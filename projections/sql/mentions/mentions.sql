-- Where facts name actors, places and sources: who published, and who said it.
select 'actor' as role, position, unnest(actors) as name from reports
union all
select 'place', position, unnest(places) from reports
union all
select 'source', position, source from reports
union all
select 'source', position, speaker from reports where speaker <> source
