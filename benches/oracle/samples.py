"""Random samples of persons: how long each was watched, how it ended, and what else the functions of groups are asked."""

import random
from dataclasses import dataclass
from decimal import Decimal


@dataclass(eq=False)
class Sample:
    """One sample; every list has an element for each person."""

    number: int
    whole: bool  # whether times are whole numbers
    times: list
    events: list
    groups: list
    treated: list
    numbers: list
    conditions: list
    wages: list
    values: list
    reported: list

    @property
    def rows(self):
        """The persons, as the columns of COLUMNS."""
        number = [self.number] * len(self.times)
        return zip(
            number, self.times, self.events, self.groups, self.treated, self.numbers, self.conditions, self.wages,
            self.values, self.reported,
        )


COLUMNS = ("sample", "time", "event", "person_group", "treated", "number", "condition", "wages", "value", "reported")


def times(chance, whole, size):
    """Times with many ties, with few, and all equal."""
    kind = chance.random()
    if kind < 0.1:
        return [chance.randint(0, 9) if whole else chance.uniform(0, 9)] * size
    if whole:
        most = chance.choice([1, 5, 12, 60, 100_000])
        return [chance.randint(0, most) for _ in range(size)]
    if kind < 0.5:
        return [round(chance.expovariate(0.3), 1) for _ in range(size)]
    scale = 10.0 ** chance.randint(-6, 6)
    return [chance.random() * scale for _ in range(size)]


def sample(chance, number):
    """One sample of 1 to 200 persons."""
    size = chance.choice([1, 2, 3, chance.randint(1, 20), chance.randint(1, 200), chance.randint(1, 200)])
    whole = number % 2 == 0
    happens = chance.choice([0.0, 1.0, 0.05, 0.3, 0.6, 0.9])
    groups = chance.choice([1, 2, 2, 3, 5])
    mean = chance.choice([0.0, 1.0, 1e6])

    def share(probability):
        return [chance.random() < probability for _ in range(size)]

    def or_none(value):
        return None if chance.random() < 0.15 else value

    return Sample(
        number=number,
        whole=whole,
        times=times(chance, whole, size),
        events=share(happens),
        groups=[f"group {chance.randint(1, groups)}" for _ in range(size)],
        treated=share(chance.choice([0.5, 0.2, 1.0])),
        numbers=[or_none(mean + chance.gauss(0, 1)) for _ in range(size)],
        conditions=[or_none(one) for one in share(chance.choice([0.5, 0.1, 1.0]))],
        wages=[or_none(Decimal(chance.randint(0, 2_000_000)) / 100) for _ in range(size)],
        values=[or_none(f"value {chance.randint(1, 4)}") for _ in range(size)],
        reported=[or_none(chance.randint(2015, 2020)) for _ in range(size)],
    )


def samples(seed, count):
    """So many samples, the same for the same seed."""
    chance = random.Random(seed)
    return [sample(chance, number) for number in range(count)]
