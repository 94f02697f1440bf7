"""The rules S3, S6, S7 and S8 over random drives: a real engine, a real presenter, and whatever a person does between.

Signals come, stall and jump in time; a finger touches what is there and what is not; the phone and the service say
things. After each step the screen draws, as the loop does: what the engine says now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.domain.place import Position
from carlendar.domain.ports import Reading
from carlendar.domain.vss import GEARBOX, IGNITION, PARKING_BRAKE, SELECTOR, SPEED
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation.access_policy import HOME, SCREENS, Need, ScreenAddress
from carlendar.presentation.apply_limits import actions, groups, texts
from carlendar.presentation.options import MASKS, THEMES, Options
from carlendar.presentation.states import Frame, NoticeState, ScreenName
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.presentation.view_context import Panel
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.policy import PlatformReport, is_tightening
from carlendar.safety.restrictions import DrivingState, Flag
from carlendar.text.graphemes import count
from tests.intents import KINDS, action_of
from tests.presentation.conftest import Car

SUBJECT = "id Product review@2026-11-23T08:00:00Z"
SECRETS = ("Launch checklist", "ABC DEF GHJ", "microsoft.com/devicelogin")
"""Of an invitation's text, and of a sign-in: for a parked car alone."""
CODE = SignInStatus("code", "ABCDEFGHJ", "https://microsoft.com/devicelogin", 900.0)


@dataclass(frozen=True)
class Signal:
    """A reading, `after` seconds."""

    after: float
    name: str
    value: float | bool | str | None


@dataclass(frozen=True)
class Touch:
    """On the first action of that intent, or, `blind`, as if it had been on offer a moment ago."""

    intent: str
    blind: bool = False


@dataclass(frozen=True)
class Jump:
    """Time alone, of both clocks or of the time of day."""

    seconds: float
    wall: bool = False


signals = st.one_of(
    st.builds(Signal, st.sampled_from([0.0, 0.05, 0.4, 0.9, 1.1, 30.0]), st.just(SPEED),
              st.sampled_from([0.0, 0.0, 0.0, 3.0, -3.0, 90.0, None, float("nan"), 900.0])),
    st.builds(Signal, st.sampled_from([0.0, 0.3]), st.just(SELECTOR), st.sampled_from([126, 126, 127, None])),
    st.builds(Signal, st.just(0.1), st.sampled_from([PARKING_BRAKE]), st.booleans()),
    st.builds(Signal, st.just(0.1), st.just(GEARBOX), st.sampled_from(["H", "AUTOMATIC"])),
    st.builds(Signal, st.just(0.1), st.just(IGNITION), st.sampled_from(["ON", "OFF"])),
)  # fmt: skip
parking = st.just("parks")
"""A second and more of zero in P, at whatever moment: else nearly no random drive would ever be parked."""
touches = st.builds(Touch, st.sampled_from(sorted(KINDS)), st.booleans())
jumps = st.builds(Jump, st.sampled_from([0.2, 1.0, 61.0, 1e6]), st.booleans())
restored = st.builds(ScreenAddress, st.sampled_from(ScreenName), st.sampled_from(["", SUBJECT, "p1"]))
steps = st.lists(st.one_of(signals, parking, touches, parking, jumps, restored, st.sampled_from(Panel)), max_size=16)
drives = st.lists(st.one_of(signals, parking, jumps.filter(lambda jump: jump.seconds <= 61.0)), max_size=12)


