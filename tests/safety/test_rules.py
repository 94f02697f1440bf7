"""The safety rules S1 to S5, S8, S9 and the whole table, over random signals, losses and clock jumps."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.safety.policy import MOVING_LIMITS, PlatformReport, is_tightening, restrictions_for
from app.safety.restrictions import DrivingState, Flag
from app.safety.state import (
    GEARBOX,
    IGNITION,
    PARKING_BRAKE,
    SELECTOR,
    SPEED,
    Change,
    DrivingStateMachine,
    Value,
    tightness,
)

U, P, I, M = DrivingState.UNKNOWN, DrivingState.PARKED, DrivingState.IDLING, DrivingState.MOVING  # noqa: E741 — as in the table
TICKS = 20
"""Ticks in a second: what happens, happens on a tick."""

SIGNALS: dict[str, list[Value]] = {
    SPEED: [0.0, 0.0, 0.0, 0.2, -0.3, 0.36, 7.0, -5.0, 120.0, None, "x", float("nan"), 600.0],
    SELECTOR: [126, 126, 127, 0, -1, None],
    GEARBOX: ["H", "AUTOMATIC", "UNKNOWN", None],
    PARKING_BRAKE: [True, False, None],
    IGNITION: ["ON", "START", "OFF", "ACC", "LOCK", "UNDEFINED", None],
}
Step = tuple[int, str, Value]
"""Ticks after the step before (0 for the same moment, many for a loss or a clock jump), signal, value."""

_step = st.one_of(
    st.tuples(st.integers(0, 25), st.just(SPEED), st.sampled_from(SIGNALS[SPEED])),
    st.tuples(st.integers(5, 12), st.just(SPEED), st.just(0.0)),
    st.sampled_from([signal for signal in SIGNALS if signal != SPEED]).flatmap(
        lambda signal: st.tuples(st.integers(0, 30), st.just(signal), st.sampled_from(SIGNALS[signal]))
    ),
    st.tuples(
        st.sampled_from([21, 60, 100_000]), st.sampled_from([SPEED, IGNITION]), st.sampled_from([0.0, "ON", "OFF"])
    ),
)
drives = st.lists(_step, max_size=60)


SECOND = 2 * TICKS
"""The table is evaluated twice a tick, so that it sees what comes between two of them."""


@dataclass
class Table:
    """The profile's table read literally, evaluated at every half tick: slow, and written apart from the machine."""

    state: DrivingState = U
    values: dict[str, Value] = field(default_factory=dict)
    confirmed: int | None = None
    zero_since: int | None = None
    rested: bool = False
    """PARKED has outlasted a loss by its ignition."""

    def take(self, tick: int, signal: str, value: Value) -> None:
        self.values[signal] = value
        if signal == SPEED:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) / 3.6 <= 150.0:
                self.state, self.confirmed, self.zero_since, self.rested = U, None, None, False
                return
            self.confirmed = tick
            if abs(value) >= 0.36:
                self.zero_since = None
            elif self.zero_since is None:
                self.zero_since = tick
        self.evaluate(tick)

    def evaluate(self, tick: int) -> None:
        off = self.values.get(IGNITION) in ("OFF", "ACC", "LOCK")
        if self.confirmed is None or tick - self.confirmed > SECOND:
            self.zero_since = None
            self.rested = self.state is P and off
            self.state = P if self.rested else U
            return
        zero_for = -1 if self.zero_since is None else tick - self.zero_since
        secured = self.values.get(SELECTOR) == 126 or (
            self.values.get(GEARBOX) == "H" and self.values.get(PARKING_BRAKE) is True
        )
        if zero_for < 0:
            new = M
        elif secured and (zero_for >= SECOND or (self.rested and off)):
            new = P
        elif zero_for >= 2 * SECOND:
            new = I
        else:
            new = self.state if self.state in (U, M) else I
        if tick - self.confirmed == SECOND and tightness(new) < tightness(self.state):
            return
        self.state = new
        self.rested = self.rested and new is P and not (zero_for >= SECOND)


def by_table(drive: list[Step]) -> list[DrivingState]:
    """The state after each step; a long gap is walked only until nothing can change any more."""
    table, tick, states = Table(), 0, []
    for gap, signal, value in drive:
        for half in range(2 * tick + 1, 2 * (tick + min(gap, 3 * TICKS))):
            table.evaluate(half)
        tick += gap
        table.take(2 * tick, signal, value)
        states.append(table.state)
    return states


def by_machine(drive: list[Step]) -> tuple[list[DrivingState], list[Change]]:
    changes: list[Change] = []
    machine, tick, states = DrivingStateMachine(changes.append), 0, []
    for gap, signal, value in drive:
        tick += gap
        machine.take(tick / TICKS, signal, value)
        states.append(machine.state)
    return states, changes


@settings(max_examples=400, deadline=None)
@given(drives)
def test_the_machine_does_what_the_table_says(drive: list[Step]) -> None:
    assert by_machine(drive)[0] == by_table(drive)


def test_every_short_sequence_does_what_the_table_says() -> None:
    alphabet: list[Step] = [
        (10, SPEED, 0.0),
        (20, SPEED, 0.0),
        (21, SPEED, 0.0),
        (4, SPEED, 20.0),
        (4, SPEED, None),
        (4, SELECTOR, 126),
        (0, SELECTOR, 127),
        (4, IGNITION, "OFF"),
        (40, IGNITION, "ON"),
    ]
    for depth in range(1, 6):
        for drive in product(alphabet, repeat=depth):
            assert by_machine(list(drive))[0] == by_table(list(drive)), drive


