#!/usr/bin/env python3
"""The start, the first prompt and the keys of `lifetracks`, beside the command line of DuckDB, in one run.

  prompt.py WORK --duckdb BINARY [--lifetracks BINARY] [--runs 40] [--tables 200] [--markdown FILE]

WORK is a folder; the lake of many tables is made there once. Starts are whole processes of `-c 'select 1'`, taken in turn.
The first prompt is the time from the start of the process in a pseudo-terminal until the prompt stands there; DuckDB opens
a database of as many tables. A key's time runs from its byte into the terminal until the last byte of what it changes on
the screen. The exit code is 1 when an answer is not 1 or a prompt does not come.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import machine
import processes

COLUMNS = ["year", "district", "school", "subgroup", "numerator", "denominator", "share", "note"]
# How long nothing must come until a screen is taken as complete.
QUIET = 0.008
STATEMENT = (
    "select a.district, count(*) as schools, sum(a.numerator) from table_001 a join table_002 b using (school)"
    " where a.year = 2020 and a.district in ('0100', '0200') group by a.district order by a.district"
)


def quantile(values, share):
    """The value that `share` of the sorted values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def table_names(count):
    return [f"table_{number:03}" for number in range(1, count + 1)]


def definition(name):
    """A reference table of eight columns and the layout of its file."""
    column = '\n[[column]]\nname = "{0}"\ntype = "{1}"\nnullable = {2}\nrole = "dimension"\nprivacy = "public"\ndescription = "A column. Never NULL."\nsource = "Made up"\n'
    head = f'name = "{name}"\ndescription = "A table among many."\nkind = "reference"\nowner = "Nobody"\nkey = ["year", "district"]\norder = ["year", "district"]\nsource = "Made up"\n'
    types = ["int32", "utf8", "utf8", "utf8", "int64", "int64", "float64", "utf8"]
    table = head + "".join(
        column.format(of, kind, str(place > 1).lower()) for place, (of, kind) in enumerate(zip(COLUMNS, types))
    )
    layout = f'name = "{name}"\ntable = "{name}"\nagency = "NONE"\ndescription = "A file among many."\nsource = "Made up"\nformat = "csv"\n'
    layout += "".join(f'\n[[column]]\nfrom = "{of}"\nto = "{of}"\n' for of in COLUMNS)
    return table, layout


def make_lake(binary, work, names):
    """A lake with these tables; gives its folder and that of the definitions."""
    lake, definitions = work / "lake", work / "definitions"
    for part in ("tables", "layouts"):
        (definitions / part).mkdir(parents=True, exist_ok=True)
    for name in names:
        table, layout = definition(name)
        (definitions / "tables" / f"{name}.toml").write_text(table)
        (definitions / "layouts" / f"{name}.toml").write_text(layout)
    rows = "".join(f"2020,{number:04},001,all,{number},{number + 1},0.5,none\n" for number in range(50))
    for name in names:
        if (lake / "tables" / name).exists():
            continue
        file = work / f"{name}.csv"
        file.write_text(",".join(COLUMNS) + "\n" + rows)
        command = [binary, "load", name, str(file), "--layout", name, "--lake", str(lake)]
        subprocess.run([*command, "--definitions", str(definitions)], check=True, capture_output=True)
    return lake, definitions


def make_database(duckdb, work, names):
    """A DuckDB file with the same tables."""
    database = work / "many.duckdb"
    if not database.exists():
        create = "create table {0} as select 2020 as year, cast(range as varchar) as district, '001' as school, 'all' as subgroup, range as numerator, range + 1 as denominator, 0.5 as share, 'none' as note from range(50);"
        subprocess.run([duckdb, str(database)], input="".join(map(create.format, names)), text=True, check=True)
    return database


