#!/usr/bin/env python3
"""Writes what the peers read: yearly Parquet files in the order agencies deliver, with the lake's own person_id.

  prepare.py LAKE DATA --extracts TWIN
  prepare.py LAKE DATA --tables k12_enrollment,diploma,calendar       for queries of these tables only

LAKE is a loaded lake, TWIN the folder of extracts it was loaded from, DATA a new folder. In DATA:
  raw/<table>/<year>.parquet   zstd, by year, inside a year by quarter or place and date, not by person
  prepared.json                the lake, the person of q9c, the CSV wage files of q10, rows of every table
"""

import argparse
import json
import time
from pathlib import Path

import duckdb

import delta

# Table: the year of a row, and the order in which the agency would write the rows of a year. Order by employer or
# school makes neighbours alike, which is in the peers' favour: it compresses and skips better than a random order.
DELIVERY = {
    "k12_enrollment": ("school_year", "school_id, entry_date, hash(person_id)"),
    "calendar": ("school_year", "school_id"),
    "diploma": ("school_year", "school_id, award_date, hash(person_id)"),
    "postsec_enrollment": ("year(term_start)", "term_start, institution_id, hash(person_id)"),
    "postsec_award": ("year(award_date)", "award_date, institution_id, hash(person_id)"),
    "ui_wage": ("quarter_index // 4", "quarter_index, employer_account, reporting_unit, hash(person_id)"),
    "employer_quarter": ("quarter_index // 4", "quarter_index, employer_account, reporting_unit"),
}
POINT = "select person_id from ui_wage group by person_id having count(*) >= 20 order by person_id limit 1"


def write_table(connection, table, target):
    """Writes one table year by year; gives its rows."""
    year, order = DELIVERY[table]
    target.mkdir(parents=True)
    years = connection.execute(f"select distinct {year} as year from {table} order by year").fetchall()
    for (value,) in years:
        rows = f"select * exclude (load_id) from {table} where {year} = {value} order by {order}"
        connection.execute(f"copy ({rows}) to '{target / str(value)}.parquet' (format parquet, compression zstd)")
    written = connection.execute(f"select count(*) from read_parquet('{target}/*.parquet')").fetchone()[0]
    present = connection.execute(f"select count(*) from {table}").fetchone()[0]
    if written != present:
        raise SystemExit(f"{table}: {written} rows written, the lake has {present}; a row without a year?")
    return written


def wages(extracts):
    """The wage extracts that q10 reads."""
    if extracts is None:
        raise SystemExit("q10 reads the wage extracts: name their folder with --extracts, or leave ui_wage out of --tables")
    files = sorted(str(path.resolve()) for path in extracts.glob("mdes/wage_*.csv"))
    if not files:
        raise SystemExit(f"there is no mdes/wage_<YEAR>.csv in {extracts}")
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--extracts", type=Path, help="the folder of CSV extracts the lake was loaded from")
    parser.add_argument("--tables", default=",".join(DELIVERY), help="a list of tables, all by default")
    arguments = parser.parse_args()
    if (arguments.data / "raw").exists():
        raise SystemExit(f"{arguments.data}/raw is there already; name a new folder")
    wanted = arguments.tables.split(",")
    unknown = sorted(set(wanted) - set(DELIVERY))
    if unknown:
        raise SystemExit(f"no order of delivery is known for {', '.join(unknown)}")
    wage_files = wages(arguments.extracts) if "ui_wage" in wanted else []
    missing = sorted(set(wanted) - set(delta.tables(arguments.lake)))
    if missing:
        raise SystemExit(f"the lake {arguments.lake} has no {', '.join(missing)}; load them first")
    arguments.data.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(f"set temp_directory = '{arguments.data}/temporary'")
    rows = {}
    for table in wanted:
        started = time.perf_counter()
        listed = ", ".join(f"'{path}'" for path in delta.active_files(arguments.lake, table))
        connection.execute(f"create view {table} as from read_parquet([{listed}])")
        rows[table] = write_table(connection, table, arguments.data / "raw" / table)
        print(f"{table}: {rows[table]:,} rows, {time.perf_counter() - started:.1f} s", flush=True)
    person = connection.execute(POINT).fetchone() if "ui_wage" in wanted else (0,)
    if person is None:
        raise SystemExit("nobody has 20 wage records; a larger twin is needed for q9c")
    prepared = {"lake": str(arguments.lake.resolve()), "point": person[0], "wage_csv": wage_files, "rows": rows}
    (arguments.data / "prepared.json").write_text(json.dumps(prepared, indent=1) + "\n")


if __name__ == "__main__":
    main()
