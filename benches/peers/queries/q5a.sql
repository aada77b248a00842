-- Wages after school: each quarter's wages by the district of the last exit before the quarter began.
-- answer: text integer decimal integer
select s.district_id, count(*) as jobs, sum(w.wages) as wages, count(distinct w.quarter_index) as quarters
from (
  select person_id, quarter_index, wages, make_date(quarter_index // 4, quarter_index % 4 * 3 + 1, 1) as quarter_day
  from ui_wage
) w asof join (
  select person_id, exit_date, district_id from k12_enrollment where exit_date is not null
) s on w.person_id = s.person_id and w.quarter_day >= s.exit_date
group by s.district_id
