-- Benefits. Without an end somebody is covered to the end of what is loaded.

create or replace temp table benefit_day as select start_date as day from benefit_spell;
insert into loaded select 'benefits', * from calendar_years('benefit_day');
insert into known_in select distinct 'benefits', person_id from benefit_spell;

create or replace temp table spell_benefits as
select
    row_number() over (order by person_id, program, start_date) as spell_row,
    person_id, program, start_date as first_day,
    coalesce(end_date, (select max(last_day) from loaded where source = 'benefits')) as last_day
from benefit_spell;

insert into spell select 'benefits', spell_row, person_id, first_day, last_day from spell_benefits;
