#!/usr/bin/env python3
"""Makes a synthetic state and loads what the oracle reads of it into a lake.

  lake.py WORK --seed 1 [--scale 0.02] [--first-year 2006] [--last-year 2025] [--defects 0.01] [--lifetracks BINARY]
  lake.py WORK --key --lake LAKE --vault VAULT [--lifetracks BINARY]

WORK is a new folder: WORK/twin has the extracts and the truth, WORK/lake the lake, WORK/vault its vault. The files that
correct planted defects are loaded last. With --key
nothing is made but the table twin_key, in a lake that was loaded from WORK/twin in another way: it tells which number of
the truth is which person of the lake. There is no way back from a person number but to load the numbers a second time.
"""

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path

DEFINITIONS = Path(__file__).resolve().parent / "definitions"

# Table, layout and files, in the order of loading. Links come first, so that everybody has one number from the start.
LOADS = (
    ("person_xwalk", "ms_mde_link", "mde/link.csv"),
    ("person_xwalk", "ms_mccb_link", "mccb/link.csv"),
    ("person_xwalk", "ms_ihl_link", "ihl/link.csv"),
    ("school_directory", "ms_mde_schools", "mde/schools.csv"),
    ("calendar", "ms_mde_calendar", "mde/calendar_*.csv"),
    ("k12_enrollment", "ms_mde_enrollment", "mde/enrollment_*.csv"),
    ("diploma", "ms_mde_diploma", "mde/diploma_*.csv"),
    ("k12_attendance", "ms_mde_attendance", "mde/attendance_*.csv"),
    ("postsec_enrollment", "ms_mccb_enrollment", "mccb/enrollment_*.csv"),
    ("postsec_enrollment", "ms_ihl_enrollment", "ihl/enrollment_*.csv"),
)


def run(command):
    """Runs a command of the program; gives what it says last when it is well, everything when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(str(part) for part in command[:4])} ... failed:\n{done.stdout}{done.stderr}")
    return (done.stdout + done.stderr).splitlines()


def load(arguments, table, layout, files):
    """Loads files into a table, however many rows are refused: a state with defects has some."""
    target = ["--lake", arguments.lake, "--vault", arguments.vault, "--max-reject-share", "1"]
    command = [arguments.lifetracks, "load", table, *files, "--layout", layout, "--definitions", DEFINITIONS, *target]
    print(run(command)[0])


def load_key(arguments, twin):
    """Writes the numbers of all pupils to a file and loads it."""
    numbers = set()
    for path in sorted((twin / "mde").glob("*enrollment_*.csv")):
        with path.open(newline="", encoding="utf-8") as lines:
            numbers.update(row["MSIS_ID"] for row in csv.DictReader(lines))
    key = arguments.work / "key.csv"
    key.write_text("MSIS_ID\n" + "\n".join(sorted(numbers - {""})) + "\n", encoding="utf-8")
    load(arguments, "twin_key", "twin_key", [key])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--scale", default="0.02")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first-year", default="2006")
    parser.add_argument("--last-year", default="2025")
    parser.add_argument("--defects", help="share of rows that are spoiled (default: none)")
    parser.add_argument("--lifetracks", default=os.environ.get("LIFETRACKS", "lifetracks"), help="the program")
    parser.add_argument("--key", action="store_true", help="only adds the table twin_key to a lake")
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--vault", type=Path)
    arguments = parser.parse_args()
    arguments.lake = arguments.lake or arguments.work / "lake"
    arguments.vault = arguments.vault or arguments.work / "vault"
    twin = arguments.work / "twin"
    if not arguments.key:
        if twin.exists():
            raise SystemExit(f"{twin} is there already; name a new folder")
        arguments.work.mkdir(parents=True, exist_ok=True)
        size = ["--scale", arguments.scale, "--seed", arguments.seed]
        years = ["--first-year", arguments.first_year, "--last-year", arguments.last_year]
        defects = ["--defects", arguments.defects] if arguments.defects else []
        print(run([arguments.lifetracks, "twin", twin, *size, *years, *defects])[0])
        for prefix in ("", "correction_"):
            for table, layout, pattern in LOADS:
                agency, name = pattern.split("/")
                files = sorted((twin / agency).glob(prefix + name))
                if files:
                    load(arguments, table, layout, files)
    load_key(arguments, twin)


if __name__ == "__main__":
    sys.exit(main())
