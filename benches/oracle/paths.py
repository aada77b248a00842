#!/usr/bin/env python3
"""Asks LifeTracks and ClickHouse (chdb) the same of random event lists, and compares every answer.

  paths.py WORK [--lifetracks BINARY] [--lists 10000] [--seed 1] [--cases FILE] [--functions LIST]

WORK is a folder for the lists. Both engines read the same CSV files; each answers many lists in one query. The functions:
window_funnel in every allowed set of modes, retention, sequence_match, sequence_count, sequence_events. Without
--lifetracks only ClickHouse answers. --cases FILE adds the published cases of windowFunnel. The exit code is 1 when
anything differs. At most 20 differences are shown.
"""

import argparse
import csv
import re
import subprocess
import sys
from pathlib import Path

import path_cases
import path_lists
import path_questions

SHOWN = 20
WORDS = {"true": 1, "false": 0}


class Failed(Exception):
    """A query that an engine refused; the message is the engine's."""


def plain(value):
    """An answer that both engines give alike: a whole number, or a tuple of them; None is NULL, or a list of nothing."""
    if isinstance(value, (list, tuple)):
        return tuple(plain(part) for part in value) or None
    if isinstance(value, str):
        numbers = tuple(WORDS.get(word) if word in WORDS else int(word) for word in re.findall(r"true|false|-?\d+", value))
        return (numbers if value.startswith("[") else numbers[0]) if numbers else None
    return None if value is None else int(value)


class Ours:
    """LifeTracks: a process for each query, on one thread, so that rows arrive in the order of the file."""

    def __init__(self, binary, work):
        self.command = [binary, "--threads", "1", "--allow", str(work), "-q", "--format", "csv", "-c"]
        self.work = work

    def answer(self, question):
        """All answers by list."""
        columns = ", ".join(f"{expression} AS a{place}" for place, expression in enumerate(question.ours))
        source = f"read_csv('{self.work / question.table}.csv')"
        query = f"SELECT list_id, {columns} FROM {source} GROUP BY list_id ORDER BY list_id"
        done = subprocess.run([*self.command, query], capture_output=True, text=True, check=False, cwd=self.work)
        if done.returncode != 0:
            raise Failed(done.stderr.strip())
        rows = list(csv.reader(done.stdout.splitlines()))[1:]
        return {int(row[0]): [plain(value) for value in row[1:]] for row in rows}


class Theirs:
    """ClickHouse as a library; the rows of a list arrive in the order of the file."""

    def __init__(self, work):
        from chdb import session

        self.connection = session.Session()
        self.connection.query("create database paths engine = Atomic")
        self.connection.query("use paths")
        self.work, self.tables = work, set()

    def load(self, table):
        """Reads a file once."""
        if table in self.tables:
            return
        path = self.work / f"{table}.csv"
        header = path.open(encoding="utf-8").readline().strip().split(",")
        kinds = {"list_id": "UInt32", "place": "UInt32", "ts": "UInt32", "day": "Date", "moment": "DateTime"}
        columns = ", ".join(f"{name} {kinds.get(name, 'Nullable(Bool)')}" for name in header)
        rows = f"select * from file('{path}', CSVWithNames, '{columns}') order by list_id, place"
        self.connection.query(f"create table {table} engine = Memory as {rows} settings max_threads = 1")
        self.tables.add(table)

    def answer(self, question):
        """All answers by list."""
        import pyarrow

        self.load(question.table)
        columns = ", ".join(f"{expression} as a{place}" for place, expression in enumerate(question.theirs))
        query = f"select list_id, {columns} from {question.table} group by list_id settings max_threads = 1"
        try:
            result = self.connection.query(query, "Arrow")
        except RuntimeError as error:
            raise Failed(str(error)) from None
        table = pyarrow.ipc.open_file(pyarrow.BufferReader(result.bytes())).read_all()
        columns = [column.to_pylist() for column in table.columns]
        return {row[0]: [plain(value) for value in row[1:]] for row in zip(*columns)}


