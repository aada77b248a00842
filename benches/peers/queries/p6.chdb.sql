with spell as (
  select person_id, entry_date, ifNull(exit_date, makeDate32(school_year, 5, 31)) as last_day from k12_enrollment
), begun as (
  select person_id, entry_date, last_day,
         if(entry_date > max(last_day) over (partition by person_id order by entry_date
                                             rows between unbounded preceding and 1 preceding) + 121, 1, 0) as begins
  from spell
), numbered as (
  select person_id, entry_date, last_day,
         sum(begins) over (partition by person_id order by entry_date rows unbounded preceding) as stretch
  from begun
), stretches as (
  select count(*) as spells, dateDiff('day', min(entry_date), max(last_day)) as days from numbered group by person_id, stretch
)
select spells, count(*) as stretches, sum(days) as days from stretches group by spells
