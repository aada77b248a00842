-- Regular diplomas, on their day. School years are loaded as in school.

create or replace temp table diploma_row as select school_year as period from diploma;
insert into loaded
select 'diploma', period_first('school_year', period), period_first('school_year', period + 1) - 1
from complete_periods('diploma_row');

create or replace temp table spell_diploma as
select
    row_number() over (order by person_id, award_date, diploma_type) as spell_row,
    person_id, diploma_type, award_date as first_day, award_date as last_day
from diploma
where diploma_type in ('00806', '00807', '00808', '00809');

insert into spell select 'diploma', spell_row, person_id, first_day, last_day from spell_diploma;
insert into known_in select distinct 'diploma', person_id from spell_diploma;
