-- arrayCompact drops repetitions.
with diplomas as (
  select person_id, min(award_date) as first_day
  from diploma where diploma_type in ('00806', '00807', '00808', '00809') group by person_id
), event as (
  select p.person_id as person_id, p.term_start as d,
         if(p.institution_level = 2, 'two-year', 'four-year') as state
  from postsec_enrollment p join diplomas s on s.person_id = p.person_id
  where ifNull(p.dual_enrollment, false) = false and p.term_start between s.first_day and s.first_day + 2191
  union all
  select a.person_id as person_id, a.award_date as d,
         case a.award_level when '3' then 'associate' when '5' then 'bachelor' else 'other award' end as state
  from postsec_award a join diplomas s on s.person_id = a.person_id
  where a.award_date between s.first_day and s.first_day + 2191
), pathway as (
  select person_id,
         arrayStringConcat(arrayCompact(arrayMap(x -> x.2, arraySort(groupArray((assumeNotNull(d), assumeNotNull(state)))))), ' > ') as path
  from event
  group by person_id
)
select path, count(*) as persons from pathway group by path order by persons desc, path limit 20
