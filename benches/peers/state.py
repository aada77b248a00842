#!/usr/bin/env python3
"""Loads a whole synthetic state table by table, beside the peers' plain CSV-to-Parquet of the same files.

  state.py EXTRACTS WORK [--lifetracks BINARY] [--engines LIST] [--tables LIST] [--threads 2]
           [--markdown FILE] [--out FILE.jsonl]

EXTRACTS is what `lifetracks twin` wrote, WORK a new folder for the lake and the peers' files. Every load and every
conversion is one fresh process. The lake grows as a state's does: links first, then table after table, so that the last
loads meet a full vault. The peers read every column as text, which is the least work they can do. The exit code is 1
when a load fails or refuses a row, or when the rows differ.
"""

import argparse
import gzip
import json
import os
import shutil
import sys
from pathlib import Path

import bench
import machine
import processes
import report

# Layout, table, and the files of the extracts, in the order of loading.
LOADS = [
    ("ms_mde_link", "person_xwalk", "mde/link.csv"),
    ("ms_mccb_link", "person_xwalk", "mccb/link.csv"),
    ("ms_ihl_link", "person_xwalk", "ihl/link.csv"),
    ("ms_mdhs_link", "person_xwalk", "mdhs/link.csv"),
    ("ms_mdc_link", "person_xwalk", "mdc/link.csv"),
    ("ms_mdrs_link", "person_xwalk", "mdrs/link.csv"),
    ("ms_mdes_link", "person_xwalk", "mdes/link.csv"),
    ("ms_mde_schools", "school_directory", "mde/schools.csv"),
    ("ms_mdes_employer", "employer_quarter", "mdes/employer_*.csv"),
    ("ms_mde_enrollment", "k12_enrollment", "mde/enrollment_*.csv"),
    ("ms_mde_diploma", "diploma", "mde/diploma_*.csv"),
    ("ms_mdes_wage", "ui_wage", "mdes/wage_*.csv"),
    ("ms_mccb_enrollment", "postsec_enrollment", "mccb/enrollment_*.csv"),
    ("ms_mccb_award", "postsec_award", "mccb/award_*.csv"),
    ("ms_ihl_enrollment", "postsec_enrollment", "ihl/enrollment_*.csv"),
    ("ms_ihl_award", "postsec_award", "ihl/award_*.csv"),
    ("ms_mde_student", "person", "mde/student_*.csv"),
    ("ms_mde_status", "k12_person_status", "mde/status_*.csv"),
    ("ms_mde_attendance", "k12_attendance", "mde/attendance_*.csv"),
    ("ms_mde_discipline", "k12_discipline", "mde/discipline_*.csv"),
    ("ms_mde_migrant", "migrant_qualifying_move", "mde/migrant_*.csv"),
    ("ms_mde_calendar", "calendar", "mde/calendar_*.csv"),
    ("ms_mccb_course", "postsec_course", "mccb/course_*.csv"),
    ("ms_ihl_course", "postsec_course", "ihl/course_*.csv"),
    ("ms_mccb_adult", "adult_education", "mccb/adult_*.csv"),
    ("ms_mdhs_early", "early_learning", "mdhs/early_*.csv"),
    ("ms_mdhs_benefit", "benefit_spell", "mdhs/benefit_*.csv.gz"),
    ("ms_mdc_prison", "corrections_spell", "mdc/prison_*.csv"),
    ("ms_mdes_training", "wioa_participant", "mdes/training_*.csv"),
    ("ms_mde_assessment", "assessment_result", "mde/assessment_*.csv"),
    ("ms_mde_course", "k12_course_section", "mde/course_*.csv"),
]
PEERS = ["duckdb", "polars"]
NOTES = """\
One fresh process each. The peers only convert CSV to zstd Parquet, every column as text; lifetracks also replaces the
identifier by a person_id from the vault, types and checks every value, refuses duplicates, sorts by person, and commits a
version of a lake that grows from load to load. Memory is the peak of the whole process."""


def load(arguments, layout, table, files):
    """One load into the growing lake; what it used, and the rows it loaded and refused."""
    command = [arguments.lifetracks, "load", table, *files, "--layout", layout, "--threads", str(arguments.threads)]
    command += ["--lake", str(arguments.work / "lake"), "--vault", str(arguments.work / "vault")]
    record = processes.run_measured(command, arguments.work / f"{layout}.txt", arguments.timeout)
    return dict(record, rows=None)


