"""The safety rules S1 to S5, S8, S9 and the whole table, over random signals, losses and clock jumps."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from carlendar.domain.vss import DATABROKER, GEARBOX, IGNITION, PARKING_BRAKE, SELECTOR, SPEED
from carlendar.safety.policy import MOVING_LIMITS, PlatformReport, is_tightening, restrictions_for
from carlendar.safety.restrictions import DrivingState, Flag, tightness
from carlendar.safety.state import Change, DrivingStateMachine, Scalar

U, P, I, M = DrivingState.UNKNOWN, DrivingState.PARKED, DrivingState.IDLING, DrivingState.MOVING  # noqa: E741 — as in the table
TICKS = 20
"""Ticks in a second: what happens, happens on a tick."""

SIGNALS: dict[str, list[Scalar]] = {
    SPEED: [0.0, 0.0, 0.0, 0.2, -0.3, 0.36, 7.0, -5.0, 120.0, None, "x", float("nan"), 600.0],
    SELECTOR: [126, 126, 127, 0, -1, None],
    GEARBOX: ["H", "AUTOMATIC", "UNKNOWN", None],
    PARKING_BRAKE: [True, False, None],
    IGNITION: ["ON", "START", "OFF", "ACC", "LOCK", "UNDEFINED", None],
}
Step = tuple[int, str, Scalar] | tuple[int, str, Scalar, int | None]
"""Ticks after the step before (0 for the same moment, many for a loss or a clock jump), signal, value, timestamp."""

_step = st.one_of(
    st.tuples(st.integers(0, 25), st.just(SPEED), st.sampled_from(SIGNALS[SPEED])),
    st.tuples(st.integers(5, 12), st.just(SPEED), st.just(0.0)),
    st.sampled_from([signal for signal in SIGNALS if signal != SPEED]).flatmap(
        lambda signal: st.tuples(st.integers(0, 30), st.just(signal), st.sampled_from(SIGNALS[signal]))
    ),
    st.tuples(
        st.sampled_from([21, 60, 1_199, 1_200, 1_201, 100_000]),
        st.sampled_from([SPEED, IGNITION]),
        st.sampled_from([0.0, "ON", "OFF"]),
    ),
)
drives = st.lists(_step, max_size=60)


SECOND = 2 * TICKS
"""The table is evaluated twice a tick, so that it sees what comes between two of them."""


@dataclass
class Table:
    """The profile's table read literally, evaluated at every half tick: slow, and written apart from the machine."""

    state: DrivingState = U
    values: dict[str, Scalar] = field(default_factory=dict)
    confirmed: int | None = None
    confirmed_reported: int | None = None
    zero_since: int | None = None
    rested: bool = False
    """PARKED has outlasted a loss by its ignition."""
    online: bool = True
    speed: float = 0.0
    fast: tuple[int, int | None] | None = None
    """When the car last moved faster than 1.5 m/s: tick, and the source's timestamp."""
    on_since: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """When the selector's P and the brake were reported: tick, and the source's timestamp."""
    off_reported: dict[str, int | None] = field(default_factory=dict)

    def take(self, tick: int, signal: str, value: Scalar, reported: int | None = None) -> None:
        if signal in (SELECTOR, PARKING_BRAKE):
            self._report(tick, signal, value, reported)
        elif signal == DATABROKER:
            if value is False:
                self.online, self.confirmed_reported = False, None
                if self.rested and not (self.zero_since is not None and tick - self.zero_since >= SECOND):
                    self.state, self.confirmed, self.zero_since, self.rested = U, None, None, False
                    return
        elif signal == SPEED:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) / 3.6 <= 150.0:
                self.state, self.confirmed, self.zero_since, self.rested = U, None, None, False
                return
            self._speed(tick, value, reported)
        else:
            self.values[signal] = value
        self.evaluate(tick)
        if signal in (SELECTOR, PARKING_BRAKE) and self.rested and not self._secured():
            self.state, self.confirmed, self.zero_since, self.rested = U, None, None, False  # tighter than the profile

    def _report(self, tick: int, signal: str, value: Scalar, reported: int | None) -> None:
        on = value == 126 if signal == SELECTOR else value is True
        known = self.on_since[signal][1] if signal in self.on_since else self.off_reported.get(signal)
        if not on:
            self.on_since.pop(signal, None)
            self.off_reported[signal] = reported
        elif reported is None or known is None or reported > known:
            self.on_since[signal] = (tick, reported)

    def _speed(self, tick: int, value: float, reported: int | None) -> None:
        newer = reported is None or self.confirmed_reported is None or reported > self.confirmed_reported
        if not newer and abs(value) < 0.36:
            return
        if newer:
            self.confirmed, self.online = tick, True
            self.confirmed_reported = self.confirmed_reported if reported is None else reported
        elif self.rested:
            self.confirmed = None
        self.speed = value
        if abs(value) > 5.4:
            before = None if self.fast is None else self.fast[1]
            latest = reported if newer else self.confirmed_reported
            self.fast = (tick, before if latest is None else latest)
        if abs(value) >= 0.36:
            self.zero_since = None
        elif self.zero_since is None:
            self.zero_since = tick

    def _on(self, signal: str) -> bool:
        if signal not in self.on_since or abs(self.speed) > 5.4:
            return False
        if self.fast is None:
            return True
        (tick, reported), (fast_tick, fast_reported) = self.on_since[signal], self.fast
        return tick > fast_tick and (reported is None or fast_reported is None or reported > fast_reported)

    def _secured(self) -> bool:
        return self._on(SELECTOR) or (self.values.get(GEARBOX) == "H" and self._on(PARKING_BRAKE))

    def evaluate(self, tick: int) -> None:
        off = self.values.get(IGNITION) in ("OFF", "ACC", "LOCK")
        if self.confirmed is None or tick - self.confirmed > SECOND:
            self.zero_since = None
            recent = self.confirmed is not None and tick - self.confirmed <= 60 * SECOND
            self.rested = self.state is P and off and self.online and recent
            self.state = P if self.rested else U
            return
        zero_for = -1 if self.zero_since is None else tick - self.zero_since
        secured = self._secured()
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
    """The state after each step; a long gap is walked only until nothing but the end of a hold can come."""
    table, tick, states = Table(), 0, []
    for gap, signal, value, *reported in drive:
        for half in range(2 * tick + 1, 2 * (tick + min(gap, 3 * TICKS))):
            table.evaluate(half)
        tick += gap
        if gap > 3 * TICKS:
            table.evaluate(2 * tick - 1)
        table.take(2 * tick, signal, value, *reported)
        states.append(table.state)
    return states


