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
       fuzzy_median(wages) as middle, smd(wages, holds) as difference
from earned
group by quarter_index
