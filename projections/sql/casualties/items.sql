-- Step 6, items: what each region contributes to the figures of its operation, without counting anybody twice.
--
-- grain: series, region
-- stored: yes
-- column low: what it adds to the low; null where no low is known
-- column high: what it adds to the high; null is open
-- column first_day: the first day it may lie on; null is open
-- column last_day: the day by which all of it had happened
select
    region_days.series, region_days.region, region_days.category, region_days.victims, region_days.definition,
    region_days.region_kind, region_days.incidents, region_days.operation,
    region_days.first_day, region_days.last_day, region_days.speakers, region_days.facts,
    region_days.low as stated_low, region_days.best as stated_best, region_days.high as stated_high,
    case when joint_shares.region is null then region_days.low else joint_shares.adds_low end as low,
    case when joint_shares.region is null then coalesce(region_days.best, region_days.low)
        else joint_shares.adds_best end as best,
    case when joint_shares.region is null then region_days.high else joint_shares.adds_high end as high,
    joint_shares.inside_low,
    coalesce(region_days.high < joint_shares.inside_low, false) as is_contradicted
from region_days
left join joint_shares on joint_shares.series = region_days.series and joint_shares.region = region_days.region
