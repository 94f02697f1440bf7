"""The emulated car: a person sets what it does, the databroker publishes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any

from carlendar.domain import vss
from carlendar.domain.place import position
from carlendar.domain.ports import Unsubscribe
from carlendar.errors import UsageError
from carlendar_devtools.emulator import tasks
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.overlay import GUIDANCE_SPOKEN, LANE_WARNING
from carlendar_devtools.emulator.vss import Value

SPEED_RATE = 10.0
"""How often the speed is sent, in Hz."""
FASTEST = 300.0
"""km/h."""
FULL_RANGE = 387.5
"""Kilometres with a full battery."""
ODOMETER_STEP = 0.1
"""Kilometres after which the odometer is published again."""
LOUDEST = 100
"""Percent."""
MOST_KILOMETRES = 1_000_000.0


class Selector(IntEnum):
    """Positions of the selector lever, in VSS's numbers."""

    P = 126
    R = -1
    N = 0
    D = 127


class Ignition(StrEnum):
    """VSS `LowVoltageSystemState`."""

    LOCK = "LOCK"
    OFF = "OFF"
    ACC = "ACC"
    ON = "ON"
    START = "START"


class Gearbox(StrEnum):
    """The relevant values of VSS `Transmission.Type`; UNKNOWN is a car that does not report it."""

    AUTOMATIC = "AUTOMATIC"
    MANUAL = "H"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class CarState:
    """All settings of the car. `driver` is the driver's identity, empty if unknown."""

    speed: float = 0.0
    """km/h; negative backwards."""
    selector: Selector = Selector.P
    parking_brake: bool = True
    ignition: Ignition = Ignition.ON
    gearbox: Gearbox = Gearbox.AUTOMATIC
    passenger: bool = False
    driver: str = ""
    night: bool = True
    right_hand: bool = False
    """The driver sits on the right."""
    miles: bool = False
    """The distance unit of the car's own screens."""
    connected: bool = True
    """The reported state of the data connection; the connection itself belongs to the network."""
    volume: int = 60
    """Of the infotainment, percent."""
    position: tuple[float, float] | None = None
    """Degrees north and east; None while it is not known."""
    odometer: float = 12_480.0
    """Kilometres driven so far."""
    range_km: float = 310.0
    """Kilometres that the car, which is electric, can drive on."""
    charge: float = 80.0
    """Percent of the battery."""
    signals: bool = True
    """False: nothing comes from the databroker any more, not even answers to reads."""
    provider: bool = True
    """False: nothing is published any more; the databroker still answers reads, from memory."""
    guidance: bool = False
    """Whether the navigation speaks."""
    warning: bool = False
    """Whether the car warns of leaving its lane."""
    navigation: bool = True
    """Whether the car's navigation takes destinations."""

    def values(self) -> dict[str, Value]:
        """Return the values of the car's signals."""
        return {
            vss.SPEED: self.speed,
            vss.SELECTOR: int(self.selector),
            vss.GEARBOX: self.gearbox.value,
            vss.PARKING_BRAKE: self.parking_brake,
            vss.IGNITION: self.ignition.value,
            vss.PASSENGER_SEAT: "OCCUPIED" if self.passenger else "EMPTY",
            vss.DRIVER_SUBJECT: self.driver,
            vss.DRIVER_ISSUER: "https://drivers.contoso.example" if self.driver else "",
            vss.DAY_NIGHT: "NIGHT" if self.night else "DAY",
            vss.DRIVER_POSITION: "RIGHT" if self.right_hand else "LEFT",
            vss.DISTANCE_UNIT: "MILES" if self.miles else "KILOMETERS",
            vss.CONNECTED: self.connected,
            GUIDANCE_SPOKEN: self.guidance,
            LANE_WARNING: self.warning,
            vss.VOLUME: self.volume,
            vss.LATITUDE: self.position[0] if self.position else None,
            vss.LONGITUDE: self.position[1] if self.position else None,
            vss.ODOMETER: round(self.odometer, 1),
            vss.POWERTRAIN: "ELECTRIC",
            vss.RANGE: round(self.range_km * 1000),
            vss.CHARGE: round(self.charge, 1),
        }


