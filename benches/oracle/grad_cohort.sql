-- The status of every member of a cohort under every method: one row for each person, cohort, method, span of years and
-- school that answers for a share of the person. Needs parameters.sql, k12_enrollment, diploma and calendar.
--
-- The variables first_cohort and last_cohort bound the cohorts; NULL is no bound.

create or replace temp table grad_cohort as
with

files as (
    select min(school_year) as first_year, max(school_year) as last_year from k12_enrollment
),

-- Every spell, with the day on which it ends at the latest: without an exit it lasts to the day before the next spell
-- of the pupil or to 31 July of its school year, whichever comes first.
spell as (
    select
        person_id, district_id, school_id, school_year, entry_date, exit_date, exit_code, exit_documented,
        row_number() over in_time as place,
        coalesce(try_cast(grade as integer), 0) as grade,
        exit_code is distinct from 'NS' as attended,
        coalesce(
            exit_date,
            greatest(
                entry_date,
                least(make_date(school_year, 7, 31), lead(entry_date) over in_time - 1)
            )
        ) as last_date
    from k12_enrollment
    window in_time as (partition by person_id order by entry_date, exit_date nulls last, school_id)
),

high_school_spell as (
    from spell where attended and grade between 9 and 12
),

-- The first spell in high school names the cohort: the year of grade 9, or of the grade 9 a late joiner would have had.
member as (
    select person_id, arg_min(school_year - (grade - 9) + 3, place) as own_cohort
    from high_school_spell
    group by person_id
),

credential as (
    select
        person_id,
        min(award_date) filter (class = 'regular') as regular_date,
        min(award_date) filter (class = 'alternate') as alternate_date,
        min(award_date) filter (class = 'completion') as completion_date
    from diploma join diploma_class using (diploma_type)
    group by person_id
),

-- What is asked: cohort, method, span and the day that closes it. A late alternate diploma is asked for a second time in
-- the cohort of the school year it closes, which the summer after it still belongs to.
asked as (
    select
        person_id, own_cohort as cohort_year, method.*, span.years, false as reassigned,
        make_date(own_cohort + span.years - 4, 7, 31) as closing_date
    from member
    cross join method
    cross join (values (4), (5), (6)) as span (years)
    where span.years <= method.last_years
    union all
    select
        person_id, award_cohort as cohort_year, method.*, span.years, true as reassigned,
        make_date(award_cohort, 7, 31) as closing_date
    from (
        select
            person_id, own_cohort, alternate_date,
            year(alternate_date) + (alternate_date > make_date(year(alternate_date), 7, 31))::integer as award_cohort
        from member join credential using (person_id)
        where alternate_date > make_date(own_cohort, 7, 31)
          and (regular_date is null or regular_date > make_date(own_cohort, 7, 31))
    )
    cross join method
    cross join (values (4), (5), (6)) as span (years)
    where method.alternate = 'reassign' and span.years <= method.last_years
),

question as (
    select asked.*
    from asked cross join files
    where cohort_year + years - 4 <= last_year
      and cohort_year >= coalesce(getvariable('first_cohort'), cohort_year)
      and cohort_year <= coalesce(getvariable('last_cohort'), cohort_year)
),

-- A window is what a person's spells are cut off at; several questions share one.
time_window as (
    select distinct person_id, closing_date from question
),

-- The last word of the files up to the closing day, no-shows included: whoever did not come in autumn had left.
last_word as (
    select
        person_id, closing_date,
        max_by(
            {
                'open': exit_date is null or exit_date > closing_date,
                'in_last_year': school_year >= year(closing_date),
                'class': class,
                'documented': coalesce(exit_documented, false)
            },
            place
        ) as word
    from time_window
    join spell using (person_id)
    left join exit_class using (exit_code)
    where entry_date <= closing_date
    group by person_id, closing_date
),

verdict as (
    select
        person_id, cohort_year, method, years, closing_date, school as school_rule,
        case
            when reassigned then 'graduate'
            when coalesce(regular_date <= closing_date, false) then 'graduate'
            when alternate_date is not null and alternate = 'literal' then 'graduate'
            when alternate_date is not null and alternate = 'remove' then 'excluded'
            when alternate = 'reassign' and coalesce(alternate_date > make_date(cohort_year, 7, 31), false) then 'excluded'
            when coalesce(alternate_date <= closing_date, false)
                then if(alternate = 'complete', 'completer', 'graduate')
            when coalesce(completion_date <= closing_date, false) then 'completer'
            when word.open then if(word.in_last_year, 'still_enrolled', 'dropout')
            when coalesce(word.class = 'removal', false) and (word.documented or not document) then 'excluded'
            when coalesce(word.class = 'equivalency', false) then equivalency
            when coalesce(word.class = 'completion', false) then 'completer'
            else 'dropout'
        end as status
    from question
    join last_word using (person_id, closing_date)
    left join credential using (person_id)
),

