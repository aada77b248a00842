-- Who of the diploma holders went to college: one row for each person with a diploma and a link to other agencies.
-- within_16_months is FS160, first_fall and first_year are those of the StudentTracker. NULL: the time is not over in the
-- files. Needs parameters.sql, diploma, person_xwalk and postsec_enrollment.
--
-- Without a link nothing is known of a person, who therefore is in no row: not found is not "not enrolled".

create or replace temp table college_going as
with

-- The files reach to 31 July of their last academic year.
files as (
    select make_date(max(year(term_start) + (month(term_start) >= 7)::integer), 7, 31) as last_date from postsec_enrollment
),

linked as (
    select person_id
    from person_xwalk
    group by person_id
    having bool_or(agency = 'MDE') and bool_or(agency = 'SSN')
),

graduate as (
    select
        person_id, min_by(class, award_date) as class, min(award_date) as award_date
    from diploma
    join diploma_class using (diploma_type)
    join linked using (person_id)
    where class in ('regular', 'alternate')
    group by person_id
),

-- The fall after the award: an award after 15 August has missed that of its own year.
dated as (
    select
        *,
        make_date(year(award_date) + (award_date > make_date(year(award_date), 8, 15))::integer, 8, 15) as fall_start,
        (award_date + interval 16 months)::date as last_day
    from graduate
),

-- A term begun before the award counts when it ends after it and was surely no dual enrollment.
term as (
    select dated.*, term_start, coalesce(term_end, term_start) as term_end
    from dated
    join postsec_enrollment using (person_id)
    where (term_start > award_date and dual_enrollment is distinct from true)
       or (term_start <= award_date and term_end > award_date and dual_enrollment = false)
),

found as (
    select
        person_id,
        bool_or(term_start <= last_day) as within_16_months,
        bool_or(term_start <= fall_start + interval 77 days and term_end >= fall_start) as first_fall,
        bool_or(term_start < fall_start + interval 1 year and term_end >= fall_start) as first_year
    from term
    group by person_id
)

select
    person_id, class, award_date,
    year(award_date) + (award_date > make_date(year(award_date), 7, 31))::integer as class_year,
    if(last_day <= last_date, coalesce(within_16_months, false)::integer, null) as within_16_months,
    if(fall_start + interval 77 days <= last_date, coalesce(first_fall, false)::integer, null) as first_fall,
    if(fall_start + interval 1 year <= last_date + 1, coalesce(first_year, false)::integer, null) as first_year
from dated
cross join files
left join found using (person_id);