class Car:
    """Publishes to `broker`, on its loop. `rate` is how often the speed is sent, in Hz; 0 sends changes only."""

    def __init__(self, broker: Databroker, state: CarState | None = None, *, rate: float = SPEED_RATE) -> None:
        self._broker = broker
        self._rate = rate
        self._listeners: list[Callable[[CarState], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._goal: dict[str, float] = {}
        self._withdraw: Unsubscribe | None = None
        self._published: Mapping[str, Value] = {}
        self._driven = 0.0
        """Kilometres since the odometer was last published."""
        self.state = state or CarState()
        """What is set now; change it by `set`."""
        self.led = False
        """Whether a replay controls it: it then publishes only the replayed values."""
        self.destination: tuple[float, float] | None = None
        """The last destination of the navigation, in degrees."""

    async def start(self) -> None:
        """Publish all values and begin to send the speed."""
        self._notify(self.state)
        if self._rate > 0:
            self._task = asyncio.create_task(self._send_speed())

    async def stop(self) -> None:
        """Send no more."""
        task, self._task = self._task, None
        await tasks.end(task)

    def set(self, **changes: object) -> CarState:
        """Change fields of the state by name and publish them. Raises UsageError for an impossible state.

        Enumerations may be given by value, the selector also by letter.
        """
        try:
            fields: dict[str, Any] = {name: _FIELDS[name](value) for name, value in changes.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError("the car cannot do that") from error
        state = replace(self.state, **fields)
        if "odometer" in fields:
            self._driven = 0.0  # a simulated route counts by itself
        if "range_km" in fields and "charge" not in fields:
            used = (self.state.range_km - state.range_km) / FULL_RANGE * 100
            state = replace(state, charge=min(max(self.state.charge - used, 0.0), 100.0))
        self.led = False
        self._notify(state)
        return state

    def lead(self, values: Mapping[str, Value]) -> None:
        """Publish these signals unconditionally, and update the state as far as possible.

        From now on the car publishes nothing else, until `set` or `release`.
        """
        self.led, self._published = True, {}
        fields = {_PATHS[path]: value for path, value in values.items() if path in _PATHS}
        for name, value in fields.items():
            with suppress(KeyError, TypeError, ValueError, OverflowError):
                field: dict[str, Any] = {name: _FROM_BUS.get(name, _FIELDS[name])(value)}
                self.state = replace(self.state, **field)
        for path, value in values.items():
            self._broker.put(path, value)
        for listener in tuple(self._listeners):
            listener(self.state)

    def release(self) -> None:
        """End the control by a replay: the state remains, and the car publishes again."""
        self.set()

    def subscribe(self, listener: Callable[[CarState], None]) -> Unsubscribe:
        """Call `listener` with the state at once and at each change, a new destination included."""
        self._listeners.append(listener)
        listener(self.state)
        return lambda: self._listeners.remove(listener)

    def _notify(self, state: CarState) -> None:
        """Publish what changed, as a provider does; after a silence, or a replay, all of it."""
        self.state = state
        self._broker.stall(not state.signals)
        self._broker.signals_stop(not (state.signals and state.provider))
        self._provide_navigation(state.navigation)
        published, self._published = self._published, state.values()
        for path, value in self._published.items():
            if path not in published or published[path] != value:
                self._broker.set(path, value)
        for listener in tuple(self._listeners):
            listener(state)

    def _provide_navigation(self, provided: bool) -> None:
        if provided and self._withdraw is None:
            paths = (vss.DESTINATION_LATITUDE, vss.DESTINATION_LONGITUDE)
            self._withdraw = self._broker.subscribe(self._actuated, paths)
        elif not provided and self._withdraw is not None:
            self._withdraw()
            self._withdraw = None

    def _actuated(self, values: Mapping[str, Value]) -> None:
        """One coordinate of a destination: the broker hands them on one by one."""
        for path, value in values.items():
            if isinstance(value, float):
                self._broker.set(path, value)
                self._goal[path] = value
        latitude, longitude = self._goal.get(vss.DESTINATION_LATITUDE), self._goal.get(vss.DESTINATION_LONGITUDE)
        if latitude is not None and longitude is not None:
            self.destination = (latitude, longitude)
            for listener in tuple(self._listeners):
                listener(self.state)

    def clear_destination(self) -> None:
        """End guidance: the destination is reached, or was cleared."""
        if self.destination is not None:
            self.destination = None
            self._goal.clear()
            for path in (vss.DESTINATION_LATITUDE, vss.DESTINATION_LONGITUDE):
                self._broker.set(path, None)
            for listener in tuple(self._listeners):
                listener(self.state)

    async def _send_speed(self) -> None:
        """The speed's provider publishes periodically: equal values too, each with a new timestamp."""
        loop = asyncio.get_running_loop()
        before = loop.time()
        while True:
            await asyncio.sleep(1.0 / self._rate)
            if not self.led:
                self._drive(loop.time() - before)
            before = loop.time()
            if self.state.signals and self.state.provider and not self.led:
                self._broker.set(vss.SPEED, self.state.speed)

    def _drive(self, seconds: float) -> None:
        """Move at the present speed for that long, which takes range and charge."""
        self._driven += abs(self.state.speed) * seconds / 3600
        if self._driven >= ODOMETER_STEP:
            now, driven, self._driven = self.state, self._driven, 0.0
            self._notify(
                replace(
                    now, odometer=now.odometer + driven, range_km=max(now.range_km - driven, 0.0),
                    charge=max(now.charge - driven / FULL_RANGE * 100, 0.0),
                )
            )  # fmt: skip


def _speed(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -FASTEST <= value <= FASTEST:
        raise ValueError("speed")
    return float(value)


def _selector(value: object) -> Selector:
    if isinstance(value, str):
        return Selector[value]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no position of the selector")
    return Selector(value)


def _volume(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LOUDEST:
        raise ValueError("volume")
    return int(value)


def _charge(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
        raise ValueError("charge")
    return float(value)


def _kilometres(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST_KILOMETRES:
        raise ValueError("kilometres")
    return float(value)


def _position(value: object) -> tuple[float, float] | None:
    """Of `53.55, 9.97`, or of two numbers; nothing is no position."""
    if value in (None, ""):
        return None
    parts = value.split(",") if isinstance(value, str) else value
    latitude, longitude = (float(part) for part in parts)  # type: ignore[attr-defined]  # TypeError is refused by `set`
    if position(latitude, longitude) is None:
        raise ValueError("no place on the earth")
    return latitude, longitude


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


_FIELDS: Mapping[str, Callable[[Any], object]] = {
    "speed": _speed,
    "selector": _selector,
    "parking_brake": _truth,
    "ignition": Ignition,
    "gearbox": Gearbox,
    "passenger": _truth,
    "driver": str,
    "night": _truth,
    "right_hand": _truth,
    "miles": _truth,
    "connected": _truth,
    "volume": _volume,
    "position": _position,
    "odometer": _kilometres,
    "range_km": _kilometres,
    "charge": _charge,
    "signals": _truth,
    "provider": _truth,
    "navigation": _truth,
    "guidance": _truth,
    "warning": _truth,
}
"""Makes of a value, as it comes from a page or a scenario, one of the field's type."""

_PATHS: Mapping[str, str] = {
    vss.SPEED: "speed",
    vss.SELECTOR: "selector",
    vss.GEARBOX: "gearbox",
    vss.PARKING_BRAKE: "parking_brake",
    vss.IGNITION: "ignition",
    vss.PASSENGER_SEAT: "passenger",
    vss.DAY_NIGHT: "night",
    vss.DRIVER_POSITION: "right_hand",
    vss.DISTANCE_UNIT: "miles",
    vss.CONNECTED: "connected",
    vss.VOLUME: "volume",
    GUIDANCE_SPOKEN: "guidance",
    LANE_WARNING: "warning",
    vss.ODOMETER: "odometer",
    vss.CHARGE: "charge",
}
"""The fields that follow the bus signals."""

_FROM_BUS: Mapping[str, Callable[[Any], object]] = {
    "selector": lambda value: Selector.D if value in range(1, 100) else _selector(value),
    "passenger": lambda value: {"OCCUPIED": True, "EMPTY": False}[value],
    "night": lambda value: {"NIGHT": True, "DAY": False}[value],
    "right_hand": lambda value: {"RIGHT": True, "LEFT": False}[value],
    "miles": lambda value: {"MILES": True, "KILOMETERS": False}[value],
}
"""Makes of a value from the bus one of the field's type, where it is another than from the page."""
