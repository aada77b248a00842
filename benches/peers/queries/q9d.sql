-- Every column of every wage record is read once.
-- answer: integer decimal integer integer text text
select count(*) as records, sum(wages) as total, sum(person_id % 7) as persons, sum(quarter_index) as quarters,
       min(employer_account) as first_account, max(reporting_unit) as last_unit
from ui_wage
