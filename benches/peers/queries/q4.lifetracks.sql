select class, degree, rel as quarters_after, count(*) as leavers, count(*) filter (where wages > 0) as employed,
       cast(count(*) filter (where wages > 0) as double) / count(*) as employed_share,
       percentile_cont(0.25) within group (order by cast(wages as double)) filter (where wages > 0) as lower_quartile,
       percentile_cont(0.5) within group (order by cast(wages as double)) filter (where wages > 0) as middle,
       percentile_cont(0.75) within group (order by cast(wages as double)) filter (where wages > 0) as upper_quartile
from panel((
  select g.person_id, g.class,
         coalesce(max(case a.award_level when '3' then 2 when '5' then 3 when '7' then 4
                                         when '17' then 5 when '18' then 5 when '19' then 5
                                         else case when a.award_level is not null then 1 end end), 0) as degree,
         coalesce(max(a.award_date), g.diploma_date) as index_date
  from (select person_id, min(award_date) as diploma_date, min(school_year) as class
        from diploma where diploma_type in ('00806', '00807') group by person_id) g
  left join postsec_award a on a.person_id = g.person_id and a.award_date >= g.diploma_date
  group by g.person_id, g.class, g.diploma_date
), of => 'wages', unit => 'quarter', from_p => 1, to_p => 20)
group by class, degree, rel
having count(*) filter (where wages > 0) > 0
