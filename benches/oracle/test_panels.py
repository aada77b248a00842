"""The worked cases of panels, asked of the oracle. Run: python -m unittest discover -s benches/oracle"""

import unittest
from datetime import date

import duckdb

import panel_cases
import panel_questions
import panel_samples
import panel_sources


class Cases(unittest.TestCase):
    def test_the_oracle_gives_every_written_answer(self):
        paths = sorted(panel_cases.FOLDER.glob("*.slt"))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path.name):
                asked, found = panel_cases.differences(path)
                self.assertEqual(found, [])
                self.assertGreater(asked, 0)

    def test_a_call_is_read(self):
        panel = panel_cases.panel_of("(SELECT f(1)), of => 'wages', unit => 'quarter', from_p => -2, base_year => 2020")
        self.assertEqual(panel, panel_sources.Panel("SELECT f(1)", "wages", "quarter", -2, 8, 2020))


class Calendar(unittest.TestCase):
    def test_a_period_begins_where_its_number_does(self):
        connection = duckdb.connect()
        panel_sources.run(connection, "calendar")
        for unit in ("month", "quarter", "term", "school_year", "year"):
            wrong = connection.execute(
                "select day, number from (select day::date as day, period_number($1, day::date) as number "
                "from range(date '2019-01-01', date '2021-12-31', interval 1 day) as days (day)) "
                "where day not between period_first($1, number) and period_first($1, number + 1) - 1",
                [unit],
            ).fetchall()
            self.assertEqual(wrong, [], unit)

    def test_numbers_are_those_of_the_description(self):
        connection = duckdb.connect()
        panel_sources.run(connection, "calendar")
        for unit, day, number in [
            ("quarter", date(2022, 12, 31), 8091), ("month", date(2021, 8, 5), 24259), ("term", date(2021, 5, 31), 6063),
            ("term", date(2021, 6, 1), 6064), ("term", date(2021, 8, 1), 6065), ("school_year", date(2021, 6, 30), 2021),
            ("school_year", date(2021, 7, 1), 2022), ("year", date(2021, 7, 1), 2021),
        ]:
            self.assertEqual(connection.execute("select period_number($1, $2)", [unit, day]).fetchone()[0], number)

    def test_a_late_period_is_none_and_few_rows_tell_nothing(self):
        connection = duckdb.connect()
        panel_sources.run(connection, "calendar")
        counts = {1: 40, 2: 20, 3: 9, 4: 12, 6: 5, 7: 12, 8: 9, 9: 1}
        rows = ", ".join(f"({period})" for period, many in counts.items() for _ in range(many))
        connection.execute(f"create temp table late as from (values {rows}) as listed (period)")
        for in_lake, complete in [("true", [1, 2, 4, 7, 8, 9]), ("false", list(counts))]:
            connection.execute(f"set variable in_lake = {in_lake}")
            found = connection.execute("select period from complete_periods('late') order by period").fetchall()
            self.assertEqual([period for (period,) in found], complete)


class Questions(unittest.TestCase):
    def test_only_what_a_lake_has_is_asked(self):
        names = [name for name, _ in panel_questions.questions(["ui_wage", "employer_quarter", "diploma"], 2020)]
        self.assertTrue(names)
        self.assertTrue(all(name.startswith("wages") and name.endswith("graduates") for name in names))

class Samples(unittest.TestCase):
    def test_the_same_seed_gives_the_same_files_and_every_panel_can_be_made_of_them(self):
        self.assertEqual(list(panel_samples.statements(4)), list(panel_samples.statements(4)))
        connection = duckdb.connect()
        connection.execute("set variable in_lake = false")
        for statement in panel_samples.statements(4):
            connection.execute(statement)
        for name, panel in panel_samples.panels():
            with self.subTest(name):
                panel_sources.make(connection, panel)
                rows = connection.execute("select count(*), count(distinct stratum) from panel").fetchone()
                self.assertEqual(rows, (12 * (panel.to_p - panel.from_p + 1), 12))


if __name__ == "__main__":
    unittest.main()
