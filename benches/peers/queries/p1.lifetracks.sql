select steps, count(*) as persons
from (select person_id, window_funnel(2191, d, e = 'diploma', e = 'enrol', e = 'award') as steps
      from (select person_id, award_date as d, 'diploma' as e from diploma
            where diploma_type in ('00806', '00807', '00808', '00809')
            union all
            select person_id, term_start, 'enrol' from postsec_enrollment where dual_enrollment is not true
            union all
            select person_id, award_date, 'award' from postsec_award) event
      group by person_id) reached
where steps > 0
group by steps
