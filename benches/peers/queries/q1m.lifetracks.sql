select cohort_year, district_id, count(*) filter (where in_den) as members, count(*) filter (where in_num) as graduates
from grad_cohort(2012, 2025, method => 'msis-2006')
group by cohort_year, district_id
