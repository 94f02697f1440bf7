"""The engine: threads, publication, suspend, cost. Where a clock is in hand, it does what the pure machine does."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.domain.ports import Reading
from carlendar.domain.vss import IGNITION, SELECTOR, SPEED
from carlendar.platform.clock import BoottimeClock
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.policy import PlatformReport
from carlendar.safety.restrictions import DrivingState, Flag, Restrictions
from carlendar.safety.state import Change, DrivingStateMachine, Scalar
from tests.fakes.clocks import ManualClock

U, P, M = DrivingState.UNKNOWN, DrivingState.PARKED, DrivingState.MOVING


class Seen:
    """A listener that keeps the restrictions it received, and when."""

    def __init__(self) -> None:
        self.published: list[tuple[float, Restrictions]] = []
        self._more = threading.Condition()

    def __call__(self, restrictions: Restrictions) -> None:
        with self._more:
            self.published.append((time.clock_gettime(time.CLOCK_BOOTTIME), restrictions))
            self._more.notify_all()

    def wait_for(self, state: DrivingState, seconds: float = 10.0) -> float:
        with self._more:
            assert self._more.wait_for(lambda: self.published[-1][1].state is state, seconds)
            return self.published[-1][0]

    @property
    def states(self) -> list[DrivingState]:
        return [restrictions.state for _, restrictions in self.published]


def park(engine: SafetyEngine, clock: ManualClock) -> None:
    """Confirm a zero in P until parked."""
    for _ in range(4):
        engine.take([Reading(clock.now, SELECTOR, 126.0), Reading(clock.now, SPEED, 0.0)])
        clock.now += 0.5
    engine.take([Reading(clock.now, SPEED, 0.0)])
    assert engine.current().state is P


_reading = st.tuples(
    st.floats(0.0, 3.0),
    st.one_of(
        st.tuples(st.just(SPEED), st.sampled_from([0.0, 0.0, 20.0, None])),
        st.tuples(st.just(SELECTOR), st.sampled_from([126.0, 127.0, None])),
        st.tuples(st.just(IGNITION), st.sampled_from(["ON", "OFF"])),
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_reading, max_size=40), st.lists(st.booleans(), min_size=40, max_size=40))
def test_the_engine_does_what_the_pure_machine_does(
    drive: list[tuple[float, tuple[str, Scalar]]], looks: list[bool]
) -> None:
    changes: list[Change] = []
    machine = DrivingStateMachine(changes.append)

    class Hand:
        now = 0.0

        def seconds(self) -> float:
            return self.now

    clock, seen = Hand(), Seen()
    engine = SafetyEngine(clock, slept=lambda: 0.0)
    engine.subscribe(seen)
    for (gap, (signal, value)), look in zip(drive, looks, strict=False):
        clock.now += gap
        machine.take(clock.now, signal, value)
        machine.advance(clock.now)
        if look:
            machine.advance(clock.now)
        engine.take([Reading(clock.now, signal, value)])
        if look:
            engine.elapse()
    assert [(published.state, published.cause) for _, published in seen.published][1:] == [
        (change.state, change.cause) for change in changes
    ]
    assert [published.sequence for _, published in seen.published] == list(range(len(seen.published)))


def test_due_times_are_kept_by_its_own_thread() -> None:
    engine, seen = SafetyEngine(BoottimeClock()), Seen()
    engine.subscribe(seen)
    engine.start()
    try:
        start = BoottimeClock().seconds()
        engine.take([Reading(start, SELECTOR, 126.0), Reading(start, SPEED, 0.0)])
        threading.Timer(0.6, lambda: engine.take([Reading(BoottimeClock().seconds(), SPEED, 0.0)])).start()
        parked = seen.wait_for(P)
        lost = seen.wait_for(U)
    finally:
        engine.stop()
    assert 1.0 <= parked - start < 1.6
    assert 1.6 <= lost - start < 2.6
    assert seen.states == [U, P, U]


def test_unchanged_signals_publish_nothing(clock: ManualClock) -> None:
    engine, seen = SafetyEngine(clock, slept=lambda: 0.0), Seen()
    engine.subscribe(seen)
    park(engine, clock)
    before = engine.current()
    for _ in range(100):
        clock.now += 0.1
        engine.take([Reading(clock.now, SPEED, 0.0), Reading(clock.now, SELECTOR, 126.0)])
    assert engine.current() is before
    assert seen.states == [U, P]


def test_a_resume_from_suspend_is_unknown_before_anything_else_is_believed(clock: ManualClock) -> None:
    asleep = [0.0]
    engine = SafetyEngine(clock, slept=lambda: asleep[0])
    park(engine, clock)
    engine.take([Reading(clock.now, IGNITION, "OFF")])
    clock.now += 30.0
    assert engine.elapse() is not None
    assert engine.current().state is P
    clock.now, asleep[0] = clock.now + 10.0, 10.0
    engine.elapse()
    assert (engine.current().state, engine.current().cause) == (U, "resumed from suspend")


def test_what_was_read_before_a_suspend_confirms_nothing_after_it(clock: ManualClock) -> None:
    asleep = [0.0]
    engine = SafetyEngine(clock, slept=lambda: asleep[0])
    park(engine, clock)
    read, clock.now, asleep[0] = clock.now + 0.1, clock.now + 0.7, 0.5
    engine.take([Reading(read, SPEED, 0.0)])
    assert (engine.current().state, engine.current().cause) == (U, "resumed from suspend")
    engine.take([Reading(clock.now, SPEED, 0.0)])
    resumed = clock.now
    clock.now += 0.999
    engine.take([Reading(clock.now, SPEED, 0.0)])
    assert engine.current().state is U
    clock.now = resumed + 1.0
    engine.take([Reading(clock.now, SPEED, 0.0)])
    engine.elapse()
    assert engine.current().state is P


def test_a_motion_that_was_read_before_a_suspend_is_not_hidden(clock: ManualClock) -> None:
    asleep = [0.0]
    engine = SafetyEngine(clock, slept=lambda: asleep[0])
    park(engine, clock)
    read, clock.now, asleep[0] = clock.now + 0.1, clock.now + 0.7, 0.5
    engine.take([Reading(read, SPEED, 50.0)])
    clock.now += 0.1
    engine.take([Reading(clock.now, SPEED, 0.0)])
    clock.now += 1.0
    engine.take([Reading(clock.now, SPEED, 0.0)])
    engine.elapse()
    assert engine.current().state is not P  # an old P counts no more


def test_a_resume_is_noticed_by_its_own_thread_while_no_signal_comes() -> None:
    asleep = [0.0]
    engine, seen = SafetyEngine(BoottimeClock(), slept=lambda: asleep[0]), Seen()
    engine.subscribe(seen)
    now = BoottimeClock().seconds()
    engine.take([Reading(now - 1.5, SELECTOR, 126.0), Reading(now - 1.5, SPEED, 0.0), Reading(now - 0.9, SPEED, 0.0)])
    engine.take([Reading(now, IGNITION, "OFF"), Reading(now, SPEED, 0.0)])
    assert seen.states == [U, P]
    engine.start()
    try:
        asleep[0] = 60.0
        noticed = seen.wait_for(U)
    finally:
        engine.stop()
    assert noticed - now < 3.0


def test_a_reading_of_the_future_confirms_no_longer_than_one_of_now(clock: ManualClock) -> None:
    engine = SafetyEngine(clock, slept=lambda: 0.0)
    park(engine, clock)
    engine.take([Reading(clock.now + 1e6, SPEED, 0.0)])
    clock.now += 1.5
    engine.elapse()
    assert engine.current().state is U


def test_a_reading_that_was_long_on_its_way_confirms_only_its_own_moment(clock: ManualClock) -> None:
    engine = SafetyEngine(clock, slept=lambda: 0.0)
    park(engine, clock)
    late = clock.now
    clock.now += 5.0
    engine.take([Reading(late, SPEED, 0.0)])
    assert engine.current().state is U


def test_the_platforms_flags_are_added_and_reported(clock: ManualClock) -> None:
    engine, seen = SafetyEngine(clock, slept=lambda: 0.0), Seen()
    park(engine, clock)
    engine.subscribe(seen)
    engine.report(PlatformReport(Flag.NO_VIDEO, string=40))
    assert engine.current().flags == Flag.NO_VIDEO
    assert engine.current().moving
    assert engine.current().limits.string == 40
    engine.report(PlatformReport())
    assert not engine.current().restricted
    assert len(seen.published) == 3


def test_s9_a_lost_passengers_display_is_the_drivers(clock: ManualClock) -> None:
    engine = SafetyEngine(clock, passenger=True, slept=lambda: 0.0)
    assert not engine.current().restricted
    engine.take([Reading(clock.now, SPEED, 50.0)])
    assert not engine.current().restricted
    engine.revoke_passenger()
    assert engine.current().state is M
    assert engine.current().moving


def test_a_failing_listener_keeps_nothing_from_the_others(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: Restrictions) -> None:
        raise RuntimeError("broken")

    engine, seen = SafetyEngine(clock, slept=lambda: 0.0), Seen()
    engine.subscribe(fails)
    engine.subscribe(seen)
    engine.take([Reading(clock.now, SPEED, 50.0)])
    assert seen.states == [U, M]
    assert "a listener of the restrictions failed" in caplog.text


def test_who_has_unsubscribed_is_no_longer_notified(clock: ManualClock) -> None:
    engine, seen = SafetyEngine(clock, slept=lambda: 0.0), Seen()
    engine.subscribe(seen)()
    engine.take([Reading(clock.now, SPEED, 50.0)])
    assert seen.states == [U]


def test_many_threads_see_a_growing_sequence() -> None:
    engine = SafetyEngine(BoottimeClock())
    stopped, wrong = threading.Event(), []

    def look() -> None:
        last = -1
        while not stopped.is_set():
            now = engine.current().sequence
            if now < last:
                wrong.append((last, now))
            last = now

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2000):
        engine.take([Reading(BoottimeClock().seconds(), SPEED, 50.0 if number % 2 else None)])
    stopped.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert engine.current().sequence == 1999


class Line:
    """An independent ignition source in the test's hand."""

    def __init__(self) -> None:
        self.says_off = True
        self.asked = 0

    def off(self) -> bool:
        self.asked += 1
        return self.says_off


