"""The published cases of ClickHouse's windowFunnel, from a JSON file: lists of (time, what happened), steps, answers."""

import json
import operator

from path_questions import Question

COMPARISONS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


def lists_of(data, text):
    """The lists of a data set by name: pairs of time and what happened. `T1 (1001..1008 only)` takes a part."""
    name, _, part = text.partition(" ")
    found = data[name]
    found = found if isinstance(found, dict) else {"all": found}
    lists = {key: list(enumerate(one, 1)) if isinstance(one, str) else one for key, one in found.items()}
    if part:
        first, last = (int(number) for number in part.strip("( only)").split(".."))
        lists = {key: [pair for pair in one if first <= pair[1] <= last] for key, one in lists.items()}
    return lists


def holds(step, happened):
    """Whether an event is the one a step asks for."""
    for sign, compare in COMPARISONS.items():
        if isinstance(step, str) and step.startswith(sign):
            return compare(happened, int(step.removeprefix(sign)))
    return step == happened


def rows_of(case, data):
    """The rows of a case as list, place, time and one condition for every step, and what is expected of every list."""
    steps, rows, expected = list(case["steps"]), [], {}
    for number, (key, events) in enumerate(lists_of(data, case["data"]).items()):
        answer = case["expect"]
        if isinstance(answer, dict) and key not in answer:
            continue
        expected[number] = answer[key] if isinstance(answer, dict) else answer
        for place, (time, happened) in enumerate(events):
            rows.append([number, place, time, *(holds(step, happened) for step in steps)])
    return rows, expected


def question(case, table, modes):
    """The case as a question, ours in these modes."""
    steps = [f"c{number}" for number in range(1, len(case["steps"]) + 1)]
    ours = [str(case["window"]), *([f"'{','.join(modes)}'"] if modes else []), "ts", *steps]
    theirs = ", ".join([str(case["window"]), *(f"'{mode}'" for mode in case.get("mode", []))])
    label = f"{case['data']} {case['steps']} {' '.join(modes)} within {case['window']}"
    return Question(
        "published case",
        table,
        [label],
        [f"window_funnel({', '.join(ours)})"],
        [f"windowFunnel({theirs})(ts, {', '.join(steps)})"],
    )


def cases(path):
    """Every case of the file with its rows and its expected answers."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return [(case, *rows_of(case, content["datasets"])) for case in content["cases"]]
