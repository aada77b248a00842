-- Five of the years, wages of 2,000 dollars and more, by two-digit industry of the employer's unit in the quarter.
-- answer: text integer decimal float
select substr(e.naics, 1, 2) as sector, count(*) as records, sum(w.wages) as total,
       avg(cast(w.wages as double)) as mean
from ui_wage w
join employer_quarter e
  on e.employer_account = w.employer_account
 and e.reporting_unit = w.reporting_unit
 and e.quarter_index = w.quarter_index
where w.quarter_index between 8060 and 8079 and w.wages >= 2000
group by substr(e.naics, 1, 2)
