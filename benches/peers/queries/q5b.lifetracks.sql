with leaver as (
  select person_id, quarter_index(max(exit_date)) as exit_quarter
  from k12_enrollment
  where grade in ('09', '10', '11', '12') and crosswalk('exit_class', exit_code) in ('graduate', 'dropout')
  group by person_id
)
select substr(j.naics, 1, 2) as sector, count(*) as leavers, avg(j.quarter_index - l.exit_quarter) as quarters_to_job,
       sum(j.wages) as wages
from leaver l
asof join (select person_id, quarter_index, naics, wages from jobs((select person_id from leaver)) where primary_job) j
  on l.person_id = j.person_id and l.exit_quarter < j.quarter_index
group by 1
