"""One measured run of one peer, in a process of its own. Started by bench.py with a JSON task on the command line.

Prints one JSON object: wall and cpu seconds of the query alone, peak memory of the process in MiB, output bytes of a
conversion. The normalised answer goes into the task's `answer` file.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import answers
import conversion
import engines
import queries


def processor_seconds():
    """User and system time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_memory():
    """The largest resident size since this program began, in MiB; unlike ru_maxrss, without that of its parent."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measure(action):
    """Runs an action; its result, wall and cpu seconds."""
    processor, clock = processor_seconds(), time.perf_counter()
    result = action()
    return result, time.perf_counter() - clock, processor_seconds() - processor


def run_query(task):
    """Plans, runs and collects one query."""
    prepare, rows = engines.OPENERS[task["engine"]](task["files"], task["threads"])
    action = prepare(task["query"], task["engine"], task["point"])
    result, wall, processor = measure(action)
    peak = peak_memory()
    return rows(result), {"wall": wall, "cpu": processor, "memory": peak}


def run_conversion(task):
    """Converts the CSV files, then counts what came out, after the clock has stopped."""
    action = conversion.CONVERSIONS[task["engine"]](task["csv"], task["output"], task["threads"])
    _, wall, processor = measure(action)
    peak = peak_memory()
    size = os.path.getsize(task["output"])
    return conversion.totals([task["output"]]), {"wall": wall, "cpu": processor, "memory": peak, "bytes": size}


def run_plain(task):
    """Converts files without looking at their types, then counts the rows, after the clock has stopped."""
    action = conversion.PLAIN[task["engine"]](task["csv"], task["output"], task["threads"])
    _, wall, processor = measure(action)
    return {"wall": wall, "cpu": processor, "memory": peak_memory(), "rows": conversion.count(task["output"])}


def run_totals(task):
    """Counts what a conversion by another program wrote; nothing is measured."""
    return conversion.totals(task["files"]), {"bytes": sum(os.path.getsize(path) for path in task["files"])}


def main():
    task = json.loads(sys.argv[1])
    if task["run"] == "plain":
        print(json.dumps(run_plain(task)), flush=True)
        return
    runs = {"query": run_query, "conversion": run_conversion, "totals": run_totals}
    rows, record = runs[task["run"]](task)
    lines = answers.normalised(queries.kinds(task["query"]), rows)
    Path(task["answer"]).write_text("\n".join(lines) + "\n")
    print(json.dumps(dict(record, rows=len(lines), hash=answers.digest(lines))), flush=True)


if __name__ == "__main__":
    main()
