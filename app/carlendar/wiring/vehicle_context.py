"""What the screen takes of the car beside safety: light, who is aboard, who drives, how the car is set, where it is.

Nothing of it reaches the engine: a car that says any of this wrongly loosens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from carlendar.domain.account import driver_identity
from carlendar.domain.base import Value
from carlendar.domain.place import Position, position
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.safety.engine import SUSPEND_LEAST, slept
from carlendar.vehicle import signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carlendar.domain.ports import Reading

DARK_BELOW, LIGHT_FROM = 20.0, 30.0
"""Percent of outside light: below is night, from there on day; between them it stays as it was."""
HOURS = {"HR_12": "12", "HR_24": "24"}
TEXT_SCALES = {"STANDARD": 1.0, "LARGE": 1.15, "EXTRA_LARGE": 1.15}
"""The largest text that every screen has been measured with is 1.15 of the usual one."""
LOUDEST = 100.0
"""Percent of the infotainment's volume."""
SEATS = (signals.PASSENGER_SEAT, signals.MIDDLE_SEAT, *signals.REAR_SEATS)


class CarSetting(Value, frozen=True):
    """How the car's own screens are set; empty where it does not tell."""

    language: str = ""
    hours: str = ""
    text_scale: float = 1.0


Said = tuple[bool | None, bool | None, str, CarSetting, VehicleContext]


class Told(Protocol):
    """Who is told: the presenter."""

    def theme(self, *, night: bool) -> None:
        """Day or night."""

    def seat(self, *, passenger_aboard: bool | None, driver_subject: str) -> None:
        """Who is aboard; `driver_subject` as `carlendar.domain.account.driver_identity` makes it."""

    def car(self, *, language: str, hours: str, text_scale: float) -> None:
        """How the car is set."""

    def cabin(self, cabin: VehicleContext) -> None:
        """Where the driver sits, where the car is, and how loud it is."""


class VehicleContextReader:
    """Takes readings on the signal thread; `post` brings a call to the thread of the presenter `told`.

    `connected` is told what the car says of its data connection, on the signal thread. `again` makes the car say all of
    its values once more; `asleep` tells the seconds of suspend since boot.
    """

    def __init__(
        self, told: Told, post: Callable[[Callable[[], None]], Any], connected: Callable[[object], None],
        again: Callable[[], None] = lambda: None, asleep: Callable[[], float] = slept,
    ) -> None:  # fmt: skip
        self._told, self._post, self._connected = told, post, connected
        self._values: dict[str, object] = {}
        self._light: bool | None = None
        self._said: Said | None = None
        self._again, self._asleep, self._slept = again, asleep, asleep()

    def wake(self) -> None:
        """To be called with every batch: after a suspend of the computer another driver may sit in the car.

        The driver is unknown until the car names one again, which it is asked to do.
        """
        asleep = self._asleep()
        woken, self._slept = asleep - self._slept > SUSPEND_LEAST, max(self._slept, asleep)
        if woken and self._driver():
            self._values.pop(signals.DRIVER_SUBJECT)
            self.take(())
            self._again()

    def take(self, readings: Sequence[Reading]) -> None:
        """Take a batch. The first is passed on even if the car knows no driver, later ones when something changed."""
        for reading in readings:
            self._values[reading.signal] = reading.value
            if reading.signal == signals.LIGHT:
                self._lit(reading.value)
            elif reading.signal == signals.CONNECTED:
                self._connected(reading.value)
        now = (self._night(), self._aboard(), self._driver(), self._setting(), self._cabin())
        if now != self._said:
            self._said = now
            self._post(self._tell)

    def _lit(self, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._light = None
        elif 0 <= value < DARK_BELOW:
            self._light = False
        elif LIGHT_FROM <= value <= 100:
            self._light = True

    def _night(self) -> bool | None:
        """The car's own mode; without one, by the light outside."""
        mode = self._values.get(signals.DAY_NIGHT)
        if mode in ("DAY", "NIGHT"):
            return mode == "NIGHT"
        return None if self._light is None else not self._light

    def _aboard(self) -> bool | None:
        """Nobody only when the seat beside the driver is known to be empty, and each other one that is told of."""
        seats = SEATS if signals.PASSENGER_SEAT in self._values else (*self._beside(), *SEATS)
        told = [self._values[seat] for seat in seats if seat in self._values]
        if "OCCUPIED" in told:
            return True
        empty = len(told) > 0 and seats[0] in self._values and all(value == "EMPTY" for value in told)
        return False if empty else None

    def _beside(self) -> tuple[str, ...]:
        """Seats of the first row that are not the driver's, where the car only counts them from the left."""
        there = [seat for seat in signals.FRONT_SEATS if seat in self._values]
        side = self._values.get(signals.DRIVER_POSITION)
        if side not in ("LEFT", "RIGHT") or len(there) < 2:
            return ()
        drivers = there[0] if side == "LEFT" else there[-1]
        return tuple(seat for seat in there if seat != drivers)

    def _driver(self) -> str:
        return driver_identity(self._values.get(signals.DRIVER_ISSUER), self._values.get(signals.DRIVER_SUBJECT))

    def _setting(self) -> CarSetting:
        language = self._values.get(signals.LANGUAGE)
        return CarSetting(
            language if isinstance(language, str) else "",
            HOURS.get(str(self._values.get(signals.TIME_FORMAT)), ""),
            TEXT_SCALES.get(str(self._values.get(signals.FONT_SIZE)), 1.0),
        )

    def _cabin(self) -> VehicleContext:
        side = self._values.get(signals.DRIVER_POSITION)
        return VehicleContext(
            Side(side) if side in ("LEFT", "RIGHT") else Side.UNKNOWN,
            self._here(),
            self._values.get(signals.DISTANCE_UNIT) == "MILES",
            self._loudness(),
        )

    def _here(self) -> Position | None:
        """Where the car is, to a hundred metres: nothing needs it better, and a car that moves changes it seldom."""
        found = position(self._values.get(signals.LATITUDE), self._values.get(signals.LONGITUDE))
        return None if found is None else found.coarse()

    def _loudness(self) -> float:
        volume = self._values.get(signals.VOLUME)
        if isinstance(volume, bool) or not isinstance(volume, (int, float)) or not 0 <= volume <= LOUDEST:
            return 1.0
        return volume / LOUDEST

    def _tell(self) -> None:
        if self._said is None:
            return
        night, aboard, driver, setting, cabin = self._said
        if night is not None:
            self._told.theme(night=night)
        self._told.seat(passenger_aboard=aboard, driver_subject=driver)
        self._told.car(language=setting.language, hours=setting.hours, text_scale=setting.text_scale)
        self._told.cabin(cabin)
