-- Regular diplomas, on their day. A school year with rows is loaded, the last one only to the last award when that is more than 62
-- days before its end.

insert into loaded
select
    'diploma', period_first('school_year', school_year),
    if(school_year = max(school_year) over () and make_date(school_year, 6, 30) - last_award > 62, last_award,
       make_date(school_year, 6, 30))
from (select school_year, max(award_date) as last_award from diploma group by all);

insert into known_in select distinct 'diploma', person_id from diploma;

create or replace temp table spell_diploma as
select
    row_number() over (order by person_id, award_date, diploma_type) as spell_row,
    person_id, diploma_type, award_date as first_day, award_date as last_day
from diploma
where diploma_type in ('00806', '00807', '00808', '00809');

insert into spell select 'diploma', spell_row, person_id, first_day, last_day from spell_diploma;
