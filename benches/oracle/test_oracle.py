"""Worked cases of the domain rules, asked of the oracle's SQL. Run: python -m unittest discover -s benches/oracle"""

import unittest
from types import SimpleNamespace

import duckdb

from compare import compare, counted
from families import FAMILIES, statements

TABLES = {
    "k12_enrollment": "person_id bigint, school_year integer, district_id varchar, school_id varchar, grade varchar, "
    "entry_date date, exit_date date, exit_code varchar, exit_documented boolean",
    "diploma": "person_id bigint, award_date date, diploma_type varchar, district_id varchar",
    "calendar": "school_id varchar, school_year integer, first_day date, last_day date",
    "k12_attendance": "person_id bigint, school_year integer, district_id varchar, school_id varchar, "
    "days_enrolled decimal(6,2), days_absent decimal(6,2)",
    "person_xwalk": "person_id bigint, agency varchar",
    "postsec_enrollment": "person_id bigint, term_start date, term_end date, dual_enrollment boolean",
}
A, B = "0100001", "0200001"


def asked(family, variables=(), **tables):
    """Runs a family on some rows; gives the connection."""
    connection = duckdb.connect()
    for name, value in variables:
        connection.execute(f"set variable {name} = '{value}'")
    for table, columns in TABLES.items():
        connection.execute(f"create table {table} ({columns})")
        for row in tables.get(table, []):
            connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    for sql in statements(FAMILIES[family]):
        connection.execute(sql)
    return connection


def rows(connection, sql):
    return connection.execute(sql).fetchall()


def spell(person, year, grade, entry=None, end=None, code=None, document=None, school=A):
    """A spell that begins with the school year when nothing else is said."""
    return (person, year, school[:4], school, grade, entry or f"{year - 1}-08-07", end, code, document)


def years(person, last, grades=("09", "10", "11", "12"), first=2019, **end):
    """A spell in each school year, the last of which ends as told."""
    listed = list(zip(range(first, last + 1), [*grades, *[grades[-1]] * 9]))
    return [spell(person, year, grade, **(end if year == last else {})) for year, grade in listed]


