-- Division of integers is intDiv in ClickHouse.
select intDiv(quarter_index, 4) as calendar_year, count(*) as records, count(distinct person_id) as persons,
       count(distinct employer_account) as employers
from ui_wage
group by intDiv(quarter_index, 4)
