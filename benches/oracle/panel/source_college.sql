-- College, without dual enrollment. Files reach from the first term (from 1 July when it begins in July to September) to the end of
-- the academic year (31 July) in which the last one begins when that one ends in its last 31 days, else to the last day of a
-- term; both levels must be there.

insert into loaded
with

placed as (
    select *, max(institution_level) over (partition by institution_id) as level from postsec_enrollment
),

reach as (
    select
        level,
        if(month(min(term_start)) between 7 and 9, make_date(year(min(term_start)), 7, 1), min(term_start)) as first_day,
        max(coalesce(term_end, term_start)) as last_day,
        make_date(year(max(term_start)) + (strftime(max(term_start), '%m%d') > '0731')::integer, 7, 31) as year_end
    from placed
    group by all
)

select 'college', max(first_day), min(if(last_day >= year_end - 31, year_end, last_day))
from reach
having count(*) = 2;

create or replace temp table spell_college as
select
    row_number() over (order by person_id, term_start, institution_id) as spell_row,
    person_id, institution_id, institution_level, full_time,
    term_start as first_day,
    coalesce(term_end, term_start) as last_day
from postsec_enrollment
where dual_enrollment is distinct from true;

insert into spell select 'college', spell_row, person_id, first_day, last_day from spell_college;
insert into known_in select distinct 'college', person_id from spell_college;
