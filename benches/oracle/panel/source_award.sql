-- Degrees and certificates of colleges, on their day.

create or replace temp table award_day as select award_date as day from postsec_award;
insert into loaded select 'award', * from calendar_years('award_day');
insert into known_in select distinct 'award', person_id from postsec_award;

create or replace temp table spell_award as
select
    row_number() over (order by person_id, award_date, award_level, institution_id) as spell_row,
    person_id, award_level, cip, award_date as first_day, award_date as last_day
from postsec_award;

insert into spell select 'award', spell_row, person_id, first_day, last_day from spell_award;
