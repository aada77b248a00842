-- ClickHouse has argMin over tuples, and toYear and toQuarter for extract.
with leaver as (
  select person_id, toInt32(toYear(max(exit_date)) * 4 + toQuarter(max(exit_date)) - 1) as exit_quarter
  from k12_enrollment
  where grade in ('09', '10', '11', '12') and (exit_code in ('C1', 'GR') or exit_code like 'D%')
  group by person_id
), first_quarter as (
  select l.person_id as person_id, l.exit_quarter as exit_quarter, min(w.quarter_index) as quarter_index
  from ui_wage w join leaver l on w.person_id = l.person_id
  where w.quarter_index > l.exit_quarter and w.wages > 0
  group by l.person_id, l.exit_quarter
), job as (
  select f.person_id as person_id, f.exit_quarter as exit_quarter, f.quarter_index as quarter_index,
         w.employer_account as employer_account, sum(w.wages) as paid,
         argMin(w.reporting_unit, (-w.wages, w.reporting_unit)) as reporting_unit
  from ui_wage w join first_quarter f on w.person_id = f.person_id and w.quarter_index = f.quarter_index
  group by f.person_id, f.exit_quarter, f.quarter_index, w.employer_account
), first_job as (
  select person_id, exit_quarter, quarter_index, max(paid) as wages,
         argMin((employer_account, reporting_unit), (-paid, employer_account)) as employer
  from job group by person_id, exit_quarter, quarter_index
)
select substr(e.naics, 1, 2) as sector, count(*) as leavers, avg(f.quarter_index - f.exit_quarter) as quarters_to_job,
       sum(f.wages) as total
from first_job f left join employer_quarter e
  on e.employer_account = f.employer.1 and e.reporting_unit = f.employer.2 and e.quarter_index = f.quarter_index
group by sector
