-- Full-quarter employment: wages from the same employer in the quarter before, in the quarter and in the one after. Unknown
-- in a quarter whose neighbours are not in the files.
-- answer: integer integer integer decimal
with job as (
  select person_id, employer_account, quarter_index, sum(wages) as paid
  from ui_wage group by person_id, employer_account, quarter_index having sum(wages) > 0
), placed as (
  select quarter_index, paid,
         lag(quarter_index) over (partition by person_id, employer_account order by quarter_index) as quarter_before,
         lead(quarter_index) over (partition by person_id, employer_account order by quarter_index) as quarter_after
  from job
), counted as (
  select quarter_index, count(*) as jobs,
         sum(case when quarter_before = quarter_index - 1 and quarter_after = quarter_index + 1 then 1 else 0 end)
           as full_quarter_jobs,
         sum(case when quarter_before = quarter_index - 1 and quarter_after = quarter_index + 1 then paid end)
           as full_quarter_wages
  from placed
  group by quarter_index
), neighbour as (
  select *, lag(quarter_index) over (order by quarter_index) as loaded_before,
         lead(quarter_index) over (order by quarter_index) as loaded_after
  from counted
)
select quarter_index, jobs,
       case when loaded_before = quarter_index - 1 and loaded_after = quarter_index + 1 then full_quarter_jobs end
         as full_quarter_jobs,
       case when loaded_before = quarter_index - 1 and loaded_after = quarter_index + 1 then full_quarter_wages end
         as full_quarter_wages
from neighbour
