-- Regular diplomas by class. A class ends on 31 July: an award of July belongs to the class before.
-- Certificates and equivalency credentials are no diplomas (SELECT * FROM lifetracks.codes shows the codes).
SELECT school_year(award_date - INTERVAL '31' DAY) AS class,
       count(DISTINCT person_id) AS graduates,
       count(DISTINCT school_id) AS schools
FROM diploma
WHERE diploma_type IN ('00806', '00807', '00808', '00809')
GROUP BY class
ORDER BY class;
