-- ClickHouse divides whole numbers with intDiv, and its ASOF JOIN wants a moment that cannot be NULL.
select s.district_id as district_id, count(*) as jobs, sum(w.wages) as wages,
       count(distinct w.quarter_index) as quarters
from (
  select person_id, quarter_index, wages,
         makeDate32(intDiv(quarter_index, 4), quarter_index % 4 * 3 + 1, 1) as quarter_day
  from ui_wage
) w asof join (
  select person_id, assumeNotNull(exit_date) as exit_day, district_id from k12_enrollment where exit_date is not null
) s on w.person_id = s.person_id and w.quarter_day >= s.exit_day
group by s.district_id