@given(drives)
def test_s1_it_starts_unknown_and_unknown_restricts_as_moving(drive: list[Step]) -> None:
    assert DrivingStateMachine(lambda _: None).state is U
    unknown, moving = restrictions_for(U, ""), restrictions_for(M, "")
    assert unknown.flags == moving.flags == Flag.FULLY_RESTRICTED
    assert unknown.limits == moving.limits == MOVING_LIMITS
    first = next((step for step in enumerate(by_machine(drive)[0]) if step[1] is not U), None)
    assert first is None or any(signal == SPEED for _, signal, _ in drive[: first[0] + 1])


@given(drives)
def test_s2_without_confirmation_nothing_is_trusted(drive: list[Step]) -> None:
    changes: list[Change] = []
    machine, tick, confirmed, off = DrivingStateMachine(changes.append), 0, -(10**9), False
    for gap, signal, value in drive:
        tick += gap
        machine.advance((tick - 0.5) / TICKS)
        if tick - 0.5 - confirmed > TICKS and not (machine.state is P and off):
            assert machine.state is U
        machine.take(tick / TICKS, signal, value)
        if signal == SPEED:
            confirmed = tick if isinstance(value, float) and abs(value) <= 540.0 else -(10**9)
        if signal == IGNITION:
            off = value in ("OFF", "ACC", "LOCK")


@given(drives, st.sampled_from([0.36, -0.36, 7.0, -5.0, 540.0]))
def test_s3_a_speed_tightens_with_its_own_signal_and_a_lost_one_at_its_own_moment(
    drive: list[Step], speed: float
) -> None:
    changes: list[Change] = []
    machine, tick = DrivingStateMachine(changes.append), 0
    for gap, signal, value in drive:
        tick += gap
        machine.take(tick / TICKS, signal, value)
        if signal == SPEED and (not isinstance(value, float) or not abs(value) < 0.36):
            assert tightness(machine.state) == tightness(M)
    machine.take(tick / TICKS, SPEED, speed)
    assert machine.state is M
    machine.take(tick / TICKS, IGNITION, "ON")
    machine.advance(tick / TICKS + 1.0)
    assert machine.state is M
    machine.advance(tick / TICKS + 1.000001)
    assert (machine.state, changes[-1].at) == (U, tick / TICKS + 1.0)


@given(drives)
def test_s4_it_loosens_only_after_a_second_of_confirmed_zero(drive: list[Step]) -> None:
    zero_since: float | None = None
    history: list[tuple[float, float | None]] = []
    tick = 0
    for gap, signal, value in drive:
        tick += gap
        if signal == SPEED:
            zero = isinstance(value, float) and abs(value) < 0.36
            zero_since = (tick / TICKS if zero_since is None else zero_since) if zero else None
            history.append((tick / TICKS, zero_since))
    before = U
    for change in by_machine(drive)[1]:
        if tightness(change.state) < tightness(before):
            since = [zero for at, zero in history if at <= change.at][-1]
            assert since is not None
            assert change.at - since >= (1.0 if change.state is P else 2.0) - 1e-9
        before = change.state


@given(drives, st.floats(0.36, 540.0), st.booleans())
def test_s5_p_while_rolling_is_moving_and_so_is_everything_else(drive: list[Step], speed: float, back: bool) -> None:
    changes: list[Change] = []
    machine, tick = DrivingStateMachine(changes.append), 0
    for gap, signal, value in [*drive, (1, SPEED, -speed if back else speed), (0, SELECTOR, 126)]:
        tick += gap
        machine.take(tick / TICKS, signal, value)
    assert machine.state is M


@given(drives)
def test_changes_come_in_order_of_time_and_each_is_a_change(drive: list[Step]) -> None:
    changes = by_machine(drive)[1]
    assert all(one.at <= other.at and one.state is not other.state for one, other in pairwise(changes))
    assert not changes or changes[0].state is not U


@given(drives, st.lists(st.floats(0.0, 200.0), max_size=20))
def test_looking_more_often_changes_nothing(drive: list[Step], looks: list[float]) -> None:
    changes: list[Change] = []
    machine, tick = DrivingStateMachine(changes.append), 0
    for gap, signal, value in drive:
        for look in sorted(looks):
            if tick / TICKS < look < (tick + gap) / TICKS:
                machine.advance(look)
        tick += gap
        machine.take(tick / TICKS, signal, value)
    assert changes == by_machine(drive)[1]


flags = st.integers(0, 0x1FF).map(Flag)
reports = st.builds(
    PlatformReport,
    flags=flags,
    string=st.none() | st.integers(1, 200),
    items=st.none() | st.integers(1, 50),
    depth=st.none() | st.integers(1, 5),
)


@given(st.sampled_from(DrivingState), st.booleans(), reports)
def test_s6_no_report_of_the_platform_ever_loosens(
    state: DrivingState, passenger: bool, report: PlatformReport
) -> None:
    ours = restrictions_for(state, "", passenger=passenger)
    both = restrictions_for(state, "", passenger=passenger, platform=report)
    assert not is_tightening(both, ours)
    assert both.flags == ours.flags | report.flags


@given(st.sampled_from(DrivingState))
def test_s9_a_passengers_display_has_the_parked_column_in_every_state(state: DrivingState) -> None:
    parked = restrictions_for(P, "")
    seen = restrictions_for(state, "", passenger=True)
    assert (seen.flags, seen.limits, seen.restricted, seen.moving) == (parked.flags, parked.limits, False, False)
