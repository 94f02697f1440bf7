"""Plays a recorded drive on the emulated car's bus, in its own time: over the wire it is as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from carlendar.domain.ports import Reading
from carlendar_devtools.emulator.car import Car
from carlendar_devtools.emulator.vss import Value

LEFT_WITHIN = 0.6
"""Seconds: a person who takes over the car is noticed within this time."""


class Replay:
    """`run` plays the readings, whose `at` counts from the start, once. A person who sets the car ends it.

    A reading without a signal only lets time pass. `now` is in elapsed seconds; `report` receives the progress.
    """

    def __init__(
        self,
        car: Car,
        readings: Sequence[Reading],
        now: Callable[[], float],
        *,
        report: Callable[[str], None] = lambda _text: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._car = car
        self._readings = readings
        self._now = now
        self._report = report
        self._sleep = sleep

    async def run(self) -> None:
        """Play until the end, and let the car speak by itself again; or until a person takes it over."""
        start = self._now()
        self._report("the recorded drive begins")
        self._car.lead({})
        for at, group in groupby(self._readings, key=lambda reading: reading.at):
            values: dict[str, Value] = {each.signal: each.value for each in group if each.signal}
            if not await self._wait(start + at):
                self._report("the recorded drive was left")
                return
            self._car.lead(values)
        self._car.release()
        self._report("the recorded drive is over")

    async def _wait(self, until: float) -> bool:
        """Let time pass without signals; return False if the replay no longer controls the car."""
        while (left := until - self._now()) > 0:
            await self._sleep(min(left, LEFT_WITHIN))
            if not self._car.led:
                return False
        return self._car.led
