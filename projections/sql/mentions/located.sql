-- Where places lie that were declared with coordinates: one map from name to coordinates and how exact they are.
select map(list(name order by name), list({
    'latitude': latitude, 'longitude': longitude, 'geo_precision': geo_precision
} order by name)) as places
from (
    select
        coalesce(names.name, place_named.name) as name,
        arg_max(place_named.latitude, place_named.position) as latitude,
        arg_max(place_named.longitude, place_named.position) as longitude,
        arg_max(place_named.geo_precision, place_named.position) as geo_precision
    from place_named
    left join names on names.role = 'place' and names.key = name_key(place_named.name)
    where place_named.latitude is not null and place_named.longitude is not null
    group by coalesce(names.name, place_named.name)
)
having count(*) > 0
