select race_ethnicity, count(*) as persons
from (select person_id, mode_latest(race_ethnicity, entry_date) as race_ethnicity from k12_enrollment group by person_id) person
where race_ethnicity is not null
group by race_ethnicity
