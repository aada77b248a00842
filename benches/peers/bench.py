#!/usr/bin/env python3
"""Runs the queries on LifeTracks and its peers and compares time, memory and answers.

  bench.py DATA [--lifetracks BINARY] [--engines LIST] [--queries LIST] [--runs 3] [--threads 2]
                [--markdown FILE] [--out FILE.jsonl] [--check]

DATA is what prepare.py wrote. Every run of a query on an engine is a fresh process; engines and queries are interleaved.
--check runs everything once and compares only the answers: for a debug build or a busy machine.
The exit code is 1 when answers differ, an engine fails or something is missing.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import answers
import delta
import machine
import processes
import queries
import report

OURS = "lifetracks"
ENGINES = [OURS, "duckdb", "duckdb_ours", "polars", "chdb"]
NOT_CHDB = ["q1m", "q2"]
POLARS = ["q4", "q8", "q9a", "q9b", "q9c", "q9d", queries.CONVERSION]


def default_binary():
    """The release build of this workspace."""
    target = os.environ.get("CARGO_TARGET_DIR") or Path(__file__).resolve().parents[2] / "target"
    return str(Path(target) / "release" / "lifetracks")


def has(engine, query):
    """Whether an engine has a version of a query: Polars and ClickHouse not of all, the lake's files are no CSV."""
    if engine == "polars":
        return query in POLARS
    if engine == "chdb":
        return query not in NOT_CHDB
    return not (engine == "duckdb_ours" and query == queries.CONVERSION)


class Bench:
    """The prepared data and how every run is done on it."""

    def __init__(self, arguments, scratch):
        self.arguments = arguments
        self.scratch = Path(scratch)
        self.prepared = json.loads((arguments.data / "prepared.json").read_text())
        self.lake = self.prepared["lake"]
        self.answers = arguments.data / "answers"
        self.answers.mkdir(exist_ok=True)

    def files(self, engine):
        """The Parquet files of every table that an engine reads."""
        tables = self.prepared["rows"]
        if engine == "duckdb_ours":
            return {table: delta.active_files(self.lake, table) for table in tables}
        raw = self.arguments.data / "raw"
        return {table: sorted(str(path.resolve()) for path in (raw / table).glob("*.parquet")) for table in tables}

    def answer(self, query, engine):
        """Where the normalised answer of an engine is kept for a look at a difference."""
        return self.answers / f"{query}.{engine}.txt"

    def task(self, **more):
        """Runs a task in a worker; gives its record."""
        arguments = self.arguments
        task = dict(more, threads=arguments.threads, point=self.prepared["point"])
        return json.loads(processes.run_worker(json.dumps(task), arguments.threads, arguments.timeout))

    def measure(self, query, engine):
        """One run of a query on an engine."""
        if query == queries.CONVERSION:
            return self.convert_ours(query) if engine == OURS else self.convert_peer(query, engine)
        if engine == OURS:
            return self.query_ours(query)
        answer = str(self.answer(query, engine))
        return self.task(run="query", query=query, engine=engine, files=self.files(engine), answer=answer)

    def query_ours(self, query):
        """A query on the lake, as a user runs it: the whole process counts."""
        text, output = self.scratch / f"{query}.sql", self.scratch / f"{query}.csv"
        text.write_text(queries.sql(query, OURS, self.prepared["point"]) + "\n")
        command = [self.arguments.lifetracks, self.lake, "--threads", str(self.arguments.threads)]
        record = processes.run_measured(
            [*command, "-f", str(text), "--format", "csv"], output, self.arguments.timeout
        )
        try:
            lines = answers.normalised(queries.kinds(query), answers.rows_of_csv(output))
        except (ValueError, ArithmeticError) as error:
            raise processes.Failed(f"the answer cannot be read: {error}") from None
        self.answer(query, OURS).write_text("\n".join(lines) + "\n")
        return dict(record, rows=len(lines), hash=answers.digest(lines))

    def convert_ours(self, query):
        """A load of all wage extracts into a new lake with a new vault."""
        lake, vault = self.scratch / "lake", self.scratch / "vault"
        command = [self.arguments.lifetracks, "load", "ui_wage", *self.prepared["wage_csv"], "--layout", "ms_mdes_wage"]
        command += ["--lake", str(lake), "--vault", str(vault), "--threads", str(self.arguments.threads)]
        try:
            record = processes.run_measured(command, self.scratch / "load.txt", self.arguments.timeout)
            files = delta.active_files(lake, "ui_wage")
            answer = str(self.answer(query, OURS))
            totals = self.task(run="totals", query=query, engine=OURS, files=files, answer=answer)
        finally:
            shutil.rmtree(lake, ignore_errors=True)
            shutil.rmtree(vault, ignore_errors=True)
        return dict(record, **totals)

    def convert_peer(self, query, engine):
        """A plain conversion of the same files."""
        output, answer = self.scratch / "converted.parquet", str(self.answer(query, engine))
        more = {"csv": self.prepared["wage_csv"], "output": str(output), "answer": answer}
        try:
            return self.task(run="conversion", query=query, engine=engine, **more)
        finally:
            output.unlink(missing_ok=True)

    def run(self, wanted, engines, runs):
        """All runs, interleaved; gives the records and whether every run gave an answer."""
        records, failed = [], set()
        for run in range(runs):
            for query in wanted:
                for engine in engines:
                    if (query, engine) in failed or not has(engine, query):
                        continue
                    try:
                        record = self.measure(query, engine)
                    except processes.Failed as error:
                        print(f"!! {query} {engine} FAILED: {error}", file=sys.stderr, flush=True)
                        failed.add((query, engine))
                        continue
                    records.append(dict(record, query=query, engine=engine, run=run))
                    print(f"{run + 1}/{runs} {query} {engine}", file=sys.stderr, flush=True)
                    if self.arguments.out:
                        with open(self.arguments.out, "a", encoding="utf-8") as file:
                            file.write(json.dumps(records[-1]) + "\n")
        return records, not failed


