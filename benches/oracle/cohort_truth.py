#!/usr/bin/env python3
"""Recomputes the four-year status of one cohort from the extracts of a twin alone, and holds it against the truth.

    python3 benches/oracle/cohort_truth.py FOLDER [--cohort 2022] [--method fed-essa] [--limit 20]

It reads mde/enrollment_*.csv, mde/diploma_*.csv and mde/calendar_*.csv as an analyst would, by the rules that
datasets/src/twin/truth/status.rs describes, without any of its code, and compares person by person with
truth/status.csv: membership, status, numerator, denominator, weight, district and school. Differences are printed;
the exit code is 1 when there are any. Standard library only.

The first three cohorts of a twin cannot be rebuilt exactly: whoever repeated grade 9 in the first files looks like a
first-time ninth grader. Without --cohort all later cohorts are compared.
"""

import argparse
import csv
import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

REGULAR = {"00806", "00807"}
ALTERNATE = "00812"
CERTIFICATES = {"00813", "00814"}
TRANSFERS = {"T4", "T5", "T8"}
EQUIVALENCY = "T7"
DEATH = "Z1"
NO_SHOW = "NS"
# Moves inside the state: whoever has one and no later row was lost.
INTERNAL = {"T1", "T2", "T3"}


class Method:
    """What tells one method from another."""

    def __init__(self, name, needs_paper, equivalency_leaves, alternate, school, extended=False):
        self.name = name
        self.needs_paper = needs_paper
        self.equivalency_leaves = equivalency_leaves
        self.alternate = alternate
        self.school = school
        self.spans = (4, 5, 6) if extended else (4,)


METHODS = {
    method.name: method
    for method in (
        Method("ms-mde-2018", True, False, "excluded", "longest"),
        Method("ms-mde-apportioned", True, False, "excluded", "months"),
        Method("msis-2006", False, True, "completer", "last"),
        Method("fed-essa", True, False, "reassigned", "federal", extended=True),
        Method("fed-essa-alt-literal", True, False, "literal", "federal", extended=True),
        Method("nga-2005", False, False, "completer", "last"),
        Method("nm-shared", True, False, "graduate", "snapshots"),
    )
}


def american(text):
    """A date as the department writes it; None for a blank."""
    return date(int(text[6:]), int(text[:2]), int(text[3:5])) if text else None


def close_of(school_year):
    """The day on which the cohort of a school year closes."""
    return date(school_year, 7, 31)


def rows_of(folder, table):
    """All rows of the yearly files of a table, in order of year."""
    paths = sorted((folder / "mde").glob(f"{table}_[0-9][0-9][0-9][0-9].csv"))
    if not paths:
        raise SystemExit(f"there is no mde/{table}_<YEAR>.csv in {folder}; name the folder of a twin")
    for path in paths:
        with path.open(newline="", encoding="utf-8") as lines:
            yield from csv.DictReader(lines)


class Spell:
    """A row of the enrollment files."""

    def __init__(self, row):
        self.school = (row["DISTRICT"], row["SCHOOL"])
        self.year = int(row["SCHOOL_YEAR"])
        self.grade = int(row["GRADE"]) if row["GRADE"].isdigit() else 0
        self.entry = american(row["ENTRY_DATE"])
        self.exit = american(row["EXIT_DATE"])
        self.code = row["EXIT_CODE"]
        self.paper = row["EXIT_DOC"] == "Y"

    @property
    def attended(self):
        return self.code != NO_SHOW

    @property
    def high(self):
        return self.attended and self.grade >= 9


