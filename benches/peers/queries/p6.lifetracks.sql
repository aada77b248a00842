with numbered as (
  select person_id, entry_date, last_day,
         spell_id(entry_date, last_day, 120) over (partition by person_id order by entry_date) as stretch
  from (select person_id, entry_date, coalesce(exit_date, make_date(school_year, 5, 31)) as last_day from k12_enrollment) spell
), stretches as (
  select count(*) as spells, max(last_day) - min(entry_date) as days from numbered group by person_id, stretch
)
select spells, count(*) as stretches, sum(days) as days from stretches group by spells
