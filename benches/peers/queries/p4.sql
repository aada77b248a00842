-- A sequence counted: how often a student's next term after one at a two-year college is at a four-year one, at most 300 days
-- after it. Dual enrollment is left out.
-- answer: integer integer
with moved as (
  select person_id, institution_level = 4 and lag(institution_level) over terms = 2
                    and term_start - lag(term_start) over terms <= 300 as moved
  from postsec_enrollment
  where dual_enrollment is not true
  window terms as (partition by person_id order by term_start)
), person as (
  select person_id, count(*) filter (moved) as moves from moved group by person_id
)
select moves, count(*) as persons from person group by moves
