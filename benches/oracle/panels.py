#!/usr/bin/env python3
"""Answers `panel` and `jobs` of a lake in DuckDB, and compares row by row with the program and with a twin's truth.

  panels.py LAKE --lifetracks BINARY [--only TEXT] [--base-year 2020] [--examples 3]
  panels.py LAKE --truth TWIN [--lifetracks BINARY]
  panels.py --samples 100 --seed 1 --lifetracks BINARY [--only TEXT]

The SQL in panel/ reads the lake's own Parquet files and shares no code with the program. Questions whose tables the lake
does not have are left out; --only takes those whose name has the text. --truth holds the wages of the eight quarters after
the diploma and the first fall in college against what the twin planted; the lake needs the table twin_key then (lake.py
--key). With --lifetracks it is the program's panel that is held against the truth. --samples asks of small random files without a
lake, with everything that a twin does not have. The exit code is 1 when anything differs.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb

import panel_questions
import panel_samples
import panel_sources
from compare import compare, counted, examples
from methods import KEY, delta, open_lake, quoted
from panel_sources import Panel

JOB = ("person_id", "quarter_index", "employer_account")
DIPLOMAS = "SELECT person_id, award_date AS index_date FROM diploma"


def described(connection, relation):
    """Columns of a relation and their types."""
    return dict(connection.execute(f"select column_name, column_type from (describe from {relation})").fetchall())


class Program:
    """LifeTracks on a lake, or on tables that are made anew for each question."""

    def __init__(self, binary, lake=None, tables=()):
        self.command = [binary, *([lake] if lake else []), "-q", "--format", "csv"]
        self.tables = list(tables)

    def ask(self, connection, call, types):
        """The table `answered`, with our types; gives seconds, the columns that both have, and a remark on the others."""
        with tempfile.TemporaryDirectory() as folder:
            script, target = Path(folder) / "question.sql", Path(folder) / "answer.csv"
            script.write_text(";\n".join([*self.tables, f"SELECT * FROM {call}"]) + ";\n", encoding="utf-8")
            started = time.perf_counter()
            with target.open("w", encoding="utf-8") as output:
                command = [str(part) for part in (*self.command, "-f", script)]
                done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True, check=False, cwd=folder)
            seconds = time.perf_counter() - started
            if done.returncode != 0:
                return seconds, None, " ".join(done.stderr.split())
            connection.execute(
                f"create or replace temp table raw as from read_csv({quoted(target)}, all_varchar = true, header = true)"
            )
        theirs = described(connection, "raw")
        shared = [name for name in types if name in theirs]
        typed = ", ".join(f"{name}::{types[name]} as {name}" for name in shared)
        connection.execute(f"create or replace temp table answered as select {typed} from raw")
        lacking = [f"no column {name}" for name in types if name not in theirs]
        return seconds, shared, ", ".join(lacking + [f"column {name} more" for name in theirs if name not in types])


def hold(connection, name, ours, unit, program, call, limit):
    """Compares one answer; gives the number of differences."""
    types = described(connection, ours)
    seconds, shared, remark = program.ask(connection, call, types)
    if shared is None:
        print(f"{name}: the program fails: {remark[:400]}")
        return 1
    close = tuple(column for column in shared if types[column] == "DOUBLE")
    exact = tuple(column for column in shared if column not in unit and column not in close)
    group = "rel" if "rel" in types else "employer_account"
    family = SimpleNamespace(unit=unit, place=(), exact=exact, close=close, columns=unit + exact + close, group=group)
    repeated = compare(connection, family, ours, "answered", 1e-6)
    rows = [connection.execute(f"select count(*) from {side}").fetchone()[0] for side in ("ours", "theirs")]
    found = counted(connection, family)
    total = sum(count for _, _, count in found) + sum(repeated.values())
    print(f"{name}: {rows[0]} rows, {rows[1]} of the program in {seconds:.1f} s, {total} differences{remark and '; ' + remark}")
    kinds = {}
    for place, kind, count in found:
        kinds.setdefault(kind, [0, place])[0] += count
    for kind, (count, place) in sorted(kinds.items()):
        print(f"  {kind}: {count}")
        for row in examples(connection, family, place, kind, limit):
            shown = {column: row.get(column) for column in unit}
            shown |= {f"{side} {kind}": row.get(f"{side}_{kind}") for side in ("ours", "theirs") if kind in family.columns}
            print("    " + ", ".join(f"{column} {value}" for column, value in shown.items()))
    return total


def hold_panel(connection, name, panel, program, limit):
    """Makes a panel and compares it."""
    panel_sources.make(connection, panel)
    columns = [column for column in described(connection, "cohort") if column != "cohort_row"]
    return hold(connection, name, "panel", (*columns, "rel"), program, panel.call, limit)


def with_samples(arguments):
    """Everything, of small random files."""
    total, asked = 0, 0
    for seed in range(arguments.seed, arguments.seed + arguments.samples):
        connection, tables = duckdb.connect(), list(panel_samples.statements(seed))
        program = Program(arguments.lifetracks, tables=tables)
        connection.execute("set variable in_lake = false")
        for statement in tables:
            connection.execute(statement)
        panel_sources.run(connection, "calendar")
        panel_sources.run(connection, "jobs")
        if arguments.only in "jobs":
            total += hold(connection, f"sample {seed}, jobs", "job", JOB, program, "jobs()", arguments.examples)
            asked += 1
        for name, panel in panel_samples.panels():
            if arguments.only in name:
                total += hold_panel(connection, f"sample {seed}, {name}", panel, program, arguments.examples)
                asked += 1
    print(f"{asked} questions, {total} differences")
    return total if asked else 1


def with_program(connection, arguments, tables):
    """Everything that can be asked."""
    program, total, asked = Program(arguments.lifetracks, arguments.lake.resolve()), 0, 0
    if "ui_wage" in tables and arguments.only in "jobs":
        panel_sources.run(connection, "calendar")
        panel_sources.run(connection, "jobs")
        total += hold(connection, "jobs", "job", JOB, program, "jobs()", arguments.examples)
        asked += 1
    for name, panel in panel_questions.questions(tables, arguments.base_year):
        if arguments.only in name:
            total += hold_panel(connection, name, panel, program, arguments.examples)
            asked += 1
    print(f"{asked} questions, {total} differences")
    return total if asked else 1


def held_panel(connection, arguments, panel):
    """The panel that is held against the truth: the program's when there is one, otherwise the oracle's."""
    panel_sources.make(connection, panel)
    if not arguments.lifetracks:
        return "panel"
    program = Program(arguments.lifetracks, arguments.lake.resolve())
    _, shared, remark = program.ask(connection, panel.call, described(connection, "panel"))
    if shared is None:
        raise SystemExit(f"the program fails: {remark}")
    return "answered"


def told(connection, name, sql, limit):
    """Counts rows of the truth and those that differ, and shows some."""
    connection.execute(f"create or replace temp table told as {sql}")
    rows, known, wrong = connection.execute(
        "select count(*), count(planted), count(*) filter (planted is distinct from said) from told"
    ).fetchone()
    print(f"{name}: {rows} of the truth, {known} of them known, {wrong} differences")
    for row in connection.execute("from told where planted is distinct from said order by all limit $1", [limit]).fetchall():
        print(f"    {row}")
    return wrong if rows else 1


def with_truth(connection, arguments):
    """What the twin planted: a blank lies beyond the files, and nobody without a link is to be found."""
    folder = quoted(arguments.truth / "truth" / "employment.csv")
    quarters = ", ".join(f"WAGES_Q{rel}" for rel in range(1, 9))
    connection.execute(
        "create or replace temp table paid as select person_id, AWARD_DATE::date as index_date, LINKED = 'Y' as linked, "
        f"unnest(range(1, 9))::integer as rel, unnest([{quarters}])::decimal(18, 2) as paid "
        f"from read_csv({folder}, all_varchar = true) join {KEY} on student_number = MSIS_ID"
    )
    panel = held_panel(connection, arguments, Panel(DIPLOMAS, "wages", "quarter", 1, 8))
    total = told(
        connection, "wages after the diploma, linked graduates",
        f"select person_id, index_date, rel, paid as planted, wages as said from paid left join {panel} "
        "using (person_id, index_date, rel) where linked",
        arguments.examples,
    )
    total += told(
        connection, "wages after the diploma, graduates without a link",
        f"select person_id, index_date, rel, null::decimal(18, 2) as planted, coalesce(wages, if(matched, 1, null)) as said "
        f"from paid left join {panel} using (person_id, index_date, rel) where not linked",
        arguments.examples,
    )
    college = quoted(arguments.truth / "truth" / "college.csv")
    panel = held_panel(connection, arguments, Panel(DIPLOMAS, "postsec_enrollment", "term", 0, 6))
    total += told(
        connection, "first fall in college, linked graduates",
        "with told as (select person_id, AWARD_DATE::date as index_date, LINKABLE_FIRST_FALL = 'Y' as planted, "
        "3 * (year(index_date) + (strftime(index_date, '%m%d') > '0815')::integer) + 2 as period "
        f"from read_csv({college}, all_varchar = true) join {KEY} on student_number = MSIS_ID) "
        f"select person_id, index_date, planted, postsec_enrolled as said from told left join {panel} "
        "using (person_id, index_date, period) "
        "where (person_id, index_date) in (select (person_id, index_date) from paid where linked)",
        arguments.examples,
    )
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", type=Path, nargs="?")
    parser.add_argument("--samples", type=int, help="how many samples of small random files")
    parser.add_argument("--seed", type=int, default=1, help="the first sample")
    parser.add_argument("--lifetracks", help="the program")
    parser.add_argument("--truth", type=Path, metavar="TWIN", help="the folder of extracts the lake was loaded from")
    parser.add_argument("--only", default="", help="asks only questions whose name has this text")
    parser.add_argument("--base-year", type=int, default=2020, help="dollars of this year, where the lake has a price index")
    parser.add_argument("--examples", type=int, default=3, help="examples of each kind (default: 3)")
    arguments = parser.parse_args()
    if not arguments.lifetracks and not arguments.truth:
        raise SystemExit("name what is compared: --lifetracks, --truth or both")
    if arguments.samples and arguments.lifetracks:
        return 1 if with_samples(arguments) else 0
    if not arguments.lake:
        raise SystemExit("name a lake, or --samples and --lifetracks")
    tables = delta.tables(arguments.lake)
    connection = open_lake(arguments.lake, tables)
    connection.execute("set variable in_lake = true")
    total = with_truth(connection, arguments) if arguments.truth else with_program(connection, arguments, tables)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
