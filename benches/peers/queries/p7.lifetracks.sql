with entered as (
  select person_id, min(term_start) as first_day, first_value(institution_level order by term_start) as level
  from postsec_enrollment where dual_enrollment is not true group by person_id
), followed as (
  select e.level, e.first_day, min(a.award_date) as award_date
  from entered e left join postsec_award a on a.person_id = e.person_id and a.award_date >= e.first_day
  group by e.person_id, e.level, e.first_day
), timed as (
  select level, award_date is not null as awarded,
         cast((extract(year from coalesce(award_date, date '2025-07-31')) - extract(year from first_day)) * 12
              + extract(month from coalesce(award_date, date '2025-07-31')) - extract(month from first_day) as int) as months
  from followed
), curve as (
  select level, unnest(kaplan_meier(months, awarded)) as at from timed group by level
)
select level, at['t'] as t, at['at_risk'] as at_risk, at['events'] as events, at['survival'] as survival
from curve where at['events'] > 0