class Extracts:
    """What the files say of every pupil who was ever in high school."""

    def __init__(self, folder):
        self.spells = defaultdict(list)
        for row in rows_of(folder, "enrollment"):
            self.spells[row["MSIS_ID"]].append(Spell(row))
        self.spells = {
            person: sorted(spells, key=lambda spell: spell.entry)
            for person, spells in self.spells.items()
            if any(spell.high for spell in spells)
        }
        self.years = (
            min(spells[0].year for spells in self.spells.values()),
            max(spells[-1].year for spells in self.spells.values()),
        )
        self.diplomas = defaultdict(list)
        for row in rows_of(folder, "diploma"):
            award = (american(row["AWARD_DATE"]), row["DIPLOMA_TYPE"])
            self.diplomas[row["MSIS_ID"]].append(award)
        self.calendar = {
            ((row["DISTRICT"], row["SCHOOL"]), int(row["SCHOOL_YEAR"])): (
                american(row["FIRST_DAY"]),
                american(row["LAST_DAY"]),
            )
            for row in rows_of(folder, "calendar")
        }

    def cohort_of(self, person):
        """The year in which four years end: three after the first grade 9, or after the one a late joiner missed."""
        first = next(spell for spell in self.spells[person] if spell.high)
        return first.year - (first.grade - 9) + 3


def stays(spells, closing):
    """School, year, first and last day of the stays in high school up to a day."""
    found = []
    for place, spell in enumerate(spells):
        if not spell.high or spell.entry > closing:
            continue
        if spell.exit:
            until = spell.exit
        else:
            until = close_of(spell.year)
            if place + 1 < len(spells):
                until = min(until, spells[place + 1].entry - timedelta(days=1))
            until = max(until, spell.entry)
        found.append((spell.school, spell.year, spell.entry, min(until, closing)))
    return found


def longest(there, group):
    """The group of most days, the one attended last when equal."""
    days, last = defaultdict(int), {}
    for stay in there:
        days[group(stay)] += (stay[3] - stay[2]).days + 1
        last[group(stay)] = max(stay[2], last.get(group(stay), stay[2]))
    return max(days, key=lambda name: (days[name], last[name]))


def longest_school(there):
    """District first, then the school inside it."""
    home = longest(there, lambda stay: stay[0][0])
    return longest([stay for stay in there if stay[0][0] == home], lambda stay: stay[0])


def brief(there, calendar):
    """Whether less than half of the last school year was spent in the last school."""
    school, year = there[-1][:2]
    start, end = calendar[(school, year)]
    days = sum(
        max((min(stay[3], end) - max(stay[2], start)).days + 1, 0)
        for stay in there
        if stay[:2] == (school, year)
    )
    return 2 * days < (end - start).days + 1


def on_days(there, days):
    """On how many of some days the pupil was in each school."""
    counts = defaultdict(int)
    for day in days:
        for stay in there:
            if stay[2] <= day <= stay[3]:
                counts[stay[0]] += 1
                break
    return counts


def months(cohort):
    """The first days of September to May in four school years."""
    return [
        date(year - 1 if month > 8 else year, month, 1)
        for year in range(cohort - 3, cohort + 1)
        for month in (9, 10, 11, 12, 1, 2, 3, 4, 5)
    ]


def snapshots(cohort):
    """Four days in each of four school years."""
    return [
        day
        for year in range(cohort - 3, cohort + 1)
        for day in (date(year - 1, 10, 1), date(year - 1, 12, 15), date(year, 3, 1), date(year, 5, 15))
    ]


def status(method, spells, awards, cohort, closing):
    """The status at the end of a closing day."""
    in_time = close_of(cohort)
    for day, kind in awards:
        if kind != ALTERNATE:
            continue
        if method.alternate == "literal":
            return "graduate"
        if method.alternate == "excluded" or (method.alternate == "reassigned" and day > in_time):
            return "excluded"
        if day <= closing:
            return "completer" if method.alternate == "completer" else "graduate"
    earned = {kind for day, kind in awards if day <= closing}
    if earned & REGULAR:
        return "graduate"
    if earned & CERTIFICATES:
        return "completer"
    # The last row decides, no-shows too: whoever did not come in the autumn had left.
    last = [spell for spell in spells if spell.entry <= closing][-1]
    ended = last.exit is not None and last.exit <= closing
    if not ended:
        return "still_enrolled" if last.year >= closing.year else "dropout"
    if last.code == DEATH:
        return "excluded"
    if last.code in TRANSFERS:
        return "excluded" if last.paper or not method.needs_paper else "dropout"
    if last.code == EQUIVALENCY:
        return "excluded" if method.equivalency_leaves else "dropout"
    return "dropout"


