-- What tells one method of counting a cohort from another, and what the codes of the department mean to all of them.
-- A new method is a new row here. Where a value comes from stands in README.md.

-- document       whether an exit that removes a pupil counts only with a document
-- equivalency    what an exit to an approved equivalency program makes of a pupil
-- alternate      what an alternate diploma does: remove (its holder, whenever it is awarded), reassign (late ones, to the
--                cohort of the award), literal (graduates whenever it is awarded), graduate or complete (when in time)
-- school         which school answers: longest, federal, last, months, snapshots
-- last_years     the longest span with a rate of its own
create or replace temp table method as
from (values
    ('ms-mde-2018',         true,  'dropout',  'remove',   'longest',   4),
    ('ms-mde-apportioned',  true,  'dropout',  'remove',   'months',    4),
    ('msis-2006',           false, 'excluded', 'complete', 'last',      4),
    ('fed-essa',            true,  'dropout',  'reassign', 'federal',   6),
    ('fed-essa-alt-literal', true, 'dropout',  'literal',  'federal',   6),
    ('nga-2005',            false, 'dropout',  'complete', 'last',      4),
    ('nm-shared',           true,  'dropout',  'graduate', 'snapshots', 4)
) as listed (method, document, equivalency, alternate, school, last_years);

-- Exits that do more than end a spell. Every other code (D01 to D20, NS, moves inside the state that lead nowhere)
-- makes a dropout of a pupil for whom it is the last word.
create or replace temp table exit_class as
from (values
    ('T4', 'removal'),      -- nonpublic school
    ('T5', 'removal'),      -- other state or country
    ('T8', 'removal'),      -- home school
    ('Z1', 'removal'),      -- death
    ('T7', 'equivalency'),
    ('C1', 'completion'),   -- a diploma of which no award tells is none; somebody finished nevertheless
    ('C2', 'completion'),
    ('GR', 'completion')
) as listed (exit_code, class);

-- Equivalency credentials (00815, 00816) are in no class: the exit decides on their holders.
create or replace temp table diploma_class as
from (values
    ('00806', 'regular'), ('00807', 'regular'), ('00808', 'regular'), ('00809', 'regular'),
    ('00812', 'alternate'),
    ('00810', 'completion'), ('00811', 'completion'), ('00813', 'completion'), ('00814', 'completion')
) as listed (diploma_type, class);

-- The days on which shares are counted, as month and day of a school year.
create or replace temp table share_day as
from (values
    ('months', 9, 1), ('months', 10, 1), ('months', 11, 1), ('months', 12, 1), ('months', 1, 1),
    ('months', 2, 1), ('months', 3, 1), ('months', 4, 1), ('months', 5, 1),
    ('snapshots', 10, 1), ('snapshots', 12, 15), ('snapshots', 3, 1), ('snapshots', 5, 15)
) as listed (school, month, day);
