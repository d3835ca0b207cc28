-- Steps 4 and 5, what a region adds: what it states above all that already counts in regions that share with it.
-- Each pass places the regions all of whose earlier ones are placed, until nothing is added.
-- A joint figure whose high is below what is inside it is an alternative to that: the smaller low holds.
--
-- grain: series, region
-- grows: series varchar, region varchar, adds_low bigint, adds_best bigint, adds_high bigint, total_high bigint, inside_low bigint
-- column adds_high: what its high has above the regions inside it, each set off against the first that holds it
-- column total_high: what it and the regions set off against it add
-- column inside_low: what already counted, of regions wholly inside it
with contested as (
    select distinct series, region from joint_order
    union
    select distinct series, earlier from joint_order
), before as (
    select
        joint_order.series, joint_order.region,
        count(*) as regions, count(joint_shares.region) as regions_placed,
        sum(coalesce(joint_shares.adds_low, 0)) as low,
        sum(coalesce(joint_shares.adds_low, 0)) filter (where joint_order.within) as low_within,
        sum(coalesce(joint_shares.adds_best, joint_shares.adds_low, 0)) as best,
        sum(joint_shares.total_high) filter (where joint_order.holds_first) as high_within
    from joint_order
    left join joint_shares
        on joint_shares.series = joint_order.series and joint_shares.region = joint_order.earlier
    group by joint_order.series, joint_order.region
)
select
    region_days.series, region_days.region,
    case
        when region_days.region_kind = 'incidents' and region_days.high < before.low_within
            then coalesce(region_days.low, region_days.high) - before.low_within
        when region_days.low is not null then greatest(0, region_days.low - coalesce(before.low, 0))
    end as adds_low,
    case
        when region_days.region_kind = 'incidents' and region_days.high < before.low_within
            then coalesce(region_days.low, region_days.high) - before.low_within
        when coalesce(region_days.best, region_days.low) is not null
            then greatest(0, coalesce(region_days.best, region_days.low) - coalesce(before.best, 0))
    end as adds_best,
    case when region_days.high is not null then greatest(0, region_days.high - coalesce(before.high_within, 0)) end
        as adds_high,
    case when region_days.high is not null then greatest(region_days.high, before.high_within) end as total_high,
    before.low_within as inside_low
from contested
join region_days on region_days.series = contested.series and region_days.region = contested.region
left join before on before.series = contested.series and before.region = contested.region
where (contested.series, contested.region) not in (select (series, region) from joint_shares)
    and coalesce(before.regions = before.regions_placed, true)
