-- Continuous enrollment and school moves: a gap of more than 120 days begins a new stretch; a spell in another school
-- than the one before it in the same year is a move. Persons by stretches and moves.
-- answer: integer integer integer integer
with ordered as (
  select person_id, school_year, school_id, entry_date,
         lag(exit_date) over (partition by person_id order by entry_date, school_id) as exit_before,
         lag(school_id) over (partition by person_id order by entry_date, school_id) as school_before,
         lag(school_year) over (partition by person_id order by entry_date, school_id) as year_before
  from k12_enrollment
), stretched as (
  select person_id,
         sum(case when exit_before is null or entry_date > exit_before + interval '120 days' then 1 else 0 end)
           over (partition by person_id order by entry_date, school_id rows unbounded preceding) as stretch,
         case when year_before = school_year and school_before <> school_id then 1 else 0 end as move
  from ordered
), person as (
  select person_id, max(stretch) as stretches, sum(move) as moves, count(*) as spells from stretched group by person_id
)
select stretches, moves, count(*) as persons, sum(spells) as spells from person group by stretches, moves
