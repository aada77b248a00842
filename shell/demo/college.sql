-- The share of a class enrolled in a public college of the state in the fall after the diploma:
-- in a term that meets 15 August to 31 October, dual enrollment apart.
-- A graduate whose MSIS id no link joins to other agencies' files is unknown, not "not enrolled":
-- only linked graduates are in the denominator. A fall that is not reported yet gives NULL, not 0.
-- Groups under ten are left out.
WITH graduate AS (
    SELECT person_id, min(award_date) AS award_date, first_value(district_id ORDER BY award_date, district_id) AS district_id
    FROM diploma
    WHERE diploma_type IN ('00806', '00807', '00808', '00809')
    GROUP BY person_id
), class AS (
    SELECT person_id, district_id, school_year(award_date - INTERVAL '31' DAY) AS class
    FROM graduate
), linked AS (
    SELECT DISTINCT person_id FROM person_xwalk WHERE agency = 'SSN'
), reported AS (
    SELECT min(last_start) AS until
    FROM (SELECT max(term_start) AS last_start FROM postsec_enrollment GROUP BY institution_level)
), fall AS (
    SELECT DISTINCT person_id, class
    FROM class JOIN postsec_enrollment USING (person_id)
    WHERE dual_enrollment IS NOT TRUE
      AND term_start <= make_date(class, 10, 31) AND coalesce(term_end, term_start) >= make_date(class, 8, 15)
), district AS (
    SELECT district_id, min(district_name) AS district_name FROM school_directory GROUP BY district_id
)
SELECT c.class, coalesce(d.district_name, c.district_id) AS district,
       count(*) AS graduates,
       count(l.person_id) AS linked,
       round(rate(f.person_id IS NOT NULL, l.person_id IS NOT NULL AND r.until >= make_date(c.class, 8, 15)), 3) AS enrolled
FROM class c
CROSS JOIN reported r
LEFT JOIN district d ON d.district_id = c.district_id
LEFT JOIN linked l ON l.person_id = c.person_id
LEFT JOIN fall f ON f.person_id = c.person_id
WHERE c.class >= 2019
GROUP BY c.class, district
HAVING count(l.person_id) >= 10
ORDER BY c.class, district;
