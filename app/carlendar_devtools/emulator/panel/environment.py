"""Controls of the car, of the network and of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carlendar.errors import UsageError
from carlendar_devtools.emulator.car import FASTEST, LOUDEST, Car, CarState, Ignition, Selector
from carlendar_devtools.emulator.clock import RATES, EmulatedClock, replace_file
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.panel.journal import Journal

NETWORKS = ("on", "slow", "none")

MOST_RANGE = 1000.0
"""Kilometres."""
SWITCHES = (
    "parking_brake", "passenger", "night", "signals", "provider", "navigation", "right_hand", "miles", "connected",
    "guidance", "warning",
)  # fmt: skip


class CarControl:
    """Controls of the car. `drivers` are identities by which the car can recognise its driver."""

    def __init__(self, car: Car, journal: Journal, drivers: tuple[str, ...]) -> None:
        self._car = car
        self._journal = journal
        self._drivers = drivers
        self._last_state = car.state
        car.subscribe(self._on_car_state)

    def state(self) -> dict[str, Any]:
        """The car's state, and who may drive it."""
        now = self._car.state
        goal = self._car.destination
        return {
            "speed": now.speed,
            "selector": now.selector.name,
            "parking_brake": now.parking_brake,
            "ignition": now.ignition.value,
            "passenger": now.passenger,
            "driver": now.driver,
            "drivers": list(self._drivers),
            "night": now.night,
            "signals": now.signals,
            "provider": now.provider,
            "navigation": now.navigation,
            "right_hand": now.right_hand,
            "miles": now.miles,
            "connected": now.connected,
            "guidance": now.guidance,
            "warning": now.warning,
            "volume": now.volume,
            "range_km": round(now.range_km),
            "odometer": round(now.odometer, 1),
            "position": "" if now.position is None else f"{now.position[0]:g}, {now.position[1]:g}",
            "destination": None if goal is None else f"{goal[0]:.4f}, {goal[1]:.4f}",
        }

    def orders(self) -> Mapping[str, Order]:
        """Speed, selector, ignition, driver, volume, position, and the switches."""
        orders: dict[str, Order] = {name: self._switch(name) for name in SWITCHES}
        return orders | {
            "speed": lambda given: self._set(speed=given.number("value", -FASTEST, FASTEST)),
            "selector": lambda given: self._set(selector=given.choice("value", tuple(Selector.__members__))),
            "ignition": lambda given: self._set(ignition=given.choice("value", tuple(Ignition))),
            "driver": lambda given: self._set(driver=given.choice("value", ("", *self._drivers))),
            "volume": lambda given: self._set(volume=given.number("value", 0, LOUDEST)),
            "position": lambda given: self._set(position=given.text("value")),
            "range_km": lambda given: self._set(range_km=given.number("value", 0, MOST_RANGE)),
        }

    def _set(self, **changes: object) -> None:
        self._car.set(**changes)

    def _switch(self, name: str) -> Order:
        return lambda given: self._set(**{name: given.switch("value")})

    def _on_car_state(self, state: CarState) -> None:
        before, self._last_state = self._last_state, state
        if state.speed != before.speed:
            self._journal.add("speed" if state.speed else "standstill", f"{state.speed:.0f} km/h", merge=True)
        for name, text in (
            ("selector", f"in {state.selector.name}"),
            ("parking_brake", "engaged" if state.parking_brake else "released"),
            ("ignition", state.ignition.value),
            ("passenger", "aboard" if state.passenger else "not aboard"),
            ("driver", "known" if state.driver else "not known"),
            ("night", "on" if state.night else "off"),
            ("signals", "arrive" if state.signals else "stopped"),
            ("provider", "publishes" if state.provider else "silent; the databroker answers from memory"),
            ("navigation", "takes destinations" if state.navigation else "takes no destinations"),
            ("right_hand", "drive" if state.right_hand else "drive no more"),
            ("miles", "on the car's screens" if state.miles else "no more: kilometres"),
            ("connected", "says the car" if state.connected else "no more, says the car"),
            ("guidance", "is heard" if state.guidance else "has ended"),
            ("warning", "is heard" if state.warning else "has ended"),
            ("volume", f"{state.volume} %"),
            ("position", "known" if state.position else "not known"),
        ):
            if name == "position" and (state.position is None) is (before.position is None):
                continue  # it moves all the time
            if getattr(state, name) != getattr(before, name):
                self._journal.add(name.replace("_", " "), text)


class NetworkControl:
    """The data connection: `network.json` informs the display, `apply` the servers."""

    def __init__(self, path: Path, journal: Journal, apply: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._path = path
        self._journal = journal
        self._apply = apply
        self._changed = changed
        self.mode = "on"
        self._write()

    def state(self) -> dict[str, Any]:
        """`on`, `slow` or `none`."""
        return {"mode": self.mode}

    def orders(self) -> Mapping[str, Order]:
        """The mode."""
        return {"mode": lambda given: self.set(given.choice("value", NETWORKS))}

    def set(self, mode: str) -> None:
        """Set the network to `on`, `slow` or `none`."""
        self.mode = mode
        self._write()
        self._apply(mode)
        self._journal.add("network", {"on": "there", "slow": "slow", "none": "gone"}[mode])
        self._changed()

    def _write(self) -> None:
        replace_file(self._path, '{"online": false}' if self.mode == "none" else '{"online": true}')


class ClockControl:
    """The time of day."""

    def __init__(self, clock: EmulatedClock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal

    def state(self) -> dict[str, Any]:
        """The clock's time and rate, by which the page advances it."""
        return {
            "now": self._clock.now().astimezone(self._clock.zone()).isoformat(timespec="seconds"),
            "zone": self._clock.zone().key,
            "rate": self._clock.rate(),
            "known": self._clock.is_set(),
        }

    def orders(self) -> Mapping[str, Order]:
        """Rate, time of day, zone, and whether the time is known."""
        return {"rate": self._rate, "time": self._time, "zone": self._zone, "known": self._known}

    def _rate(self, given: Arguments) -> None:
        self._clock.set_rate(given.number("value", 0, max(RATES)))

    def _time(self, given: Arguments) -> None:
        """Parse a local time in the format of an HTML `datetime-local` field."""
        try:
            wall = datetime.fromisoformat(given.text("value"))
            self._clock.set_time(wall if wall.tzinfo else wall.replace(tzinfo=self._clock.zone()))
        except (ValueError, OverflowError) as error:
            raise UsageError("that is no time") from error
        self._journal.add("clock", "set")

    def _zone(self, given: Arguments) -> None:
        try:
            self._clock.set_zone(ZoneInfo(given.text("value")))
        except (ValueError, OSError, LookupError) as error:
            raise UsageError("that is no time zone") from error
        self._journal.add("clock", "in another zone")

    def _known(self, given: Arguments) -> None:
        self._clock.set_known(known=given.switch("value"))
        self._journal.add("clock", "set" if self._clock.is_set() else "not set since boot")
