-- Wages of 20 quarters: the mean of the 45th and 55th percentile, and the standardised difference between those who had an
-- award before the quarter and the others.
-- answer: integer integer integer float float
with person as (
  select person_id, quarter_index, cast(sum(wages) as double) as wages
  from ui_wage where quarter_index between 8072 and 8091
  group by person_id, quarter_index
), holder as (
  select person_id, cast(4 * extract(year from first_day) + extract(quarter from first_day) - 1 as int) as award_quarter
  from (select person_id, min(award_date) as first_day from postsec_award group by person_id) a
), earned as (
  select p.quarter_index, p.wages, coalesce(h.award_quarter < p.quarter_index, false) as holds
  from person p left join holder h on h.person_id = p.person_id
)
select quarter_index, count(*) as persons, count(*) filter (where holds) as holders,
       list_avg(quantile_cont(wages, [0.45, 0.55])) as middle,
       (avg(wages) filter (where holds) - avg(wages) filter (where not holds))
         / sqrt((var_samp(wages) filter (where holds) + var_samp(wages) filter (where not holds)) / 2) as difference
from earned
group by quarter_index
