-- Four-year graduation under the method msis-2006, cohorts of 2012 to 2025 by district: the rule of grad_cohort in SQL.
-- Cohort by the first ninth grade, the last attended spell up to 31 July decides, transfers out leave (a death with a
-- document), a regular diploma by 31 July graduates.
-- answer: integer text integer integer
with spell as (
  select person_id, school_year, district_id, grade, entry_date, exit_date, exit_code, exit_documented
  from k12_enrollment
  where grade in ('09', '10', '11', '12') and exit_code is distinct from 'NS'
), placed as (
  select *, coalesce(min(case when grade = '09' then school_year end) over (partition by person_id),
                     first_value(school_year - (cast(grade as integer) - 9))
                       over (partition by person_id order by entry_date, exit_date nulls last)) + 3 as cohort_year
  from spell
), closed as (
  select *, row_number() over (partition by person_id order by entry_date desc, exit_date desc nulls first) as place
  from placed
  where cohort_year between 2012 and 2025 and entry_date <= make_date(cohort_year, 7, 31)
), awarded as (
  select person_id, min(award_date) as award_date
  from diploma
  where diploma_type in ('00806', '00807', '00808', '00809')
  group by person_id
), member as (
  select c.cohort_year, c.district_id,
         coalesce(a.award_date <= make_date(c.cohort_year, 7, 31), false) as graduated,
         coalesce(c.exit_date <= make_date(c.cohort_year, 7, 31)
                  and (c.exit_code in ('T4', 'T5', 'T7', 'T8') or (c.exit_code = 'Z1' and c.exit_documented)), false) as gone
  from closed c left join awarded a on a.person_id = c.person_id
  where c.place = 1
)
select cohort_year, district_id, count(*) filter (where graduated or not gone) as members,
       count(*) filter (where graduated) as graduates
from member
group by cohort_year, district_id
