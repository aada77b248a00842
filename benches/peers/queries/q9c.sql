-- One person's whole wage history; POINT stands for the person that prepare.py picked.
-- answer: integer text text decimal
select quarter_index, employer_account, reporting_unit, wages from ui_wage where person_id = POINT
