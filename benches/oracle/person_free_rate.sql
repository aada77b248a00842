-- Rates that know no persons, for every district and the state (district NULL): the averaged freshman graduation rate
-- (NCES) and the cumulative promotion index (Swanson). Needs parameters.sql, membership, diploma and k12_enrollment.

create or replace temp table person_free_rate as
with

school_years as (
    select distinct school_year from k12_enrollment
),

places as (
    select distinct district_id from k12_enrollment union all select null
),

-- Members by grade; the ungraded of a year are spread over its grades in proportion.
counted as (
    select
        school_year, district_id, grouping(district_id) as is_state, grade,
        count(*)::double as members
    from membership
    group by grouping sets ((school_year, district_id, grade), (school_year, grade))
),

spread as (
    select
        school_year, district_id, grade,
        members * (1 + coalesce(sum(members) filter (grade = 'UG') over in_year, 0)
            / nullif(sum(members) filter (grade <> 'UG') over in_year, 0)) as members
    from counted
    window in_year as (partition by school_year, district_id, is_state)
),

graded as (
    pivot spread on grade in ('08', '09', '10', '11', '12') using sum(members) group by school_year, district_id
),

awarded as (
    select
        year(award_date) + (award_date > make_date(year(award_date), 7, 31))::integer as school_year,
        district_id,
        count(*) as diplomas
    from diploma join diploma_class using (diploma_type)
    where class = 'regular'
    group by grouping sets ((1, district_id), (1))
),

-- Every year that is in the files and every place, with zeros where nobody was.
filled as (
    select
        school_years.school_year, places.district_id,
        coalesce("08", 0) as grade_8, coalesce("09", 0) as grade_9, coalesce("10", 0) as grade_10,
        coalesce("11", 0) as grade_11, coalesce("12", 0) as grade_12,
        coalesce(diplomas, 0) as diplomas
    from school_years cross join places
    left join graded on graded.school_year = school_years.school_year
        and graded.district_id is not distinct from places.district_id
    left join awarded on awarded.school_year = school_years.school_year
        and awarded.district_id is not distinct from places.district_id
),

-- Grade 8 five falls before the summer of the diplomas, grade 9 four and grade 10 three: the same children, roughly.
afgr as (
    select
        'afgr' as method, present.school_year as cohort_year, present.district_id,
        present.diplomas::double as num,
        (eighth.grade_8 + ninth.grade_9 + tenth.grade_10) / 3 as den,
        present.diplomas / nullif((eighth.grade_8 + ninth.grade_9 + tenth.grade_10) / 3, 0) as rate
    from filled as present
    join filled as eighth on eighth.school_year = present.school_year - 4
        and eighth.district_id is not distinct from present.district_id
    join filled as ninth on ninth.school_year = present.school_year - 3
        and ninth.district_id is not distinct from present.district_id
    join filled as tenth on tenth.school_year = present.school_year - 2
        and tenth.district_id is not distinct from present.district_id
),

-- The chance of the pupils of one year to be a grade higher the next fall, from grade 9 to the diploma.
cpi as (
    select
        'cpi' as method, present.school_year as cohort_year, present.district_id,
        null::double as num, null::double as den,
        (later.grade_10 / nullif(present.grade_9, 0)) * (later.grade_11 / nullif(present.grade_10, 0))
            * (later.grade_12 / nullif(present.grade_11, 0)) * (present.diplomas / nullif(present.grade_12, 0)) as rate
    from filled as present
    join filled as later on later.school_year = present.school_year + 1
        and later.district_id is not distinct from present.district_id
)

from afgr union all by name from cpi;
