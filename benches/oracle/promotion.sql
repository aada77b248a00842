-- Promotion and retention: members of 1 October who are members a year later, by district and for the state (district
-- NULL). Leavers are in no denominator; members of grade 12 who took a diploma are in it, as promoted ones.
-- Needs parameters.sql, membership and diploma.

create or replace temp table promotion as
with

graded as (
    select person_id, school_year, district_id, if(grade = 'KG', 0, try_cast(grade as integer)) as grade
    from membership
),

diploma_date as (
    select person_id, min(award_date) as award_date
    from diploma join diploma_class using (diploma_type)
    where class in ('regular', 'alternate')
    group by person_id
),

next_fall as (
    select
        member.school_year, member.district_id, member.grade,
        case
            when later.grade > member.grade then 'promoted'
            when later.grade = member.grade then 'retained'
            when later.grade < member.grade then 'demoted'
            when later.person_id is not null then null
            when member.grade = 12 and award_date < make_date(member.school_year, 10, 1) then 'promoted'
        end as outcome
    from graded as member
    left join graded as later on later.person_id = member.person_id and later.school_year = member.school_year + 1
    left join diploma_date on diploma_date.person_id = member.person_id
    where member.grade is not null
      and member.school_year < (select max(school_year) from graded)
)

select
    school_year, district_id, grade,
    count(*) filter (outcome = 'promoted') as promoted,
    count(*) filter (outcome in ('retained', 'demoted')) as retained,
    count(*) filter (outcome = 'demoted') as demoted,
    count(outcome) as den,
    count(*) filter (outcome = 'promoted') / nullif(count(outcome), 0) as promotion_rate,
    count(*) filter (outcome in ('retained', 'demoted')) / nullif(count(outcome), 0) as retention_rate
from next_fall
group by grouping sets ((school_year, district_id, grade), (school_year, grade));
