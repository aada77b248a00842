select moves, count(*) as persons
from (select person_id,
             sequence_count('(?1)(?t<=P300D)(?2)', term_start, institution_level = 2, institution_level = 4) as moves
      from postsec_enrollment
      where dual_enrollment is not true
      group by person_id) person
group by moves
