"""The driving-state machine, example by example; times exact."""

from __future__ import annotations

import pytest

from carlendar.domain.vss import DATABROKER, GEARBOX, IGNITION, PARKING_BRAKE, REMEMBERED_SPEED, SELECTOR, SPEED
from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import DrivingState
from carlendar.safety.state import Change, DrivingStateMachine, Scalar

U, P, I, M = DrivingState.UNKNOWN, DrivingState.PARKED, DrivingState.IDLING, DrivingState.MOVING  # noqa: E741 — as in the table

Step = tuple[float, str, Scalar] | tuple[float, str, Scalar, int]
"""Elapsed second, signal, value, and the source's timestamp where it has one."""
LIGHT = "Vehicle.Exterior.LightIntensity"


def run(*steps: Step, until: float | None = None) -> list[tuple[float, DrivingState]]:
    """The changes that the steps bring, and the passage of time until `until`."""
    changes: list[Change] = []
    machine = DrivingStateMachine(changes.append)
    for at, signal, value, *reported in steps:
        machine.take(at, signal, value, *reported)
    if until is not None:
        machine.advance(until)
    return [(change.at, change.state) for change in changes]


def speeds(start: float, end: float, value: Scalar, step: float = 0.5) -> list[Step]:
    count = round((end - start) / step)
    return [(start + step * n, SPEED, value) for n in range(count + 1)]


def test_zero_in_p_is_parked_after_exactly_one_second_and_idling_never_seen() -> None:
    assert run((0.0, SELECTOR, 126), *speeds(0.25, 3.25, 0.0)) == [(1.25, P)]


def test_zero_in_drive_is_idling_after_exactly_two_seconds() -> None:
    assert run((0.0, SELECTOR, 127), *speeds(0.25, 3.25, 0.0)) == [(2.25, I)]


def test_moving_comes_with_its_signal_and_the_delay_runs_from_the_first_zero() -> None:
    drive: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.1, SPEED, 1.0), *speeds(2.5, 5.0, 0.0)]
    assert run(*drive) == [(1.0, P), (2.1, M), (3.5, P)]


def test_creeping_below_a_tenth_of_a_metre_per_second_is_standing() -> None:
    assert run(*speeds(0.0, 2.0, 0.359)) == [(2.0, I)]
    assert run((0.0, SPEED, 0.36)) == [(0.0, M)]


def test_backwards_is_moving() -> None:
    assert run((0.0, SELECTOR, -1), (0.1, SPEED, -2.0)) == [(0.1, M)]


def test_leaving_p_is_idling_at_once_even_before_two_seconds_of_zero() -> None:
    assert run((0.0, SELECTOR, 126), *speeds(0.0, 1.0, 0.0), (1.2, SELECTOR, 127)) == [(1.0, P), (1.2, I)]


def test_p_engaged_later_parks_at_once_when_the_zero_is_old_enough() -> None:
    assert run((0.0, SELECTOR, 127), *speeds(0.0, 3.0, 0.0), (3.2, SELECTOR, 126)) == [(2.0, I), (3.2, P)]


def test_a_lost_speed_is_unknown_one_second_after_its_last_confirmation() -> None:
    assert run((0.0, SELECTOR, 126), *speeds(0.0, 3.0, 0.0), until=60.0) == [(1.0, P), (4.0, U)]


def test_a_confirmation_at_the_very_limit_is_in_time() -> None:
    assert run((0.0, SELECTOR, 126), *speeds(0.0, 60.0, 0.0, step=1.0)) == [(1.0, P)]


def test_one_zero_alone_never_parks() -> None:
    assert run((0.0, SELECTOR, 126), (0.0, SPEED, 0.0), until=1.0) == []
    assert run((0.0, SELECTOR, 126), (0.0, SPEED, 0.0), until=9.0) == []


def test_delays_start_anew_after_a_loss() -> None:
    assert run((0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), *speeds(9.0, 11.0, 0.0)) == [(1.0, P), (3.0, U), (10.0, P)]


@pytest.mark.parametrize(
    "value", [None, "fast", True, float("nan"), float("inf"), -float("inf"), 540.1, -540.1, 10**400]
)
def test_a_nonsense_speed_is_unknown_at_once_and_trusted_again_only_after_its_delay(value: Scalar) -> None:
    before, after = speeds(0.0, 2.0, 0.0), speeds(2.5, 4.0, 0.0)
    drive: list[Step] = [(0.0, SELECTOR, 126), *before, (2.1, SPEED, value), (2.2, SELECTOR, 126), *after]
    assert run(*drive) == [(1.0, P), (2.1, U), (3.5, P)]


