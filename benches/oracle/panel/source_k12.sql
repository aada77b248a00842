-- School. A spell lies in its school year, which ends on 30 June here: without an exit it lasts to the day before the pupil's
-- next entry, at most to that end. Who was expected and never came has no spell.

create or replace temp table school_row as select school_year as period from k12_enrollment;
insert into loaded
select 'k12', period_first('school_year', period), period_first('school_year', period + 1) - 1 from complete_periods('school_row');

create or replace temp table spell_k12 as
with

came as (
    from k12_enrollment where exit_code is distinct from 'NS'
),

next_entry as (
    select this.person_id, this.entry_date, min(later.entry_date) as next_date
    from (select distinct person_id, entry_date from came) as this
    join (select distinct person_id, entry_date from came) as later
        on later.person_id = this.person_id and later.entry_date > this.entry_date
    group by all
)

select
    row_number() over (order by person_id, entry_date, school_id) as spell_row,
    person_id, grade, district_id, school_id,
    entry_date as first_day,
    least(coalesce(exit_date, next_date - 1, make_date(school_year, 6, 30)), make_date(school_year, 6, 30)) as last_day
from came
left join next_entry using (person_id, entry_date);

insert into spell select 'k12', spell_row, person_id, first_day, last_day from spell_k12;
insert into known_in select distinct 'k12', person_id from spell_k12;
