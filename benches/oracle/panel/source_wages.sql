-- Wages: a quarter is loaded when there are rows of it, whatever they say, and not much fewer than before (complete_periods).

insert into loaded
select 'wages', period_first('quarter', quarter_index), period_first('quarter', quarter_index + 1) - 1 from loaded_quarter;

insert into known_in select distinct 'wages', person_id from ui_wage;

insert into spell
select
    'wages', row_number() over (order by person_id, quarter_index), person_id, period_first('quarter', quarter_index),
    period_first('quarter', quarter_index + 1) - 1
from (select distinct person_id, quarter_index from job);
