"""The safety engine: signals a second through the real one, and its share of a core at ten a second.

The floor of each is the same readings through the bare driving-state machine: no lock, no clock, no publishing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from app.bootstrap.machine import elapsed_clock
from app.domain.ports import Reading
from app.safety.engine import SafetyEngine
from app.safety.state import SELECTOR, SPEED, DrivingStateMachine

SIGNALS = 200_000
HERTZ = 10.0
SECONDS = 20.0
WANTED_RATE, WANTED_SHARE = 100_000, 0.1


def run(rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` pairs of rates, then the share of a core over `SECONDS`."""
    for name, speeds in (("equal", (0.0,)), ("changing", (0.0, 30.0, 31.5, 0.1))):
        pairs = [(_engine(speeds), _machine(speeds)) for _ in range(rounds)]
        rate, floor = (median(pair[index] for pair in pairs) for index in (0, 1))
        say(f"engine, {name:8} {rate:12,.0f} signals/s (wanted > {WANTED_RATE:,})   floor {floor:12,.0f}")
    say(
        f"engine, {HERTZ:.0f} Hz {_share():11.4f} % of a core (wanted < {WANTED_SHARE})   floor {_share(idle=True):.4f}"
    )


def _engine(speeds: tuple[float, ...]) -> float:
    clock = elapsed_clock()
    engine = SafetyEngine(clock)
    engine.start()
    try:
        began = time.perf_counter()
        for number in range(SIGNALS):
            engine.take((Reading(clock.seconds(), SPEED, speeds[number % len(speeds)]),))
        return SIGNALS / (time.perf_counter() - began)
    finally:
        engine.stop()


def _machine(speeds: tuple[float, ...]) -> float:
    machine = DrivingStateMachine(lambda _: None)
    began = time.perf_counter()
    for number in range(SIGNALS):
        machine.take(number / 1e4, SPEED, speeds[number % len(speeds)])
    return SIGNALS / (time.perf_counter() - began)


def _share(*, idle: bool = False) -> float:
    """Percent of a core of a parked car's engine, its timer included; `idle` is the loop that feeds it alone."""
    clock = elapsed_clock()
    engine = SafetyEngine(clock)
    engine.start()
    engine.take((Reading(clock.seconds(), SELECTOR, 126),))
    used, began = time.process_time(), time.monotonic()
    try:
        while (left := began + SECONDS - time.monotonic()) > 0:
            reading = (Reading(clock.seconds(), SPEED, 0.0),)
            if not idle:
                engine.take(reading)
            time.sleep(min(1 / HERTZ, left))
    finally:
        engine.stop()
    return 100 * (time.process_time() - used) / (time.monotonic() - began)