@dataclass
class Drive:
    """An engine and a screen around one clock; and an engine that gets the same signals and no settings."""

    car: Car
    engine: SafetyEngine = field(init=False)
    plain: SafetyEngine = field(init=False)
    drove: bool = False
    """Whether anything was forbidden since this was set to False."""

    def __post_init__(self) -> None:
        self.engine, self.plain = (SafetyEngine(self.car.clock, slept=lambda: 0.0) for _ in range(2))
        self.draw()

    def draw(self) -> Frame:
        frame: Frame = self.car.presenter.restrict(self.engine.current())
        self.drove = self.drove or frame.restrictions.restricted
        return frame

    def step(self, step: object) -> Frame:
        clock, presenter = self.car.clock, self.car.presenter
        match step:
            case Signal():
                clock.advance(step.after)
                for engine in (self.engine, self.plain):
                    engine.take([Reading(clock.seconds(), step.name, step.value)])
            case "parks":
                for _ in range(4):
                    self.step(Signal(0.4, SELECTOR, 126))
                    self.step(Signal(0.0, SPEED, 0.0))
            case Jump() if step.wall:
                clock.wall += timedelta(seconds=min(step.seconds, 1e5))
                presenter.clock_changed()
            case Jump():
                clock.advance(step.seconds)
                self.engine.elapse()
                self.plain.elapse()
                presenter.tick()
            case ScreenAddress():
                presenter._session.back_stack._stack = [HOME] if step == HOME else [HOME, step]
                presenter.clock_changed()  # recomposes the frame
            case Panel():
                presenter._session.panel, presenter._session.panel_subject = step, SUBJECT
                presenter.clock_changed()
            case Touch():
                self.touch(step)
        return self.draw()

    def touch(self, touch: Touch) -> None:
        found = [action for action in actions(self.car.frame) if action.intent.name == touch.intent]
        if found:
            self.car.presenter.act(found[0])
        elif touch.blind:
            self.car.presenter.act(action_of(touch.intent, SUBJECT))


def complies(frame: Frame, drive: Drive) -> None:
    """The frame is that of the newest restrictions, and shows nothing that they forbid."""
    held = drive.engine.current()
    assert frame.restrictions == held
    if not held.restricted:
        return
    need, body = SCREENS[frame.screen].need, frame.body
    aside = isinstance(body, NoticeState)
    assert need is Need.NOTHING or aside or (need is Need.STANDING and not held.moving), frame.screen
    assert not isinstance(body, NoticeState) or body.paragraphs == ()
    assert not frame.rail
    shown = [text for text in texts(frame) if text]
    assert all(count(text) <= (held.limits.string or 0) for text in shown)
    assert sum(map(count, shown)) <= (held.limits.page or 0)
    assert groups(frame) <= (held.limits.groups or 0)
    assert not any(secret in str(to_builtins(frame)) for secret in SECRETS)


def driven(new_car: type[Car], options: Options | None = None) -> Drive:
    return Drive(new_car().start(options or Options(region="DE"), state=DrivingState.UNKNOWN))


often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@often
@given(steps)
def test_s3_the_first_frame_after_any_signal_complies_with_it_whatever_was_on_the_screen(
    new_car: type[Car], steps: list[object]
) -> None:
    drive = driven(new_car)
    drive.car.presenter.service_said(CODE)
    for step in steps:
        frame = drive.step(step)
        complies(frame, drive)
        if isinstance(step, Signal) and step.name == SPEED and step.value in (3.0, -3.0, 90.0):
            assert frame.restrictions.state is DrivingState.MOVING  # by its own signal, with no time between


every_option = st.builds(
    Options,
    language=st.sampled_from(["en", "de", "ar", "xx"]), follows_car=st.booleans(), region=st.sampled_from(["DE", "US"]),
    hours=st.sampled_from(["auto", "12", "24"]), theme=st.sampled_from(THEMES), mask=st.sampled_from(MASKS),
    hide_declined=st.booleans(), reminder_minutes=st.integers(0, 60), join_muted=st.booleans(),
    late_allowed=st.booleans(), browser_sign_in=st.booleans(), more_permissions=st.booleans(),
    rows_fit=st.none() | st.integers(1, 99), days_kept=st.integers(0, 30),
)  # fmt: skip
every_cabin = st.tuples(
    st.sampled_from(Side), st.none() | st.just(Position(53.55, 9.97)), st.booleans(), st.floats(0.0, 1.0)
).map(lambda drawn: VehicleContext(*drawn))
preferences = st.dictionaries(
    st.sampled_from(["language", "theme", "mask", "hide_declined", "join_muted", "reminder_minutes", "notice:p1",
                     "restricted", "passenger", "display.role", "debug", "safety"]),
    st.sampled_from(["", "0", "1", "de", "never", "night", "off", "passenger", "parked", "99"]), max_size=6,
)  # fmt: skip


