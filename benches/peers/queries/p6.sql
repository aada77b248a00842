-- Stretches of continuous enrollment, broken by more than 120 days without any; a spell without an exit ends on 31 May.
-- Stretches by their number of spells, and all their days.
-- answer: integer integer integer
with spell as (
  select person_id, entry_date, coalesce(exit_date, make_date(school_year, 5, 31)) as last_day from k12_enrollment
), begun as (
  select person_id, entry_date, last_day,
         case when entry_date > max(last_day) over (partition by person_id order by entry_date
                                                    rows between unbounded preceding and 1 preceding) + 121
              then 1 else 0 end as begins
  from spell
), numbered as (
  select person_id, entry_date, last_day,
         sum(begins) over (partition by person_id order by entry_date rows unbounded preceding) as stretch
  from begun
), stretches as (
  select count(*) as spells, max(last_day) - min(entry_date) as days from numbered group by person_id, stretch
)
select spells, count(*) as stretches, cast(sum(days) as bigint) as days from stretches group by spells
