-- The facts that are incidents of their own and that no other entry names: what the rules would make of them can be
-- read off. All others are reckoned in components.
--
-- grain: fact
select
    fact, kind, position, source, speaker, published_to, occurred_from, occurred_to, place, country, latitude,
    longitude, geo_precision, perpetrators, targets, actors, figures
from reports
where plain and kind in (select kind from violence_kinds) and position not in (select position from components)
