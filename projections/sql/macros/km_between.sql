-- Kilometres between two points, given in degrees, along a great circle of the mean earth (radius 6,371 km).
create or replace macro km_between(latitude, longitude, other_latitude, other_longitude) as 2 * 6371 * asin(sqrt(
    pow(sin(radians(other_latitude - latitude) / 2), 2)
    + cos(radians(latitude)) * cos(radians(other_latitude)) * pow(sin(radians(other_longitude - longitude) / 2), 2)
));
