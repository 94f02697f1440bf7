"""The screen's non-safety signals: light, occupants, driver, the car's settings, position.

None of them reaches the safety engine: wrong values cannot relax restrictions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from carlendar.domain import vss
from carlendar.domain.account import driver_identity
from carlendar.domain.base import Value
from carlendar.domain.place import Position, position
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.safety.engine import SUSPEND_LEAST, slept
from carlendar.safety.hold import IGNITION_OFF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carlendar.domain.ports import Reading

DARK_BELOW, LIGHT_FROM = 20.0, 30.0
"""Percent of outside light: night below the first, day from the second on, unchanged in between (hysteresis)."""
HOURS = {"HR_12": "12", "HR_24": "24"}
TEXT_SCALES = {"STANDARD": 1.0, "LARGE": 1.15, "EXTRA_LARGE": 1.15}
"""1.15 is the largest text scale that every screen has been verified with."""
LOUDEST = 100.0
"""Maximum volume of the infotainment system in percent."""
RANGE_STEP = 5_000.0
"""Metres to which a range is rounded down: finer, it would change the display often."""
MOST_RANGE = 2_000.0
"""Kilometres; a larger range is an error of the car."""
SEATS = (vss.PASSENGER_SEAT, vss.MIDDLE_SEAT, *vss.REAR_SEATS)


class CarSetting(Value, frozen=True):
    """The settings of the car's own screens; empty if not reported."""

    language: str = ""
    hours: str = ""
    text_scale: float = 1.0


Context = tuple[bool | None, bool | None, str, CarSetting, VehicleContext]


class VehicleContextListener(Protocol):
    """Receives the context: the presenter."""

    def theme(self, *, night: bool) -> None:
        """Set day or night."""

    def set_occupants(self, *, passenger_aboard: bool | None, driver_subject: str) -> None:
        """Set the occupants; `driver_subject` is from `carlendar.domain.account.driver_identity`."""

    def car(self, *, language: str, hours: str, text_scale: float) -> None:
        """Set the car's settings."""

    def vehicle(self, vehicle: VehicleContext) -> None:
        """Set the driver's side, the car's position, and the volume."""


