-- Degrees and certificates of colleges, on their day. Loaded from the first term on, as college is, and to the last award, or to the
-- end of its academic year (31 July) when that is at most 31 days away; both levels must be there.

insert into loaded
with

level_of as (
    select institution_id, max(institution_level) as level from postsec_enrollment group by all
),

begun as (
    select level, min(term_start) as first_term from postsec_enrollment join level_of using (institution_id) group by all
),

awarded as (
    select
        level, max(award_date) as last_day,
        make_date(year(max(award_date)) + (strftime(max(award_date), '%m%d') > '0731')::integer, 7, 31) as year_end
    from postsec_award join level_of using (institution_id)
    group by all
)

select
    'award',
    max(if(month(first_term) between 7 and 9, make_date(year(first_term), 7, 1), first_term)),
    min(if(last_day >= year_end - 31, year_end, last_day))
from begun join awarded using (level)
having count(*) = 2;

insert into known_in select distinct 'award', person_id from postsec_award;

create or replace temp table spell_award as
select
    row_number() over (order by person_id, award_date, award_level, institution_id) as spell_row,
    person_id, award_level, cip, award_date as first_day, award_date as last_day
from postsec_award;

insert into spell select 'award', spell_row, person_id, first_day, last_day from spell_award;
