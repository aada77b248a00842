-- sequenceMatch takes Date, which Date32 of Parquet is not, and needs two conditions.
select toBool(found) as found, count(*) as persons
from (select person_id, sequenceMatch('(?1)(?t<=150)(?1)(?t<=150)(?1)')(toDate(entry_date), true, false) as found
      from k12_enrollment
      group by person_id) as person
group by found
