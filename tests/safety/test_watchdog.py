"""S10: a screen that does not draw a tightening is ended. In earnest in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carlendar.safety.policy import is_tightening, restrictions_for
from carlendar.safety.restrictions import DrivingState, Restrictions
from carlendar.safety.watchdog import ALARM_AFTER, DRAWN_WITHIN, EXIT_UNDRAWN, Watchdog
from tests.fakes.clocks import ManualClock

SCREEN = """
import ctypes, sys, threading, time
from carlendar.domain.ports import Reading
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.state import SELECTOR, SPEED
from carlendar.safety.watchdog import Watchdog

class Clock:
    def seconds(self):
        return time.clock_gettime(time.CLOCK_BOOTTIME)

clock = Clock()
engine = SafetyEngine(clock)
watchdog = Watchdog(clock)
engine.start()
watchdog.start()
engine.subscribe(watchdog.on_restrictions)
watchdog.acknowledge(engine.current().sequence)

def signals():
    start = clock.seconds()
    while True:
        now = clock.seconds()
        speed = 0.0 if now - start < 1.2 else 30.0
        if speed and not seen:
            seen.append(now)
            print("moving", now, flush=True)
        engine.take([Reading(now, SELECTOR, 126.0), Reading(now, SPEED, speed)])
        time.sleep(0.05)

seen = []
threading.Thread(target=signals, daemon=True).start()
while not seen:  # the UI thread draws as long as it is well
    watchdog.acknowledge(engine.current().sequence)
    time.sleep(0.005)
    if engine.current().state == "parked" and sys.argv[1] != "draws":
        break
if sys.argv[1] == "sleeps":
    time.sleep(20)
elif sys.argv[1] == "holds":
    while not seen:  # parked; now the driver sets off while a call into a library keeps the interpreter
        time.sleep(0.001)
    time.sleep(0.1)
    ctypes.PyDLL(None).sleep(20)
elif sys.argv[1] == "draws":
    end = clock.seconds() + 0.8
    while clock.seconds() < end:
        watchdog.acknowledge(engine.current().sequence)
        time.sleep(0.02)
    watchdog.stop()
    engine.stop()
    print("drawn", engine.current().state.value)
"""


def screen(behaviour: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run a screen process; what became of it, and when it ended on the elapsed clock."""
    done = subprocess.run(
        [sys.executable, "-c", SCREEN, behaviour], capture_output=True, text=True, timeout=30, check=False
    )
    return done, time.clock_gettime(time.CLOCK_BOOTTIME)


def moved_at(done: subprocess.CompletedProcess[str]) -> float:
    return float(done.stdout.split()[1])


def test_s10_a_blocked_ui_thread_ends_the_process_within_its_time_and_says_so() -> None:
    done, ended = screen("sleeps")
    assert done.returncode == EXIT_UNDRAWN
    assert done.stderr == "carlendar: the screen did not draw a restriction in time and was terminated\n"
    assert DRAWN_WITHIN <= ended - moved_at(done) < DRAWN_WITHIN + 1.5


def test_s10_an_interpreter_that_is_held_is_ended_by_the_kernel() -> None:
    done, ended = screen("holds")
    assert done.returncode == -signal.SIGALRM
    assert ended - moved_at(done) < DRAWN_WITHIN + ALARM_AFTER + 1.5


def test_a_screen_that_draws_lives() -> None:
    done, _ = screen("draws")
    assert (done.returncode, done.stdout.split()[-1], done.stderr) == (0, "moving", "")


def held(state: DrivingState, sequence: int) -> Restrictions:
    return restrictions_for(state, "", sequence=sequence)


