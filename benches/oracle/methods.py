#!/usr/bin/env python3
"""Answers a lake's questions of graduation, dropout, promotion, absence and college in DuckDB, and compares answers.

  methods.py LAKE --truth TWIN [--family NAME]...      with what the twin planted
  methods.py LAKE --against FILE.csv [--family NAME]   with what the program wrote (default: grad_cohort)
  methods.py LAKE --write FOLDER [--family NAME]...    writes the answers as CSV

The SQL reads the lake's own Parquet files, found through their Delta logs, and shares no code with the program. TWIN is
the folder the lake was loaded from; lake.py makes both. FILE.csv has the columns of the family, by name, in any order.
Differences are counted by group and kind with a few examples; the exit code is 1 when there is one.
"""

import argparse
import sys
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
import delta  # noqa: E402  (the reader of Delta logs is that of the peers)
from compare import compare, counted, examples  # noqa: E402
from families import FAMILIES, statements  # noqa: E402

KEY = "twin_key"


def quoted(text):
    """A string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def open_lake(lake, tables):
    """A connection with a view for each of these tables of a lake."""
    missing = sorted(set(tables) - set(delta.tables(lake)))
    if missing:
        raise SystemExit(f"the lake {lake} has no {', '.join(missing)}; load them first (README.md tells how)")
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    for table in sorted(tables):
        listed = ", ".join(quoted(path) for path in delta.active_files(lake, table))
        connection.execute(f"create view {table} as from read_parquet([{listed}], union_by_name = true)")
    return connection


def answer(connection, family, done):
    """Runs the SQL of a family, except for steps that were run before; gives the seconds."""
    started = time.perf_counter()
    for step, sql in zip(family.steps, statements(family)):
        if step not in done:
            connection.execute(sql)
            done.add(step)
    return time.perf_counter() - started


def bound(connection, family, arguments):
    """The condition for the years and, for cohorts, methods and spans that are compared."""
    conditions = [family.rows or "true"]
    if arguments.first is not None:
        conditions.append(f"{family.year} >= {arguments.first}")
    if arguments.last is not None:
        conditions.append(f"{family.year} <= {arguments.last}")
    if "method" in family.unit and arguments.method:
        conditions.append(f"method in ({', '.join(quoted(name) for name in arguments.method)})")
    if "years" in family.unit and arguments.years:
        conditions.append(f"years in ({', '.join(str(years) for years in arguments.years)})")
    return " and ".join(conditions)


def read_answer(connection, family, path):
    """The relation `delivered`: a CSV file with the types of our own answer; true and false are 1 and 0."""
    types = dict(connection.execute(f"select column_name, column_type from (describe {family.relation})").fetchall())
    connection.execute(f"create or replace temp table raw as from read_csv({quoted(path)}, all_varchar = true, header = true)")
    present = {name for (name,) in connection.execute("select column_name from (describe raw)").fetchall()}
    missing = [column for column in family.columns if column not in present]
    if missing:
        raise SystemExit(f"{path} has no column {', '.join(missing)}; {family.name} needs {', '.join(family.columns)}")

    def typed(column):
        if types[column] in ("INTEGER", "BIGINT"):
            return f"(case {column} when 'true' then '1' when 'false' then '0' else {column} end)::{types[column]} as {column}"
        return f"{column}::{types[column]} as {column}"

    listed = ", ".join(typed(column) for column in family.columns)
    connection.execute(f"create or replace temp table delivered as select {listed} from raw")
    return "delivered"


def planted(connection, family, folder):
    """The relation `planted`: what the twin knows."""
    sql = family.truth.replace("{folder}", str(folder).replace("'", "''"))
    connection.execute(f"create or replace temp table planted as {sql}")
    return "planted"


def report(connection, family, theirs, condition, arguments, seconds):
    """Compares, prints, and gives the number of differences."""
    ours = f"(from {family.relation} where {condition})"
    repetitions = compare(connection, family, ours, f"(from {theirs} where {condition})", arguments.tolerance)
    rows, first, last = connection.execute(
        f"select count(*), min({family.year}), max({family.year}) from ours"
    ).fetchone()
    theirs_rows = connection.execute("select count(*) from theirs").fetchone()[0]
    found = counted(connection, family)
    total = sum(count for _, _, count in found) + sum(repetitions.values())
    print(f"{family.name}, {first} to {last}: {rows} rows in {seconds:.1f} s, {theirs_rows} of theirs, {total} differences")
    for side, count in repetitions.items():
        if count:
            print(f"  {count} rows of {side} repeat a key")
    for group, kind, count in found:
        print(f"  {group}, {kind}: {count}")
        for row in examples(connection, family, group, kind, arguments.examples):
            print("    " + ", ".join(f"{name} {value}" for name, value in row.items()))
    if rows == 0 and theirs_rows == 0:
        print("  nothing was compared; choose other years")
        return 1
    return total


def against(connection, family, arguments):
    """Compares with a file."""
    seconds = answer(connection, family, set())
    delivered = read_answer(connection, family, arguments.against)
    years = connection.execute(f"select min({family.year}), max({family.year}) from {delivered}").fetchone()
    for name, year in zip(("first", "last"), years):
        if getattr(arguments, name) is None:
            setattr(arguments, name, year)
    return report(connection, family, delivered, bound(connection, family, arguments), arguments, seconds)


def with_truth(connection, families, arguments):
    """Compares every family with the twin."""
    done, total = set(), 0
    for family in families:
        seconds = answer(connection, family, done)
        condition = bound(connection, family, arguments)
        if arguments.first is None and family.settled:
            condition += f" and {family.year} >= {family.settled} + (select min(school_year) from k12_enrollment)"
        theirs = planted(connection, family, arguments.truth)
        total += report(connection, family, theirs, condition, arguments, seconds)
    return total


def write(connection, families, arguments):
    """Writes the answers."""
    arguments.write.mkdir(parents=True, exist_ok=True)
    done = set()
    for family in families:
        seconds = answer(connection, family, done)
        target = arguments.write / f"{family.name}.csv"
        rows = f"select {', '.join(family.columns)} from {family.relation} where {bound(connection, family, arguments)}"
        connection.execute(f"copy ({rows} order by all) to {quoted(target)} (header)")
        print(f"{target}: {seconds:.1f} s")
    return 0


def chosen(arguments):
    """The families that were asked for, or all that can be compared."""
    if arguments.against:
        names = arguments.family or ["grad_cohort"]
        if len(names) > 1:
            raise SystemExit("--against compares one family; name one")
    elif arguments.truth:
        names = arguments.family or [name for name, family in FAMILIES.items() if family.truth]
        blind = [name for name in names if not FAMILIES[name].truth]
        if blind:
            raise SystemExit(f"the twin has no truth for {', '.join(blind)}; test_oracle.py has worked cases")
    else:
        names = arguments.family or list(FAMILIES)
    return [FAMILIES[name] for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", type=Path)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--truth", type=Path, metavar="TWIN", help="the folder of extracts the lake was loaded from")
    mode.add_argument("--against", type=Path, metavar="FILE.csv", help="an answer of the program")
    mode.add_argument("--write", type=Path, metavar="FOLDER", help="where the answers go")
    parser.add_argument("--family", action="append", choices=FAMILIES, help="may be given several times")
    parser.add_argument("--first", type=int, help="first cohort or year (default: the first that can be rebuilt, or of the file)")
    parser.add_argument("--last", type=int, help="last cohort or school year")
    parser.add_argument("--method", action="append", help="compares this method only (may be given several times)")
    parser.add_argument("--years", action="append", type=int, help="compares this span only (may be given several times)")
    parser.add_argument("--examples", type=int, default=3, help="examples of each group and kind (default: 3)")
    parser.add_argument("--tolerance", type=float, default=1e-6, help="for weights, rates and their parts (default: 1e-6)")
    arguments = parser.parse_args()
    families = chosen(arguments)
    tables = {table for family in families for table in family.tables} | ({KEY} if arguments.truth else set())
    connection = open_lake(arguments.lake, tables)
    if arguments.against:
        total = against(connection, families[0], arguments)
    elif arguments.truth:
        total = with_truth(connection, families, arguments)
    else:
        total = write(connection, families, arguments)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
