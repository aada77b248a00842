"""The worked cases of engine/slt/panel, asked of the oracle: `panel(..)` and `jobs()` become tables of DuckDB."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from panel_sources import Panel, has, make, run

FOLDER = Path(__file__).resolve().parents[2] / "engine" / "slt" / "panel"
EMPLOYERS = "employer_account varchar, reporting_unit varchar, quarter_index integer, naics varchar"
WORDS = {None: "NULL", True: "true", False: "false"}


@dataclass(frozen=True)
class Record:
    """A statement or query of a file, and the rows that are expected."""

    kind: str
    sql: str
    expected: tuple


def records(path):
    """The records of a file, in order."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
        if lines:
            body = lines[1:]
            end = body.index("----") if "----" in body else len(body)
            yield Record(lines[0], "\n".join(body[:end]), tuple(" ".join(line.split()) for line in body[end + 1 :]))


def closing(text, start):
    """The place of the parenthesis that closes the one at a place."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a parenthesis stays open: {text[start:start + 60]}")


def panel_of(arguments):
    """What a call of `panel` asks: a cohort in parentheses, then named arguments."""
    end = closing(arguments, 0)
    named = dict(re.findall(r"(\w+) => ('\w+'|-?\d+)", arguments[end:]))

    def number(name, otherwise):
        return int(named[name]) if name in named else otherwise

    of, unit = (named[name].strip("'") for name in ("of", "unit"))
    return Panel(arguments[1:end], of, unit, number("from_p", 1), number("to_p", 8), number("base_year", None))


def answer(connection, sql):
    """The rows of a query as text."""
    if not has(connection, "employer_quarter"):
        connection.execute(f"create temp table employer_quarter ({EMPLOYERS})")
    while found := re.search(r"\bpanel\(", sql):
        end = closing(sql, found.end() - 1)
        make(connection, panel_of(sql[found.end() : end]))
        connection.execute("create or replace temp table asked_panel as from panel")
        sql = f"{sql[:found.start()]}asked_panel{sql[end + 1:]}"
    if "jobs()" in sql:
        run(connection, "calendar")
        run(connection, "jobs")
    sql = sql.replace("jobs()", "job").replace(" / ", " // ")
    sql = re.sub(r"\brate\(([^()]*), ([^()]*)\)", r"avg((\1)::integer) filter (\2)", sql)
    rows = connection.execute(sql).fetchall()
    return tuple(" ".join(WORDS[value] if value is None or value is True or value is False else str(value) for value in row) for row in rows)


def differences(path):
    """How many queries of a file were asked, and those whose answer is not the written one."""
    connection, asked, found = duckdb.connect(), 0, []
    connection.execute("set variable in_lake = false")
    for record in records(path):
        if record.kind == "statement ok":
            connection.execute(record.sql)
        elif record.kind.startswith("query") and "real_dollars" not in record.sql:
            said, asked = answer(connection, record.sql), asked + 1
            if said != record.expected:
                found.append((record.sql, sorted(set(said) ^ set(record.expected))))
    return asked, found
