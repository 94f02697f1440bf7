"""Makes the traces that ship, the same each time: `python tests/safety/make_traces.py` writes them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets" / "scenarios" / "traces"

SPEED = "Vehicle.Speed"
SELECTOR = "Vehicle.Powertrain.Transmission.SelectedGear"
BRAKE = "Vehicle.Chassis.ParkingBrake.IsEngaged"
IGNITION = "Vehicle.LowVoltageSystemState"

P, D = 126, 127


class Drive:
    """A drive being driven: `t` runs, speeds are sent twice a second."""

    def __init__(self, *, selector: int = P, ignition: str = "ON") -> None:
        self.t = 0.0
        self.speed = 0.0
        self.lines: list[str] = []
        self.put("Vehicle.Powertrain.Transmission.Type", "AUTOMATIC")
        self.put(IGNITION, ignition)
        self.put(SELECTOR, selector)
        self.put(BRAKE, selector == P)

    def put(self, signal: str, value: object) -> None:
        self.lines.append(json.dumps({"t": round(self.t, 3), "signal": signal, "value": value}))

    def hold(self, seconds: float) -> None:
        """Keep the speed."""
        self.to(self.speed, seconds)

    def to(self, speed: float, seconds: float) -> None:
        """Change the speed evenly over so many seconds."""
        steps, start = round(seconds * 2), self.speed
        for step in range(steps):
            self.speed = start + (speed - start) * (step + 1) / steps
            self.put(SPEED, round(self.speed, 2))
            self.t += 0.5

    def silence(self, seconds: float) -> None:
        """Nothing is sent."""
        self.t += seconds

    def text(self) -> str:
        self.lines.append(json.dumps({"t": round(self.t, 3)}))
        return "".join(f"{line}\n" for line in self.lines)


def ten_minutes_parked() -> Drive:
    drive = Drive()
    drive.hold(600)
    return drive


def set_off(drive: Drive) -> None:
    drive.hold(4)
    drive.put(SELECTOR, D)
    drive.put(BRAKE, False)
    drive.hold(3)


def city_traffic() -> Drive:
    """Off, four lights, a crossing with a stop sign, parked."""
    drive = Drive()
    set_off(drive)
    for cruise, wait in ((50, 25), (30, 8), (50, 40), (48, 12)):
        drive.to(cruise, 8)
        drive.hold(15)
        drive.to(0, 6)
        drive.hold(wait)
    drive.to(30, 6)
    drive.to(0, 5)
    drive.hold(1)
    drive.to(30, 6)
    drive.to(0, 6)
    drive.put(SELECTOR, P)
    drive.put(BRAKE, True)
    drive.hold(10)
    return drive


def stop_and_go() -> Drive:
    """Four stands that are long enough to be idling, and four that are not."""
    drive = Drive(selector=D)
    drive.speed = 12.0
    for wait in (1, 5, 1.5, 3, 1, 10, 1, 4):
        drive.to(15, 3)
        drive.to(0, 3)
        drive.hold(wait)
    drive.to(20, 4)
    return drive


def motorway_jam() -> Drive:
    """From 130 km/h into a jam that creeps, stands, and dissolves."""
    drive = Drive(selector=D)
    drive.speed = 130.0
    drive.hold(20)
    drive.to(0, 10)
    for wave in range(12):
        drive.hold(3 + 6 * (wave % 3))
        drive.to(4 + 6 * abs(math.sin(wave)), 5)
        drive.to(0, 5)
    drive.to(110, 30)
    return drive


def bus_asleep() -> Drive:
    """Parked, ignition off, half an hour of silence, ignition on."""
    drive = Drive()
    drive.hold(20)
    drive.put(IGNITION, "ACC")
    drive.hold(5)
    drive.put(IGNITION, "OFF")
    drive.hold(5)
    drive.silence(1800)
    drive.put(IGNITION, "ON")
    drive.silence(0.4)
    drive.hold(5)
    return drive


def tow() -> Drive:
    """Parked, ignition off, winched onto a truck that drives off: the wheels stand, then turn, the selector says P."""
    drive = Drive()
    drive.hold(10)
    drive.put(IGNITION, "OFF")
    drive.hold(5)
    drive.to(1.5, 10)
    drive.hold(20)
    drive.to(0, 3)
    drive.hold(60)
    drive.to(40, 20)
    drive.hold(120)
    drive.to(0, 15)
    drive.hold(10)
    return drive


def ferry() -> Drive:
    """Onto a ferry, hand brake and P, two hours of crossing with the bus asleep, off again in a queue."""
    drive = Drive(selector=D)
    drive.speed = 15.0
    drive.hold(10)
    drive.to(5, 5)
    drive.hold(15)
    drive.to(0, 4)
    drive.hold(3)
    drive.put(SELECTOR, P)
    drive.put(BRAKE, True)
    drive.hold(5)
    drive.put(IGNITION, "OFF")
    drive.hold(10)
    drive.silence(7200)
    drive.hold(3)  # a door is opened: the bus wakes, the ignition stays off
    drive.silence(900)
    drive.put(IGNITION, "ON")
    drive.silence(0.3)
    drive.hold(20)
    drive.put(SELECTOR, D)
    drive.put(BRAKE, False)
    drive.hold(2)
    for wait in (4, 1):
        drive.to(6, 3)
        drive.to(0, 2)
        drive.hold(wait)
    drive.to(30, 8)
    return drive


def broken_sensor() -> Drive:
    """On the road, with a sensor that says nothing, nonsense, and too much."""
    drive = Drive(selector=D)
    drive.speed = 60.0
    drive.hold(5)
    drive.silence(4)
    drive.hold(5)
    for nonsense in (float("nan"), None, "invalid"):
        drive.put(SPEED, nonsense)
        drive.t += 0.5
    drive.hold(5)
    drive.put(SPEED, 655.35)
    drive.t += 2
    return drive


MAKERS = (ten_minutes_parked, city_traffic, stop_and_go, motorway_jam, bus_asleep, tow, ferry, broken_sensor)


def traces() -> dict[str, str]:
    """Every trace by its name."""

    def made() -> Iterator[tuple[str, str]]:
        for make in MAKERS:
            yield make.__name__, make().text()

    return dict(made())


if __name__ == "__main__":
    for name, text in traces().items():
        (FOLDER / f"{name}.jsonl").write_text(text, encoding="utf-8")
