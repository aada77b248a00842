"""The queries: one SQL file for all engines, `<query>.<dialect>.sql` where an engine needs its own words."""

import re
from pathlib import Path

from answers import KINDS

FOLDER = Path(__file__).resolve().parent / "queries"
CONVERSION = "q10"
CONVERSION_KINDS = ["integer", "decimal"]


def names():
    """All queries, the conversion last."""
    written = {path.name.split(".")[0] for path in FOLDER.glob("*.sql")}
    return sorted(written) + [CONVERSION]


def kinds(query):
    """The kind of every column of the answer, from the line `-- answer:` of the query's file."""
    if query == CONVERSION:
        return CONVERSION_KINDS
    line = re.search(r"^-- answer: (.+)$", (FOLDER / f"{query}.sql").read_text(), re.MULTILINE)
    found = line.group(1).split() if line else []
    if not found or not set(found) <= set(KINDS):
        raise SystemExit(f"{query}.sql needs a line `-- answer:` with kinds out of {', '.join(KINDS)}")
    return found


def sql(query, engine, point):
    """The text of a query for an engine; `point` is the person whose history is looked up."""
    dialect = engine.split("_")[0]
    own = FOLDER / f"{query}.{dialect}.sql"
    text = (own if own.exists() else FOLDER / f"{query}.sql").read_text()
    return re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).replace("POINT", str(point)).strip()
