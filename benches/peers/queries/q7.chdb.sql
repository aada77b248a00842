-- ClickHouse has toYear and toMonth for extract, and bitShiftRight for >>.
with ever as (
  select person_id from k12_enrollment group by person_id
), found as (
  select person_id, toInt32(school_year) as year,
         case when grade in ('PK', 'KG', '01', '02', '03', '04', '05') then 1
              when grade in ('06', '07', '08') then 2 else 3 end as state
  from k12_enrollment
  union all
  select person_id, toInt32(toYear(term_start) + if(toMonth(term_start) >= 7, 1, 0)) as year,
         case when institution_level = 4 then 4 else 5 end as state
  from postsec_enrollment
  union all
  select person_id, toInt32(bitShiftRight(quarter_index, 2)) as year, 6 as state
  from ui_wage where person_id in (select person_id from ever)
), yearly as (
  select person_id, year, min(state) as state from found group by person_id, year
), followed as (
  select year, state, lead(year) over (partition by person_id order by year) as next_year,
         lead(state) over (partition by person_id order by year) as next_state
  from yearly
)
select year, state as from_state, if(next_year = year + 1, next_state, 9) as to_state, count(*) as persons
from followed
group by year, from_state, to_state
