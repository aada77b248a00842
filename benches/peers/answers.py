"""Answers that can be compared: every value as text by its column's kind, rows sorted, one hash."""

import csv
import decimal
import hashlib

KINDS = ("text", "integer", "decimal", "float", "boolean")
UNKNOWN = "~"


def normalise(kind, value):
    """One value as text. Floats to 9 significant digits, everything else exactly; a missing value is `~`."""
    if value is None or value == "":
        return UNKNOWN
    if kind == "integer":
        return str(int(value))
    if kind == "decimal":
        return format(decimal.Decimal(str(value)).normalize() + 0, "f")
    if kind == "float":
        return f"{float(value) + 0.0:.9g}"
    if kind == "boolean":
        return str(value).lower()
    return value.decode() if isinstance(value, bytes) else str(value)


def normalised(kinds, rows):
    """Rows as sorted lines of text. A row of another width than `kinds` is an error."""
    lines = []
    for row in rows:
        if len(row) != len(kinds):
            raise ValueError(f"the answer has {len(row)} columns, the query announces {len(kinds)}")
        lines.append("|".join(normalise(kind, value) for kind, value in zip(kinds, row)))
    return sorted(lines)


def digest(lines):
    """Twelve hexadecimal digits that stand for an answer."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def rows_of_csv(path):
    """The rows of a CSV file below its header."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]
