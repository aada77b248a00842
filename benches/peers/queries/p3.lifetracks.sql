select found, count(*) as persons
from (select person_id, sequence_match('(?1)(?t<=P150D)(?1)(?t<=P150D)(?1)', entry_date, true) as found
      from k12_enrollment
      group by person_id) person
group by found
