-- The grid of a panel: one row for every row of `cohort` and relative period. Variables: unit, from_p, to_p. Needs
-- calendar.sql and the table `loaded`.

create or replace temp table grid as
select
    cohort.*,
    rel::integer as rel,
    (period_number(getvariable('unit'), index_date) + rel)::integer as period,
    period_first(getvariable('unit'), period) as period_start,
    period_first(getvariable('unit'), period + 1) - 1 as period_end
from cohort
cross join (select unnest(generate_series(getvariable('from_p'), getvariable('to_p'))) as rel);

-- Whether all days of a period are loaded, by source. The stretches of `loaded` do not overlap.
create or replace temp table period_covered as
select source, period, days = period_end - period_start + 1 as covered
from (
    select
        source, period, period_start, period_end,
        sum(greatest(least(period_end, last_day) - greatest(period_start, first_day) + 1, 0)) as days
    from (select distinct period, period_start, period_end from grid)
    cross join loaded
    group by all
);
