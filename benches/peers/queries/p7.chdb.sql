-- The product is that of logarithms.
with entered as (
  select person_id, min(term_start) as first_day, argMin(institution_level, term_start) as level
  from postsec_enrollment where ifNull(dual_enrollment, false) = false group by person_id
), followed as (
  select e.person_id as person_id, e.level as level, e.first_day as first_day,
         minIf(a.award_date, a.award_date >= e.first_day) as award_date
  from entered e left join postsec_award a on a.person_id = e.person_id
  group by e.person_id, e.level, e.first_day
), month as (
  select level,
         (toYear(ifNull(award_date, toDate32('2025-07-31'))) - toYear(first_day)) * 12
         + toMonth(ifNull(award_date, toDate32('2025-07-31'))) - toMonth(first_day) as t,
         count(*) as persons, count(award_date) as events
  from followed group by level, t
), risk as (
  select level, t, events, sum(persons) over (partition by level order by t desc) as at_risk from month
)
select level, t, at_risk, events, exp(sum(log(1 - events / at_risk)) over (partition by level order by t)) as survival
from risk where events > 0
