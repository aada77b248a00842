-- Chronic absence (FS195): a tenth of at least ten days enrolled, in integers. The count of a school looks at its own days
-- only, and a mover can be counted twice; the count of a person pools the days of all schools. Needs k12_attendance.

create or replace temp table chronic_absence as
with

-- Days nobody reported make a person unknown, not present.
pooled as (
    select
        person_id, school_year,
        sum(days_enrolled) as days_enrolled,
        if(count(*) = count(days_absent), sum(days_absent), null) as days_absent
    from k12_attendance
    group by person_id, school_year
),

judged as (
    select 'school' as basis, person_id, school_year, district_id, school_id, days_enrolled, days_absent from k12_attendance
    union all
    select 'person', person_id, school_year, null, null, days_enrolled, days_absent from pooled
)

select
    basis, person_id, school_year, district_id, school_id,
    (days_enrolled >= 10 and days_absent is not null)::integer as in_den,
    coalesce(days_enrolled >= 10 and days_absent * 10 >= days_enrolled, false)::integer as in_num
from judged;

-- Districts and the state sum up their schools, so that movers are in them twice; pooled persons are for the state.
create or replace temp table chronic_absence_rate as
with counted as (
    select
        basis, school_year, district_id, school_id,
        sum(in_num)::bigint as num, sum(in_den)::bigint as den
    from chronic_absence
    where basis = 'school'
    group by basis, grouping sets ((school_year, district_id, school_id), (school_year, district_id), (school_year))
    union all
    select basis, school_year, null, null, sum(in_num)::bigint, sum(in_den)::bigint
    from chronic_absence
    where basis = 'person'
    group by basis, school_year
)
select *, num / nullif(den, 0) as rate from counted;
