-- The panel of wages. Needs periods.sql, jobs.sql, the table `price` (quarter_index, factor) and `observed_source`.

create or replace temp table wage_period as
with

quarters as (
    select distinct
        period,
        period_number('quarter', period_start) as first_quarter,
        period_number('quarter', period_end) as last_quarter
    from grid
),

-- Full quarters are known when the quarters of the period, the one before and the one after are loaded.
around as (
    select period, count(loaded_quarter.quarter_index) = last_quarter - first_quarter + 3 as around_loaded
    from quarters
    left join loaded_quarter on quarter_index between first_quarter - 1 and last_quarter + 1
    group by period, first_quarter, last_quarter
)

from quarters join around using (period);

create or replace temp table panel as
with

-- What each employer of a person paid in a period.
work as (
    select cohort_row, rel, job.*, factor
    from grid
    join wage_period using (period)
    join job on job.person_id = grid.person_id and job.quarter_index between first_quarter and last_quarter
    left join price using (quarter_index)
),

employer as (
    select
        cohort_row, rel, employer_account,
        sum(wages) as wages,
        max(quarter_index) as last_quarter,
        sum(wages) filter (full_quarter) as full_wages,
        max(quarter_index) filter (full_quarter) as last_full_quarter
    from work
    group by all
),

total as (
    select
        cohort_row, rel,
        sum(wages) as wages,
        if(count(*) = count(factor), sum(wages::double * factor), null) as wages_real,
        count(distinct quarter_index)::integer as quarters_worked,
        count(distinct employer_account)::integer as employers,
        bool_or(full_quarter) as full_quarter,
        (count(distinct quarter_index) filter (full_quarter))::integer as full_quarters,
        sum(wages) filter (full_quarter) as full_quarter_wages
    from work
    group by all
),

main as (
    select
        cohort_row, rel, employer.employer_account as primary_employer, employer.wages as primary_wages,
        work.naics as primary_naics, work.tenure, work.tenure_censored
    from employer
    join work using (cohort_row, rel, employer_account)
    where work.quarter_index = employer.last_quarter
    qualify row_number() over (
        partition by cohort_row, rel order by employer.wages desc, employer.employer_account
    ) = 1
),

stable as (
    select cohort_row, rel, employer.employer_account as stable_employer, work.naics as stable_naics
    from employer
    join work using (cohort_row, rel, employer_account)
    where work.quarter_index = employer.last_full_quarter
    qualify row_number() over (
        partition by cohort_row, rel order by employer.full_wages desc, employer.employer_account
    ) = 1
)

select
    grid.* exclude (cohort_row),
    covered, matched, observed,
    if(observed, coalesce(total.wages, 0)::decimal(18, 2), null) as wages,
    case
        when not observed or getvariable('base_year') is null then null
        when total.wages is null then 0
        else total.wages_real
    end as wages_real,
    if(observed, coalesce(total.quarters_worked, 0), null) as quarters_worked,
    if(observed, coalesce(total.employers, 0), null) as employers,
    if(observed, primary_employer, null) as primary_employer,
    if(observed, primary_wages::decimal(18, 2), null) as primary_wages,
    if(observed, primary_naics, null) as primary_naics,
    if(observed and around_loaded, coalesce(total.full_quarter, false), null) as full_quarter,
    if(observed and around_loaded, coalesce(total.full_quarters, 0), null) as full_quarters,
    if(observed and around_loaded, coalesce(total.full_quarter_wages, 0)::decimal(18, 2), null) as full_quarter_wages,
    if(observed and around_loaded, stable_employer, null) as stable_employer,
    if(observed and around_loaded, stable_naics, null) as stable_naics,
    if(observed, tenure, null) as tenure,
    if(observed, tenure_censored, null) as tenure_censored
from grid
join observed_source using (cohort_row, rel)
join wage_period using (period)
left join total using (cohort_row, rel)
left join main using (cohort_row, rel)
left join stable using (cohort_row, rel)
where observed_source.source = 'wages';
