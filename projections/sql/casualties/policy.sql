-- The policy by which figures are made, by name: every view with figures carries it.
--
-- grain: policy
select 'cautious-1' as policy
