-- Who has wages from covered work in the state in the fourth quarter after the diploma, and how much.
-- Only linked graduates are in the denominator: of the others nobody knows. A class counts when the wage files
-- reach the fourth quarter after its last diplomas; a class they do not reach gives NULL, not 0.
-- Federal, military and self-employed work is not in these files at all. Groups under ten are left out.
WITH graduate AS (
    SELECT person_id, min(award_date) AS award_date, first_value(district_id ORDER BY award_date, district_id) AS district_id
    FROM diploma
    WHERE diploma_type IN ('00806', '00807', '00808', '00809')
    GROUP BY person_id
), class AS (
    SELECT person_id, district_id, school_year(award_date - INTERVAL '31' DAY) AS class,
           quarter_index(award_date) + 4 AS quarter
    FROM graduate
), linked AS (
    SELECT DISTINCT person_id FROM person_xwalk WHERE agency = 'SSN'
), reported AS (
    SELECT max(quarter_index) AS until FROM ui_wage
), earned AS (
    SELECT person_id, quarter_index AS quarter, sum(wages) AS wages
    FROM ui_wage
    GROUP BY person_id, quarter_index
    HAVING sum(wages) > 0
), district AS (
    SELECT district_id, min(district_name) AS district_name FROM school_directory GROUP BY district_id
)
SELECT c.class, coalesce(d.district_name, c.district_id) AS district,
       count(*) AS graduates,
       count(l.person_id) AS linked,
       round(rate(e.wages IS NOT NULL, l.person_id IS NOT NULL AND quarter_index(make_date(c.class, 7, 31)) + 4 <= r.until), 3) AS employed,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(e.wages AS DOUBLE))
             FILTER (WHERE quarter_index(make_date(c.class, 7, 31)) + 4 <= r.until), 2) AS median_wages
FROM class c
CROSS JOIN reported r
LEFT JOIN district d ON d.district_id = c.district_id
LEFT JOIN linked l ON l.person_id = c.person_id
LEFT JOIN earned e ON e.person_id = c.person_id AND e.quarter = c.quarter
WHERE c.class >= 2019
GROUP BY c.class, district
HAVING count(l.person_id) >= 10
ORDER BY c.class, district;
