select school_year, grade, count(*) filter (where in_den) as members, count(*) filter (where in_num) as dropouts
from dropout_status(2008, 2024)
where in_den or in_num
group by school_year, grade