@often
@given(steps, every_option, every_cabin, preferences, st.booleans(), st.integers(0, 0x1FF).map(Flag))
def test_s6_nothing_that_can_be_set_reaches_what_is_forbidden(
    new_car: type[Car],
    steps: list[object],
    options: Options,
    cabin: VehicleContext,
    chosen: dict[str, str],
    night: bool,
    flags: Flag,
) -> None:
    drive = driven(new_car, options)
    presenter = drive.car.presenter
    drive.car.change(preferences=tuple(chosen.items()))
    presenter._session.preferences.update(chosen)
    presenter.vehicle(cabin)
    presenter.theme(night=night)
    presenter.car(language="de", hours="12", text_scale=1.15)
    presenter.set_occupants(passenger_aboard=True, driver_subject="nobody")
    presenter.service_said(CODE)
    drive.engine.report(PlatformReport(flags))
    for step in steps:
        complies(drive.step(step), drive)
        assert not is_tightening(drive.engine.current(), drive.plain.current())


@often
@given(drives)
def test_s7_a_call_and_a_sign_in_outlast_any_drive_and_nothing_reopens_by_itself(
    new_car: type[Car], drives: list[object]
) -> None:
    drive = driven(new_car)
    car = drive.car
    drive.step("parks")
    car.touch("join")
    number = next(str(done[1]) for done in car.done if done[0] == "dial")
    car.presenter.phone_changed(PhoneState(connected=True, calls=(Call("c", number, CallPhase.ACTIVE, 1000.0),)))
    car.presenter.service_said(CODE)
    drive.step(ScreenAddress(ScreenName.SIGN_IN, "p1"))
    done, before, drive.drove = len(car.done), car.frame, False
    for step in [*drives, "parks"]:
        after = drive.step(step)
        if not drive.drove:
            assert "ABC DEF GHJ" in str(to_builtins(after))
            continue
        assert isinstance(after.body, NoticeState), "it came back without a touch"
        assert before.screen is after.screen is ScreenName.SIGN_IN
        before = after
    assert car.done[done:] == [], "driving hung up, sent, or asked for something"
    if drive.drove:
        car.touch("resume")
    assert "ABC DEF GHJ" in str(to_builtins(car.frame))
    assert car.presenter._session.phone.calls[0].phase is CallPhase.ACTIVE
    drive.step(HOME)
    car.touch("call")
    assert "leave" in car.offers()


@often
@given(drives, st.sampled_from([ScreenName.AGENDA, ScreenName.SIGN_IN, ScreenName.NOTICE, ScreenName.PROFILES]),
       st.floats(0.0, 1.0))  # fmt: skip
def test_s8_the_place_and_where_it_was_scrolled_to_outlast_any_drive(
    new_car: type[Car], drives: list[object], screen: ScreenName, offset: float
) -> None:
    drive = driven(new_car)
    drive.step("parks")
    drive.car.presenter.service_said(CODE)
    here = drive.step(ScreenAddress(screen, "p1" if screen is ScreenName.SIGN_IN else "")).place
    drive.car.presenter.scrolled(here, offset)
    for step in drives:
        drive.step(step)
    drive.step("parks")
    if "resume" in drive.car.offers():
        drive.car.touch("resume")
    assert (drive.car.frame.screen, drive.car.frame.place) == (screen, here)
    assert drive.car.presenter.offset(here) == offset


@pytest.mark.rule("S7", "L1")
def test_there_is_nothing_to_type_into(new_car: type[Car]) -> None:
    """No screen has a field, so nothing typed can be lost: what is entered is entered on another device (a code)."""
    from pathlib import Path

    root = Path(__file__).parents[2]
    sources = [*(root / "app" / "carlendar" / "ui").rglob("*.py"), *(root / "kv").rglob("*.kv")]
    assert len(sources) > 20
    assert not [path.name for path in sources if "TextInput" in path.read_text("utf-8")]
