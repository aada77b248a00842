-- Conflicting attributes: the race and ethnicity that most of a pupil's spells report; of several the one reported last.
-- answer: text integer
with reported as (
  select person_id, race_ethnicity, count(*) as spells, max(entry_date) as latest
  from k12_enrollment where race_ethnicity is not null
  group by person_id, race_ethnicity
), settled as (
  select race_ethnicity
  from reported
  qualify row_number() over (partition by person_id order by spells desc, latest desc, race_ethnicity) = 1
)
select race_ethnicity, count(*) as persons from settled group by race_ethnicity