@pytest.mark.parametrize("ignition", ["OFF", "ACC", "LOCK", "off"])
def test_parked_outlasts_a_sleeping_bus_for_a_minute_while_the_ignition_is_off(ignition: str) -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.0, IGNITION, ignition)]
    assert run(*parked, until=62.0) == [(1.0, P)]
    assert run(*parked, until=36_000.0) == [(1.0, P), (62.0, U)]


def test_a_feeder_that_dies_with_the_ignition_off_and_a_driver_who_starts_is_not_parked_for_longer() -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.0, IGNITION, "OFF")]
    assert run(*parked, (2.0, LIGHT, 40.0), (3600.0, LIGHT, 41.0)) == [(1.0, P), (62.0, U)]
    again = [*parked, *speeds(50.0, 51.0, 0.0)]
    assert run(*again, until=3600.0) == [(1.0, P), (111.0, U)]


@pytest.mark.parametrize(
    ("signal", "value", "state"),
    [
        (IGNITION, "ON", U),
        (IGNITION, "START", U),
        (SPEED, 3.0, M),
        (SPEED, None, U),
        (DATABROKER, False, U),
        (SELECTOR, 127, U),
        (SELECTOR, None, U),
    ],
)
def test_what_ends_the_rest_of_a_sleeping_bus(signal: str, value: Scalar, state: DrivingState) -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.0, IGNITION, "OFF")]
    assert run(*parked, (40.0, signal, value)) == [(1.0, P), (40.0, state)]


def test_releasing_the_brake_of_a_manual_gearbox_ends_the_rest_of_a_sleeping_bus() -> None:
    manual: list[Step] = [
        (0.0, GEARBOX, "H"),
        (0.0, PARKING_BRAKE, True),
        *speeds(0.0, 2.0, 0.0),
        (2.0, IGNITION, "OFF"),
    ]
    assert run(*manual, (40.0, PARKING_BRAKE, False)) == [(1.0, P), (40.0, U)]


def test_a_bus_that_wakes_with_the_ignition_off_stays_parked() -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.0, IGNITION, "OFF")]
    assert run(*parked, *speeds(40.0, 43.0, 0.0)) == [(1.0, P)]


def test_ignition_on_right_after_waking_waits_for_a_second_of_zero() -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.0, IGNITION, "OFF")]
    woken: list[Step] = [(40.0, SPEED, 0.0), (40.1, IGNITION, "ON"), *speeds(40.5, 42.0, 0.0)]
    assert run(*parked, *woken) == [(1.0, P), (40.1, I), (41.0, P)]


def test_a_manual_gearbox_parks_by_its_brake() -> None:
    manual: list[Step] = [(0.0, GEARBOX, "H"), (0.0, PARKING_BRAKE, True), (0.0, SELECTOR, 0)]
    assert run(*manual, *speeds(0.0, 2.0, 0.0), (2.1, PARKING_BRAKE, False)) == [(1.0, P), (2.1, I)]


@pytest.mark.parametrize("gearbox", [None, "UNKNOWN", "AUTOMATIC", "DSG", "CVT", "SEQUENTIAL", 3.0])
def test_the_brake_alone_parks_no_gearbox_that_may_have_a_p(gearbox: Scalar) -> None:
    drive: list[Step] = [(0.0, GEARBOX, gearbox), (0.0, PARKING_BRAKE, True), *speeds(0.0, 3.0, 0.0)]
    assert run(*drive) == [(2.0, I)]


@pytest.mark.parametrize("selector", [None, "P", "126", 127, 0, -1, 1, True, float("nan")])
def test_a_missing_or_other_selector_never_parks(selector: Scalar) -> None:
    assert run((0.0, SELECTOR, selector), *speeds(0.0, 3.0, 0.0)) == [(2.0, I)]


def test_resume_from_suspend_is_unknown_even_with_the_ignition_off() -> None:
    changes: list[Change] = []
    machine = DrivingStateMachine(changes.append)
    parked: list[Step] = [(0.0, SELECTOR, 126), (0.0, IGNITION, "OFF"), *speeds(0.0, 2.0, 0.0)]
    for step in parked:
        machine.take(*step)
    machine.resume(7200.0)
    assert [(change.at, change.state) for change in changes] == [(1.0, P), (7200.0, U)]
    assert machine.due() is None


