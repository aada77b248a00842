-- A sequence: who entered a school three times in a row, each time at most 150 days after the time before.
-- answer: boolean integer
with entered as (
  select person_id, entry_date - lag(entry_date) over entries as days,
         lag(entry_date) over entries - lag(entry_date, 2) over entries as days_before
  from k12_enrollment
  window entries as (partition by person_id order by entry_date)
), person as (
  select person_id, coalesce(bool_or(days <= 150 and days_before <= 150), false) as found from entered group by person_id
)
select found, count(*) as persons from person group by found
