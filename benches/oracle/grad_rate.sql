-- The state's rate by cohort, method and span: everybody counts once there, so that the answering schools do not matter.
-- Needs grad_cohort.

create or replace temp table grad_rate as
with member as (
    select distinct person_id, cohort_year, method, years, in_den, in_num from grad_cohort
)
select
    method, cohort_year, years,
    sum(in_num)::bigint as num,
    sum(in_den)::bigint as den,
    sum(in_num) / nullif(sum(in_den), 0) as rate
from member
group by method, cohort_year, years;
