-- What a dollar of a quarter is worth in the base year. Variable: base_year. Needs cpi.
-- A quarter has the mean of its three months, else the annual average of its year, else nothing.

create or replace temp table price as
with

index_value as (
    select year, month, value::double as value from cpi where series = 'CUUR0000SA0'
),

of_quarter as (
    select 4 * year + (month - 1) // 3 as quarter_index, avg(value) as value
    from index_value
    where month <= 12
    group by all
    having count(*) = 3
),

of_year as (
    select year, value from index_value where month = 13
),

every as (
    select unnest(generate_series(4 * min(year), 4 * max(year) + 3)) as quarter_index from index_value
),

base as (
    select coalesce(any_value(value) filter (month = 13),
                    if(count(*) filter (month <= 12) = 12, avg(value) filter (month <= 12), null)) as value
    from index_value
    where year = getvariable('base_year')
)

select quarter_index, base.value / coalesce(of_quarter.value, of_year.value) as factor
from every
left join of_quarter using (quarter_index)
left join of_year on of_year.year = quarter_index // 4
cross join base
where coalesce(of_quarter.value, of_year.value) is not null;
