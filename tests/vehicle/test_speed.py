"""Which of a car's paths gives the speed, and what confirms it; alone and together with the driving-state machine."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.domain.ports import Reading
from carlendar.domain.vss import REMEMBERED_SPEED, SELECTOR, SPEED
from carlendar.safety.restrictions import DrivingState
from carlendar.safety.state import DrivingStateMachine
from carlendar.vehicle.signals import ALIASES, ROLLS, Scalar, sources
from carlendar.vehicle.speed import SpeedChoice

OBD, MOVES = "Vehicle.OBD.Speed", "Vehicle.IsMoving"


def choice(*paths: str) -> SpeedChoice:
    return SpeedChoice(sources([SPEED], dict.fromkeys(paths or (SPEED,), "")))


def test_what_the_broker_remembers_is_no_reading() -> None:
    one = choice()
    assert one.take(0.0, SPEED, 0.0, 10) is None
    assert [one.take(at, SPEED, 0.0, 10, read=True) for at in (0.5, 1.0, 1.5)] == [None] * 3
    assert one.take(2.0, SPEED, 0.0, 11, read=True) == Reading(2.0, SPEED, 0.0, 11)


@pytest.mark.parametrize(("raw", "counts"), [(30.0, True), (-30.0, True), (0.0, False), (None, False), (655.35, False)])
def test_a_motion_that_the_broker_remembers_is_evidence_of_itself_alone(raw: Scalar, counts: bool) -> None:
    one = choice()
    assert one.take(0.0, SPEED, raw, 10) == (Reading(0.0, REMEMBERED_SPEED, raw, 10) if counts else None)
    assert one.take(0.5, SPEED, raw, 10, read=True) is None


@pytest.mark.parametrize("read", [True, False])
def test_only_a_newer_timestamp_confirms(read: bool) -> None:
    one = choice()
    one.take(0.0, SPEED, 0.0, 10)
    assert one.take(0.1, SPEED, 0.0, 11, read=read) == Reading(0.1, SPEED, 0.0, 11)
    assert one.take(0.2, SPEED, 0.0, 11, read=read) is None
    assert one.take(0.3, SPEED, 0.0, 9, read=read) is None
    assert one.take(0.4, SPEED, 0.0, None, read=read) is None


def test_without_timestamps_only_a_new_value_in_the_stream_confirms() -> None:
    one = choice()
    one.take(0.0, SPEED, 0.0, None)
    assert one.take(0.1, SPEED, 0.0, None) is None
    assert one.take(0.2, SPEED, 0.1, None, read=True) is None
    assert one.take(0.3, SPEED, 0.1, None) == Reading(0.3, SPEED, 0.1)


def test_a_read_that_overtakes_the_stream_hides_nothing_and_is_not_undone() -> None:
    one = choice()
    one.take(0.0, SPEED, 30.0, 10)
    one.take(0.1, SPEED, 20.0, 11)
    assert one.take(0.3, SPEED, 0.0, 13, read=True) == Reading(0.3, SPEED, 0.0, 13)
    assert one.take(0.31, SPEED, 5.0, 12) is None  # older, and only late
    assert one.take(0.32, SPEED, 0.0, 13) is None
    assert not one.set_back


def test_a_clock_that_is_set_back_never_hides_a_motion() -> None:
    one = choice()
    one.take(0.0, SPEED, 0.0, 1000)
    one.take(0.1, SPEED, 0.0, 1001)
    moving = one.take(0.2, SPEED, 7.0, 5)
    assert moving is not None
    assert (moving.value, moving.reported) == (7.0, 1001)  # not newer: it tightens, and confirms nothing
    assert one.set_back
    assert one.take(0.3, SPEED, 0.0, 6) is None


def test_the_heartbeat_of_the_provider_makes_a_read_of_an_old_value_a_confirmation_for_a_second() -> None:
    one = choice()
    one.take(0.0, SPEED, 0.0, 10)
    one.beat(0.0, 50)  # from memory too
    assert one.take(0.1, SPEED, 0.0, 10, read=True) is None
    one.beat(0.2, 51)
    assert one.take(0.3, SPEED, 0.0, 10, read=True) == Reading(0.3, SPEED, 0.0, 51)
    assert one.take(0.3, SPEED, 0.0, 10) is None  # only a read
    one.beat(0.4, 51)
    assert one.take(1.2, SPEED, 0.0, 10, read=True) is not None
    assert one.take(1.3, SPEED, 0.0, 10, read=True) is None
    one.beat(1.4, 50)
    assert one.take(1.4, SPEED, 0.0, 10, read=True) is None


def test_a_late_answer_to_a_read_does_not_let_a_heartbeat_advance_twice() -> None:
    one = choice()
    one.take(0.0, SPEED, 0.0, 10)
    one.beat(0.0, 50)
    one.beat(0.2, 52)  # the last one: its provider dies
    one.beat(0.3, 51, read=True)  # asked before, answered after
    one.beat(0.8, 52, read=True)
    assert one.take(1.2, SPEED, 0.0, 10, read=True) is not None
    assert one.take(1.3, SPEED, 0.0, 10, read=True) is None


def test_a_heartbeat_whose_clock_was_set_back_asks_for_a_new_connection() -> None:
    one = choice()
    one.beat(0.0, 50)
    one.beat(0.2, 49, read=True)
    assert not one.set_back  # only a late answer
    one.beat(0.4, 30)
    assert one.set_back


def test_a_heartbeat_confirms_no_speed_that_was_never_published() -> None:
    one = choice()
    one.take(0.0, SPEED, None, 10)
    one.beat(0.0, 50)
    one.beat(0.2, 51)
    assert one.take(0.3, SPEED, None, 10, read=True) is None


@pytest.mark.parametrize(("path", "raw", "value"), [(OBD, 40.0, 40.0), (MOVES, True, ROLLS), (MOVES, False, 0.0)])
def test_a_fallback_leads_when_nothing_better_is_published(path: str, raw: Scalar, value: Scalar) -> None:
    all_ = choice(SPEED, OBD, MOVES)
    for each in (SPEED, OBD, MOVES):
        assert all_.take(0.0, each, None, 1) is None
    assert all_.take(0.1, path, raw, 2) == Reading(0.1, SPEED, value, 2)
    assert all_.alone(path)


def test_the_better_path_leads_as_soon_as_it_is_published_and_another_only_after_its_silence() -> None:
    both = choice(SPEED, OBD)
    for path in (SPEED, OBD):
        both.take(0.0, path, 0.0, 1)
    assert both.take(0.1, OBD, 0.0, 2) is not None
    assert both.take(0.2, SPEED, 0.0, 3) is not None
    assert both.take(0.3, OBD, 0.0, 4) is None
    assert both.take(1.2, OBD, 0.0, 5) is None
    assert both.take(1.21, OBD, 0.0, 6) == Reading(1.21, SPEED, 0.0, 6)


def test_the_faster_of_two_counts_until_the_leader_has_moved_since() -> None:
    both = choice(SPEED, OBD)
    for path in (SPEED, OBD):
        both.take(0.0, path, 0.0, 1)
    both.take(0.1, SPEED, 0.0, 2)
    assert both.take(0.2, OBD, 50.0, 3) == Reading(0.2, SPEED, 50.0, 2)
    assert [both.take(0.3 + n, SPEED, 0.0, 4 + n) for n in range(3)] == [
        Reading(0.3 + n, SPEED, 50.0, 4 + n) for n in range(3)
    ]
    both.take(3.0, SPEED, 20.0, 20)
    assert both.take(3.1, SPEED, 0.0, 21) == Reading(3.1, SPEED, 0.0, 21)


def test_nonsense_of_the_leading_or_a_better_path_is_passed_on_at_once() -> None:
    both = choice(SPEED, OBD)
    for path in (SPEED, OBD):
        both.take(0.0, path, 0.0, 1)
    both.take(0.1, OBD, 0.0, 2)
    better = both.take(0.2, SPEED, 655.35, 3)
    assert better is not None
    assert better.value == 655.35
    both.take(0.3, SPEED, 0.0, 4)
    assert both.take(0.4, OBD, float("inf"), 5) is None
    gone = both.take(0.5, SPEED, None, 6)
    assert gone is not None
    assert gone.value is None


@dataclass
class Provider:
    """What one path last published, by the test's own account."""

    value: float = 0.0
    at: float = -100.0
    reported: int = 0


