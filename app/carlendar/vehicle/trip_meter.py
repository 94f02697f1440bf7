"""Measures trips for telemetry, from the car's signals: rounded distance, range and charge, never a position."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from carlendar.domain import vss
from carlendar.domain.ports import ElapsedClock, Reading, WallClock

LEAST_KM = 0.3
"""A shorter movement, as within a car park, is no trip."""
LONGEST_GAP = 5.0
"""Seconds between two speeds for which the first one is assumed to have held."""


class TripMeter:
    """Takes readings on the signal thread, and the end of a trip on any. `cell` makes a coarse cell of a position."""

    def __init__(
        self, elapsed: ElapsedClock, wall: WallClock, cell: Callable[[float, float], int | None] = lambda *_: None
    ) -> None:
        self._elapsed, self._wall, self._cell = elapsed, wall, cell
        self._lock = threading.Lock()
        self._values: dict[str, float] = {}
        self._speed: tuple[float, float] | None = None
        self._since: float | None = None
        self._hour, self._km = 0, 0.0
        self._first_km: float | None = None

    def take(self, readings: Iterable[Reading]) -> None:
        """Take readings, in order."""
        with self._lock:
            for reading in readings:
                if isinstance(reading.value, int | float) and not isinstance(reading.value, bool):
                    if reading.signal == vss.SPEED:
                        self._moved(reading.at, abs(float(reading.value)))
                    else:
                        self._values[reading.signal] = float(reading.value)
                        if reading.signal == vss.ODOMETER and self._first_km is None:
                            self._first_km = float(reading.value)

    def parked(self) -> dict[str, str] | None:
        """Return the fields of the trip that has ended, as texts; None if there was none."""
        with self._lock:
            distance, since, hour = self._distance(), self._since, self._hour
            values = dict(self._values)
            self._begin()
        if since is None or distance < LEAST_KM:
            return None
        fields = {
            "hour": str(hour), "minutes": _rounded((self._elapsed.seconds() - since) / 60, 5, 1_440),
            "distance_km": _rounded(distance, 5, 9_999),
        }  # fmt: skip
        if vss.RANGE in values:
            fields["range_km"] = _rounded(values[vss.RANGE], 10, 9_990)
        if vss.CHARGE in values:
            fields["charge_percent"] = _rounded(values[vss.CHARGE], 5, 100)
        if vss.LATITUDE in values and vss.LONGITUDE in values:
            cell = self._cell(values[vss.LATITUDE], values[vss.LONGITUDE])
            if cell is not None:
                fields["cell"] = str(cell)
        return fields

    def _begin(self) -> None:
        self._since = None
        self._hour, self._km = 0, 0.0
        self._first_km = self._values.get(vss.ODOMETER)

    def _moved(self, at: float, speed: float) -> None:
        before, self._speed = self._speed, (at, speed)
        if speed > 0 and self._since is None:
            self._since, self._hour = at, self._wall.now().astimezone(self._wall.zone()).hour
        if before is not None and self._since is not None:
            self._km += before[1] * min(max(at - before[0], 0.0), LONGEST_GAP) / 3600

    def _distance(self) -> float:
        """Kilometres by the odometer, else by speed and time."""
        last = self._values.get(vss.ODOMETER)
        if last is not None and self._first_km is not None and last > self._first_km:
            return last - self._first_km
        return self._km


def _rounded(value: float, step: int, most: int) -> str:
    return str(min(max(round(value / step) * step, 0), most))
