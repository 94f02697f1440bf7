"""Signing in: as pictured, every outcome in words, the notice before it, and who drives."""

from __future__ import annotations

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.account import Profile
from carlendar.ipc.messages import Failure, SignInStatus
from carlendar.presentation.account.sign_in import grouped
from carlendar.presentation.intents import AskSignOut, ChooseProfile, Prefer, ShowCalendar, SignOut
from carlendar.presentation.reasons import SIGN_IN
from carlendar.presentation.states import ChoicesState, NoticeState, ScreenName, SignInState, Switch, Tone
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import At, Car

CODE = SignInStatus("code", "HX4KQP7ZR", "https://microsoft.com/devicelogin", 890.0)


def parked(new_car: type[Car], **snapshot: object) -> Car:
    car = new_car()
    car.snapshot = replace(car.snapshot, **{"accounts": (), "events": (), **snapshot})
    return car.start(state=DrivingState.PARKED)


def body(car: Car) -> SignInState:
    state = car.frame.body
    assert isinstance(state, SignInState)
    return state


def test_the_device_code_is_as_pictured(new_car: type[Car], at: At) -> None:
    car = parked(new_car)
    car.clock.wall = at("8:41")
    car.touch("sign_in")
    assert ("send", "sign_in", {"profile": "p1", "way": "device", "account": ""}) in car.done
    car.presenter.service_said(CODE)
    state = body(car)
    assert (state.title, state.steps) == ("Sign in", ("1 · Scan the QR code", "2 · Enter this code"))
    assert (state.code, state.qr) == ("HX4 KQP 7ZR", "https://microsoft.com/devicelogin")
    assert [note.text for note in state.notes] == [
        "14 min left · microsoft.com/devicelogin",
        "Only if you started this yourself",
    ]
    assert [(action.labels[0], action.icon) for action in state.actions] == [
        ("New code", "refresh"),
        ("Cancel", "close"),
    ]
    assert (car.frame.status.clock, car.frame.status.text) == ("8:41", "Parked")
    assert car.frame.rail == ()


@pytest.mark.parametrize(
    ("code", "shown"),
    [("ABC", "ABC"), ("ABCDEFGH", "ABC DEF GH"), ("ABCDEFGHJ", "ABC DEF GHJ"), ("ABCDEFG", "ABC DE FG")],
)
def test_no_letter_of_a_code_stands_alone(code: str, shown: str) -> None:
    assert grouped(code) == shown


