"""What the car said, as lines that can be replayed: a speed that arrives is confirmed, a silent bus says nothing."""

from __future__ import annotations

import json

from carlendar.domain import vss
from carlendar_devtools.emulator.car import CarState, Selector
from carlendar_devtools.emulator.recording import Recording


def test_changes_and_confirmations_are_recorded_and_silence_stays_silent() -> None:
    now = [10.0]
    recording = Recording(lambda: now[0])
    recording.add(CarState())
    now[0] += 1.2
    recording.add(CarState(speed=30.0, selector=Selector.D))
    now[0] += 1.0
    recording.add(CarState(speed=30.0, selector=Selector.D, signals=False))
    now[0] += 5.0
    lines = [json.loads(line) for line in recording.lines().splitlines()]
    speeds = [(line["t"], line["value"]) for line in lines if line.get("signal") == vss.SPEED]
    assert speeds == [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (1.2, 30.0), (1.7, 30.0)]
    selectors = [(line["t"], line["value"]) for line in lines if line.get("signal") == vss.SELECTOR]
    assert selectors == [(0.0, 126), (1.2, 127)]
    assert lines[-1] == {"t": 7.2}
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)


def test_what_changed_while_the_bus_was_silent_is_reported_when_it_speaks_again() -> None:
    now = [0.0]
    recording = Recording(lambda: now[0])
    recording.add(CarState())
    recording.add(CarState(signals=False))
    recording.add(CarState(speed=50.0, signals=False))
    now[0] += 2.0
    recording.add(CarState(speed=50.0))
    speeds = [json.loads(line).get("value") for line in recording.lines().splitlines() if vss.SPEED in line]
    assert speeds == [0.0, 50.0]
