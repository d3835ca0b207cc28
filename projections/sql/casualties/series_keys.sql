-- The series there are: a category, a group of people and a definition. Series are never mixed.
--
-- grain: series
select distinct series, category, victims, definition from stated
