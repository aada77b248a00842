select moves, count(*) as persons
from (select person_id,
             sequenceCount('(?1)(?t<=300)(?2)')(toDate(term_start), institution_level = 2, institution_level = 4) as moves
      from postsec_enrollment
      where ifNull(dual_enrollment, false) = false
      group by person_id) as person
group by moves
