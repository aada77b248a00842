-- Four-year graduation by cohort year, district and subgroup. The last spell up to the cohort year decides;
-- a spell that ends in a transfer out (T4, T5, T8) or in death (Z1) leaves the cohort, with or without a document.
-- answer: integer text text text boolean integer integer integer float
with high_school as (
  select person_id, school_year, district_id, school_id, entry_date, exit_code, sex, race_ethnicity,
         economically_disadvantaged as disadvantaged,
         first_value(school_year + case grade when '09' then 3 when '10' then 2 when '11' then 1 else 0 end)
           over (partition by person_id order by entry_date, school_id) as cohort_year
  from k12_enrollment
  where grade in ('09', '10', '11', '12')
), placed as (
  select *, row_number() over (partition by person_id order by entry_date desc, school_id desc) as place
  from high_school
  where school_year <= cohort_year
), member as (
  select cohort_year, district_id, sex, race_ethnicity, disadvantaged,
         case when exit_code in ('T4', 'T5', 'T8', 'Z1') then 0 else 1 end as in_cohort,
         case when exit_code = 'C1' then 1 else 0 end as graduated
  from placed
  where place = 1
)
select cohort_year, district_id, sex, race_ethnicity, disadvantaged, grouping(district_id) as all_districts,
       sum(in_cohort) as members, sum(graduated) as graduates,
       cast(sum(graduated) as double) / nullif(sum(in_cohort), 0) as graduation_rate
from member
group by grouping sets (
  (cohort_year), (cohort_year, sex), (cohort_year, race_ethnicity), (cohort_year, disadvantaged),
  (cohort_year, district_id), (cohort_year, district_id, sex), (cohort_year, district_id, race_ethnicity),
  (cohort_year, district_id, disadvantaged))