def test_the_next_due_time_is_known() -> None:
    machine = DrivingStateMachine(lambda _: None)
    assert machine.due() is None
    machine.take(5.0, SPEED, 0.0)
    assert machine.due() == 6.0
    machine.take(5.5, SPEED, 0.0)
    machine.take(5.5, SELECTOR, 126)
    assert machine.due() == 6.0
    machine.advance(6.0)
    assert machine.state is P
    assert machine.due() == 6.5


class TestGapsOfAndroidAutomotive:
    """What CarDrivingStateService and CarUxRestrictionsManagerService leave open (driver-safety.md, end of (b))."""

    @pytest.mark.rule("S1")
    def test_boot_gap_restricted_until_something_is_known(self) -> None:
        """AOSP starts every display unrestricted, and leaves it so while nothing has been received."""
        machine = DrivingStateMachine(lambda _: None)
        assert restrictions_for(machine.state, "").flags.value == 0x1FF
        machine.advance(3600.0)
        assert machine.state is U

    @pytest.mark.rule("S1")
    def test_boot_gap_a_car_that_lacks_a_signal_stays_restricted(self) -> None:
        """AOSP dispatches nothing while one of its three properties is unsupported: the display stays unrestricted."""
        assert run((0.0, SELECTOR, 126), (0.0, PARKING_BRAKE, True), until=3600.0) == []
        assert run(*speeds(0.0, 5.0, 0.0)) == [(2.0, I)]

    @pytest.mark.rule("S5")
    def test_p_while_moving_is_moving(self) -> None:
        """AOSP reports PARKED by the gear alone, whatever the speed."""
        assert run((0.0, SELECTOR, 126), *speeds(0.0, 5.0, 12.0)) == [(0.0, M)]

    @pytest.mark.rule("S5")
    def test_p_while_moving_the_parking_brake_changes_nothing(self) -> None:
        drive: tuple[Step, ...] = ((0.0, SELECTOR, 126), (0.0, PARKING_BRAKE, True), *speeds(0.0, 5.0, -1.0))
        assert run(*drive) == [(0.0, M)]

    @pytest.mark.rule("S2")
    def test_stale_zero_speed_is_unknown(self) -> None:
        """AOSP has no limit of age: a frozen zero stays IDLING without end."""
        assert run((0.0, SELECTOR, 127), *speeds(0.0, 3.0, 0.0), until=3600.0) == [(2.0, I), (4.0, U)]

    @pytest.mark.rule("S2")
    def test_stale_zero_speed_in_p_is_unknown_too(self) -> None:
        drive: tuple[Step, ...] = ((0.0, SELECTOR, 126), (0.0, IGNITION, "ON"), *speeds(0.0, 3.0, 0.0))
        assert run(*drive, until=3600.0) == [(1.0, P), (4.0, U)]

    @pytest.mark.rule("S4")
    def test_cold_start_in_motion_never_passes_through_a_looser_state(self) -> None:
        """A head unit that restarts at speed: AOSP is unrestricted until the first speed, and idling at its first 0."""
        assert run((0.0, SPEED, 80.0), (0.1, SELECTOR, 127), (0.2, IGNITION, "ON")) == [(0.0, M)]
        late: tuple[Step, ...] = ((0.0, SELECTOR, 126), (0.0, PARKING_BRAKE, True), (5.0, SPEED, 80.0))
        assert run(*late) == [(5.0, M)]

    @pytest.mark.rule("S4")
    def test_cold_start_with_one_zero_between_is_not_believed_before_its_delay(self) -> None:
        assert run((0.0, SELECTOR, 126), (0.0, SPEED, 0.0), (0.1, SPEED, 80.0)) == [(0.1, M)]

    @pytest.mark.rule("S4")
    def test_manual_gearbox_has_no_p_and_its_parking_brake_decides(self) -> None:
        """As AOSP, but only after a second of zero, only of a gearbox known to be manual, and never while rolling."""
        manual: tuple[Step, ...] = ((0.0, GEARBOX, "H"), (0.0, PARKING_BRAKE, True), (0.0, SELECTOR, 0))
        assert run(*manual, *speeds(0.0, 3.0, 0.0), until=3.0) == [(1.0, P)]
        assert run(*manual, *speeds(0.0, 3.0, 5.0), until=3.0) == [(0.0, M)]
        released: tuple[Step, ...] = ((0.0, GEARBOX, "H"), (0.0, PARKING_BRAKE, False), *speeds(0.0, 3.0, 0.0))
        assert run(*released, until=3.0) == [(2.0, I)]
        automatic: tuple[Step, ...] = ((0.0, GEARBOX, "AUTOMATIC"), (0.0, PARKING_BRAKE, True), *speeds(0.0, 3.0, 0.0))
        assert run(*automatic, until=3.0) == [(2.0, I)]