class WorkedCohort(unittest.TestCase):
    """T1: cohort 2022, twenty pupils."""

    @classmethod
    def setUpClass(cls):
        diplomas = {
            1: ("2022-05-20", "00806"), 2: ("2021-05-21", "00806"), 3: ("2022-07-20", "00806"), 4: ("2022-12-16", "00806"),
            5: ("2023-05-19", "00806"), 14: ("2022-05-20", "00806"), 16: ("2024-05-17", "00812"), 17: ("2022-05-20", "00814"),
            18: ("2022-05-20", "00806"), 19: ("2022-05-20", "00806"),
        }
        spells = []
        for person, (day, kind) in diplomas.items():
            end = {"end": day, "code": "C2" if kind == "00814" else "C1"}
            if person == 5:
                spells += years(5, 2023, ("09", "09", "10", "11", "12"), **end)
            elif person == 14:
                spells += years(14, 2022, ("11", "12"), first=2021, **end)
            elif person == 18:
                spells += years(18, 2020) + [spell(18, 2021, "11", end="2020-11-02", code="D08")]
                spells += [spell(18, 2021, "11", entry="2021-02-01"), spell(18, 2022, "12", **end)]
            elif person == 19:
                spells += years(19, 2021, end="2021-01-15", code="T3")
                spells += [spell(19, 2021, "11", entry="2021-01-19", school=B), spell(19, 2022, "12", school=B, **end)]
            else:
                last = int(day[:4]) + (day[5:] > "07-31")
                spells += years(person, last, **end)
        left = {
            6: ("T5", True), 7: ("T5", None), 8: ("T4", True), 9: ("T8", True), 10: ("T7", True), 11: ("Z1", True),
            12: ("T5", True), 13: ("T5", True), 20: ("D02", None),
        }
        for person, (code, document) in left.items():
            spells += years(person, 2021, end="2021-02-01", code=code, document=document)
        spells += years(15, 2021, ("10", "11"), first=2020, end="2021-02-01", code="D18")
        cls.answer = asked(
            "grad_rate",
            k12_enrollment=spells,
            diploma=[(person, *diploma, "0100") for person, diploma in diplomas.items()],
        )

    def rates(self, method):
        return rows(
            self.answer,
            f"select num, den from grad_rate where method = '{method}' and cohort_year = 2022 order by years",
        )

    def test_the_rates_after_four_five_and_six_years(self):
        self.assertEqual(self.rates("fed-essa"), [(6, 13), (8, 13), (8, 13)])
        self.assertEqual(self.rates("fed-essa-alt-literal"), [(7, 14), (9, 14), (9, 14)])
        self.assertEqual(self.rates("ms-mde-2018"), [(6, 13)])

    def test_the_five_statuses_of_the_state(self):
        found = rows(
            self.answer,
            "select status, list(person_id order by person_id) from grad_cohort "
            "where method = 'ms-mde-2018' and cohort_year = 2022 group by status",
        )
        expected = {
            "graduate": [1, 2, 3, 14, 18, 19],
            "completer": [17],
            "still_enrolled": [4, 5],
            "dropout": [7, 10, 15, 20],
            "excluded": [6, 8, 9, 11, 12, 13, 16],
        }
        self.assertEqual(dict(found), expected)

    def test_what_the_older_methods_ask_for(self):
        status = "select method, person_id from grad_cohort where cohort_year = 2022 and status = 'excluded' and "
        self.assertIn(("msis-2006", 7), rows(self.answer, status + "person_id = 7"))
        self.assertEqual(rows(self.answer, status + "person_id = 10"), [("msis-2006", 10)])

    def test_a_late_alternate_diploma_counts_in_the_cohort_of_its_year(self):
        found = rows(
            self.answer,
            "select method, years, status from grad_cohort where person_id = 16 and cohort_year = 2024 order by years",
        )
        self.assertEqual(found, [("fed-essa", 4, "graduate")])


class AnsweringSchool(unittest.TestCase):
    """T2 and T2b."""

    def school(self, method, spells, diploma=()):
        calendars = [(place, 2022, "2021-08-05", "2022-05-20") for place in (A, B)]
        answer = asked("grad_cohort", k12_enrollment=spells, diploma=diploma, calendar=calendars)
        return rows(answer, f"select school_id from grad_cohort where method = '{method}' and years = 4")

    def test_the_longest_stay_and_the_last_one_when_equal(self):
        longer = [
            spell(1, 2019, "09", "2018-08-07", "2020-12-18", "T3"),
            spell(1, 2022, "12", "2021-01-06", "2022-05-20", "D18", school=B),
        ]
        self.assertEqual(self.school("ms-mde-2018", longer), [(A,)])
        equal = [
            spell(1, 2019, "09", "2018-10-23", "2020-08-05", "T3"),
            spell(1, 2022, "12", "2020-08-06", "2022-05-20", "D18", school=B),
        ]
        self.assertEqual(self.school("ms-mde-2018", equal), [(B,)])

    def test_a_short_stay_in_the_last_school(self):
        moved = years(1, 2021, end="2021-05-20", code="T3")
        quits = [*moved, spell(1, 2022, "12", "2021-08-05", "2021-11-01", "D02", school=B)]
        self.assertEqual(self.school("fed-essa", quits), [(A,)])
        graduates = [*moved, spell(1, 2022, "12", "2021-08-05", "2021-11-01", "C1", school=B)]
        self.assertEqual(self.school("fed-essa", graduates, [(1, "2021-11-01", "00806", "0200")]), [(B,)])

    def test_days_in_two_schools_at_once_count_once(self):
        twice = [
            spell(1, 2019, "09", "2018-08-07", "2019-05-20"),
            spell(1, 2019, "09", "2018-08-08", "2019-05-20"),
            spell(1, 2022, "12", "2021-04-01", "2022-05-20", "D18", school=B),
        ]
        self.assertEqual(self.school("ms-mde-2018", twice), [(B,)])

    def test_shares_add_up_to_one(self):
        spells = [
            spell(1, 2019, "09", end="2018-11-20", code="T3"),
            spell(1, 2019, "09", entry="2018-11-25", school=B),
            *years(1, 2022, ("10", "11", "12"), first=2020),
        ]
        answer = asked("grad_cohort", k12_enrollment=spells)
        weights = "select school_id, weight from grad_cohort where method = '{}' order by school_id"
        # 36 months: September to November of the first year and three whole years in A, six months in B.
        self.assertEqual(rows(answer, weights.format("ms-mde-apportioned")), [(A, 30 / 36), (B, 6 / 36)])
        self.assertEqual(rows(answer, weights.format("nm-shared")), [(A, 13 / 16), (B, 3 / 16)])


