-- Retention: how many ninth graders of 2015-16 are enrolled in each of the next five years. DuckDB: different persons and years
-- of those ninth graders are faster than one condition for each year.
-- answer: integer integer integer integer integer integer
with ninth as (
  select distinct person_id from k12_enrollment where school_year = 2016 and grade = '09'
), present as (
  select distinct person_id, school_year
  from k12_enrollment
  where school_year between 2016 and 2021 and person_id in (select person_id from ninth)
)
select count(*) filter (school_year = 2016) as ninth_graders, count(*) filter (school_year = 2017) as after_one,
       count(*) filter (school_year = 2018) as after_two, count(*) filter (school_year = 2019) as after_three,
       count(*) filter (school_year = 2020) as after_four, count(*) filter (school_year = 2021) as after_five
from present
