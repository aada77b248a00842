"""What is asked of the lists: every answer is an expression for each engine, over the events of one list."""

import dataclasses
import itertools
import random

from path_lists import CONDITIONS

MODES = ("strict_deduplication", "strict_order", "strict_increase", "strict_once")
WINDOWS = (1, 2, 3, 7, 1000)
FUNNELS = ("1", "12", "123", "1234", "12345", "123456", "21", "11", "112", "121", "312", "6665")
RETENTIONS = ("12", "123", "1234", "12345", "123456", "654321", "11", "3131")
PATTERNS = """
(?1) (?1)(?2) (?2)(?1) (?1)(?1) (?1).(?2) (?1)..(?2) (?1).*(?2) (?1).*(?2).*(?3) (?1)(?2)(?3) (?1).*(?1) (?1).*(?1).*(?1)
(?1)(?2).*(?3) (?1).*(?2)(?3) .(?1) (?1). . .. ... .*(?1) .*.(?2) .*.*(?3) (?1).*.*(?2) (?1).*.(?2) (?1)..*(?2)
(?1)(?t<=5)(?2) (?1)(?t<5)(?2) (?1)(?t>5)(?2) (?1)(?t>=5)(?2) (?1)(?t==5)(?2) (?1)(?t==1)(?2) (?1)(?t>0)(?1)
(?1).*(?t<=9)(?2) (?1).*(?t>3)(?2).*(?t<=9)(?3) (?1)(?t<=9).*(?2) (?1)(?t>=4).(?2) (?1).(?t<=4)(?2) (?1).*(?t<=9)(?1).*(?2)
(?1)(?t<=2)(?1)(?t<=2)(?1) (?1).*(?t>=7)(?2)(?3) (?1).*(?2)(?t<=3).*(?3).*(?4) (?1)(?2).(?t<4).*(?3) (?4).*(?3).*(?2).*(?1)
""".split()


@dataclasses.dataclass
class Question:
    """Answers of one query: the label of every answer and its expression in both engines."""

    name: str
    table: str
    labels: list
    ours: list
    theirs: list


def listed(steps, wrap="{}"):
    """The conditions c1, c2.. that the digits name."""
    return ", ".join(wrap.format(f"c{step}") for step in steps)


def known(steps):
    """The same for ClickHouse, which leaves out a row with an unknown condition; here unknown is not true."""
    return listed(steps, "ifNull({}, false)")


def mode_sets():
    """Every set of modes that is allowed: reentry needs a strict order."""
    for count in range(len(MODES) + 1):
        for modes in itertools.combinations(MODES, count):
            yield modes
            if "strict_order" in modes:
                yield (*modes, "allow_reentry")


def today(modes):
    """The modes by which ours follows the ClickHouse of today: without the last it is that of 25.9 (decision 8)."""
    return (*modes, "clickhouse_26") if "strict_order" in modes else tuple(modes)


def funnel(modes, window, clock):
    """All funnels with these modes in one window; `clock` names the column of times of ours.

    With strict_once a row may not follow itself, and with strict_deduplication the second row of a step ends the funnel:
    which of two rows of the same time is the second depends in ClickHouse on which arrives first. So these are asked of lists
    without ties.
    """
    ordered = {"strict_once", "strict_deduplication"} <= set(modes)
    named = ",".join(today(modes))
    unit = {"day": f"INTERVAL '{window}' DAY", "moment": f"INTERVAL '{window}' SECOND"}.get(clock, str(window))
    ours = f"{unit}, '{named}', {clock}" if modes else f"{unit}, {clock}"
    theirs = ", ".join([str(window), *(f"'{mode}'" for mode in modes)])
    return Question(
        f"window_funnel({ours})",
        "single" if ordered else "ties",
        list(FUNNELS),
        [f"window_funnel({ours}, {listed(steps)})" for steps in FUNNELS],
        [f"windowFunnel({theirs})(ts, {known(steps)})" for steps in FUNNELS],
    )


def retention():
    """Retention over two to six conditions."""
    return Question(
        "retention",
        "ties",
        list(RETENTIONS),
        [f"retention({listed(steps)})" for steps in RETENTIONS],
        [f"retention({known(steps)})" for steps in RETENTIONS],
    )


def random_pattern(chance):
    """A pattern of events, gaps and times between them; never two times in a row, and at most three open gaps.

    It ends with an event: for an open gap or a time at the end ClickHouse looks beyond the last event of a list, and what it
    answers depends on what lies there.
    """
    parts, stars = [], 0
    for _ in range(chance.randint(2, 6)):
        kind = chance.choices(["event", "any", "star", "time"], weights=[5, 1, 3, 3])[0]
        if kind == "event":
            parts.append(f"(?{chance.randint(1, 4)})")
        elif kind == "any":
            parts.append(".")
        elif kind == "star" and stars < 3:
            stars += 1
            parts.append(".*")
        elif kind == "time" and parts and "t" not in parts[-1]:
            parts.append(f"(?t{chance.choice(['<=', '<', '>', '>=', '=='])}{chance.randint(0, 12)})")
    while parts and (parts[-1] == ".*" or "t" in parts[-1]):
        parts.pop()
    return "".join(parts) or "(?1)"


def patterns(seed, count=160):
    """The written patterns and random ones."""
    chance = random.Random(f"{seed} patterns")
    return list(dict.fromkeys([*PATTERNS, *(random_pattern(chance) for _ in range(count))]))


def theirs(name, pattern, steps):
    """A sequence function of ClickHouse, whose sequenceMatchEvents also has the beginning of what it does not find."""
    called = f"{name}('{pattern}')(ts, {known(steps)})"
    if name != "sequenceMatchEvents":
        return called
    return f"if(sequenceMatch('{pattern}')(ts, {known(steps)}), {called}, [])"


def sequences(function, name, chosen, clock):
    """One function over some patterns, with four conditions and with all of them."""
    asked = [(pattern, steps) for pattern in chosen for steps in ("1234", "123456"[:CONDITIONS])]
    return Question(
        f"{function} at {clock}",
        "single",
        [f"{pattern} over {len(steps)}" for pattern, steps in asked],
        [f"{function}('{pattern}', {clock}, {listed(steps)})" for pattern, steps in asked],
        [theirs(name, pattern, steps) for pattern, steps in asked],
    )


def questions(functions, seed):
    """Everything that is asked of some functions."""
    found = []
    if "window_funnel" in functions:
        found += [funnel(modes, window, "ts") for modes in mode_sets() for window in WINDOWS]
        found += [funnel(modes, 3, clock) for modes in mode_sets() for clock in ("day", "moment")]
    if "retention" in functions:
        found.append(retention())
    known_patterns = patterns(seed)
    batches = [known_patterns[start : start + 10] for start in range(0, len(known_patterns), 10)]
    for function, name in SEQUENCES.items():
        if function in functions:
            found += [sequences(function, name, batch, "ts") for batch in batches]
        if function in functions and function != "sequence_events":
            found += [sequences(function, name, batch, "moment") for batch in batches[:2]]
    return found


SEQUENCES = {
    "sequence_match": "sequenceMatch",
    "sequence_count": "sequenceCount",
    "sequence_events": "sequenceMatchEvents",
}
FUNCTIONS = ("window_funnel", "retention", *SEQUENCES)
