-- From year to year: what everybody who was ever in school is in one year and in the next, out of the grades, the two kinds
-- of college and work; of several in a year the first in this order counts, 9 is none of them.
-- answer: integer integer integer integer
with ever as (
  select person_id from k12_enrollment group by person_id
), found as (
  select person_id, school_year as year,
         case when grade in ('PK', 'KG', '01', '02', '03', '04', '05') then 1
              when grade in ('06', '07', '08') then 2 else 3 end as state
  from k12_enrollment
  union all
  select person_id,
         cast(extract(year from term_start) + case when extract(month from term_start) >= 7 then 1 else 0 end as int),
         case when institution_level = 4 then 4 else 5 end
  from postsec_enrollment
  union all
  select w.person_id, w.quarter_index >> 2, 6 from ui_wage w where w.person_id in (select person_id from ever)
), yearly as (
  select person_id, year, min(state) as state from found group by person_id, year
), followed as (
  select year, state, lead(year) over (partition by person_id order by year) as next_year,
         lead(state) over (partition by person_id order by year) as next_state
  from yearly
)
select year, state as from_state, case when next_year = year + 1 then next_state else 9 end as to_state, count(*) as persons
from followed
group by year, state, case when next_year = year + 1 then next_state else 9 end
