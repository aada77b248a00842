-- First job after high school: the first quarter with wages after the last exit as a graduate or a dropout, and in it the
-- employer who paid most. By industry of the unit that paid most: how many, after how many quarters, their wages. An industry that
-- the employer file does not have is NULL.
-- answer: text integer float decimal
with leaver as (
  select person_id, cast(extract(year from max(exit_date)) * 4 + extract(quarter from max(exit_date)) - 1 as int) as exit_quarter
  from k12_enrollment
  where grade in ('09', '10', '11', '12') and (exit_code in ('C1', 'GR') or exit_code like 'D%')
  group by person_id
), first_quarter as (
  select l.person_id, l.exit_quarter, min(w.quarter_index) as quarter_index
  from leaver l join ui_wage w on w.person_id = l.person_id and w.quarter_index > l.exit_quarter
  where w.wages > 0
  group by l.person_id, l.exit_quarter
), job as (
  select f.person_id, f.exit_quarter, f.quarter_index, w.employer_account, sum(w.wages) as wages,
         arg_min(w.reporting_unit, (-w.wages, w.reporting_unit)) as reporting_unit
  from first_quarter f join ui_wage w on w.person_id = f.person_id and w.quarter_index = f.quarter_index
  group by f.person_id, f.exit_quarter, f.quarter_index, w.employer_account
), first_job as (
  select person_id, exit_quarter, quarter_index, max(wages) as wages,
         arg_min(employer_account, (-wages, employer_account)) as employer_account,
         arg_min(reporting_unit, (-wages, employer_account)) as reporting_unit
  from job group by person_id, exit_quarter, quarter_index
)
select substr(e.naics, 1, 2) as sector, count(*) as leavers, avg(f.quarter_index - f.exit_quarter) as quarters_to_job,
       sum(f.wages) as wages
from first_job f left join employer_quarter e
  on e.employer_account = f.employer_account and e.reporting_unit = f.reporting_unit and e.quarter_index = f.quarter_index
group by sector
