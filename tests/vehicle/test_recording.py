"""Simulated cars, recordings and replays; and that none of them reaches the road (S11)."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path
from typing import Any

from app.domain.ports import Reading
from app.safety.trace import parse_trace
from app.vehicle.recording import RecordedSignals, ReplayedSignals
from app.vehicle.signals import DRIVER_SUBJECT, SELECTOR, SPEED
from app.vehicle.simulated import SimulatedSignals

Clock = Any
Ears = Any
APP = Path(__file__).parents[2] / "app"


def test_a_simulated_car_confirms_its_speed_until_its_bus_is_silent(clock: Clock, ears: Ears) -> None:
    car = SimulatedSignals(clock, {SELECTOR: 126, SPEED: 0.0}, interval=0.02)
    car.start(ears)
    ears.wait_more(5)
    car.set(SPEED, 30.0)
    ears.wait(SPEED, 30.0)
    car.silence(True)
    told = len(ears.readings)
    car.set(SPEED, 40.0)
    assert len(ears.readings) == told
    car.silence(False)
    ears.wait(SPEED, 40.0)
    car.stop()
    told = len(ears.readings)
    car.confirm()
    assert len(ears.readings) == told


def test_a_recording_is_a_trace_without_where_and_who(clock: Clock, ears: Ears) -> None:
    sink = io.StringIO()
    values: dict[str, float | bool | str | None] = {
        SPEED: 3.0,
        DRIVER_SUBJECT: "ana",
        "Vehicle.CurrentLocation.Latitude": 52.4,
        SELECTOR: 127,
    }
    car = SimulatedSignals(clock, values, interval=0.0)
    recorded = RecordedSignals(car, sink)
    recorded.start(ears)
    car.set(SPEED, 4.0)
    recorded.stop()
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert [(line["signal"], line["value"]) for line in lines] == [(SPEED, 3.0), (SELECTOR, 127), (SPEED, 4.0)]
    assert lines[0]["t"] == 0.0
    assert len(ears.readings) == 5
    assert [reading.value for reading in parse_trace(sink.getvalue().splitlines())] == [3.0, 127, 4.0]


def test_the_position_is_recorded_when_asked_for(clock: Clock, ears: Ears) -> None:
    sink = io.StringIO()
    recorded = RecordedSignals(
        SimulatedSignals(clock, {"Vehicle.CurrentLocation.Latitude": 52.4}, interval=0.0), sink, position=True
    )
    recorded.start(ears)
    recorded.stop()
    assert "52.4" in sink.getvalue()


def test_a_replay_keeps_the_times_and_ends_in_silence(clock: Clock, ears: Ears) -> None:
    trace = [Reading(0.0, SPEED, 1.0), Reading(0.1, "", None), Reading(0.2, SPEED, 2.0)]
    begun = clock.seconds()
    replay = ReplayedSignals(trace, clock)
    replay.start(ears)
    ears.wait(SPEED, 2.0)
    replay.stop()
    assert [reading.value for reading in ears.readings] == [1.0, 2.0]
    assert ears.readings[0].at >= begun
    assert ears.readings[1].at >= begun + 0.2


def test_a_replay_can_be_stopped_in_the_middle(clock: Clock, ears: Ears) -> None:
    replay = ReplayedSignals([Reading(0.0, SPEED, 1.0), Reading(3600.0, SPEED, 2.0)], clock)
    replay.start(ears)
    ears.wait(SPEED, 1.0)
    replay.stop()
    assert len(ears.readings) == 1


def test_s11_nothing_that_drives_knows_a_simulated_recorded_or_replayed_car() -> None:
    wrong = [
        str(path)
        for path in APP.rglob("*.py")
        if path.parent.name != "emulator" and "emulator" not in path.relative_to(APP).parts
        for name in _imports(path)
        if name.startswith(("app.vehicle.simulated", "app.vehicle.recording")) and path.stem != "emulator"
    ]
    assert wrong == []


def _imports(path: Path) -> list[str]:
    """Names of modules that a file imports, anywhere in it."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return names
