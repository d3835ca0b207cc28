-- The policy by which figures are made, by name: every view with figures carries it.
--
-- grain: policy
select policy from look_back
