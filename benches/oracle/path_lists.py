"""Random lists of events, as one CSV file: what both engines read.

Half of the lists have at most one condition true in a row, as when conditions name the kind of an event; in the others
conditions are true, false and unknown as they come. Rows are not in the order of time. Lists of `ties` have events at the
same time, lists of `single` have none.
"""

import csv
import datetime
import random

CONDITIONS = 6
COLUMNS = ["list_id", "place", "ts", "day", "moment"] + [f"c{number}" for number in range(1, CONDITIONS + 1)]
WORDS = {True: "true", False: "false", None: ""}


def conditions(chance, exclusive, likely):
    """The conditions of one row."""
    if exclusive:
        true = chance.randrange(CONDITIONS + 2)
        return [true == place for place in range(CONDITIONS)]
    kinds = [True, None, False]
    return chance.choices(kinds, weights=[likely, 0.1, 0.9 - likely], k=CONDITIONS)


def events(chance, ties):
    """One list: times and conditions, in the order of delivery."""
    count = min(chance.randint(1, 14), chance.randint(1, 14) + 3)
    span = chance.choice([3, 8, 20, 60]) if ties else max(count, chance.choice([8, 20, 60]))
    times = [chance.randrange(span) for _ in range(count)] if ties else chance.sample(range(span), count)
    exclusive, likely = chance.random() < 0.5, chance.choice([0.1, 0.3, 0.6])
    return [(time, conditions(chance, exclusive, likely)) for time in times]


def line(list_id, place, time, values):
    """A row of the file; the day and the moment are the time in other clothes."""
    day = datetime.date(2020, 2, 20) + datetime.timedelta(days=time)
    moment = datetime.datetime(2020, 2, 20, 23, 59, 30) + datetime.timedelta(seconds=time)
    return [list_id, place, time, day.isoformat(), moment.isoformat(sep=" "), *(WORDS[value] for value in values)]


def write(path, seed, lists, ties):
    """Writes the lists."""
    chance = random.Random(f"{seed} {ties}")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for list_id in range(lists):
            for place, (time, values) in enumerate(events(chance, ties)):
                writer.writerow(line(list_id, place, time, values))
