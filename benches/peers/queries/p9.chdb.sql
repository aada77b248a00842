with person as (
  select person_id, quarter_index, toFloat64(sum(wages)) as earned_wages
  from ui_wage where quarter_index between 8072 and 8091
  group by person_id, quarter_index
), holder as (
  select person_id, toInt32(4 * toYear(min(award_date)) + toQuarter(min(award_date)) - 1) as award_quarter
  from postsec_award group by person_id
), earned as (
  select p.quarter_index as quarter_index, p.earned_wages as wages, ifNull(h.award_quarter < p.quarter_index, false) as holds
  from person p left join holder h on h.person_id = p.person_id
)
select quarter_index, count(*) as persons, countIf(holds) as holders,
       arrayAvg(quantilesExactInclusive(0.45, 0.55)(wages)) as middle,
       (avgIf(wages, holds) - avgIf(wages, not holds))
         / sqrt((varSampIf(wages, holds) + varSampIf(wages, not holds)) / 2) as difference
from earned
group by quarter_index
