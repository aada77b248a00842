select quarter_index, count(*) as jobs, sum(cast(full_quarter as int)) as full_quarter_jobs,
       sum(wages) filter (where full_quarter) as full_quarter_wages
from jobs()
group by quarter_index
