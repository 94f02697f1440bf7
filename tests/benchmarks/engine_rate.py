"""The safety engine: signals a second through the real one, and its share of a core at ten a second.

The floor of a rate is the same readings through the bare driving-state machine: no lock, no clock, no publishing.
Rates are of processor time, so that a machine that does other things does not lower them; the wall's stands beside.

The share is the engine's own part: the processor time within `take`, and that of the engine's thread. The process that
feeds it, which sleeps and wakes ten times a second, is what any source of signals costs, and is listed separately. The
cost of the two clock readings around each `take` is measured in the same loop and subtracted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import NamedTuple

from carlendar.domain.ports import Reading
from carlendar.domain.vss import SELECTOR, SPEED
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.state import DrivingStateMachine
from carlendar.wiring.host import elapsed_clock

SIGNALS = 200_000
HERTZ = 10.0
SECONDS = 30.0
WANTED_RATE, WANTED_SHARE = 100_000, 0.1
DRIVES = (("equal", (0.0,)), ("changing", (0.0, 30.0, 31.5, 0.1)))


class Rate(NamedTuple):
    """Signals in a second of the processor, and of the wall."""

    core: float
    wall: float


class Share(NamedTuple):
    """Percent of a core: within `take`, of the engine's own thread, and of the loop that feeds it."""

    take: float
    thread: float
    feeding: float


def run(rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` pairs of rates, then the share of a core over `SECONDS` of a parked and of a moving car."""
    for name, speeds in DRIVES:
        pairs = [(_engine(speeds), _machine(speeds)) for _ in range(rounds)]
        core, wall, floor = (median(pick(pair) for pair in pairs) for pick in (_core, _wall, _floor))
        say(
            f"engine, {name:8} {core:12,.0f} signals a second of a core (wanted > {WANTED_RATE:,})"
            f"   floor {floor:12,.0f}   by the wall {wall:12,.0f}"
        )
    for state, driven in (("parked", (0.0,)), ("moving", (30.0, 31.5))):
        share = _share(driven)
        say(
            f"engine, {HERTZ:.0f} Hz, {state} {share.take + share.thread:8.4f} % of a core (wanted < {WANTED_SHARE}):"
            f" {share.take:.4f} taking signals, {share.thread:.4f} its own thread;"
            f" beside it {share.feeding:.4f} for the loop that feeds it"
        )


def _core(pair: tuple[Rate, Rate]) -> float:
    return pair[0].core


def _wall(pair: tuple[Rate, Rate]) -> float:
    return pair[0].wall


def _floor(pair: tuple[Rate, Rate]) -> float:
    return pair[1].core


def _engine(speeds: tuple[float, ...]) -> Rate:
    clock = elapsed_clock()
    engine = SafetyEngine(clock)
    engine.start()
    try:
        return _rated(speeds, lambda _, speed: engine.take((Reading(clock.seconds(), SPEED, speed),)))
    finally:
        engine.stop()


def _machine(speeds: tuple[float, ...]) -> Rate:
    machine = DrivingStateMachine(lambda _: None)
    return _rated(speeds, lambda number, speed: machine.take(number / 1e4, SPEED, speed))


def _rated(speeds: tuple[float, ...], take: Callable[[int, float], object]) -> Rate:
    count = len(speeds)
    used, began = time.process_time(), time.perf_counter()
    for number in range(SIGNALS):
        take(number, speeds[number % count])
    return Rate(SIGNALS / (time.process_time() - used), SIGNALS / (time.perf_counter() - began))


def _share(speeds: tuple[float, ...]) -> Share:
    clock = elapsed_clock()
    engine = SafetyEngine(clock)
    engine.start()
    engine.take((Reading(clock.seconds(), SELECTOR, 126),))
    values, took, empty = cycle(speeds), 0, 0
    process, own, began = time.process_time_ns(), time.thread_time_ns(), time.monotonic()
    try:
        while (left := began + SECONDS - time.monotonic()) > 0:
            reading = (Reading(clock.seconds(), SPEED, next(values)),)
            before = time.thread_time_ns()
            engine.take(reading)
            between = time.thread_time_ns()
            took += between - before
            empty += time.thread_time_ns() - between  # what a reading of the clock adds
            time.sleep(min(1 / HERTZ, left))
        mine, all_ = time.thread_time_ns() - own, time.process_time_ns() - process
    finally:
        engine.stop()
    length = (time.monotonic() - began) * 1e9
    inside = took - empty
    return Share(100 * inside / length, 100 * (all_ - mine) / length, 100 * (mine - inside) / length)
