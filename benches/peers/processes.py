"""One measured process: start it, wait for it, read what it used."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Failed(Exception):
    """A process that gave no answer; the message says why in one line."""


def run_measured(command, output, timeout):
    """Runs a command with its output into a file: wall and cpu seconds and peak memory of the whole process.

    Linux counts the memory of the process that forks into ru_maxrss of the one that is forked. This process imports no
    engine and stays near 20 MiB, below any engine it measures.
    """
    errors = Path(f"{output}.errors")
    with open(output, "wb") as out, open(errors, "wb") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(reason(errors.read_text(errors="replace"), process.returncode, wall, timeout))
    errors.unlink()
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}


def run_worker(task_text, threads, timeout):
    """Runs worker.py with a task; gives the line it printed."""
    environment = dict(os.environ, POLARS_MAX_THREADS=str(threads))
    command = [sys.executable, str(HERE / "worker.py"), task_text]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"not ready after {timeout} s") from None
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise Failed(reason(done.stderr or done.stdout, done.returncode, 0, timeout))
    return lines[-1]


def reason(text, code, wall, timeout):
    """The first line of an error of ours, the last of a traceback."""
    if wall >= timeout:
        return f"not ready after {timeout} s"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return f"exit code {code}, no message"
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines[-1:])[0][:300]