class Tally:
    """What was compared and what differed."""

    def __init__(self):
        self.compared, self.differences, self.refused = {}, {}, []
        self.published, self.changed = 0, []

    def add(self, question, ours, theirs):
        """Compares our answers to a question with those that are wanted, list by list."""
        function = question.name.split("(")[0].split(" at ")[0]
        for list_id in sorted(ours.keys() | theirs.keys()):
            nothing = [None] * len(question.labels)
            pairs = zip(question.labels, ours.get(list_id, nothing), theirs.get(list_id, nothing))
            for label, one, other in pairs:
                self.compared[function] = self.compared.get(function, 0) + 1
                if one == other:
                    continue
                found = self.differences.setdefault(function, [])
                if len(found) < SHOWN:
                    found.append(f"{question.name}, {label}, list {list_id}: lifetracks {one}, wanted {other}")
                else:
                    found.append(None)

    def report(self):
        """Prints everything; gives whether all is well."""
        if self.published:
            print(f"published answers: {self.published}, {len(self.changed)} of them are not ClickHouse's any more")
        for text in self.changed:
            print(f"   {text}")
        for function, count in self.compared.items():
            print(f"{function}: {count:,} answers, {len(self.differences.get(function, [])):,} differences")
        shown = [text for found in self.differences.values() for text in found if text][:SHOWN]
        for text in shown + self.refused[:SHOWN]:
            print(f"!! {text}")
        return not self.differences and not self.refused


def ask(engine, question, tally, who):
    """An engine's answer; None when it refuses, which is noted."""
    try:
        return engine.answer(question)
    except Failed as error:
        tally.refused.append(f"{who} refuses {question.name} {question.labels[0]}..: {str(error).splitlines()[0][:300]}")
        return None


def write_case(path, case, rows):
    """The file of one published case."""
    steps = [f"c{step}" for step in range(1, len(case["steps"]) + 1)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["list_id", "place", "ts", *steps])
        writer.writerows([*row[:3], *(path_lists.WORDS[value] for value in row[3:])] for row in rows)


def ask_cases(path, work, engines, tally):
    """The published cases: ours gives what was published, and in its mode for that what ClickHouse answers today."""
    for number, (case, rows, expected) in enumerate(path_cases.cases(path)):
        table = f"case_{number}"
        write_case(work / f"{table}.csv", case, rows)
        modes = tuple(case.get("mode", []))
        published = {list_id: [answer] for list_id, answer in expected.items()}
        then = path_cases.question(case, table, modes)
        now = path_cases.question(case, table, path_questions.today(modes))
        theirs = ask(engines["ClickHouse"], now, tally, "ClickHouse") or {}
        changed = [list_id for list_id, answer in published.items() if theirs.get(list_id) != answer]
        for list_id in changed:
            tally.changed.append(f"{then.labels[0]}, list {list_id}: published {published[list_id]}, now {theirs.get(list_id)}")
        tally.published += len(published)
        for question, wanted in ((then, published), (now, theirs)) if "lifetracks" in engines else ():
            answers = ask(engines["lifetracks"], question, tally, "lifetracks")
            if answers is not None:
                tally.add(question, answers, wanted)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--lifetracks", help="the program; without it only ClickHouse answers")
    parser.add_argument("--lists", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--cases", type=Path, help="the published cases as JSON")
    parser.add_argument("--functions", default=",".join(path_questions.FUNCTIONS))
    return parser.parse_args()


def main():
    arguments = parse()
    functions = arguments.functions.split(",")
    unknown = sorted(set(functions) - set(path_questions.FUNCTIONS))
    if unknown:
        raise SystemExit(f"there is no {', '.join(unknown)}; there are {', '.join(path_questions.FUNCTIONS)}")
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    for table in ("ties", "single"):
        path_lists.write(work / f"{table}.csv", arguments.seed, arguments.lists, table == "ties")
    engines = {"ClickHouse": Theirs(work)}
    if arguments.lifetracks:
        engines["lifetracks"] = Ours(str(Path(arguments.lifetracks).resolve()), work)
    tally = Tally()
    if arguments.cases:
        ask_cases(arguments.cases, work, engines, tally)
    for question in path_questions.questions(functions, arguments.seed):
        answers = {who: ask(engine, question, tally, who) for who, engine in engines.items()}
        if "lifetracks" in engines and None not in answers.values():
            tally.add(question, answers["lifetracks"], answers["ClickHouse"])
    sys.exit(0 if tally.report() else 1)


if __name__ == "__main__":
    main()
