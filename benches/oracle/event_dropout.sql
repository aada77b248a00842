-- Event dropout (Common Core of Data): one row for each person, school year and grade that counts in the numerator or in
-- the denominator. Needs parameters.sql, membership, k12_enrollment, diploma and calendar.
--
-- Denominator: members on 1 October of the school year. Numerator: who left during the year, or finished the year before
-- and never came, is not a member on the next 1 October, and neither finished school nor went to another one or died. Who
-- left on the last day of class of a year or later left in summer and belongs to the next year, in the grade not begun. Whoever
-- is back on the next 1 October did not drop out, whatever the exit said. A year whose next autumn is not in the files
-- has no rows. All grades are here; the rate of grades 9 to 12 takes those.
--
-- The variable approved_programs tells what an exit to an equivalency program is: 'transfer' (also when NULL) or 'dropout'.

create or replace temp table event_dropout as
with

files as (
    select max(school_year) as last_year from k12_enrollment
),

came as (
    select
        person_id, school_year, district_id, school_id, try_cast(grade as integer) as grade,
        entry_date, exit_date, exit_code
    from k12_enrollment
    where exit_code is distinct from 'NS'
),

-- The last stay of each year in which the person came, and the next year in which the person came.
last_of_year as (
    select
        *,
        lead(school_year) over (partition by person_id order by school_year) as next_year
    from (
        from came
        qualify 1 = row_number() over (
            partition by person_id, school_year
            order by entry_date desc, exit_date desc nulls first, school_id desc
        )
    )
),

leaver as (
    select
        last_of_year.* exclude (grade), grade,
        case
            when exit_date is null then 'summer'
            when exit_date >= coalesce(calendar.last_day, make_date(school_year, 6, 1)) then 'summer'
            else 'year'
        end as left_in,
        case
            when class = 'removal' then true
            when class = 'equivalency' then coalesce(getvariable('approved_programs'), 'transfer') = 'transfer'
            when class = 'completion' then true
            else false
        end as accounted
    from last_of_year
    left join calendar using (school_id, school_year)
    left join exit_class using (exit_code)
),

no_show as (
    select person_id, school_year, min(try_cast(grade as integer)) as grade
    from k12_enrollment
    where exit_code = 'NS'
    group by person_id, school_year
),

-- The year and grade a leaver would be a dropout of. A no-show has a grade; else it is the next one.
candidate as (
    select person_id, school_year, district_id, school_id, grade
    from leaver
    where left_in = 'year' and not accounted
    union all
    select
        leaver.person_id, leaver.school_year + 1 as school_year, district_id, school_id,
        coalesce(no_show.grade, least(leaver.grade + 1, 12)) as grade
    from leaver
    left join no_show on no_show.person_id = leaver.person_id and no_show.school_year = leaver.school_year + 1
    -- Of the grades before 1 nobody is looked at: their next grade is none of those that count.
    where left_in = 'summer' and not accounted and next_year is distinct from leaver.school_year + 1
      and coalesce(no_show.grade, leaver.grade) is not null
),

finished as (
    select person_id, min(award_date) as award_date
    from diploma join diploma_class using (diploma_type)
    group by person_id
),

dropout as (
    select candidate.*
    from candidate
    cross join files
    left join finished using (person_id)
    anti join membership as later
        on later.person_id = candidate.person_id and later.school_year = candidate.school_year + 1
    where coalesce(award_date >= make_date(candidate.school_year, 10, 1), true)
      and candidate.school_year < last_year
),

member as (
    select person_id, school_year, district_id, school_id, try_cast(grade as integer) as grade
    from membership cross join files
    where school_year < last_year
),

counted as (
    select *, 1 as in_den, 0 as in_num from member
    union all
    select *, 0 as in_den, 1 as in_num from dropout
)

select
    person_id, school_year, grade, district_id, school_id,
    sum(in_den)::integer as in_den, sum(in_num)::integer as in_num
from counted
group by person_id, school_year, grade, district_id, school_id;

create or replace temp table event_dropout_rate as
select
    school_year, district_id, grade,
    sum(in_num)::bigint as num,
    sum(in_den)::bigint as den,
    sum(in_num) / nullif(sum(in_den), 0) as rate
from event_dropout
where grade between 9 and 12
group by grouping sets ((school_year, district_id, grade), (school_year, district_id), (school_year, grade), (school_year));