class EventDropout(unittest.TestCase):
    """T3: the school year 2021-22."""

    def rate(self, last_day="2022-03-01", variables=()):
        def member(person, grade, back=False, **end):
            later = [spell(person, 2023, grade)] if back else []
            return [spell(person, 2022, grade, **end), *later]

        spells = [
            *member(1, "09", back=True), *member(2, "09", end="2022-02-10", code="D18"),
            *member(3, "10", end="2022-02-10", code="T5"), *member(4, "11", end="2022-05-20", code="C2"),
            *member(5, "12", end="2022-05-20", code="C1"), *member(6, "10", back=True, end="2022-02-10", code="D08"),
            *member(7, "11", entry="2021-11-08", end="2022-01-15", code="D02"), *member(8, "12", end=last_day),
            *member(9, "10", end="2022-02-10", code="T7"), *member(10, "09", end="2022-02-10", code="Z1"),
            *member(11, "09", back=True), *member(12, "09", back=True),
        ]
        calendars = [(A, 2022, "2021-08-05", "2022-05-20")]
        answer = asked("event_dropout_rate", variables, k12_enrollment=spells, calendar=calendars)
        return rows(
            answer,
            "select num, den from event_dropout_rate where school_year = 2022 and district_id is null and grade is null",
        )

    def test_the_worked_year(self):
        self.assertEqual(self.rate(), [(3, 11)])
        self.assertEqual(self.rate(variables=[("approved_programs", "dropout")]), [(4, 11)])

    def test_a_summer_dropout_belongs_to_the_next_year(self):
        self.assertEqual(self.rate(last_day="2022-06-03"), [(2, 11)])


class Rates(unittest.TestCase):
    def test_the_averaged_freshman_rate(self):
        # T4, a tenth of it.
        spells = [
            *[spell(1000 + person, 2018, "08") for person in range(100)],
            *[spell(2000 + person, 2019, "09") for person in range(120)],
            *[spell(3000 + person, 2020, "10") for person in range(105)],
            spell(1, 2021, "11"), spell(1, 2022, "12"),
        ]
        diplomas = [(person, "2022-05-20", "00806", "0100") for person in range(90)]
        answer = asked("person_free_rate", k12_enrollment=spells, diploma=diplomas)
        found = rows(answer, "select district_id, round(100 * rate, 2) from person_free_rate where method = 'afgr'")
        self.assertEqual(sorted(found, key=str), [("0100", 83.08), (None, 83.08)])

    def test_promotion_leaves_out_who_left(self):
        spells = [spell(person, 2020, "09") for person in range(100)]
        spells += [spell(person, 2021, "10" if person < 80 else "09") for person in range(92)]
        answer = asked("promotion", k12_enrollment=spells)
        found = rows(answer, "select promoted, retained, den from promotion where school_year = 2020 and district_id is null")
        self.assertEqual(found, [(80, 12, 92)])

    def test_chronic_absence_of_schools_and_of_persons(self):
        # T5; the sixth pupil's days of absence were not reported.
        days = [(1, A, 170, 17), (2, A, 170, 16), (3, A, 9, 9), (4, A, 90, 8), (4, B, 80, 9), (5, A, 10, 1), (6, A, 90, None)]
        attendance = [(person, 2022, school[:4], school, *counts) for person, school, *counts in days]
        answer = asked("chronic_absence_rate", k12_attendance=attendance)
        found = rows(
            answer,
            "select basis, num, den from chronic_absence_rate where district_id is null order by basis",
        )
        self.assertEqual(found, [("person", 3, 4), ("school", 3, 5)])