class VehicleContextReader:
    """Processes readings on the signal thread; `post` schedules a call on the thread of the `listener`.

    `connected` is called with the state of the car's data connection, on the signal thread. `again` requests all
    values from the databroker again; `asleep` returns the seconds of suspend since boot. `miles` counts while the
    car reports no unit of distances.
    """

    def __init__(
        self, listener: VehicleContextListener, post: Callable[[Callable[[], None]], Any],
        connected: Callable[[object], None], again: Callable[[], None] = lambda: None,
        asleep: Callable[[], float] = slept, miles: bool = False,
    ) -> None:  # fmt: skip
        self._listener, self._post, self._connected = listener, post, connected
        self._values: dict[str, object] = {}
        self._light: bool | None = None
        self._reported: Context | None = None
        self._again, self._asleep, self._slept = again, asleep, asleep()
        self._miles = miles
        self._position_wanted = self._position_given = False

    def watch_position(self, wanted: bool) -> None:
        """Pass the car's position on from the next batch on, or no longer. From any thread."""
        self._position_wanted = wanted

    def wake(self) -> None:
        """Detect a resume from suspend, after which the driver may be another one, and whether the position is wanted.

        Called with every batch.

        The driver is then unknown until the car reports it again, which is requested.
        """
        if self._position_given is not self._position_wanted:
            self.take(())
        asleep = self._asleep()
        woken, self._slept = asleep - self._slept > SUSPEND_LEAST, max(self._slept, asleep)
        if woken and self._driver():
            self._values.pop(vss.DRIVER_SUBJECT)
            self.take(())
            self._again()

    def take(self, readings: Sequence[Reading]) -> None:
        """Process a batch. The first one is always passed on, later ones only if something changed."""
        for reading in readings:
            self._values[reading.signal] = reading.value
            if reading.signal == vss.LIGHT:
                self._lit(reading.value)
            elif reading.signal == vss.CONNECTED:
                self._connected(reading.value)
        now = (self._night(), self._aboard(), self._driver(), self._setting(), self._cabin())
        if now != self._reported:
            self._reported = now
            self._post(self._notify)

    def _lit(self, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._light = None
        elif 0 <= value < DARK_BELOW:
            self._light = False
        elif LIGHT_FROM <= value <= 100:
            self._light = True

    def _night(self) -> bool | None:
        """Whether it is night: the car's own mode, else derived from the outside light."""
        mode = self._values.get(vss.DAY_NIGHT)
        if mode in ("DAY", "NIGHT"):
            return mode == "NIGHT"
        return None if self._light is None else not self._light

    def _aboard(self) -> bool | None:
        """Whether passengers are aboard: False only if the front passenger seat and all others reported are empty."""
        seats = SEATS if vss.PASSENGER_SEAT in self._values else (*self._beside(), *SEATS)
        reported = [self._values[seat] for seat in seats if seat in self._values]
        if "OCCUPIED" in reported:
            return True
        empty = len(reported) > 0 and seats[0] in self._values and all(value == "EMPTY" for value in reported)
        return False if empty else None

    def _beside(self) -> tuple[str, ...]:
        """Return the first-row seats other than the driver's, if the car numbers them from the left."""
        there = [seat for seat in vss.FRONT_SEATS if seat in self._values]
        side = self._values.get(vss.DRIVER_POSITION)
        if side not in ("LEFT", "RIGHT") or len(there) < 2:
            return ()
        drivers = there[0] if side == "LEFT" else there[-1]
        return tuple(seat for seat in there if seat != drivers)

    def _driver(self) -> str:
        return driver_identity(self._values.get(vss.DRIVER_ISSUER), self._values.get(vss.DRIVER_SUBJECT))

    def _setting(self) -> CarSetting:
        language = self._values.get(vss.LANGUAGE)
        return CarSetting(
            language if isinstance(language, str) else "",
            HOURS.get(str(self._values.get(vss.TIME_FORMAT)), ""),
            TEXT_SCALES.get(str(self._values.get(vss.FONT_SIZE)), 1.0),
        )

    def _cabin(self) -> VehicleContext:
        side = self._values.get(vss.DRIVER_POSITION)
        return VehicleContext(
            Side(side) if side in ("LEFT", "RIGHT") else Side.UNKNOWN,
            self._here(),
            self._in_miles(),
            self._loudness(),
            self._range(),
            str(self._values.get(vss.IGNITION)).upper() in IGNITION_OFF,
        )

    def _range(self) -> float | None:
        """Return an electric car's range in metres, rounded down."""
        kilometres = self._values.get(vss.RANGE)
        if self._values.get(vss.POWERTRAIN) != "ELECTRIC" or isinstance(kilometres, bool):
            return None
        if not isinstance(kilometres, (int, float)) or not 0 <= kilometres <= MOST_RANGE:
            return None
        return kilometres * 1000 // RANGE_STEP * RANGE_STEP

    def _in_miles(self) -> bool:
        unit = self._values.get(vss.DISTANCE_UNIT)
        return unit == "MILES" if isinstance(unit, str) and unit else self._miles

    def _here(self) -> Position | None:
        """Return the car's position rounded to a hundred metres, which is precise enough and rarely changes.

        None while it is not wanted.
        """
        self._position_given = self._position_wanted
        if not self._position_given:
            return None
        found = position(self._values.get(vss.LATITUDE), self._values.get(vss.LONGITUDE))
        return None if found is None else found.coarse()

    def _loudness(self) -> float:
        volume = self._values.get(vss.VOLUME)
        if isinstance(volume, bool) or not isinstance(volume, (int, float)) or not 0 <= volume <= LOUDEST:
            return 1.0
        return volume / LOUDEST

    def _notify(self) -> None:
        if self._reported is None:
            return
        night, aboard, driver, setting, cabin = self._reported
        if night is not None:
            self._listener.theme(night=night)
        self._listener.set_occupants(passenger_aboard=aboard, driver_subject=driver)
        self._listener.car(language=setting.language, hours=setting.hours, text_scale=setting.text_scale)
        self._listener.vehicle(cabin)