def reported(start: float, end: float, value: Scalar, source: int, step: int = 1) -> list[Step]:
    """Speeds twice a second with timestamps from `source` on; with a step of 0 all are the same report."""
    count = round((end - start) / 0.5)
    return [(start + 0.5 * n, SPEED, value, source + step * n) for n in range(count + 1)]


def test_a_retained_value_confirms_nothing_however_often_it_is_read() -> None:
    drive: list[Step] = [(0.0, SELECTOR, 126, 1), *reported(0.0, 2.0, 0.0, 10), *reported(2.5, 21.0, 0.0, 14, step=0)]
    assert run(*drive) == [(1.0, P), (3.0, U)]
    older: list[Step] = [(0.0, SELECTOR, 126, 1), *reported(0.0, 2.0, 0.0, 10), *reported(2.5, 21.0, 0.0, 13, step=-1)]
    assert run(*older) == [(1.0, P), (3.0, U)]


def test_an_old_report_of_a_motion_still_tightens() -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126, 1), *reported(0.0, 2.0, 0.0, 10)]
    assert run(*parked, (2.1, SPEED, 20.0, 5)) == [(1.0, P), (2.1, M)]
    held: list[Step] = [*parked, (2.0, IGNITION, "OFF"), (30.0, SPEED, 20.0, 5)]
    assert run(*held) == [(1.0, P), (30.0, U)]


def test_p_counts_only_if_reported_after_the_car_last_moved_fast() -> None:
    drive: list[Step] = [(0.0, SELECTOR, 126, 1), *reported(0.0, 2.0, 50.0, 10), *reported(2.5, 6.0, 0.0, 20)]
    assert run(*drive) == [(0.0, M), (4.5, I)]
    assert run(*drive, (6.1, SELECTOR, 126, 1)) == [(0.0, M), (4.5, I)]
    assert run(*drive, (6.1, SELECTOR, 126, 14)) == [(0.0, M), (4.5, I)]  # as old as the last fast speed
    assert run(*drive, (6.1, SELECTOR, 126, 15)) == [(0.0, M), (4.5, I), (6.1, P)]


@pytest.mark.parametrize(("speed", "state"), [(5.4, P), (-5.4, P), (5.41, I), (-5.5, I)])
def test_rolling_up_to_a_metre_and_a_half_a_second_leaves_p_in_force(speed: float, state: DrivingState) -> None:
    drive: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 1.0, speed), *speeds(1.5, 4.0, 0.0)]
    assert run(*drive)[-1][1] is state


def test_the_brake_of_a_manual_gearbox_counts_only_after_the_last_fast_motion() -> None:
    manual: list[Step] = [(0.0, GEARBOX, "H"), (0.0, PARKING_BRAKE, True, 1), *reported(0.0, 1.0, 30.0, 10)]
    stop = [*manual, *reported(1.5, 5.0, 0.0, 20)]
    assert run(*stop) == [(0.0, M), (3.5, I)]
    assert run(*stop, (5.0, PARKING_BRAKE, True, 40)) == [(0.0, M), (3.5, I), (5.0, P)]


@pytest.mark.parametrize(
    ("speed", "state"), [(30.0, I), (-6.0, I), (5.4, P), (None, P), ("fast", P), (float("nan"), P)]
)
def test_a_fast_motion_that_the_broker_remembers_is_newer_than_an_older_p(speed: Scalar, state: DrivingState) -> None:
    missed: list[Step] = [(0.0, SELECTOR, 126, 10), (0.0, REMEMBERED_SPEED, speed, 11)]
    assert run(*missed, *reported(0.1, 3.1, 0.0, 20))[-1][1] is state
    assert run(*missed, until=9.0) == []  # it confirms nothing
    fresh: list[Step] = [(0.0, SELECTOR, 126, 12), (0.0, REMEMBERED_SPEED, speed, 11)]
    assert run(*fresh, *reported(0.1, 3.1, 0.0, 20))[-1][1] is P


