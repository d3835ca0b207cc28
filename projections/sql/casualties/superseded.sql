-- Step 2, one voice: figures that a later word replaces, and by which fact.
-- A fact replaces what it says it supersedes, whoever said that, and through facts that have fallen themselves. Of one
-- speaker's figures on the same region and series the newest counts; a tie leaves both.
--
-- grain: fact, figure
-- stored: yes
-- column superseded_by: the fact whose figure counts in its place
with recursive newest_readings as (
    select fact, supersedes
    from superseding
    where fact in (select fact from superseding where len(supersedes) > 0)
    qualify row_number() over (partition by fact order by revision desc) = 1
), links as (
    select fact, unnest(supersedes) as earlier from newest_readings
), replaces as (
    select fact, earlier from links
    union
    select replaces.fact, links.earlier
    from replaces
    join links on links.fact = replaces.earlier
), with_a_later as materialized (
    -- By itself, else the two readings of `stated` are joined with each other first.
    select replaces.earlier, stated.fact, stated.position, stated.category, stated.victims
    from replaces
    join stated on stated.fact = replaces.fact
    where stated.reason is null and stated.has_number and replaces.fact <> replaces.earlier
), by_their_word as (
    select earlier.fact, earlier.figure, arg_max(later.fact, later.position) as superseded_by
    from with_a_later as later
    join stated as earlier
        on earlier.fact = later.earlier and earlier.category = later.category and earlier.victims = later.victims
    where earlier.reason is null
    group by earlier.fact, earlier.figure
), candidates as (
    select fact, figure, series, region, speaker, has_number, as_at_day, published
    from stated
    where reason is null and (fact, figure) not in (select (fact, figure) from by_their_word)
), newest as (
    select series, region, speaker, as_at_day, published, min(fact) as fact
    from candidates
    where has_number
    group by series, region, speaker, as_at_day, published
    qualify row_number() over (
        partition by series, region, speaker order by as_at_day desc nulls last, published desc nulls last
    ) = 1
)
select fact, figure, superseded_by
from by_their_word
union all
select candidates.fact, candidates.figure, newest.fact
from candidates
join newest
    on newest.series = candidates.series and newest.region = candidates.region
    and newest.speaker = candidates.speaker
where coalesce(candidates.as_at_day, date '0001-01-01') < coalesce(newest.as_at_day, date '0001-01-01')
    or (
        coalesce(candidates.as_at_day, date '0001-01-01') = coalesce(newest.as_at_day, date '0001-01-01')
        and coalesce(candidates.published, date '0001-01-01') < coalesce(newest.published, date '0001-01-01')
    )