class Bench:
    """A watchdog with a clock in hand, that notes what it does."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.ended: list[float] = []
        self.alarms: list[float] = []
        self.dog = Watchdog(clock, end=lambda _: self.ended.append(clock.now), alarm=self.alarms.append)

    def at(self, now: float) -> bool:
        self.clock.now = now
        return self.dog.overdue()


@pytest.fixture
def bench(clock: ManualClock) -> Bench:
    made = Bench(clock)
    made.dog.on_restrictions(held(DrivingState.PARKED, 3))
    made.dog.acknowledge(3)
    return made


def test_only_an_acknowledgement_of_the_tightening_itself_counts(bench: Bench) -> None:
    bench.dog.on_restrictions(held(DrivingState.MOVING, 4))
    bench.dog.acknowledge(3)
    assert not bench.at(0.49)
    assert bench.at(0.5)
    assert bench.ended == [0.5]


def test_an_acknowledged_tightening_is_over(bench: Bench) -> None:
    bench.dog.on_restrictions(held(DrivingState.MOVING, 4))
    assert bench.alarms == [DRAWN_WITHIN + ALARM_AFTER]
    bench.dog.acknowledge(4)
    assert bench.alarms[-1] == 0.0
    assert not bench.at(100.0)


def test_each_of_several_tightenings_keeps_its_own_deadline(bench: Bench) -> None:
    bench.dog.on_restrictions(held(DrivingState.IDLING, 4))
    bench.clock.now = 0.4
    bench.dog.on_restrictions(held(DrivingState.MOVING, 5))
    bench.dog.acknowledge(4)
    assert not bench.at(0.6)
    assert bench.at(0.9)


def test_a_loosening_asks_for_nothing_and_forgives_nothing(bench: Bench) -> None:
    bench.dog.on_restrictions(held(DrivingState.MOVING, 4))
    bench.dog.on_restrictions(held(DrivingState.PARKED, 5))
    assert bench.at(0.5)
    other = Bench(bench.clock)
    other.dog.on_restrictions(held(DrivingState.MOVING, 1))
    other.dog.acknowledge(1)
    other.dog.on_restrictions(held(DrivingState.PARKED, 2))
    assert not other.at(100.0)


def test_nothing_is_demanded_of_a_screen_that_has_drawn_nothing(clock: ManualClock) -> None:
    bench = Bench(clock)
    bench.dog.on_restrictions(held(DrivingState.PARKED, 1))
    bench.dog.on_restrictions(held(DrivingState.MOVING, 2))
    assert not bench.at(30.0)
    bench.dog.acknowledge(1)
    assert not bench.at(30.4)
    assert bench.at(30.5)


ROUNDING = 1e-6
"""Seconds that differences of moments may be off."""

Event = tuple[float, DrivingState | int]
"""Seconds after the event before; a state that is published, or how many publications back a frame is acknowledged."""
events = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.05, 0.2, 0.49, 0.5, 0.51, 3.0, 1e6]),
        st.one_of(st.sampled_from(DrivingState), st.integers(0, 2), st.just(0)),
    ),
    max_size=30,
)  # fmt: skip


def owed(history: list[tuple[float, Restrictions]], frames: list[tuple[float, int]], now: float) -> bool:
    """The rule read literally: something was tightened half a second ago or more, and no frame since has shown it."""
    if not frames:
        return False
    for (_, before), (at, after) in pairwise(history):
        shown = any(sequence >= after.sequence for _, sequence in frames)
        if is_tightening(before, after) and not shown and now - max(at, frames[0][0]) >= DRAWN_WITHIN:
            return True
    return False


def played(events: Iterable[Event]) -> Iterator[Bench]:
    """The bench after each event, until the screen is ended; it must be ended exactly when a frame is owed."""
    bench = Bench(ManualClock())
    history: list[tuple[float, Restrictions]] = []
    frames: list[tuple[float, int]] = []
    for gap, event in events:
        now = bench.clock.now + gap
        assert bench.at(now) is owed(history, frames, now), events
        if bench.ended:
            return
        if isinstance(event, DrivingState):
            history.append((now, held(event, len(history) + 1)))
            bench.dog.on_restrictions(history[-1][1])
        elif history:
            frames.append((now, max(1, len(history) - event)))
            bench.dog.acknowledge(frames[-1][1])
        yield bench


@given(events)
def test_s10_over_any_sequence_it_ends_the_screen_exactly_when_a_tightening_was_not_drawn_in_time(
    events: list[Event],
) -> None:
    for bench in played(events):
        armed = bench.alarms[-1] if bench.alarms else 0.0
        assert armed == 0.0 or armed <= DRAWN_WITHIN + ALARM_AFTER + ROUNDING


def test_s10_every_short_sequence_too() -> None:
    alphabet: list[Event] = [
        (0.0, DrivingState.PARKED), (0.2, DrivingState.MOVING), (0.2, DrivingState.IDLING),
        (0.2, 0), (0.31, 0), (0.2, 1),
    ]  # fmt: skip
    ended = set()
    for depth in range(1, 6):
        for events in product(alphabet, repeat=depth):
            ended.add(sum(1 for _ in played(events)) < depth)  # `played` checks every step
    assert ended == {True, False}
