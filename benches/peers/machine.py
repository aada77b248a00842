"""What the figures were measured on: one line."""

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

PACKAGES = ("duckdb", "polars", "chdb", "pyarrow")


def processor():
    """The processor's name, or the architecture where Linux does not tell."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory():
    """Memory of the machine in GiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def version(package):
    """A package's version without importing it, so that this process stays small."""
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} missing"


def lifetracks_version(binary):
    """What the binary says of itself; `None` when it takes no part."""
    if binary is None:
        return "without lifetracks"
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    return answer.stdout.strip().splitlines()[0] if answer.stdout.strip() else "lifetracks of unknown version"


def describe(binary, threads):
    """Cores, memory, kernel and versions in one line."""
    load = f"load before {os.getloadavg()[0]:.1f}"
    parts = [processor(), f"{os.cpu_count()} cores", f"{memory():.0f} GiB", f"Linux {platform.release()}", load]
    parts += [f"{threads} threads each", lifetracks_version(binary)] + [version(package) for package in PACKAGES]
    return ", ".join(parts)
