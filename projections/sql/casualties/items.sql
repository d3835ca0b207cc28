-- Step 6, items: what each region contributes to the figures of its operation, without counting anybody twice.
--
-- grain: series, region
-- stored: yes
-- column low: what it adds to the low; null where no low is known
-- column high: what it adds to the high; null is open
-- column first_day: the first day it may lie on; null is open
-- column last_day: the day by which all of it had happened
-- column is_contradicted: its high is below what is inside it (of the killed, only where it speaks of a day as late:
--     people die of their wounds)
select
    region_days.series, region_days.region, region_days.category, region_days.victims, region_days.definition,
    region_days.region_kind, region_days.incidents, region_days.operation,
    region_days.first_day, region_days.last_day, region_days.speakers, region_days.facts, region_days.included_in,
    region_days.as_at_day,
    region_days.low as stated_low, region_days.best as stated_best, region_days.high as stated_high,
    case when joint_shares.region is null then region_days.low else joint_shares.adds_low end as low,
    case when joint_shares.region is null then coalesce(region_days.best, region_days.low)
        else joint_shares.adds_best end as best,
    case when joint_shares.region is null then region_days.high else joint_shares.adds_high end as high,
    joint_shares.inside_low,
    coalesce(
        region_days.high < joint_shares.inside_low
        and (region_days.category <> 'killed' or region_days.as_at_day >= inside.as_at_day),
        false
    ) as is_contradicted
from region_days
left join (
    select joint_order.series, joint_order.region, max(earlier.as_at_day) as as_at_day
    from joint_order
    join region_days as earlier on earlier.series = joint_order.series and earlier.region = joint_order.earlier
    where joint_order.within
    group by joint_order.series, joint_order.region
) as inside on inside.series = region_days.series and inside.region = region_days.region
left join joint_shares on joint_shares.series = region_days.series and joint_shares.region = region_days.region
