-- Regular diplomas, on their day.

create or replace temp table diploma_day as select award_date as day from diploma;
insert into loaded select 'diploma', * from calendar_years('diploma_day');
insert into known_in select distinct 'diploma', person_id from diploma;

create or replace temp table spell_diploma as
select
    row_number() over (order by person_id, award_date, diploma_type) as spell_row,
    person_id, diploma_type, award_date as first_day, award_date as last_day
from diploma
where diploma_type in ('00806', '00807', '00808', '00809');

insert into spell select 'diploma', spell_row, person_id, first_day, last_day from spell_diploma;
