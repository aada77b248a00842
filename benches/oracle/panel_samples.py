"""Small random files for panels: amounts that were taken back, equal amounts, gaps, open ends, overlaps, people without a number.

The twin has none of that. The tables are SQL of both engines.
"""

import random
from datetime import date, timedelta

from panel_sources import PANELS, Panel

PERSONS = range(1, 11)
FIRST, LAST = date(2019, 6, 1), date(2022, 9, 30)
TYPES = {"bigint": "BIGINT", "int": "INT", "tinyint": "TINYINT", "money": "DECIMAL(12,2)", "text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN",
         "index": "DECIMAL(10,3)"}
COLUMNS = {
    "ui_wage": "person_id bigint, quarter_index int, employer_account text, reporting_unit text, wages money",
    "employer_quarter": "employer_account text, reporting_unit text, quarter_index int, naics text",
    "cpi": "series text, year int, month int, value index",
    "person_xwalk": "person_id bigint, agency text, agency_key bigint",
    "k12_enrollment": "person_id bigint, school_year int, district_id text, school_id text, grade text, entry_date date, "
    "exit_date date, exit_code text",
    "postsec_enrollment": "person_id bigint, institution_id text, term_start date, term_end date, term text, "
    "institution_level tinyint, full_time bool, dual_enrollment bool, credits money",
    "diploma": "person_id bigint, award_date date, diploma_type text, school_year int",
    "postsec_award": "person_id bigint, award_date date, award_level text, institution_id text, cip text",
    "benefit_spell": "person_id bigint, program text, start_date date, end_date date",
    "corrections_spell": "person_id bigint, admission_date date, release_date date, facility text",
    "leaver": "person_id bigint, index_date date, stratum int",
}
UNITS = ("month", "quarter", "term", "school_year", "year")


def day(chance, first=FIRST, last=LAST):
    return first + timedelta(days=chance.randint(0, (last - first).days))


def end(chance, start, longest, open_share):
    return None if chance.random() < open_share else start + timedelta(days=chance.randint(0, longest))


def school_year(of):
    return of.year + (of.month >= 7)


def wages(chance):
    """Up to thirteen quarters, some of which nobody has; amounts repeat and cancel each other."""
    loaded = [quarter for quarter in range(8077, 8090) if chance.random() < 0.9] or [8080]
    amounts = (-100, -50, 0, 50, 50, 100, 100, 150, 200)
    for person in PERSONS:
        for account in "ABC" if chance.random() < 0.8 else "":
            start = chance.choice(loaded)
            for quarter in loaded:
                if quarter >= start and chance.random() < 0.75:
                    for unit in chance.sample("12", chance.choice((1, 1, 2))):
                        yield person, quarter, account, unit, chance.choice(amounts)


def employers(chance):
    for account in "ABC":
        for unit in "12":
            for quarter in range(8075, 8092):
                if chance.random() < 0.3:
                    yield account, unit, quarter, chance.choice(["110000", "220000", "330000", None])


def prices(chance):
    for year in range(2019, 2023):
        for month in range(1, 14):
            if chance.random() < 0.9 or (year, month) == (2020, 13):
                yield "CUUR0000SA0", year, month, 100 + chance.randint(0, 200)


def numbers(chance):
    for person in PERSONS:
        for agency in ("SSN", "MDE", "MCCB", "IHL", "MDHS", "MDC"):
            if chance.random() < 0.3:
                yield person, agency, person


def school(chance):
    for person in PERSONS:
        for start in sorted({day(chance) for _ in range(chance.randint(0, 5))}):
            code = chance.choice(["NS", "D10", "C1", "T3", None])
            until = min(start + timedelta(days=chance.randint(0, 400)), date(school_year(start), 8, 15)) if code else None
            place = chance.choice(["0100001", "0100002", "0200001"])
            yield person, school_year(start), place[:4], place, chance.choice(["11", "12"]), start, until, code


def college(chance):
    for person in PERSONS:
        for start in sorted({day(chance) for _ in range(chance.randint(0, 5))}):
            level = chance.choice([2, 4])
            dual = chance.choice([True, False, False, None])
            full = chance.choice([True, False, None])
            yield person, f"90{level}", start, end(chance, start, 120, 0.2), "T", level, full, dual, 12


def diplomas(chance):
    for person in PERSONS:
        for awarded in sorted({day(chance) for _ in range(chance.randint(0, 2))}):
            yield person, awarded, chance.choice(["00806", "00807", "00812", "00813"]), school_year(awarded)


def awards(chance):
    for person in PERSONS:
        for awarded in sorted({day(chance) for _ in range(chance.randint(0, 3))}):
            yield person, awarded, chance.choice("235"), chance.choice(["902", "904"]), chance.choice(["11.0701", "51.3801", None])


def benefits(chance):
    for person in PERSONS:
        for start in sorted({day(chance) for _ in range(chance.randint(0, 5))}):
            yield person, chance.choice(["SNAP", "TANF", "MEDICAID", "CCDF"]), start, end(chance, start, 250, 0.2)


def prison(chance):
    for person in PERSONS:
        for start in sorted({day(chance) for _ in range(chance.randint(0, 2))}):
            yield person, start, end(chance, start, 300, 0.2), "CMCF"


def cohort(chance):
    """People twice, and one whom no file has."""
    for stratum in range(12):
        yield chance.choice([*PERSONS, 99]), day(chance), stratum


ROWS = {
    "ui_wage": wages, "employer_quarter": employers, "cpi": prices, "person_xwalk": numbers, "k12_enrollment": school,
    "postsec_enrollment": college, "diploma": diplomas, "postsec_award": awards, "benefit_spell": benefits,
    "corrections_spell": prison, "leaver": cohort,
}


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return f"'{value}'" if isinstance(value, str) else str(value)


def statements(seed):
    """The tables of a sample. One in four has no person_xwalk."""
    chance = random.Random(f"{seed} panels")
    for table, rows in ROWS.items():
        listed = list(rows(chance))
        if table == "person_xwalk" and seed % 4 == 0:
            continue
        columns = [column.split() for column in COLUMNS[table].split(", ")]
        names = ", ".join(name for name, _ in columns)
        if not listed:
            listed = [(None,) * len(columns)]
        cast = ", ".join(f"CAST(v.{name} AS {TYPES[kind]}) AS {name}" for name, kind in columns)
        values = ", ".join(f"({', '.join(literal(value) for value in row)})" for row in listed)
        key = columns[0][0]
        yield f"CREATE TABLE {table} AS SELECT {cast} FROM (VALUES {values}) AS v({names}) WHERE v.{key} IS NOT NULL"


def panels():
    """Every panel in every unit, over the whole of the files."""
    for of in PANELS:
        for unit in UNITS:
            if unit in {"wages": ("month", "term"), "activity": ("month",)}.get(of, ()):
                continue
            reach = {"month": 14, "quarter": 8, "term": 6}.get(unit, 3)
            base = 2020 if of == "wages" else None
            yield f"{of} by {unit}", Panel("SELECT person_id, index_date, stratum FROM leaver", of, unit, -reach, reach, base)
