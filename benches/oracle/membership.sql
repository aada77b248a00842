-- Who was a member of which school on 1 October: one row for each person and school year. A person in two schools on that
-- day belongs to the one entered last. Needs k12_enrollment.

create or replace temp table membership as
with spell as (
    select
        person_id, school_year, district_id, school_id, grade, entry_date, exit_code,
        -- Without an exit a spell lasts to the day before the next one or to 31 July, whichever comes first.
        coalesce(
            exit_date,
            greatest(
                entry_date,
                least(
                    make_date(school_year, 7, 31),
                    lead(entry_date) over (partition by person_id order by entry_date, exit_date nulls last, school_id) - 1
                )
            )
        ) as last_date
    from k12_enrollment
)
select person_id, school_year, district_id, school_id, grade
from spell
where exit_code is distinct from 'NS'
  and make_date(school_year - 1, 10, 1) between entry_date and last_date
qualify 1 = row_number() over (partition by person_id, school_year order by entry_date desc, school_id desc);