def chosen(text, known, what):
    """A list from the command line, checked against what there is."""
    wanted = known if text == "all" else text.split(",")
    for name in wanted:
        if name not in known:
            raise SystemExit(f"there is no {what} {name}; there are {', '.join(known)}")
    return wanted


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="what prepare.py wrote")
    parser.add_argument("--lifetracks", default=default_binary(), help="the binary (default: the release build)")
    parser.add_argument("--engines", default="all", help=f"out of {','.join(ENGINES)}")
    parser.add_argument("--queries", default="all", help=f"out of {','.join(queries.names())}")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=int, default=900, help="seconds for one run")
    parser.add_argument("--markdown", type=Path, help="also write the tables here")
    parser.add_argument("--out", type=Path, help="append every single run as JSON here")
    parser.add_argument("--check", action="store_true", help="one run, answers only, no figures")
    return parser.parse_args()


def complain(differences, folder):
    """Says loudly which answers differ, and where they can be compared."""
    for query, found in differences.items():
        sides = "; ".join(f"{digest}: {', '.join(sorted(engines))}" for digest, engines in sorted(found.items()))
        print(f"!! {query}: THE ANSWERS DIFFER: {sides}; compare {folder}/{query}.*.txt", file=sys.stderr)


def main():
    arguments = parse()
    engines = chosen(arguments.engines, ENGINES, "engine")
    wanted = chosen(arguments.queries, queries.names(), "query")
    if not (arguments.data / "prepared.json").exists():
        raise SystemExit(f"{arguments.data} holds no prepared.json; run prepare.py first")
    if OURS in engines and not os.access(arguments.lifetracks, os.X_OK):
        raise SystemExit(f"there is no program {arguments.lifetracks}; build it or name it with --lifetracks")
    description = machine.describe(arguments.lifetracks if OURS in engines else None, arguments.threads)
    with tempfile.TemporaryDirectory(dir=arguments.data) as scratch:
        bench = Bench(arguments, scratch)
        records, complete = bench.run(wanted, engines, 1 if arguments.check else arguments.runs)
    if arguments.check:
        text = report.answers_table(records) + "\n"
    else:
        size = sum(os.path.getsize(path) for path in bench.prepared["wage_csv"])
        text = report.markdown(description, records, bench.prepared["rows"], size, queries.CONVERSION)
    print(text, end="")
    if arguments.markdown:
        arguments.markdown.write_text(text)
    differences = report.disagreements(records)
    complain(differences, bench.answers)
    sys.exit(0 if complete and not differences else 1)


if __name__ == "__main__":
    main()