class College(unittest.TestCase):
    def ask(self, award, terms):
        """Answers for persons with one term each; a late term of somebody else makes all windows close."""
        numbered = dict(enumerate(terms, start=1))
        answer = asked(
            "college_going",
            diploma=[(person, award, "00806", "0100") for person in numbered],
            person_xwalk=[(person, agency) for person in numbered for agency in ("MDE", "SSN")],
            postsec_enrollment=[
                (99, "2025-01-09", "2025-05-04", False),
                *[(person, *term, False)[:4] for person, term in numbered.items()],
            ],
        )
        return rows(
            answer,
            "select within_16_months, first_fall, first_year from college_going order by person_id",
        )

    def test_sixteen_months_end_with_the_month(self):
        # T6.
        last = self.ask("2022-05-20", [("2023-09-20", "2023-12-09"), ("2023-09-21", "2023-12-09")])
        self.assertEqual([row[0] for row in last], [1, 0])
        last = self.ask("2021-10-31", [("2023-02-28", "2023-05-09"), ("2023-03-01", "2023-05-09")])
        self.assertEqual([row[0] for row in last], [1, 0])

    def test_first_fall_and_first_year(self):
        # T7.
        terms = [
            ("2022-08-22", "2022-12-09"), ("2022-06-01", "2022-08-15"), ("2022-06-01", "2022-08-14"),
            ("2022-11-01", "2022-12-16"), ("2023-01-17", "2023-05-05"), ("2023-08-21", "2023-12-09"),
        ]
        found = [row[1:] for row in self.ask("2022-05-20", terms)]
        self.assertEqual(found, [(1, 1), (1, 1), (0, 0), (0, 1), (0, 1), (0, 0)])

    def test_dual_enrollment_does_not_count_and_a_straddling_term_does(self):
        terms = [("2022-01-10", "2022-05-25", False), ("2022-01-10", "2022-05-25", True), ("2022-01-10", "2022-05-10", False)]
        self.assertEqual([row[0] for row in self.ask("2022-05-20", terms)], [1, 0, 0])

    def test_an_open_window_is_unknown(self):
        self.assertEqual(self.ask("2025-05-20", [("2025-01-09", "2025-05-04")]), [(None, None, None)])


class Comparison(unittest.TestCase):
    def test_every_kind_of_difference_has_a_name(self):
        family = SimpleNamespace(
            unit=("person_id",), place=("school_id",), exact=("status",), close=("weight",), group="person_id",
            columns=("person_id", "school_id", "status", "weight"),
        )
        connection = duckdb.connect()
        columns = "(person_id integer, school_id varchar, status varchar, weight double)"
        connection.execute(f"create table left_side {columns}; create table right_side {columns}")
        ours = [(1, A, "x", 1.0), (2, A, "x", 1.0), (3, A, "x", 0.5), (4, A, "x", 1.0), (6, A, "x", 1.0)]
        theirs = [(1, A, "x", 1 + 1e-9), (2, B, "x", 1.0), (3, A, "x", 0.6), (5, A, "x", 1.0), (6, A, "y", 1.0)]
        connection.executemany("insert into left_side values (?, ?, ?, ?)", ours)
        connection.executemany("insert into right_side values (?, ?, ?, ?)", [*theirs, theirs[0]])
        repetitions = compare(connection, family, "left_side", "right_side", 1e-6)
        expected = [(2, "place", 2), (3, "weight", 1), (4, "missing", 1), (5, "extra", 1), (6, "status", 1)]
        self.assertEqual(counted(connection, family), expected)
        self.assertEqual(repetitions, {"ours": 0, "theirs": 1})


if __name__ == "__main__":
    unittest.main()
