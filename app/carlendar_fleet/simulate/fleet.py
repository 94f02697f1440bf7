"""The simulated cars: brand, model, software by day, and what their drivers consented to."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from carlendar.domain.base import Value
from carlendar.telemetry.schema import CONSENT_TOPICS, Topic

BRANDS = ("neutral", "aurelle", "corvia", "strada", "voltane")
SHARES = (0.3, 0.1, 0.25, 0.2, 0.15)
"""Of each brand in the fleet."""
MODELS = ("compact", "estate", "van")
ELECTRIC = frozenset({"voltane"})
CONSENTING = {Topic.DIAGNOSTICS: 0.92, Topic.USAGE: 0.8, Topic.MOBILITY: 0.6}
"""Share of drivers who consent to each topic."""
OLD, NEW = (0, 1, 0), (0, 2, 0)
"""Versions of the software; the new one is rolled out from the middle of the simulated time."""
ROLL_OUT_DAYS = 10

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Fleet(Value, frozen=True):
    """Cars as arrays: position `n` of each belongs to car `n`."""

    seed: int
    begin: date
    days: int
    ids: list[str]
    subjects: list[str]
    brands: Ints
    """Positions in `BRANDS`."""
    models: Ints
    """Positions in `MODELS`."""
    eagerness: Floats
    """Factor of trips a day."""
    updated: Ints
    """Day, counted from the beginning, from which the car has the new version."""
    consents: dict[Topic, Flags]

    @property
    def size(self) -> int:
        """The number of cars."""
        return len(self.ids)

    def generator(self, day: int) -> Generator:
        """The source of chance of a day: a day is the same however many days are simulated."""
        return np.random.default_rng([self.seed, day])


def simulated_fleet(cars: int, days: int, seed: int, begin: date, *, prefix: str = "sim") -> Fleet:
    """Return a fleet. Each brand has its share of the cars; with five cars or more, each has one at least."""
    chance = np.random.default_rng([seed, 2**31])
    brands = chance.choice(len(BRANDS), cars, p=SHARES)
    brands[: len(BRANDS)] = np.arange(len(BRANDS))[:cars]
    return Fleet(
        seed=seed,
        begin=begin,
        days=days,
        ids=[f"{prefix}-{seed}-{number:05d}" for number in range(cars)],
        subjects=[chance.bytes(16).hex() for _ in range(cars)],
        brands=brands,
        models=chance.integers(0, len(MODELS), cars),
        eagerness=chance.gamma(4.0, 0.25, cars),
        updated=days // 2 + chance.integers(0, ROLL_OUT_DAYS, cars),
        consents={topic: chance.random(cars) < CONSENTING[topic] for topic in CONSENT_TOPICS},
    )
