-- Members of 1 October by school year, district and grade. Needs membership.

create or replace temp table membership_count as
select school_year, district_id, grade, count(*) as members
from membership
group by school_year, district_id, grade;
