-- What the sources fill: which days are loaded, who is known, and spells with a first and a last day.

create or replace temp table loaded (source varchar, first_day date, last_day date);
create or replace temp table known_in (source varchar, person_id bigint);
create or replace temp table spell (source varchar, spell_row bigint, person_id bigint, first_day date, last_day date);

-- Files dated by a day are loaded for every calendar year in which something begins; the last one only to the last
-- beginning when that is more than 31 days before its end.
create or replace macro calendar_years(days) as table
    select
        make_date(of_year, 1, 1) as first_day,
        if(of_year = max(of_year) over () and make_date(of_year, 12, 31) - last_start > 31, last_start, make_date(of_year, 12, 31))
            as last_day
    from (select year(day) as of_year, max(day) as last_start from query_table(days) group by all);
