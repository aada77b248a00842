with reported as (
  select person_id, race_ethnicity, count(*) as spells, max(entry_date) as latest
  from k12_enrollment where race_ethnicity is not null
  group by person_id, race_ethnicity
), settled as (
  select person_id, argMax(race_ethnicity, (spells, latest)) as settled_race from reported group by person_id
)
select settled_race as race_ethnicity, count(*) as persons from settled group by settled_race
