-- School. A spell without an exit lasts to the end of its school year, which is 30 June here. Who was expected and never
-- came has no spell.

insert into loaded
select 'k12', period_first('school_year', school_year), period_first('school_year', school_year + 1) - 1
from (select distinct school_year from k12_enrollment);

insert into known_in select distinct 'k12', person_id from k12_enrollment;

create or replace temp table spell_k12 as
select
    row_number() over (order by person_id, entry_date, school_id) as spell_row,
    person_id, grade, district_id, school_id,
    entry_date as first_day,
    coalesce(exit_date, greatest(make_date(school_year, 6, 30), entry_date)) as last_day
from k12_enrollment
where exit_code is distinct from 'NS';

insert into spell select 'k12', spell_row, person_id, first_day, last_day from spell_k12;
