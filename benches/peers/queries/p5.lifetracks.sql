with diplomas as (
  select person_id, min(award_date) as first_day
  from diploma where diploma_type in ('00806', '00807', '00808', '00809') group by person_id
), event as (
  select p.person_id, p.term_start as d, case when p.institution_level = 2 then 'two-year' else 'four-year' end as state
  from postsec_enrollment p join diplomas s on s.person_id = p.person_id
  where p.dual_enrollment is not true and p.term_start between s.first_day and s.first_day + interval '2191' day
  union all
  select a.person_id, a.award_date,
         case a.award_level when '3' then 'associate' when '5' then 'bachelor' else 'other award' end
  from postsec_award a join diplomas s on s.person_id = a.person_id
  where a.award_date between s.first_day and s.first_day + interval '2191' day
), pathway as (
  select person_id, array_to_string(state_path(state order by d), ' > ') as path from event group by person_id
)
select path, count(*) as persons from pathway group by path order by persons desc, path limit 20
