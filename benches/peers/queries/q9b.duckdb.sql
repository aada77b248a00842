-- Division of integers is // in DuckDB.
select quarter_index // 4 as calendar_year, count(*) as records, count(distinct person_id) as persons,
       count(distinct employer_account) as employers
from ui_wage
group by quarter_index // 4