-- Where the person was in high school, up to the closing day.
stay as (
    select
        person_id, closing_date, place, district_id, school_id, school_year,
        entry_date as first_date, least(last_date, closing_date) as last_date
    from time_window
    join high_school_spell using (person_id)
    where entry_date <= closing_date
),

last_stay as (
    select
        person_id, closing_date,
        max_by({'district_id': district_id, 'school_id': school_id, 'school_year': school_year}, place) as final
    from stay
    group by person_id, closing_date
),

-- Days count once: a stay adds those that no earlier stay in the same place had.
days_added as (
    select
        person_id, closing_date, district_id, school_id, first_date,
        greatest(0, last_date - greatest(first_date, coalesce(1 + max(last_date) over in_district, first_date)) + 1)
            as district_days,
        greatest(0, last_date - greatest(first_date, coalesce(1 + max(last_date) over in_school, first_date)) + 1)
            as school_days
    from stay
    window
        in_district as (
            partition by person_id, closing_date, district_id order by place
            rows between unbounded preceding and 1 preceding
        ),
        in_school as (
            partition by person_id, closing_date, school_id order by place
            rows between unbounded preceding and 1 preceding
        )
),

days_in_school as (
    select
        person_id, closing_date, district_id, school_id,
        sum(school_days) as days, max(first_date) as latest,
        sum(sum(district_days)) over in_district as home_days,
        max(max(first_date)) over in_district as home_latest
    from days_added
    group by person_id, closing_date, district_id, school_id
    window in_district as (partition by person_id, closing_date, district_id)
),

-- The district of most days, in it the school of most days; the one attended last when equal.
longest as (
    from days_in_school
    qualify 1 = row_number() over (
        partition by person_id, closing_date
        order by home_days desc, home_latest desc, district_id desc, days desc, latest desc, school_id desc
    )
),

-- Whether the last school had the person for less than half of its last school year, from first to last day of class.
class_days_added as (
    select
        person_id, closing_date, calendar.first_day, calendar.last_day,
        greatest(
            0,
            least(stay.last_date, calendar.last_day)
                - greatest(
                    stay.first_date, calendar.first_day,
                    coalesce(1 + max(stay.last_date) over earlier, calendar.first_day)
                ) + 1
        ) as days
    from last_stay
    join calendar on calendar.school_id = final.school_id and calendar.school_year = final.school_year
    join stay using (person_id, closing_date)
    where stay.school_id = final.school_id and stay.school_year = final.school_year
    window earlier as (
        partition by person_id, closing_date order by place rows between unbounded preceding and 1 preceding
    )
),

brief as (
    select person_id, closing_date, 2 * sum(days) < any_value(last_day - first_day + 1) as brief
    from class_days_added
    group by person_id, closing_date
),

whole as (
    select
        person_id, cohort_year, method, years,
        case
            when school_rule = 'longest' then longest.school_id
            when school_rule = 'federal' and status in ('dropout', 'completer') and coalesce(brief, false) then longest.school_id
            else final.school_id
        end as school_id,
        1 as counted
    from verdict
    join last_stay using (person_id, closing_date)
    join longest using (person_id, closing_date)
    left join brief using (person_id, closing_date)
    where school_rule in ('longest', 'federal', 'last')
),

-- The school on each of the days that make shares; on a day with two stays the earlier one.
counted_day as (
    select
        verdict.person_id, verdict.cohort_year, verdict.method, verdict.years,
        make_date(school_years.school_year - (share_day.month > 7)::integer, share_day.month, share_day.day) as counted_date,
        min_by(stay.school_id, stay.place) as school_id
    from verdict
    join share_day on share_day.school = verdict.school_rule
    cross join lateral unnest(generate_series(verdict.cohort_year - 3, verdict.cohort_year)) as school_years (school_year)
    join stay
        on stay.person_id = verdict.person_id
        and stay.closing_date = verdict.closing_date
        and make_date(school_years.school_year - (share_day.month > 7)::integer, share_day.month, share_day.day)
            between stay.first_date and stay.last_date
    group by all
),

share as (
    select person_id, cohort_year, method, years, school_id, count(*) as counted
    from counted_day
    group by person_id, cohort_year, method, years, school_id
),

-- On none of the days in school: the last school has all.
nowhere as (
    select person_id, cohort_year, method, years, final.school_id as school_id, 1 as counted
    from verdict
    join last_stay using (person_id, closing_date)
    anti join share using (person_id, cohort_year, method, years)
    where school_rule in ('months', 'snapshots')
),

answering as (
    from whole union all by name from share union all by name from nowhere
),

district_of as (
    select school_id, any_value(district_id) as district_id from k12_enrollment group by school_id
)

select
    person_id, cohort_year, method, years, status,
    (status <> 'excluded')::integer as in_den,
    (status = 'graduate')::integer as in_num,
    counted / sum(counted) over (partition by person_id, cohort_year, method, years) as weight,
    district_id,
    school_id
from verdict
join answering using (person_id, cohort_year, method, years)
join district_of using (school_id)
order by person_id, cohort_year, method, years, school_id;
