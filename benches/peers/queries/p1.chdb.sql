-- windowFunnel takes Date, which Date32 of Parquet is not.
select steps, count(*) as persons
from (select person_id, windowFunnel(2191)(toDate(d), e = 1, e = 2, e = 3) as steps
      from (select person_id, award_date as d, 1 as e from diploma
            where diploma_type in ('00806', '00807', '00808', '00809')
            union all
            select person_id, term_start as d, 2 as e from postsec_enrollment where ifNull(dual_enrollment, false) = false
            union all
            select person_id, award_date as d, 3 as e from postsec_award) as event
      group by person_id) as reached
where steps > 0
group by steps
