"""What the screen takes of the car beside safety: light, who is aboard, who drives, and how the car is set.

Nothing of it reaches the engine: a car that says any of this wrongly loosens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from app.vehicle import signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.ports import Reading

DARK_BELOW, LIGHT_FROM = 20.0, 30.0
"""Percent of outside light: below is night, from there on day; between them it stays as it was."""
HOURS = {"HR_12": "12", "HR_24": "24"}
TEXT_SCALES = {"STANDARD": 1.0, "LARGE": 1.15, "EXTRA_LARGE": 1.15}
"""The largest text that every screen has been measured with is 1.15 of the usual one."""
SEATS = (signals.PASSENGER_SEAT, signals.MIDDLE_SEAT, *signals.REAR_SEATS)


@dataclass(frozen=True, slots=True, repr=False)
class CarSetting:
    """How the car's own screens are set; empty where it does not tell."""

    language: str = ""
    hours: str = ""
    text_scale: float = 1.0


class Told(Protocol):
    """Who is told: the presenter."""

    def theme(self, *, night: bool) -> None:
        """Day or night."""

    def seat(self, *, passenger_aboard: bool | None, driver_subject: str) -> None:
        """Who is aboard."""

    def car(self, *, language: str, hours: str, text_scale: float) -> None:
        """How the car is set."""


class Surroundings:
    """Takes readings on the signal thread; `post` brings a call to the thread of the presenter `told`."""

    def __init__(self, told: Told, post: Callable[[Callable[[], None]], Any]) -> None:
        self._told, self._post = told, post
        self._values: dict[str, object] = {}
        self._light: bool | None = None
        self._said: tuple[bool | None, bool | None, str, CarSetting] = (None, None, "", CarSetting())

    def take(self, readings: Sequence[Reading]) -> None:
        """Take a batch; only a change goes on."""
        for reading in readings:
            self._values[reading.signal] = reading.value
            if reading.signal == signals.LIGHT:
                self._lit(reading.value)
        now = (self._night(), self._aboard(), self._driver(), self._setting())
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
        told = [self._values[seat] for seat in SEATS if seat in self._values]
        if "OCCUPIED" in told:
            return True
        empty = signals.PASSENGER_SEAT in self._values and all(value == "EMPTY" for value in told)
        return False if empty else None

    def _driver(self) -> str:
        return str(self._values.get(signals.DRIVER_SUBJECT) or "")

    def _setting(self) -> CarSetting:
        language = self._values.get(signals.LANGUAGE)
        return CarSetting(
            language if isinstance(language, str) else "",
            HOURS.get(str(self._values.get(signals.TIME_FORMAT)), ""),
            TEXT_SCALES.get(str(self._values.get(signals.FONT_SIZE)), 1.0),
        )

    def _tell(self) -> None:
        night, aboard, driver, setting = self._said
        if night is not None:
            self._told.theme(night=night)
        self._told.seat(passenger_aboard=aboard, driver_subject=driver)
        self._told.car(language=setting.language, hours=setting.hours, text_scale=setting.text_scale)
