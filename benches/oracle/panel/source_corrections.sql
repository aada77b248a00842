-- Stays in prison. Without a release somebody is there to the end of what is loaded.

create or replace temp table admission_day as select admission_date as day from corrections_spell;
insert into loaded select 'corrections', * from calendar_years('admission_day');
insert into known_in select distinct 'corrections', person_id from corrections_spell;

create or replace temp table spell_corrections as
select
    row_number() over (order by person_id, admission_date) as spell_row,
    person_id, admission_date as first_day,
    coalesce(release_date, (select max(last_day) from loaded where source = 'corrections')) as last_day
from corrections_spell;

insert into spell select 'corrections', spell_row, person_id, first_day, last_day from spell_corrections;
