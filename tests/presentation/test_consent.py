"""Consent to telemetry: asked once when parked, for each topic, changed in the Settings; never of a guest."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain import consent
from carlendar.domain.account import AppRole
from carlendar.i18n import catalogue
from carlendar.ipc.messages import Stored
from carlendar.presentation.intents import ChooseConsent
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action, ChoicesState, DriveState, NoticeState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import LOCALE, Car

TOPICS = ("diagnostics", "usage", "mobility")
FLEET = Options(region="DE", telemetry=TOPICS)
QUESTION = "Share data with the carmaker?"


def parked(options: Options = FLEET, **snapshot: object) -> Car:
    """A car that has just been parked."""
    car = Car()
    car.snapshot = replace(car.snapshot, **snapshot)
    car.start(options).fresh()
    car.drive(DrivingState.PARKED)
    car.presenter.tick()
    return car


def asks(car: Car) -> bool:
    """Whether the question is on the screen."""
    return isinstance(car.frame.body, NoticeState) and car.frame.body.title == QUESTION


def choices(car: Car) -> dict[str, str]:
    """What was stored."""
    preferred = ((str(done[1]), str(done[2])) for done in car.done if done[0] == "prefer")
    return {key: value for key, value in preferred if key.startswith("consent:")}


def test_it_is_asked_when_parked_and_never_while_driving() -> None:
    car = Car().start(FLEET)
    car.fresh()
    car.wait(120)
    assert not asks(car)
    car.drive(DrivingState.IDLING)
    car.wait(120)
    assert not asks(car)
    car.drive(DrivingState.PARKED)
    car.presenter.tick()
    assert asks(car)
    car.drive(DrivingState.MOVING)
    assert isinstance(car.frame.body, DriveState)
    assert not choices(car)


def test_without_a_fleet_nothing_is_asked_or_offered() -> None:
    car = parked(Options(region="DE"))
    assert not asks(car)
    car.touch("settings")
    assert "Data for the carmaker" not in [choice.title for choice in car.shown(ChoicesState).choices]


@pytest.mark.parametrize(("label", "value"), [("Allow", "1"), ("Don’t allow", "-1")])
def test_an_answer_is_stored_for_each_topic_and_it_is_not_asked_again(label: str, value: str) -> None:
    car = parked()
    action = next(each for each in car.shown(NoticeState).actions if label in each.labels)
    car.presenter.act(action)
    assert choices(car) == {f"consent:p1:{topic}": value for topic in TOPICS}
    car.wait(300)
    assert not asks(car)
    held = tuple((f"consent:p1:{topic}", value) for topic in TOPICS)
    again = parked(preferences=(("notice:p1", "1"), *held))
    assert not asks(again)


def test_choosing_leads_to_the_settings_and_allows_nothing_by_itself() -> None:
    car = parked()
    car.presenter.act(car.shown(NoticeState).actions[2])
    rows = [choice for choice in car.shown(ChoicesState).choices if choice.key.startswith("telemetry/")]
    assert [row.switch.on for row in rows if row.switch is not None] == [False, False, False]
    assert set(choices(car).values()) == {"-1"}


def test_another_version_of_the_purpose_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    held = tuple((f"consent:p1:{topic}", "1") for topic in TOPICS)
    monkeypatch.setattr(consent, "PURPOSES", {**consent.PURPOSES, "usage": 2})
    car = parked(preferences=(("notice:p1", "1"), *held))
    assert asks(car)
    assert [text for text in car.shown(NoticeState).paragraphs if text.startswith("Diagnostics")] == []
    assert consent.given(dict(held), "p1") == {"diagnostics": 1, "mobility": 1}


def test_a_guest_is_not_asked() -> None:
    guest = replace(Car().snapshot.profiles[0], is_guest=True)
    car = parked(profile=guest, profiles=(guest,))
    assert not asks(car)
    car.presenter.act(Action(ChooseConsent(TOPICS, given=True), ("x",)))
    assert not choices(car)


def test_what_the_organisation_or_the_administrator_forbids_is_not_asked_and_cannot_be_allowed() -> None:
    held = Car().snapshot.accounts[0]
    car = parked(accounts=(replace(held, roles=(AppRole.NO_TELEMETRY,)),))
    assert not asks(car)
    car.touch("settings")
    rows = [choice for choice in car.shown(ChoicesState).choices if choice.key.startswith("telemetry/")]
    assert len(rows) == 3
    assert not any(row.actions or row.open for row in rows)
    assert rows[0].detail == "Not allowed · set by your organisation"
    car = parked(replace(FLEET, telemetry=("diagnostics",)))
    assert [text.split(":")[0] for text in car.shown(NoticeState).paragraphs[:-2]] == ["Diagnostics"]


def test_one_topic_is_changed_in_the_settings() -> None:
    car = parked(preferences=(("notice:p1", "1"), *((f"consent:p1:{topic}", "1") for topic in TOPICS)))
    car.touch("settings")
    car.touch(ChooseConsent(("mobility",), given=False))
    assert choices(car) == {"consent:p1:mobility": "-1"}
    row = next(choice for choice in car.shown(ChoicesState).choices if choice.key == "telemetry/mobility")
    assert row.switch is not None
    assert not row.switch.on


def test_while_driving_a_consent_that_was_touched_late_has_no_effect() -> None:
    car = parked()
    action = car.shown(NoticeState).actions[0]
    car.drive(DrivingState.MOVING)
    car.presenter.act(action)
    assert not choices(car)


def test_what_is_stored_is_shown_when_the_fleet_asks_for_it() -> None:
    car = parked(Options(region="DE"))
    car.presenter.service_said(Stored({"meetings": 4, "accounts": 1}))
    assert car.toast == "Stored: 4 meetings · 1 account"


def test_the_question_reads_well_in_german() -> None:
    words = catalogue.load("de", LOCALE)
    assert words.say(QUESTION) == "Daten mit dem Hersteller teilen?"
    assert words.say("Don’t allow") == "Nicht erlauben"


def test_settings_that_follow_the_driver_are_offered_where_their_key_can_be_kept_alone() -> None:
    car = parked()
    assert not [text for text in car.shown(NoticeState).paragraphs if text.startswith("Settings:")]
    offered = replace(FLEET, telemetry=(*TOPICS, consent.SETTINGS))
    car = parked(offered)
    assert [text for text in car.shown(NoticeState).paragraphs if text.startswith("Settings:")]
    car = parked(offered, preferences=(("notice:p1", "1"), *((f"consent:p1:{topic}", "-1") for topic in TOPICS)))
    assert len(car.shown(NoticeState).paragraphs) == 3  # the one that is open, and what holds for all
    car.presenter.act(car.shown(NoticeState).actions[0])
    assert choices(car) == {"consent:p1:settings": "1"}
    car.touch("settings")
    (row,) = [choice for choice in car.shown(ChoicesState).choices if choice.key == "telemetry/settings"]
    assert row.switch is not None
    assert row.switch.on
