-- What the spells of every source say of a period: one row for each row of the grid and source. Days are counted one by
-- one, so that a day in two spells is one day. Needs periods.sql and observed.sql.

create or replace temp table spell_period as
with

part as (
    select
        cohort_row, rel, spell.source, spell_row, spell.first_day,
        greatest(spell.first_day, period_start) as from_day,
        least(spell.last_day, period_end) as to_day
    from grid
    join spell on spell.person_id = grid.person_id and spell.first_day <= period_end and spell.last_day >= period_start
),

counted as (
    select cohort_row, rel, source, count(distinct day)::integer as days
    from (select *, unnest(generate_series(from_day, to_day, interval 1 day)) as day from part)
    group by all
),

longest as (
    select
        cohort_row, rel, source,
        first(spell_row order by to_day - from_day desc, first_day desc, spell_row desc) as spell_row,
        count(*)::integer as spells
    from part
    group by all
)

select
    cohort_row, rel, observed_source.source,
    if(spells > 0, true, if(observed, false, null)) as flag,
    if(spells > 0, counted.days, if(observed, 0, null)) as days,
    if(spells > 0, spells, if(observed, 0, null)) as spells,
    spell_row
from observed_source
left join longest using (cohort_row, rel, source)
left join counted using (cohort_row, rel, source);