def test_parked_with_the_ignition_off_ends_after_a_minute_without_an_independent_source(
    clock: ManualClock,
) -> None:
    engine = SafetyEngine(clock, slept=lambda: 0.0)
    park(engine, clock)
    engine.take([Reading(clock.now, IGNITION, "OFF")])
    clock.now += 60.0
    engine.elapse()
    assert engine.current().state is P
    clock.now += 0.001
    engine.elapse()
    assert engine.current().state is U


def test_an_independent_ignition_source_is_asked_while_a_hold_lasts_and_ends_it(clock: ManualClock) -> None:
    line = Line()
    engine = SafetyEngine(clock, slept=lambda: 0.0, ignition_line=line)
    park(engine, clock)
    engine.ask_ignition_line()
    assert line.asked == 0  # the speed is confirmed: nothing depends on it
    engine.take([Reading(clock.now, IGNITION, "OFF")])
    for _ in range(3600):
        clock.now += 1.001
        engine.elapse()
        engine.ask_ignition_line()
    assert engine.current().state is P
    line.says_off = False
    engine.ask_ignition_line()
    assert (engine.current().state, engine.current().cause) == (U, "ignition on, by its own line")


def test_an_independent_ignition_source_is_asked_by_the_engines_own_thread() -> None:
    line, seen = Line(), Seen()
    line.says_off = False
    engine = SafetyEngine(BoottimeClock(), ignition_line=line)
    engine.subscribe(seen)
    now = BoottimeClock().seconds()
    engine.take([Reading(now - 1.5, SELECTOR, 126.0), Reading(now - 1.5, SPEED, 0.0), Reading(now - 0.9, SPEED, 0.0)])
    engine.take([Reading(now, IGNITION, "OFF"), Reading(now, SPEED, 0.0)])
    assert seen.states == [U, P]
    engine.start()
    try:
        assert seen.wait_for(U) - now < 4.0
    finally:
        engine.stop()