def by_machine(drive: list[Step]) -> tuple[list[DrivingState], list[Change]]:
    changes: list[Change] = []
    machine, tick, states = DrivingStateMachine(changes.append), 0, []
    for gap, signal, value, *reported in drive:
        tick += gap
        machine.take(tick / TICKS, signal, value, *reported)
        machine.advance(tick / TICKS)
        states.append(machine.state)
    return states, changes


LEAVES_P_WHILE_HELD: list[Step] = [
    (5, SPEED, 0.0), (5, SPEED, 0.0), (0, SELECTOR, 126), (0, IGNITION, "OFF"), (21, SELECTOR, 127),
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(drives)
@example(LEAVES_P_WHILE_HELD)
def test_the_machine_does_what_the_table_says(drive: list[Step]) -> None:
    assert by_machine(drive)[0] == by_table(drive)


SPEEDS: list[Scalar] = [*[0.0] * 6, 3.0, 5.4, -5.5, 30.0, None, float("nan"), 600.0, True]
_speed_read = st.tuples(st.integers(1, 12), st.just(SPEED), st.sampled_from(SPEEDS), st.integers(0, 30))
_reports = st.tuples(
    st.integers(0, 20),
    st.sampled_from([SELECTOR, PARKING_BRAKE]),
    st.sampled_from([126, 127, True, False]),
    st.none() | st.integers(0, 30),
)
_others = st.one_of(
    st.tuples(st.integers(0, 30), st.just(IGNITION), st.sampled_from(["ON", "OFF"])),
    st.tuples(st.integers(0, 30), st.just(GEARBOX), st.sampled_from(["H", "AUTOMATIC"])),
    st.tuples(st.integers(0, 30), st.just(DATABROKER), st.sampled_from([False, True])),
    st.tuples(st.sampled_from([21, 600, 1_201]), st.just(IGNITION), st.sampled_from(["OFF", "OFF", "ON"])),
)


@st.composite
def reported_drives(draw: st.DrawFn) -> list[Step]:
    """Drives with source timestamps: mostly newer with each step, at times retained, old, or set back."""
    steps: list[Step] = []
    clock = 0
    for step in draw(st.lists(st.one_of(_speed_read, _speed_read, _reports, _others), max_size=60)):
        clock += step[0]
        if len(step) == 4 and step[3] is not None:
            jitter = draw(st.sampled_from([0, 0, 0, 0, -1, -20, -1000]))
            steps.append((step[0], step[1], step[2], clock + jitter))
        else:
            steps.append(step)
    return steps


@settings(max_examples=600, deadline=None)
@given(reported_drives())
def test_the_machine_does_what_the_table_says_of_source_timestamps(drive: list[Step]) -> None:
    assert by_machine(drive)[0] == by_table(drive)


@settings(max_examples=300, deadline=None)
@given(reported_drives(), st.lists(st.tuples(st.integers(1, 20), st.sampled_from([0.0, 7.0])), min_size=4, max_size=40))
def test_s2_a_value_from_memory_never_confirms(drive: list[Step], reads: list[tuple[int, float]]) -> None:
    """A dead source whose broker answers every read with the last value: at most the hold outlasts a second."""
    changes: list[Change] = []
    machine, tick, last = DrivingStateMachine(changes.append), 0, 0
    for gap, signal, value, *reported in drive:
        tick += gap
        last = max(last, *(each or 0 for each in reported), 0)
        machine.take(tick / TICKS, signal, value, *reported)
    machine.take(tick / TICKS, IGNITION, "ON")
    machine.take(tick / TICKS, SPEED, 0.0, last + 1)
    silent = tick
    for gap, value in reads:
        tick += gap
        machine.take(tick / TICKS, SPEED, value, last + 1)
        if tick - silent > TICKS:
            assert machine.state is U


@settings(max_examples=300, deadline=None)
@given(reported_drives(), st.integers(1, 10), st.sampled_from([5.5, -6.0, 130.0]))
def test_a_selector_that_is_stuck_in_p_never_parks_after_a_drive(drive: list[Step], stops: int, speed: float) -> None:
    changes: list[Change] = []
    machine, tick = DrivingStateMachine(changes.append), 0
    for gap, signal, value, *reported in drive:
        tick += gap
        machine.take(tick / TICKS, signal, value, *reported)
    start = 100_000
    machine.take(tick / TICKS, GEARBOX, "H")
    for signal, on in ((SELECTOR, 126), (PARKING_BRAKE, True)):
        machine.take(tick / TICKS, signal, on, start)
    for _ in range(stops):
        for value in (speed, *[0.0] * 8):
            tick, start = tick + 10, start + 1
            machine.take(tick / TICKS, SPEED, value, start)
            machine.take(tick / TICKS, SELECTOR, 126, 100_000)  # read again at the standstill: the same old report
            assert machine.state is not P
    machine.take(tick / TICKS, SELECTOR, 126, start + 1)
    assert machine.state is P


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
    assert first is None or any(signal == SPEED for _, signal, *_ in drive[: first[0] + 1])


@given(drives)
def test_s2_without_confirmation_nothing_is_trusted(drive: list[Step]) -> None:
    changes: list[Change] = []
    machine, tick, confirmed, off = DrivingStateMachine(changes.append), 0, -(10**9), False
    for gap, signal, value, *_ in drive:
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
    for gap, signal, value, *_ in drive:
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
    for gap, signal, value, *_ in drive:
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
    for gap, signal, value, *_ in [*drive, (1, SPEED, -speed if back else speed), (0, SELECTOR, 126)]:
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
    for gap, signal, value, *_ in drive:
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
