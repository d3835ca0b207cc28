-- How near two incidents are to be offered as possibly one.
--
-- grain: near_days
-- column near_days: days between them, at most
-- column near_km: kilometres between them, at most, where both have coordinates
select 3 as near_days, 25.0 as near_km