class StuckLine:
    """An input line whose question is answered only when the test lets it."""

    def __init__(self) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()

    def off(self) -> bool:
        self.asked.set()
        self.answer.wait(30.0)
        return True


class LeapingClock(BoottimeClock):
    """The machine's own, ahead by some seconds."""

    ahead = 0.0

    def seconds(self) -> float:
        return super().seconds() + self.ahead


def test_an_ignition_line_that_does_not_answer_holds_up_nothing() -> None:
    line, seen, clock = StuckLine(), Seen(), LeapingClock()
    engine = SafetyEngine(clock, ignition_line=line)
    engine.subscribe(seen)
    now = clock.seconds()
    engine.take([Reading(now - 1.5, SELECTOR, 126.0), Reading(now - 1.5, SPEED, 0.0), Reading(now - 0.9, SPEED, 0.0)])
    engine.take([Reading(now, IGNITION, "OFF"), Reading(now, SPEED, 0.0)])
    engine.start()
    try:
        assert line.asked.wait(10.0)
        assert seen.states == [U, P]
        clock.ahead = 60.0
        seen.wait_for(U)
        assert engine.current().cause == "ignition off, but speed not confirmed for 60 s"
    finally:
        line.answer.set()
        engine.stop()


def test_a_late_answer_of_the_ignition_line_counts_from_its_question(clock: ManualClock) -> None:
    engine = SafetyEngine(clock, slept=lambda: 0.0)
    park(engine, clock)
    engine.take([Reading(clock.now, IGNITION, "OFF")])
    clock.now += 30.0
    engine.elapse()
    machine = engine._machine
    machine.ignition_line(clock.now, off=True, asked=clock.now - 20.0)
    clock.now += 31.0
    engine.elapse()
    assert engine.current().state is U
