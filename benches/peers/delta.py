"""The data files of a lake's tables, read from their Delta logs: what any other reader of the folder would see."""

import json
from pathlib import Path
from urllib.parse import unquote


def table_folder(lake, table):
    """The folder of one table of a lake."""
    return Path(lake) / "tables" / table


def tables(lake):
    """Names of the tables a lake holds; names that begin with an underscore are the lake's own."""
    folders = (Path(lake) / "tables").glob("*/_delta_log")
    names = sorted(folder.parent.name for folder in folders)
    return [name for name in names if not name.startswith("_")]


def active_files(lake, table):
    """Paths of the Parquet files of a table's newest version, sorted."""
    folder = table_folder(lake, table)
    commits = sorted((folder / "_delta_log").glob("*.json"))
    if not commits:
        raise SystemExit(f"{folder} is not a table of a lake: it has no _delta_log")
    if int(commits[0].stem) != 0:
        raise SystemExit(f"the log of {folder} begins at version {int(commits[0].stem)}; version 0 is needed")
    active = set()
    for commit in commits:
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                active.add(unquote(action["add"]["path"]))
            elif "remove" in action:
                active.discard(unquote(action["remove"]["path"]))
    return sorted(str(folder / path) for path in active)
