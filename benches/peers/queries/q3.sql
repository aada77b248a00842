-- From ninth grade to college: how many of each ninth-grade class stand in grades 10, 11 and 12 a year apart, get a
-- regular diploma in time and begin college within 16 months of it.
-- answer: integer integer integer integer integer integer integer integer
with ninth as (
  select person_id, min(school_year) as first_year from k12_enrollment where grade = '09' group by person_id
), progress as (
  select n.person_id, n.first_year,
         max(case when e.grade = '10' and e.school_year = n.first_year + 1 then 1 else 0 end) as in_tenth,
         max(case when e.grade = '11' and e.school_year = n.first_year + 2 then 1 else 0 end) as in_eleventh,
         max(case when e.grade = '12' and e.school_year = n.first_year + 3 then 1 else 0 end) as in_twelfth
  from ninth n join k12_enrollment e on e.person_id = n.person_id
  group by n.person_id, n.first_year
), graduate as (
  select person_id, min(award_date) as award_date, min(school_year) as school_year
  from diploma where diploma_type in ('00806', '00807') group by person_id
), college as (
  select g.person_id, min(p.term_start) as first_term, min(p.institution_level) as lowest_level
  from graduate g join postsec_enrollment p on p.person_id = g.person_id
  where p.term_start > g.award_date and p.term_start <= g.award_date + interval '16 months'
  group by g.person_id
)
select p.first_year, count(*) as ninth_graders, sum(in_tenth) as tenth, sum(in_tenth * in_eleventh) as eleventh,
       sum(in_tenth * in_eleventh * in_twelfth) as twelfth, count(g.person_id) as graduates, count(c.person_id) as students,
       sum(case when g.person_id is not null and c.lowest_level = 2 then 1 else 0 end) as two_year_students
from progress p
left join graduate g on g.person_id = p.person_id and g.school_year <= p.first_year + 3
left join college c on c.person_id = g.person_id
group by p.first_year