class Terminal:
    """A process in a pseudo-terminal of 120 columns that answers what is asked of it."""

    def __init__(self, command, home):
        self.started = time.perf_counter()
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
            os.execve(command[0], command, environment)
        # 36 rows of 120 columns.
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.seen = b""

    def read(self, timeout):
        """What comes within the time; nothing when nothing comes."""
        if not select.select([self.terminal], [], [], timeout)[0]:
            return b""
        try:
            got = os.read(self.terminal, 65536)
        except OSError:
            return b""
        for question, answer in [(b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x1b\\")]:
            if question in got:
                os.write(self.terminal, answer)
        self.seen += got
        return got

    def until(self, mark, timeout=10):
        """Seconds from the start until the mark stands in what came."""
        while mark not in self.seen:
            if not self.read(timeout):
                raise SystemExit(f"no prompt came; what came was {self.seen[-500:]!r}")
        return time.perf_counter() - self.started

    def key(self, byte):
        """Seconds from a key to the last byte of what it changes."""
        begun = time.perf_counter()
        os.write(self.terminal, byte)
        if not self.read(2):
            raise SystemExit("a key changed nothing")
        last = time.perf_counter()
        while self.read(QUIET):
            last = time.perf_counter()
        return last - begun

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def starts(engines, work, runs):
    """Wall milliseconds and peak MiB of `-c 'select 1'` of each engine, in turn."""
    measured = {name: [] for name in engines}
    for _ in range(runs):
        for name, command in engines.items():
            output = work / "start.out"
            measured[name].append(processes.run_measured([*command, "-c", "select 1"], output, 20))
            if "1" not in output.read_text():
                raise SystemExit(f"{name} does not answer 1")
    return measured


def prompts(engines, work, runs):
    """Seconds to the first prompt of each engine, in turn."""
    measured = {name: [] for name in engines}
    for _ in range(runs):
        for name, (command, mark) in engines.items():
            terminal = Terminal(command, work)
            measured[name].append(terminal.until(mark))
            terminal.close()
    return measured


def keys(command, mark, work):
    """Seconds of every key of a statement typed at the prompt, twice: the second time all it asks for is known."""
    terminal = Terminal(command, work)
    terminal.until(mark)
    while terminal.read(0.3):
        pass
    taken = []
    for _ in range(2):
        taken.append([terminal.key(bytes([byte])) for byte in STATEMENT.encode()])
        terminal.key(b"\x03")
        while terminal.read(0.3):
            pass
    terminal.close()
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--duckdb", required=True)
    parser.add_argument("--lifetracks", default="target/release/lifetracks")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    ours, theirs = (str(Path(binary).resolve()) for binary in (options.lifetracks, options.duckdb))
    options.work.mkdir(parents=True, exist_ok=True)
    names = table_names(options.tables)
    lake, definitions = make_lake(ours, options.work, names)
    database = make_database(theirs, options.work, names)
    home = options.work / "home"
    home.mkdir(exist_ok=True)

    begun = starts({"lifetracks": [ours], "duckdb": [theirs]}, options.work, options.runs)
    open_lake = [ours, str(lake), "--definitions", str(definitions)]
    first = prompts(
        {"lifetracks": (open_lake, b"\x1b]133;B"), "duckdb": ([theirs, str(database)], b" D ")},
        home,
        options.runs,
    )
    typed = keys(open_lake, b"\x1b]133;B", home)

    version = subprocess.run([theirs, "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
    lines = [f"{machine.describe(ours, os.cpu_count())}; DuckDB command line {version}; {options.runs} runs in turn", ""]
    lines += ["| | median ms | 90 in 100 | peak MiB |", "|---|---:|---:|---:|"]
    for name, runs in begun.items():
        walls = [run["wall"] * 1000 for run in runs]
        memory = max(run["memory"] for run in runs)
        lines.append(f"| start, `-c 'select 1'`, {name} | {statistics.median(walls):.1f} | {quantile(walls, 0.9):.1f} | {memory:.0f} |")
    for name, runs in first.items():
        walls = [run * 1000 for run in runs]
        lines.append(f"| first prompt, {options.tables} tables, {name} | {statistics.median(walls):.1f} | {quantile(walls, 0.9):.1f} | |")
    medians = {name: statistics.median(run["wall"] for run in runs) for name, runs in begun.items()}
    lines += ["", f"start: {medians['lifetracks'] / medians['duckdb']:.2f} times DuckDB's"]
    for time_of, taken in zip(("first time", "second time"), typed):
        walls = [key * 1000 for key in taken]
        lines.append(
            f"keys, {time_of}: {len(walls)}, median {statistics.median(walls):.2f} ms, "
            f"99 in 100 {quantile(walls, 0.99):.2f} ms, longest {max(walls):.2f} ms"
        )
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if options.markdown:
        options.markdown.write_text(text)


if __name__ == "__main__":
    main()