def test_minutes_run_down_and_a_code_that_ran_out_says_so(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(CODE)
    car.wait(120)
    assert body(car).notes[0].text.startswith("12 min left")
    car.wait(800)
    assert body(car).message is not None
    assert body(car).message.text == SIGN_IN["expired"].text  # type: ignore[union-attr]  # checked in the line before
    assert body(car).code == ""
    car.touch("new_code")
    assert [done[1] for done in car.done if done[0] == "send"].count("sign_in") == 2


@pytest.mark.parametrize("reason", sorted(SIGN_IN))
def test_every_outcome_has_a_sentence_and_a_way_on(new_car: type[Car], reason: str) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(SignInStatus("failed", reason=reason, number="AADSTS53003"))
    state = body(car)
    assert state.message is not None
    assert state.message.tone is Tone.WARN
    assert state.message.text == SIGN_IN[reason].text.format(code="AADSTS53003")
    shown = state.message.text + " ".join(note.text for note in state.notes)
    assert "AADSTS53003" in shown
    assert [action.intent.name for action in state.actions] == ["new_code", "cancel_sign_in"]


def test_a_refusal_shows_its_time_and_correlation_id_for_the_administrator(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    reference, at = "8f2c8b1e-1111-4222-8333-444455556666", "2026-11-23 08:41:00Z"
    status = SignInStatus("failed", reason="not_assigned", number="AADSTS50105", reference=reference, at=at)
    car.presenter.service_said(status)
    assert [note.text for note in body(car).notes] == [f"AADSTS50105 · {at}", reference]


def test_an_unknown_outcome_gives_its_number(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(SignInStatus("failed", reason="never heard of", number="AADSTS1234"))
    assert body(car).message is not None
    assert "AADSTS1234" in body(car).message.text  # type: ignore[union-attr]  # checked in the line before


def test_the_browser_is_the_second_way_where_there_is_one(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.browser = True
    car.touch("sign_in")
    car.presenter.service_said(CODE)
    car.touch("sign_in_browser")
    assert car.done[-1] == ("send", "sign_in", {"profile": "p1", "way": "browser", "account": ""})
    car.presenter.service_said(SignInStatus("browser"))
    assert body(car).notes[0].text == "Complete the sign-in in the browser"


def test_cancel_tells_the_service_and_goes_back(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(CODE)
    car.touch("cancel_sign_in")
    assert ("send", "sign_in_cancel", {}) in car.done
    assert car.frame.screen is ScreenName.DRIVE


def test_done_leads_home(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(SignInStatus("done", account="a1"))
    assert car.frame.screen is ScreenName.DRIVE
    assert car.toast == "Signed in"


def test_a_failed_command_is_reported_on_the_page(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(Failure("sign_in", "offline"))
    assert body(car).message is not None
    assert body(car).message.text.startswith("No connection")  # type: ignore[union-attr]  # as above


@pytest.mark.rule("S7")
def test_driving_off_puts_the_sign_in_aside_and_nothing_reopens_by_itself(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(CODE)
    for state in (DrivingState.MOVING, DrivingState.IDLING):
        frame = car.drive(state)
        assert isinstance(frame.body, NoticeState)
        assert frame.body.title == "Available when parked"
        assert "HX4" not in str(to_builtins(frame))
        assert car.offers() == ["home"]
    frame = car.drive(DrivingState.PARKED)
    assert isinstance(frame.body, NoticeState)
    car.touch("resume")
    assert body(car).code == "HX4 KQP 7ZR"


def test_the_first_sign_in_of_a_car_shows_the_notice_and_makes_a_profile(new_car: type[Car]) -> None:
    car = parked(new_car, profile=None, profiles=(), preferences=())
    car.touch("sign_in")
    assert car.frame.screen is ScreenName.NOTICE
    text = " ".join(car.shown(NoticeState).paragraphs)
    assert "14 days" in text
    assert "7 days" in text
    assert "2 days" in text
    car.touch("accept_notice")
    assert ("create_profile", Profile("key 0", "Driver 1", provisional=True)) in car.done
    assert ("prefer", "notice:key 0", "1") in car.done
    assert ("send", "sign_in", {"profile": "key 0", "way": "device", "account": ""}) in car.done
    assert car.frame.screen.value == "sign_in"


def test_the_profile_of_the_cars_driver_takes_the_seat(new_car: type[Car]) -> None:
    car = parked(new_car, profile=None, profiles=(Profile("p1", "Ana", "subject a"), Profile("p2", "Ben", "subject b")))
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="subject b")
    assert ("choose_profile", "p2") in car.done
    assert ("send", "profile", {"profile": "p2"}) in car.done


def test_which_driver_offers_profiles_a_new_one_and_a_guest(new_car: type[Car]) -> None:
    car = parked(new_car, profile=None, profiles=(Profile("p1", "Ana"), Profile("p2", "Ben")))
    car.touch("profiles")
    assert isinstance(car.frame.body, ChoicesState)
    assert car.frame.body.tiles
    assert [choice.title for choice in car.frame.body.choices] == ["Ana", "Ben", "Add driver", "Guest"]
    assert all(choice.open and not choice.actions for choice in car.frame.body.choices), "a tile is the target"
    car.touch(ChooseProfile("p2"))
    assert ("choose_profile", "p2") in car.done
    car.touch("profiles")
    car.touch("add_guest")
    assert ("create_profile", Profile("key 0", "Guest", is_guest=True)) in car.done


def test_clearing_the_car_asks_once(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("settings")
    car.touch("ask_clear")
    assert car.shown(NoticeState).title == "Erase all data?"
    assert ("send", "erase", {}) not in car.done
    car.touch("clear")
    assert ("send", "erase", {}) in car.done


def test_settings_sign_out_and_preferences(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("settings")
    assert [choice.title for choice in car.shown(ChoicesState).choices if choice.header] == [
        "Accounts", "Calendars", "Display", "Meetings", "On the road", "This car",
    ]  # fmt: skip
    car.touch(Prefer("language", "de"))
    assert car.frame.language == "de"
    assert car.shown(ChoicesState).title == "Einstellungen"
    assert ("prefer", "language", "de") in car.done
    car.touch(Prefer("theme", "day"))
    assert car.frame.night is False
    car.touch(AskSignOut("a1"))
    car.touch(SignOut("a1"))
    assert ("send", "sign_out", {"account": "a1"}) in car.done
    car.touch("show_calendar")
    assert ("show_calendar", "a1", "c1", False) in car.done


def test_what_the_administrator_fixed_has_no_action(new_car: type[Car]) -> None:
    from carlendar.presentation.options import Options

    car = new_car()
    car.start(Options(mask="always", locked=frozenset({"mask"})), state=DrivingState.PARKED)
    car.touch("settings")
    row = next(choice for choice in car.shown(ChoicesState).choices if choice.key == "mask")
    assert (row.actions, row.detail) == ((), "Always · set by your administrator")


def test_a_setting_that_is_on_or_off_is_a_switch_with_a_word(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("settings")

    def switch(key: str) -> Switch | None:
        (found,) = [choice for choice in car.shown(ChoicesState).choices if choice.key == key]
        assert found.open is not None, "the row is the target"
        assert not found.actions
        return found.switch

    assert switch("join_muted") == Switch(on=True, word="On")
    car.touch(Prefer("join_muted", "0"))
    assert switch("join_muted") == Switch(on=False, word="Off")
    assert switch("hide_declined") == Switch(on=True, word="Shown")
    car.touch(Prefer("hide_declined", "1"))
    assert switch("hide_declined") == Switch(on=False, word="Hidden")


def test_a_switch_that_the_administrator_fixed_only_says_how_it_is_set(new_car: type[Car]) -> None:
    from carlendar.presentation.options import Options

    car = new_car()
    car.start(Options(hide_declined=True, locked=frozenset({"hide_declined"})), state=DrivingState.PARKED)
    car.touch("settings")
    (row,) = [choice for choice in car.shown(ChoicesState).choices if choice.key == "hide_declined"]
    assert (row.open, row.switch, row.detail) == (None, None, "Hidden · set by your administrator")


def test_a_hidden_calendar_can_be_shown_again(new_car: type[Car]) -> None:
    from carlendar.domain.account import Calendar

    car = new_car()
    hidden = Calendar("c2", "a1", "Family", shown=False)
    car.snapshot = replace(car.snapshot, calendars=(car.snapshot.events[0].calendar, hidden))
    car.start(state=DrivingState.PARKED)
    car.touch("settings")
    rows = [
        (choice.title, choice.switch)
        for choice in car.shown(ChoicesState).choices
        if choice.key.startswith("calendar/")
    ]
    assert rows == [("Calendar", Switch(on=True, word="Shown")), ("Family", Switch(on=False, word="Hidden"))]
    car.touch(ShowCalendar("a1", "c2", shown=True))
    assert ("show_calendar", "a1", "c2", True) in car.done


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("wrong_account", "another account"),
        ("no_browser", "no browser"),
        ("error", "went wrong"),
        ("vault_locked", "keyring of this car is locked"),
        ("wrong_tenant", "organisation"),
    ],
)
def test_what_the_service_refuses_by_itself_has_a_sentence(new_car: type[Car], reason: str, words: str) -> None:
    car = parked(new_car)
    car.touch("sign_in")
    car.presenter.service_said(SignInStatus("failed", reason=reason))
    message = body(car).message
    assert message is not None
    assert words in message.text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", ["late", "accept"])
def test_why_something_was_not_sent_is_short_enough_for_the_road(new_car: type[Car], language: str, kind: str) -> None:
    from carlendar.presentation.options import Options
    from carlendar.presentation.reasons import REASONS
    from carlendar.store.records import OutboxItem, OutboxState
    from carlendar.text.graphemes import count

    said = set()
    for reason in (key for key, each in REASONS.items() if each.unsent):
        car = new_car().start(Options(language=language))
        now = car.clock.now()
        car.change(outbox=(OutboxItem("k", "a1", "e", kind, {}, now, now, OutboxState.GIVEN_UP, reason=reason),))
        text = car.toast
        assert count(text) <= 60
        assert ": " in text
        assert "…" not in text
        said.add(text)
    assert len(said) >= 10


@pytest.mark.parametrize(
    ("command", "reason", "toast"),
    [
        ("sign_out", "vault", "Something went wrong. Try again."),
        ("erase", "store", "Something went wrong. Try again."),
        ("refresh", "offline", "No connection. Try again when the car is online."),
        ("chores", "error", None),
        ("outbox", "store", None),
    ],
)
def test_a_command_that_failed_is_reported_to_its_sender(
    new_car: type[Car], command: str, reason: str, toast: str | None
) -> None:
    car = parked(new_car)
    car.presenter.service_said(Failure(command, reason))
    assert (car.toast if car.frame.toast else None) == toast
