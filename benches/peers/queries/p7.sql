-- Survival: months from the first college term to the first award, by the level of the first institution; who has none by
-- July 2025 is censored then. Shown: the months in which somebody has the award.
-- answer: integer integer integer integer float
with entered as (
  select person_id, min(term_start) as first_day, arg_min(institution_level, term_start) as level
  from postsec_enrollment where dual_enrollment is not true group by person_id
), followed as (
  select e.level, e.first_day, min(a.award_date) as award_date
  from entered e left join postsec_award a on a.person_id = e.person_id and a.award_date >= e.first_day
  group by e.person_id, e.level, e.first_day
), month as (
  select level,
         (extract(year from coalesce(award_date, date '2025-07-31')) - extract(year from first_day)) * 12
         + extract(month from coalesce(award_date, date '2025-07-31')) - extract(month from first_day) as t,
         count(*) as persons, count(award_date) as events
  from followed group by all
), risk as (
  select level, t, events, cast(sum(persons) over (partition by level order by t desc) as bigint) as at_risk from month
)
select level, t, at_risk, events, product(1 - events / at_risk) over (partition by level order by t) as survival
from risk where events > 0