def test_a_clock_that_is_set_back_makes_no_old_p_new() -> None:
    """P with a timestamp of a clock that ran ahead, and a drive by the corrected clock: it arrived before the drive."""
    drive: list[Step] = [(0.0, SELECTOR, 126, 10_000), *reported(0.0, 2.0, 50.0, 10), *reported(2.5, 6.0, 0.0, 20)]
    assert run(*drive, (6.1, SELECTOR, 126, 10_000)) == [(0.0, M), (4.5, I)]


def test_a_p_that_the_broker_remembers_from_before_its_clock_was_set_back_does_not_count_after_a_drive() -> None:
    """Two paths of the selector: the one that reported P has died, the other has no value any more at a red light."""
    second = 1_000_000_000
    drive: list[Step] = [(0.0, SELECTOR, 126, 9000 * second), *reported(0.0, 2.0, 0.0, 9001 * second)]
    drive += [(2.1, DATABROKER, False), (2.2, SELECTOR, 127, 100 * second), *reported(2.5, 4.0, 50.0, 101 * second)]
    drive += [*reported(4.5, 6.0, 0.0, 110 * second), (6.1, SELECTOR, 126, 9000 * second)]
    assert run(*drive, *reported(6.5, 9.0, 0.0, 120 * second)) == [(1.0, P), (2.2, I), (2.5, M), (6.5, I)]
    lost: list[Step] = [*reported(6.5, 7.0, 0.0, 120 * second), (7.1, DATABROKER, False)]
    assert run(*drive, *lost, until=7.9)[-1] == (6.5, I)
    again: list[Step] = [(6.6, SELECTOR, 127, 121 * second), (6.7, SELECTOR, 126, 122 * second)]
    assert run(*drive, *reported(6.5, 6.5, 0.0, 120 * second), *again)[-1] == (6.7, P)


def test_a_broker_that_comes_back_with_other_timestamps_is_trusted_again_and_a_short_loss_is_bridged() -> None:
    drive: list[Step] = [(0.0, SELECTOR, 126, 1), *reported(0.0, 2.0, 0.0, 1000), (2.1, DATABROKER, False)]
    assert run(*drive, *reported(2.5, 5.0, 0.0, 10)) == [(1.0, P)]
    assert run(*drive, until=9.0) == [(1.0, P), (3.0, U)]
    off: list[Step] = [(0.0, IGNITION, "OFF"), *drive]
    assert run(*off, until=9.0) == [(1.0, P), (3.0, U)]  # without a broker the ignition holds nothing


@pytest.mark.parametrize("value", [None, "x", True, float("nan"), 600.0])
def test_after_the_broker_was_lost_nonsense_confirms_nothing(value: Scalar) -> None:
    parked: list[Step] = [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.1, DATABROKER, False)]
    assert run(*parked, (2.2, SPEED, value), (2.3, SPEED, value)) == [(1.0, P), (2.2, U)]


def test_a_p_at_the_last_moment_of_a_confirmation_parks_neither_then_nor_with_what_follows() -> None:
    zero: list[Step] = [*speeds(0.0, 1.5, 0.0), (2.5, SELECTOR, 126)]
    assert run((0.0, IGNITION, "OFF"), *zero, (2.5, LIGHT, 1.0), (2.6, LIGHT, 1.0)) == [(2.0, I), (2.5, U)]


def lined(*line: tuple[float, bool], until: float) -> list[tuple[float, DrivingState]]:
    """A car parked at 1.0, silent from 2.0 on with the ignition off, and what the independent line says."""
    changes: list[Change] = []
    machine = DrivingStateMachine(changes.append)
    for at, signal, value, *_ in [(0.0, SELECTOR, 126), *speeds(0.0, 2.0, 0.0), (2.0, IGNITION, "OFF")]:
        machine.take(at, signal, value)
    for at, off in line:
        machine.ignition_line(at, off=off)
    machine.advance(until)
    return [(change.at, change.state) for change in changes]


def test_only_an_independent_ignition_line_makes_parked_hold_longer() -> None:
    each_second = [(float(second), True) for second in range(3, 3600)]
    assert lined(*each_second, until=3600.0) == [(1.0, P)]
    assert lined(*each_second, (3600.0, False), until=3600.0) == [(1.0, P), (3600.0, U)]
    assert lined(*each_second, until=7200.0) == [(1.0, P), (3602.0, U)]  # the line itself fell silent
    assert lined((10.0, False), until=10.0) == [(1.0, P), (10.0, U)]
    assert lined((61.0, True), (70.0, True), until=80.0) == [(1.0, P), (64.0, U)]