def convert(arguments, engine, layout, files):
    """One plain conversion by a peer; what it used and the rows it wrote."""
    output = arguments.work / f"{layout}.{engine}.parquet"
    task = {"run": "plain", "engine": engine, "csv": files, "output": str(output), "threads": arguments.threads}
    try:
        return json.loads(processes.run_worker(json.dumps(task), arguments.threads, arguments.timeout))
    finally:
        output.unlink(missing_ok=True)


def rows_of(files):
    """The lines below the header, counted without any engine; the twin's files have no line end inside a field."""
    total = 0
    for path in files:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        total += lines - 1
    return total


def measure(arguments, engines):
    """Every load and conversion; gives the records."""
    for layout, table, pattern in LOADS:
        if arguments.tables and table not in arguments.tables:
            continue
        files = sorted(str(path) for path in arguments.extracts.glob(pattern))
        if not files:
            print(f"!! no file {pattern}", file=sys.stderr)
            continue
        rows, size = rows_of(files), sum(os.path.getsize(path) for path in files)
        for engine in engines:
            ours = engine == bench.OURS
            try:
                record = load(arguments, layout, table, files) if ours else convert(arguments, engine, layout, files)
            except processes.Failed as error:
                if ours:
                    raise
                # Some agencies write in an encoding that the peer does not read.
                print(f"!! {layout} {engine} FAILED: {error}", file=sys.stderr, flush=True)
                continue
            if record["rows"] not in (None, rows):
                raise SystemExit(f"{engine} gave {record['rows']:,} rows of {layout}, the files have {rows:,}")
            record |= {"layout": layout, "table": table, "engine": engine, "rows": rows, "bytes": size}
            print(f"{layout} {engine}: {rows:,} rows, {record['wall']:.1f} s, {record['memory']:.0f} MiB", flush=True)
            if arguments.out:
                with open(arguments.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(record) + "\n")
            yield record


def markdown(description, records):
    """The figures as one Markdown table."""
    base = {record["layout"]: record["wall"] for record in records if record["engine"] == report.BASE}
    rows = []
    for record in records:
        wall = record["wall"]
        figures = [f"{record['rows']:,}", f"{wall:.1f}", f"{record['cpu']:.1f}", f"{record['memory']:.0f}"]
        speed = [f"{record['rows'] / wall / 1e6:.2f}", f"{record['bytes'] / wall / 1e6:.0f}"]
        ratio = f"{wall / base[record['layout']]:.2f}" if record["layout"] in base else ""
        rows.append([record["layout"], record["engine"], *figures, *speed, ratio])
    header = ["layout", "engine", "rows", "wall s", "cpu s", "peak MiB", "M rows/s", "MB/s", "wall / duckdb"]
    return "\n\n".join([f"Machine: {description}.", report.table(header, rows), NOTES]) + "\n"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extracts", type=Path, help="what `lifetracks twin` wrote")
    parser.add_argument("work", type=Path, help="a new folder for the lake and the peers' files")
    parser.add_argument("--lifetracks", default=bench.default_binary(), help="the binary (default: the release build)")
    parser.add_argument("--engines", default="all", help=f"out of {','.join([bench.OURS, *PEERS])}")
    parser.add_argument("--tables", type=lambda text: text.split(","), help="only these tables")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=int, default=3600, help="seconds for one load")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    parser.add_argument("--out", type=Path, help="append every single run as JSON here")
    return parser.parse_args()


def main():
    arguments = parse()
    engines = bench.chosen(arguments.engines, [bench.OURS, *PEERS], "engine")
    if arguments.work.exists():
        raise SystemExit(f"{arguments.work} is there already; name a new folder")
    arguments.work.mkdir(parents=True)
    description = machine.describe(arguments.lifetracks if bench.OURS in engines else None, arguments.threads)
    try:
        records = list(measure(arguments, engines))
    except processes.Failed as error:
        shutil.rmtree(arguments.work / "lake", ignore_errors=True)
        raise SystemExit(f"failed: {error}") from None
    text = markdown(description, records)
    print(text, end="")
    if arguments.markdown:
        arguments.markdown.write_text(text)


if __name__ == "__main__":
    main()
