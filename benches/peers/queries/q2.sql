-- Event dropout under the method nces-event, school years 2008 to 2024 by grade: the rule of dropout_status in SQL.
-- Members on 1 October; who left during the year, or finished the year before and did not come, is not a member on the
-- next 1 October, has no credential and no transfer, is a dropout.
-- answer: integer text integer integer
with came as (
  select person_id, school_year, grade, entry_date, exit_date, exit_code, school_id,
         coalesce(exit_date, least(make_date(school_year, 9, 30),
           lead(entry_date) over (partition by person_id order by entry_date, exit_date nulls last) - 1)) as until
  from k12_enrollment
  where exit_code is distinct from 'NS'
), member as (
  select person_id, school_year, grade
  from came
  where entry_date <= make_date(school_year - 1, 10, 1) and until >= make_date(school_year - 1, 10, 1)
  qualify row_number() over (partition by person_id, school_year order by entry_date desc) = 1
), last_of_year as (
  select person_id, school_year, grade, exit_date, exit_code, school_id,
         lead(school_year) over (partition by person_id order by school_year) as next_year
  from (
    select * from came
    qualify row_number() over (partition by person_id, school_year order by entry_date desc, exit_date desc nulls first) = 1
  )
), expected as (
  select person_id, school_year, min(grade) as grade from k12_enrollment where exit_code = 'NS' group by all
), leaver as (
  select l.*, coalesce(l.exit_date >= coalesce(c.last_day, make_date(l.school_year, 6, 1)), true) as finished
  from last_of_year l
  left join calendar c on c.school_id = l.school_id and c.school_year = l.school_year
  where l.exit_code is null or l.exit_code not in ('T4', 'T5', 'T7', 'T8', 'C1', 'C2', 'GR', 'Z1')
), candidate as (
  select person_id, school_year, grade from leaver where not finished
  union all
  select l.person_id, l.school_year + 1,
         coalesce(e.grade, case when try_cast(l.grade as integer) is not null
                                then lpad(cast(least(cast(l.grade as integer) + 1, 12) as varchar), 2, '0') end)
  from leaver l
  left join expected e on e.person_id = l.person_id and e.school_year = l.school_year + 1
  where l.finished and l.next_year is distinct from l.school_year + 1
), awarded as (
  select person_id, min(award_date) as award_date from diploma group by person_id
), dropout as (
  select c.person_id, c.school_year, c.grade
  from candidate c
  left join awarded a on a.person_id = c.person_id
  left join member m on m.person_id = c.person_id and m.school_year = c.school_year + 1
  where m.person_id is null and coalesce(a.award_date >= make_date(c.school_year, 10, 1), true)
), counted as (
  select school_year, grade, 1 as member, 0 as dropout from member
  union all
  select school_year, grade, 0, 1 from dropout
)
select school_year, grade, cast(sum(member) as integer) as members, cast(sum(dropout) as integer) as dropouts
from counted
where school_year between 2008 and 2024 and grade in ('07', '08', '09', '10', '11', '12')
group by school_year, grade
