-- A funnel: of those with a regular diploma, how many enroll in college within 2,191 days (six years), and how many have an
-- award after that enrollment and within the same days. Dual enrollment is left out. DuckDB: the first enrollment by a join,
-- then the awards by another, is faster than windows over all events.
-- answer: integer integer
with diplomas as (
  select person_id, award_date as first_day from diploma where diploma_type in ('00806', '00807', '00808', '00809')
), enrolled as (
  select d.person_id, d.first_day, min(p.term_start) as enrolled_on
  from diplomas d left join postsec_enrollment p
    on p.person_id = d.person_id and p.dual_enrollment is not true and p.term_start between d.first_day and d.first_day + 2191
  group by d.person_id, d.first_day
), reached as (
  select e.person_id, max(case when a.person_id is not null then 3 when e.enrolled_on is not null then 2 else 1 end) as steps
  from enrolled e left join postsec_award a
    on a.person_id = e.person_id and a.award_date between e.enrolled_on and e.first_day + 2191
  group by e.person_id
)
select steps, count(*) as persons from reached group by steps
