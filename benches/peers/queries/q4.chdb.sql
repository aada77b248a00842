-- ClickHouse has toYear and toQuarter for extract, and quantileExactInclusive for percentile_cont.
with graduate as (
  select person_id, min(award_date) as diploma_date, min(school_year) as class
  from diploma where diploma_type in ('00806', '00807') group by person_id
), finished as (
  select g.person_id as person_id, g.class as class,
         coalesce(max(case a.award_level when '3' then 2 when '5' then 3 when '7' then 4
                                         when '17' then 5 when '18' then 5 when '19' then 5
                                         else case when a.award_level is not null then 1 end end), 0) as degree,
         coalesce(max(a.award_date), g.diploma_date) as finish_date
  from graduate g left join postsec_award a on a.person_id = g.person_id and a.award_date >= g.diploma_date
  group by g.person_id, g.class, g.diploma_date
), leaver as (
  select person_id, class, degree, toInt32(toYear(finish_date) * 4 + toQuarter(finish_date) - 1) as finish_quarter
  from finished
), earned as (
  select l.class as class, l.degree as degree, w.quarter_index - l.finish_quarter as quarters_after,
         w.person_id as person_id, sum(w.wages) as wages
  from ui_wage w join leaver l on w.person_id = l.person_id
  where w.quarter_index between l.finish_quarter + 1 and l.finish_quarter + 20
  group by l.class, l.degree, w.quarter_index - l.finish_quarter, w.person_id
), size as (
  select class, degree, count(*) as leavers from leaver group by class, degree
)
select e.class as class, e.degree as degree, e.quarters_after as quarters_after, s.leavers as leavers,
       count(*) as employed, toFloat64(count(*)) / s.leavers as employed_share,
       quantileExactInclusive(0.25)(toFloat64(e.wages)) as lower_quartile,
       quantileExactInclusive(0.5)(toFloat64(e.wages)) as middle,
       quantileExactInclusive(0.75)(toFloat64(e.wages)) as upper_quartile
from earned e join size s on s.class = e.class and s.degree = e.degree
group by e.class, e.degree, e.quarters_after, s.leavers