def verdicts(extracts, method, cohorts):
    """Every row the truth should have: its key, and what it says."""
    found = {}
    for person, spells in extracts.spells.items():
        own = extracts.cohort_of(person)
        awards = extracts.diplomas.get(person, [])
        asked = [(own, span, own) for span in method.spans]
        if method.alternate == "reassigned":
            for day, kind in awards:
                if kind == ALTERNATE and day > close_of(own):
                    moved = day.year if day <= close_of(day.year) else day.year + 1
                    asked += [(moved, span, None) for span in method.spans]
        for cohort, span, at_home in asked:
            last_year = cohort + span - 4
            if cohort not in cohorts or last_year > extracts.years[1]:
                continue
            if at_home is None:
                verdict, there = "graduate", stays(spells, close_of(cohort))
            else:
                verdict = status(method, spells, awards, cohort, close_of(last_year))
                there = stays(spells, close_of(last_year))
            for school, weight in shares(method, there, verdict, cohort, extracts.calendar).items():
                row = (int(verdict != "excluded"), int(verdict == "graduate"), verdict, weight)
                found[(person, cohort, span, *school)] = row
    return found


def shares(method, there, verdict, cohort, calendar):
    """The schools that answer for a pupil, and their weights."""
    last = there[-1][0]
    if method.school == "longest":
        return {longest_school(there): 1.0}
    if method.school == "federal":
        with_nothing = verdict in ("dropout", "completer")
        return {longest_school(there) if with_nothing and brief(there, calendar) else last: 1.0}
    if method.school == "last":
        return {last: 1.0}
    counts = on_days(there, months(cohort) if method.school == "months" else snapshots(cohort))
    total = sum(counts.values())
    return {school: count / total for school, count in counts.items()} if total else {last: 1.0}


def truth(folder, names, cohorts):
    """The planted truth by method, in the same shape."""
    found = {name: {} for name in names}
    with (folder / "truth" / "status.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            cohort = int(row["COHORT"])
            if row["METHOD"] in found and cohort in cohorts:
                key = (row["MSIS_ID"], cohort, int(row["YEARS"]), row["DISTRICT"], row["SCHOOL"])
                verdict = (int(row["IN_DEN"]), int(row["IN_NUM"]), row["STATUS"], float(row["WEIGHT"]))
                found[row["METHOD"]][key] = verdict
    return found


def agree(left, right):
    """Whether two verdicts are the same; weights have six decimals in the truth."""
    return left is not None and right is not None and left[:3] == right[:3] and abs(left[3] - right[3]) < 1e-6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of a twin")
    parser.add_argument("--cohort", type=int, help="the year in which four years end (default: all that can be rebuilt)")
    parser.add_argument("--method", action="append", choices=METHODS, help="may be given several times (default: all)")
    parser.add_argument("--limit", type=int, default=20, help="how many differences of a method are printed")
    arguments = parser.parse_args()
    extracts = Extracts(arguments.folder)
    first, last = extracts.years
    cohorts = {arguments.cohort} if arguments.cohort else set(range(first + 6, last + 1))
    names = arguments.method or list(METHODS)
    planted = truth(arguments.folder, names, cohorts)
    differences = 0
    for name in names:
        computed = verdicts(extracts, METHODS[name], cohorts)
        keys = sorted(set(computed) | set(planted[name]))
        wrong = [key for key in keys if not agree(computed.get(key), planted[name].get(key))]
        differences += len(wrong)
        persons = {key[0] for key in keys}
        num = sum(row[1] * row[3] for key, row in computed.items() if key[2] == 4)
        den = sum(row[0] * row[3] for key, row in computed.items() if key[2] == 4)
        rate = f"{100 * num / den:.2f}" if den else "none"
        print(f"{name}: {len(persons)} persons, {len(keys)} rows, four-year rate {rate} ({num:.0f} of {den:.0f}), "
              f"{len(wrong)} differences")
        for key in wrong[: arguments.limit]:
            print(f"  {key}: extracts {computed.get(key)}, truth {planted[name].get(key)}")
    if not any(planted.values()):
        print(f"truth/status.csv has none of the cohorts {sorted(cohorts)}")
        return 1
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
