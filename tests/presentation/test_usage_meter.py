"""What the screen counts for telemetry: attempts to join, reminders, screens while moving, latencies."""

from __future__ import annotations

import pytest
from msgspec import convert
from msgspec.structs import replace

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import Call, CallPhase, EndedBy, PhoneState, TonesPhase
from carlendar.domain.online_call import OnlineEnd, OnlinePhase, OnlineReadiness, OnlineState
from carlendar.ipc.messages import OnlineStatus
from carlendar.presentation.intents import ShowAgenda
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action, ScreenName
from carlendar.presentation.usage_meter import SCREENS, SERVICES, UsageMeter
from carlendar.safety.restrictions import DrivingState
from carlendar.telemetry.schema import EVENTS, MeetingService, ScreenKind
from tests.presentation.conftest import REVIEW, TEAMS, At, Car

NUMBER = TEAMS.dial_ins[0].number


def metered(car: Car, latencies: tuple[float, ...] = ()) -> list[tuple[str, dict[str, str]]]:
    """Attach a meter; returns what it sends, each checked against the schema of telemetry."""
    sent: list[tuple[str, dict[str, str]]] = []

    def send(name: str, fields: dict[str, str]) -> None:
        convert(fields, EVENTS[name], strict=False)
        sent.append((name, fields))

    car.presenter.attach_meter(UsageMeter(send, car.clock, lambda: latencies))
    return sent


def call(car: Car, phase: CallPhase, **fields: object) -> None:
    """The phone reports the call."""
    made = Call("/1", NUMBER, phase, car.clock.elapsed, **fields)  # type: ignore[arg-type]  # of a test
    ended = phase is CallPhase.ENDED
    state = PhoneState(connected=True, calls=() if ended else (made,), last_ended=made if ended else None)
    car.presenter.phone_changed(state)


def joined(at: At) -> tuple[Car, list[tuple[str, dict[str, str]]]]:
    car = Car()
    car.clock.wall = at("8:59")
    car.start().fresh()
    sent = metered(car)
    car.join(occurrence_key(REVIEW.event))
    return car, sent


def test_the_time_from_the_touch_to_the_typed_id_is_counted(at: At) -> None:
    car, sent = joined(at)
    car.clock.advance(2)
    call(car, CallPhase.DIALING)
    car.clock.advance(5)
    call(car, CallPhase.ACTIVE, tones=TonesPhase.SENDING, answered=True)
    assert sent == []
    car.clock.advance(3)
    call(car, CallPhase.ACTIVE, tones=TonesPhase.SENT, answered=True)
    call(car, CallPhase.ACTIVE, tones=TonesPhase.SENT, answered=True)
    assert sent == [("join", {"service": "teams", "way": "dial_in", "outcome": "connected", "connected_ms": "10000"})]


def test_a_failed_attempt_is_counted_with_its_outcome(at: At) -> None:
    car, sent = joined(at)
    call(car, CallPhase.DIALING)
    call(car, CallPhase.ENDED, ended_by=EndedBy.BUSY)
    assert sent == [("join", {"service": "teams", "way": "dial_in", "outcome": "busy"})]


def test_hanging_up_before_the_connection_is_a_cancelled_attempt(at: At) -> None:
    car, sent = joined(at)
    call(car, CallPhase.DIALING)
    car.touch("leave")
    assert sent == [("join", {"service": "teams", "way": "dial_in", "outcome": "cancelled"})]


@pytest.mark.parametrize(
    ("phase", "end", "outcome"),
    [
        (OnlinePhase.CONNECTED, None, "connected"),
        (OnlinePhase.ENDED, OnlineEnd.DENIED, "refused"),
        (OnlinePhase.ENDED, OnlineEnd.CONNECTION_LOST, "network"),
        (OnlinePhase.ENDED, OnlineEnd.LEFT, "cancelled"),
        (OnlinePhase.ENDED, OnlineEnd.ENGINE, "other"),
    ],
)
def test_an_attempt_over_data_is_counted_as_one(
    at: At, phase: OnlinePhase, end: OnlineEnd | None, outcome: str
) -> None:
    car = Car()
    car.clock.wall = at("8:59")
    car.start(Options(region="DE", join_by="data")).fresh()
    ready, key = OnlineReadiness("simulated", ("teams",)), occurrence_key(REVIEW.event)
    car.presenter.service_said(OnlineStatus(ready))
    sent = metered(car)
    car.join(key)
    for each, why in ((OnlinePhase.CONNECTING, None), (OnlinePhase.LOBBY, None), (phase, end), (phase, end)):
        car.clock.advance(2)
        car.presenter.service_said(OnlineStatus(ready, key, OnlineState(each, car.clock.elapsed, end=why)))
    fields = {"service": "teams", "way": "data", "outcome": outcome}
    assert sent == [("join", fields | ({"connected_ms": "6000"} if outcome == "connected" else {}))]


def test_a_reminder_is_counted_when_it_is_shown_and_when_it_is_answered(at: At) -> None:
    car = Car()
    car.clock.wall = at("8:54")
    car.start(quiet=False).fresh()
    sent = metered(car)
    car.wait(120)
    assert sent == [("reminder", {"outcome": "shown", "moving": "true"})]
    car.touch("skip")
    assert sent[1] == ("reminder", {"outcome": "dismissed", "moving": "true"})


def test_screens_while_moving_are_reported_when_the_car_is_parked(car: Car) -> None:
    sent = metered(car, (0.031, 0.034, 0.120))
    car.drive(DrivingState.IDLING)
    car.drive(DrivingState.MOVING)
    meter = car.presenter.meter
    assert meter is not None
    meter.drawn(ScreenName.DRIVE)
    car.clock.advance(60)
    car.presenter.act(Action(ShowAgenda(), ("x",)))
    meter.drawn(car.frame.screen)
    car.clock.advance(30)
    meter.drawn(car.frame.screen)
    car.drive(DrivingState.IDLING)
    car.clock.advance(100)
    assert sent == []
    car.drive(DrivingState.PARKED)
    screens = {fields["screen"]: fields for name, fields in sent if name == "screen"}
    assert screens["now"]["seconds"] == "60"
    assert screens["agenda"] == {
        "screen": "agenda", "seconds": "30", "frames": "2", "touches": "1", "glances": "2", "glance_ms": "2500",
    }  # fmt: skip
    assert [fields for name, fields in sent if name == "tightening"] == [
        {"latency_ms": "40", "count": "2"}, {"latency_ms": "120", "count": "1"},
    ]  # fmt: skip


def test_every_service_and_screen_has_a_name_in_telemetry() -> None:
    assert set(SERVICES.values()) <= {each.value for each in MeetingService}
    assert {SCREENS[each] for each in ScreenName} == {each.value for each in ScreenKind}


def test_an_emergency_call_is_reported_to_the_service(car: Car) -> None:
    metered(car)
    car.done.clear()
    state = PhoneState(connected=True, calls=(Call("/e", "112", CallPhase.ACTIVE, 0.0, emergency=True),))
    car.presenter.phone_changed(state)
    car.presenter.phone_changed(replace(state, muted=True))
    car.presenter.phone_changed(PhoneState(connected=True))
    sent = [done for done in car.done if done[:2] == ("send", "emergency")]
    assert sent == [("send", "emergency", {"on": "1"}), ("send", "emergency", {"on": "0"})]
