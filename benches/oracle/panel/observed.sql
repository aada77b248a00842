-- What can be known of a person in a period, by source. Needs periods.sql and the tables `known_in` (source, person_id:
-- who has a row in the source), `linked_to` (source, person_id: who can be found in it) and `xwalk_loaded` (loaded).

create or replace temp table observed_source as
with

asked as (
    select distinct source from period_covered
),

found as (
    select
        cohort_row, source,
        case
            when exists (from known_in where known_in.source = asked.source and known_in.person_id = cohort.person_id)
              or exists (from linked_to where linked_to.source = asked.source and linked_to.person_id = cohort.person_id)
                then true
            when (select loaded from xwalk_loaded) then false
        end as matched
    from cohort cross join asked
)

select
    cohort_row, rel, source, covered, matched,
    covered and matched is distinct from false as observed
from grid
join period_covered using (period)
join found using (cohort_row, source);

-- The same of all sources of the panel together: a source in which nobody can be found makes the whole unknown.
create or replace temp table observed_all as
select
    cohort_row, rel,
    bool_and(covered) as covered,
    case when bool_or(not matched) then false when count(*) = count(matched) then true end as matched,
    bool_and(observed) as observed
from observed_source
group by cohort_row, rel;
