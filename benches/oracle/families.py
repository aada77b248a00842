"""The questions the oracle answers: which SQL answers them, and what a row of an answer is."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Family:
    """An answer of the oracle: a table, and how its rows are held against those of somebody else."""

    name: str
    steps: tuple  # SQL files, in order; the last one makes the table
    tables: tuple  # tables of the lake they read
    unit: tuple  # columns that say what a row is about
    year: str  # the column that is a school year
    group: str  # the column by which differences are counted
    exact: tuple = ()  # columns that must be the same
    close: tuple = ()  # columns that must be the same up to the tolerance
    place: tuple = ()  # columns that divide a unit among places
    truth: str = None  # SQL for the same columns of the truth; {folder} stands for the folder of the twin
    settled: int = 0  # how many years after the first one in the files the truth can be rebuilt
    rows: str = None  # condition for the rows the truth knows
    table: str = None

    @property
    def relation(self):
        """The table with the answer."""
        return self.table or self.name

    @property
    def columns(self):
        """All columns that are compared."""
        return self.unit + self.place + self.exact + self.close


TRUTH_STATUS = """
    select
        person_id, COHORT::integer as cohort_year, METHOD as method, YEARS::integer as years,
        DISTRICT as district_id, DISTRICT || SCHOOL as school_id, STATUS as status,
        IN_DEN::integer as in_den, IN_NUM::integer as in_num, WEIGHT::double as weight
    from read_csv('{folder}/truth/status.csv', all_varchar = true)
    left join twin_key on student_number = MSIS_ID
"""
TRUTH_RATE = """
    select
        METHOD as method, COHORT::integer as cohort_year, YEARS::integer as years, DISTRICT as district_id,
        NUM::double as num, DEN::double as den, RATE::double as rate
    from read_csv('{folder}/truth/method_rates.csv', all_varchar = true)
"""
TRUTH_MEMBERSHIP = """
    unpivot (
        select
            SCHOOL_YEAR::integer as school_year, DISTRICT as district_id,
            GRADE_8::bigint as "08", GRADE_9::bigint as "09", GRADE_10::bigint as "10",
            GRADE_11::bigint as "11", GRADE_12::bigint as "12"
        from read_csv('{folder}/truth/membership.csv', all_varchar = true)
        where DISTRICT is not null
    )
    on "08", "09", "10", "11", "12" into name grade value members
"""
TRUTH_COLLEGE = """
    select
        person_id, AWARD_DATE::date as award_date,
        year(AWARD_DATE::date) + (strftime(AWARD_DATE::date, '%m%d') > '0731')::integer as class_year,
        (LINKABLE_WITHIN_16_MONTHS = 'Y')::integer as within_16_months,
        (LINKABLE_FIRST_FALL = 'Y')::integer as first_fall
    from read_csv('{folder}/truth/college.csv', all_varchar = true)
    join twin_key on student_number = MSIS_ID
    where person_id in (select person_id from college_going)
"""

FAMILIES = {
    family.name: family
    for family in (
        Family(
            name="grad_cohort",
            steps=("parameters", "grad_cohort"),
            tables=("k12_enrollment", "diploma", "calendar"),
            unit=("person_id", "cohort_year", "method", "years"),
            place=("district_id", "school_id"),
            exact=("status", "in_den", "in_num"),
            close=("weight",),
            year="cohort_year",
            group="method",
            truth=TRUTH_STATUS,
            settled=6,
        ),
        Family(
            name="grad_rate",
            steps=("parameters", "grad_cohort", "grad_rate"),
            tables=("k12_enrollment", "diploma", "calendar"),
            unit=("method", "cohort_year", "years"),
            close=("num", "den", "rate"),
            year="cohort_year",
            group="method",
            truth=f"select * exclude (district_id) from ({TRUTH_RATE}) where method not in ('afgr', 'cpi')",
            settled=6,
        ),
        Family(
            name="membership",
            steps=("membership", "membership_count"),
            tables=("k12_enrollment",),
            unit=("school_year", "district_id", "grade"),
            exact=("members",),
            year="school_year",
            group="grade",
            truth=f"from ({TRUTH_MEMBERSHIP}) where members > 0",
            rows="grade in ('08', '09', '10', '11', '12')",
            table="membership_count",
        ),
        Family(
            name="person_free_rate",
            steps=("parameters", "membership", "person_free_rate"),
            tables=("k12_enrollment", "diploma"),
            unit=("method", "cohort_year", "district_id"),
            close=("num", "den", "rate"),
            year="cohort_year",
            group="method",
            truth=f"select * exclude (years) from ({TRUTH_RATE}) where method in ('afgr', 'cpi')",
        ),
        Family(
            name="event_dropout",
            steps=("parameters", "membership", "event_dropout"),
            tables=("k12_enrollment", "diploma", "calendar"),
            unit=("person_id", "school_year", "grade"),
            place=("district_id", "school_id"),
            exact=("in_den", "in_num"),
            year="school_year",
            group="school_year",
        ),
        Family(
            name="event_dropout_rate",
            steps=("parameters", "membership", "event_dropout"),
            tables=("k12_enrollment", "diploma", "calendar"),
            unit=("school_year", "district_id", "grade"),
            exact=("num", "den"),
            close=("rate",),
            year="school_year",
            group="school_year",
        ),
        Family(
            name="promotion",
            steps=("parameters", "membership", "promotion"),
            tables=("k12_enrollment", "diploma"),
            unit=("school_year", "district_id", "grade"),
            exact=("promoted", "retained", "den"),
            close=("promotion_rate", "retention_rate"),
            year="school_year",
            group="grade",
        ),
        Family(
            name="chronic_absence",
            steps=("chronic_absence",),
            tables=("k12_attendance",),
            unit=("basis", "person_id", "school_year"),
            place=("district_id", "school_id"),
            exact=("in_den", "in_num"),
            year="school_year",
            group="basis",
        ),
        Family(
            name="chronic_absence_rate",
            steps=("chronic_absence",),
            tables=("k12_attendance",),
            unit=("basis", "school_year", "district_id", "school_id"),
            exact=("num", "den"),
            close=("rate",),
            year="school_year",
            group="basis",
        ),
        Family(
            name="college_going",
            steps=("parameters", "college_going"),
            tables=("diploma", "person_xwalk", "postsec_enrollment"),
            unit=("person_id", "class_year"),
            exact=("award_date", "within_16_months", "first_fall"),
            year="class_year",
            group="class_year",
            truth=TRUTH_COLLEGE,
        ),
    )
}


def statements(family):
    """The SQL of a family."""
    return [(FOLDER / f"{step}.sql").read_text(encoding="utf-8") for step in family.steps]
