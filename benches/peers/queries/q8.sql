-- Full-quarter employment: wages from the same employer in the quarter before, in the quarter and in the one after.
-- answer: integer integer integer decimal
with job as (
  select person_id, employer_account, quarter_index, sum(wages) as wages
  from ui_wage group by person_id, employer_account, quarter_index
), placed as (
  select quarter_index, wages,
         lag(quarter_index) over (partition by person_id, employer_account order by quarter_index) as quarter_before,
         lead(quarter_index) over (partition by person_id, employer_account order by quarter_index) as quarter_after
  from job
)
select quarter_index, count(*) as jobs,
       sum(case when quarter_before = quarter_index - 1 and quarter_after = quarter_index + 1 then 1 else 0 end)
         as full_quarter_jobs,
       sum(case when quarter_before = quarter_index - 1 and quarter_after = quarter_index + 1 then wages end)
         as full_quarter_wages
from placed
group by quarter_index
