"""The medians of all runs as Markdown tables, and every disagreement."""

import statistics

BASE = "duckdb"
NOTES = """\
Wall and cpu: median of the runs; each run is a fresh process, engines and queries interleaved. cpu is user and system time.
lifetracks is measured as a whole process, start-up, opening the lake and printing CSV included; the peers from plan to
collected result inside their process, after imports and with the files registered. Memory is the peak of the whole
process. duckdb, polars and chdb read the yearly files as delivered; duckdb_ours reads the lake's own files. Ratios under
1.3 are ties. An answer is ok when all its rows equal duckdb's (floats to 9 significant digits, the rest exactly)."""
CONVERSION_NOTES = """\
q10 reads all wage extracts (CSV) and writes Parquet with zstd. The peers only convert; lifetracks also replaces the
identifier by a person_id from the vault, checks every value, refuses duplicates, sorts by person, and commits a version.
Ok: the same rows and the same sum of wages."""


def by_run(records):
    """Records of finished runs by query and engine, in the order they were first met."""
    groups = {}
    for record in records:
        groups.setdefault((record["query"], record["engine"]), []).append(record)
    return groups


def disagreements(records):
    """Queries whose answers are not all the same, each with the engines of every answer."""
    hashes = {}
    for record in records:
        hashes.setdefault(record["query"], {}).setdefault(record["hash"], set()).add(record["engine"])
    return {query: found for query, found in hashes.items() if len(found) > 1}


def reference(groups, query):
    """The answer that the others are held against: duckdb's, or the first there is."""
    runs = groups.get((query, BASE)) or next(runs for (name, _), runs in groups.items() if name == query)
    return runs[0]["hash"]


def median(runs, field):
    return statistics.median(run[field] for run in runs)


def table(header, rows):
    """A Markdown table; the first two columns are text, the others numbers."""
    rule = ["---" if place < 2 else "---:" for place in range(len(header))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])


def verdict(groups, query, runs):
    """Whether all runs of an engine gave the reference's answer; `alone` when there is nothing to compare."""
    if sum(name == query for name, _ in groups) < 2:
        return "alone"
    expected = reference(groups, query)
    return "ok" if all(run["hash"] == expected for run in runs) else "**DIFFERS**"


def answers_table(records):
    """Query, engine, rows and verdict, without any figure."""
    groups = by_run(records)
    rows = [
        [query, engine, str(runs[0]["rows"]), runs[0]["hash"], verdict(groups, query, runs)]
        for (query, engine), runs in groups.items()
    ]
    return table(["query", "engine", "rows", "hash", "answer"], rows)


def queries_table(groups, conversion):
    """Figures of all queries but the conversion."""
    rows = []
    for (query, engine), runs in groups.items():
        if query == conversion:
            continue
        base = groups.get((query, BASE))
        ratios = [f"{median(runs, part) / median(base, part):.2f}" if base else "" for part in ("wall", "cpu")]
        figures = [f"{median(runs, 'wall'):.3f}", f"{median(runs, 'cpu'):.3f}", f"{median(runs, 'memory'):.0f}"]
        rows.append([query, engine, *figures, str(runs[0]["rows"]), verdict(groups, query, runs), *ratios])
    header = ["query", "engine", "wall s", "cpu s", "peak MiB", "rows", "answer", "wall / duckdb", "cpu / duckdb"]
    return table(header, rows)


def conversion_table(groups, conversion, input_rows, input_bytes):
    """Figures of the conversion."""
    rows = []
    for (query, engine), runs in groups.items():
        if query != conversion:
            continue
        wall, base = median(runs, "wall"), groups.get((query, BASE))
        speed = [f"{input_rows / wall / 1e6:.2f}", f"{input_bytes / wall / 1e6:.0f}"]
        figures = [f"{wall:.2f}", f"{median(runs, 'cpu'):.2f}", f"{median(runs, 'memory'):.0f}"]
        size = f"{median(runs, 'bytes') / 1e6:.1f}"
        ratio = f"{wall / median(base, 'wall'):.2f}" if base else ""
        rows.append([query, engine, *figures, *speed, size, verdict(groups, query, runs), ratio])
    header = ["query", "engine", "wall s", "cpu s", "peak MiB", "M rows/s", "MB/s", "output MB", "answer", "wall / duckdb"]
    return table(header, rows)


def markdown(machine, records, rows, input_bytes, conversion):
    """Everything that belongs beside the figures, and the figures."""
    groups = by_run(records)
    runs = min((len(runs) for runs in groups.values()), default=0)
    parts = [f"Machine: {machine}.", "Data: " + ", ".join(f"{name} {count:,}" for name, count in rows.items()) + " rows."]
    parts.append(f"Runs: {runs}." + ("" if runs >= 3 else " **Fewer than three runs: not figures to publish.**"))
    if any(query != conversion for query, _ in groups):
        parts += [queries_table(groups, conversion), NOTES]
    if any(query == conversion for query, _ in groups):
        parts += [conversion_table(groups, conversion, rows["ui_wage"], input_bytes), CONVERSION_NOTES]
    return "\n\n".join(parts) + "\n"