@dataclass
class Road:
    """A car with several speed paths, and what a screen would show."""

    at: float = 0.0
    clock: int = 100
    choice: SpeedChoice = field(default_factory=lambda: choice(SPEED, OBD))
    machine: DrivingStateMachine = field(default_factory=lambda: DrivingStateMachine(lambda _: None))
    providers: dict[str, Provider] = field(default_factory=lambda: {SPEED: Provider(), OBD: Provider()})

    def publish(self, path: str, value: float) -> None:
        self.clock += 1
        self.providers[path] = Provider(value, self.at, self.clock)
        self._take(path, read=False)

    def read(self) -> None:
        for path in self.providers:
            self._take(path, read=True)

    def _take(self, path: str, *, read: bool) -> None:
        said = self.providers[path]
        reading = self.choice.take(self.at, path, said.value, said.reported, read=read)
        if reading is not None:
            self.machine.take(reading.at, reading.signal, reading.value, reading.reported)

    def rest(self, seconds: float) -> None:
        self.at = round(self.at + seconds, 3)
        self.machine.advance(self.at)


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([SPEED, OBD]), st.sampled_from([0.0, 0.0, 0.0, 4.0, 50.0])),
        st.tuples(st.just("wait"), st.sampled_from([0.1, 0.1, 0.45, 1.5, 5.0])),
        st.tuples(st.just("read"), st.just(0.0)),
        st.tuples(st.just("P"), st.just(0.0)),
    ),
    max_size=80,
)


@settings(max_examples=500, deadline=None)
@given(steps)
def test_no_path_that_reports_a_motion_is_overruled_and_no_memory_is_trusted(drive: list[tuple[str, float]]) -> None:
    road = Road()
    for path in (SPEED, OBD):
        road.choice.take(0.0, path, 0.0, 1)
    for what, value in drive:
        if what == "wait":
            road.rest(value)
        elif what == "read":
            road.read()
        elif what == "P":
            road.clock += 1
            road.machine.take(road.at, SELECTOR, 126, road.clock)
        else:
            road.publish(what, value)
        fresh = [each for each in road.providers.values() if road.at - each.at <= 1.0]
        if any(each.value >= 0.36 for each in fresh):
            assert road.machine.state in (DrivingState.MOVING, DrivingState.UNKNOWN)
        if all(road.at - each.at > 1.001 for each in road.providers.values()):
            assert road.machine.state is DrivingState.UNKNOWN


def test_every_path_of_the_table_can_lead() -> None:
    assert choice(*(alias.path for alias in ALIASES[SPEED])).paths == (SPEED, OBD, MOVES)
