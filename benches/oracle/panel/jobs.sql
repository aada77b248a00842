-- Jobs: one row for each person, employer account and quarter with wages. Needs calendar.sql, ui_wage and employer_quarter.

create or replace temp table wage_row as select quarter_index as period from ui_wage;
create or replace temp table loaded_quarter as select period as quarter_index from complete_periods('wage_row');

create or replace temp table job as
with

-- Corrections of an employer are negative amounts of the same quarter.
paid as (
    select
        person_id, quarter_index, employer_account,
        first(reporting_unit order by of_unit desc, reporting_unit) as reporting_unit,
        sum(of_unit)::decimal(18, 2) as wages
    from (
        select person_id, quarter_index, employer_account, reporting_unit, sum(wages) as of_unit
        from ui_wage
        group by all
    )
    group by all
    having sum(of_unit) > 0
),

-- A run: quarters of the same person and employer, one after the other.
run as (
    select
        *,
        quarter_index - row_number() over (partition by person_id, employer_account order by quarter_index) as run,
        row_number() over (partition by person_id, quarter_index order by wages desc, employer_account) = 1 as primary_job
    from paid
),

placed as (
    select
        *,
        min(quarter_index) over (partition by person_id, employer_account, run) as run_start,
        max(quarter_index) over (partition by person_id, employer_account, run) as run_end
    from run
),

known as (
    select
        placed.*,
        before.quarter_index is not null as before_loaded,
        after.quarter_index is not null as after_loaded,
        origin.quarter_index is not null as origin_loaded
    from placed
    left join loaded_quarter as before on before.quarter_index = placed.quarter_index - 1
    left join loaded_quarter as after on after.quarter_index = placed.quarter_index + 1
    left join loaded_quarter as origin on origin.quarter_index = placed.run_start - 1
),

-- The entry of the employer file: that of the quarter, else the nearest earlier one, else the nearest later one.
earlier as (
    select known.*, entry.employer_account is not null as has_earlier, entry.naics as earlier_naics
    from known
    asof left join employer_quarter as entry
        on known.employer_account = entry.employer_account
        and known.reporting_unit = entry.reporting_unit
        and known.quarter_index >= entry.quarter_index
),

industry as (
    select earlier.*, if(has_earlier, earlier_naics, entry.naics) as naics
    from earlier
    asof left join employer_quarter as entry
        on earlier.employer_account = entry.employer_account
        and earlier.reporting_unit = entry.reporting_unit
        and earlier.quarter_index < entry.quarter_index
)

select
    person_id, quarter_index, employer_account, reporting_unit, wages, naics, primary_job,
    if(before_loaded, run_start < quarter_index, null) as beginning_of_quarter,
    if(after_loaded, run_end > quarter_index, null) as end_of_quarter,
    if(before_loaded and after_loaded, run_start < quarter_index and run_end > quarter_index, null) as full_quarter,
    if(before_loaded, run_start = quarter_index, null) as accession,
    if(after_loaded, run_end = quarter_index, null) as separation,
    (quarter_index - run_start + 1)::integer as tenure,
    not origin_loaded as tenure_censored
from industry;
