-- Numbers of periods: two of them make a distance. School years are named by the year they end in and begin on 1 July. And which
-- periods of a table are complete.

create or replace macro period_number(unit, day) as
    case unit
        when 'month' then 12 * year(day) + month(day) - 1
        when 'quarter' then 4 * year(day) + quarter(day) - 1
        when 'term' then 3 * year(day) + (month(day) >= 6)::integer + (month(day) >= 8)::integer
        when 'school_year' then year(day) + (month(day) >= 7)::integer
        when 'year' then year(day)
    end;

create or replace macro period_first(unit, number) as
    case unit
        when 'month' then make_date(number // 12, number % 12 + 1, 1)
        when 'quarter' then make_date(number // 4, 3 * (number % 4) + 1, 1)
        when 'term' then make_date(number // 3, case number % 3 when 0 then 1 when 1 then 6 else 8 end, 1)
        when 'school_year' then make_date(number - 1, 7, 1)
        when 'year' then make_date(number, 1, 1)
    end;

-- Periods with rows, but those of a lake with less than half as many as the last complete one, when that has ten or more: they are
-- late. The table has a column `period`; the variable in_lake tells whether it is one of a lake.
create or replace macro complete_periods(rows_of_periods) as table
    with recursive counted as (
        select period, count(*) as rows, row_number() over (order by period) as place
        from query_table(rows_of_periods)
        group by period
    ),
    walked as (
        select period, place, rows as last_complete, true as complete from counted where place = 1
        union all
        select
            counted.period, counted.place,
            if(getvariable('in_lake') and last_complete >= 10 and 2 * counted.rows < last_complete, last_complete, counted.rows),
            not (getvariable('in_lake') and last_complete >= 10 and 2 * counted.rows < last_complete)
        from walked join counted on counted.place = walked.place + 1
    )
    select period from walked where complete;
