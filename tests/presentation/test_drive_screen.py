"""Drive at fixed moments: the texts of the pictures, and the states that are not pictured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.account import AccountState, Profile
from carlendar.domain.call import PhoneState
from carlendar.domain.event import Sensitivity, ShowAs
from carlendar.domain.hue import Hue
from carlendar.ipc.messages import SyncStatus
from carlendar.presentation.options import Options
from carlendar.presentation.states import CallState, DriveState, Look, Ring, ScreenName, Stripe, Tone
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import SourceStatus
from tests.presentation.conftest import At, Car, Make


def body(car: Car) -> DriveState:
    """The frame's body, which has to be Drive's."""
    state = car.frame.body
    assert isinstance(state, DriveState)
    return state


def test_the_next_meeting_is_as_pictured(car: Car) -> None:
    car.fresh()
    state = body(car)
    assert state.title == "Product review"
    assert state.ring is not None
    assert (state.ring.number, state.ring.unit, state.ring.short_unit, state.ring.fraction) == (
        "12",
        "minutes",
        "min",
        0.2,
    )
    assert [(line.text, line.icon) for line in state.lines] == [
        ("9:00 – 9:30", "clock-outline"),
        ("Teams · Priya Raman", "microsoft-teams"),
    ]
    assert state.primary is not None
    assert (state.primary.labels, state.primary.icon, state.primary.look) == (("Join",), "phone", Look.GO)
    assert state.secondary is not None
    assert state.secondary.labels == ("I’m late", "Late")
    assert [(card.time, card.title, card.detail) for card in state.cards] == [
        ("10:15", "Budget sync", "Teams"),
        ("13:00", "Lunch with Ana", "Hafenstraße 12"),
    ]
    assert state.agenda is not None
    assert state.agenda.labels == ("Agenda",)
    assert (car.frame.status.clock, car.frame.status.text) == ("8:48", "Up to date")


def test_a_card_shows_its_calendars_hue_and_that_it_is_tentative(new_car: type[Car], make: Make) -> None:
    first = make("Product review", "9:00", "9:30", teams=True)
    sure, unsure = make("Budget sync", "10:15", "11:00"), make("Lunch with Ana", "13:00", "14:00")
    tentative = replace(unsure, event=replace(unsure.event, show_as=ShowAs.TENTATIVE))
    other = replace(sure, calendar=replace(sure.calendar, id="other", color="#498205", is_default=False))
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(first, other, tentative), calendars=(first.calendar, other.calendar))
    car.start().fresh()
    assert [(card.stripe, card.hue) for card in body(car).cards] == [
        (Stripe.SOLID, Hue.GREEN),
        (Stripe.DASHED, Hue.ACCENT),
    ]


def test_german_is_as_pictured(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(
        car.snapshot,
        events=(
            make("Abstimmung Lieferkette Werk 4", "9:00", "9:30", teams=True),
            make("Budgetabgleich", "10:15", "11:00"),
            make("Standort Emden", "10:30", "11:00", teams=True),
        ),
    )
    car.start(Options(language="de", region="DE")).fresh()
    state = body(car)
    assert state.title == "Abstimmung Lieferkette Werk 4"
    assert state.lines[0].text == "9:00 – 9:30"
    assert state.ring is not None
    assert state.ring.unit == "Minuten"
    assert state.primary is not None
    assert state.primary.labels == ("Teilnehmen",)
    assert state.secondary is not None
    assert state.secondary.labels[0] == "Komme später"
    assert (state.cards[0].detail, state.cards[0].tone) == ("Überschneidung", Tone.WARN)
    assert car.frame.status.text == "Aktuell"


def test_the_clock_has_no_nought_before_its_hour_in_german_either(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:48")
    car.start(Options(language="de", region="DE")).fresh()
    assert car.frame.status.clock == "8:48"
    assert "9:00 – 9:30" in [line.text for line in body(car).lines]


def test_nothing_soon_and_offline_is_as_pictured(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("11:20")
    car.start().fresh(online=False, as_of=at("10:52"))
    state = body(car)
    assert state.title == "No known meetings until 13:00"
    assert [line.text for line in state.lines] == ["last updated 10:52"]
    assert state.primary is not None
    assert state.primary.labels == ("Navigate",)
    assert [card.title for card in state.cards] == ["Lunch with Ana", "Supplier call"]
    assert (car.frame.status.text, car.frame.status.icon, car.frame.status.tone) == (
        "Offline · updated 10:52",
        "cloud-off-outline",
        Tone.WARN,
    )


def test_nothing_soon_and_fresh_says_nothing_until(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("11:30")
    car.start().fresh()
    assert body(car).title == "Free until 13:00"
    assert body(car).ring is None


@pytest.mark.parametrize(
    ("day", "line"),
    [(23, "Next: tomorrow 8:00"), (21, "Next: Tuesday 8:00"), (16, "Next: Tuesday 24 November 8:00")],
)
def test_the_next_meeting_of_another_day_is_named_with_its_day(
    new_car: type[Car], at: At, make: Make, day: int, line: str
) -> None:
    car = new_car()
    car.clock.wall = at("18:00", day)
    car.snapshot = replace(car.snapshot, events=(make("Stand-up", "8:00", "8:15", day=24),))
    car.start().fresh()
    assert (body(car).title, body(car).lines[0].text) == ("No more meetings today", line)


def test_an_empty_calendar_is_distinguished_from_an_unknown_one(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=())
    car.start().fresh()
    assert body(car).title == "No meetings"
    car.clock.advance(20)
    car.fresh(online=False, as_of=at("7:00"))
    car.wait(60)
    assert body(car).title == "No known meetings"


def test_a_running_meeting_says_until_when_and_can_be_joined(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("9:10")
    car.start().fresh()
    state = body(car)
    assert (state.title, state.ring) == ("Product review", Ring("20", "min left", "left", 20 / 30))
    assert (state.lines[0].text, state.lines[0].tone) == ("Now, until 9:30", Tone.ACCENT)
    assert state.primary is not None
    assert state.primary.intent.name == "join"


def test_the_next_meeting_takes_over_from_a_running_one_ten_minutes_before(
    new_car: type[Car], at: At, make: Make
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("First", "9:00", "9:30"), make("Second", "9:30", "10:00")))
    car.clock.wall = at("9:19")
    car.start().fresh()
    assert body(car).title == "First"
    car.wait(61)
    assert body(car).title == "Second"
    assert (body(car).cards[0].title, body(car).cards[0].detail) == ("First", "now")


def test_a_clash_is_stated_in_text_and_the_one_with_join_details_comes_first(
    new_car: type[Car], at: At, make: Make
) -> None:
    car = new_car()
    car.snapshot = replace(
        car.snapshot, events=(make("Alone", "9:00", "9:30"), make("Joinable", "9:00", "9:45", teams=True))
    )
    car.start().fresh()
    state = body(car)
    assert state.title == "Joinable"
    assert state.clash is not None
    assert (state.clash.title, state.clash.detail, state.clash.action) == ("Alone", "Same time", None)
    assert state.clash.line.variants == ("Clash: 9:00 Alone", "Clash")
    assert (state.clash.line.tone, state.clash.line.icon) == (Tone.WARN, "alert")
    assert state.cards == ()


def test_the_meeting_at_the_same_time_has_a_join_of_its_own_that_is_not_filled(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(
        car.snapshot, events=(make("One", "9:00", "9:30", teams=True), make("Other", "9:00", "9:45", teams=True))
    )
    car.start().fresh()
    state = body(car)
    assert state.primary is not None
    assert state.primary.look is Look.GO
    assert state.clash is not None
    assert (state.clash.title, state.clash.detail) == ("Other", "Same time · Teams")
    assert state.clash.action is not None
    assert (state.clash.action.look, state.clash.action.labels) == (Look.SECONDARY, ("Join",))
    secondary = [action for action in (state.secondary, state.agenda, state.clash.action) if action is not None]
    assert len(secondary) <= 3
    car.touch(state.clash.action.intent)
    assert car.frame.screen is ScreenName.CALL
    assert car.shown(CallState).title == "Other"


def test_a_clash_tomorrow_is_not_taken_for_one_today(new_car: type[Car], at: At, make: Make) -> None:
    car = new_car()
    events = (make("Late", "20:00", "20:30"), *(make(one, "9:00", "10:00", day=24) for one in ("First", "Second")))
    car.snapshot = replace(car.snapshot, events=events)
    car.clock.wall = at("19:48")
    car.start().fresh()
    assert [(card.detail, card.tone) for card in body(car).cards] == [("Tomorrow · Clash", Tone.WARN)] * 2


def test_back_to_back_is_no_clash(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("First", "9:00", "9:30"), make("Second", "9:30", "10:00")))
    car.start().fresh()
    assert [line.text for line in body(car).lines] == ["9:00 – 9:30"]
    assert body(car).cards[0].detail == ""


def test_a_meeting_that_ended_can_be_joined_again_for_half_an_hour(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=car.snapshot.events[:1])
    car.clock.wall = at("9:45")
    car.start().fresh()
    state = body(car)
    assert state.lines[0].text == "Product review ended at 9:30"
    assert state.primary is not None
    assert state.primary.labels == ("Rejoin",)
    car.wait(16 * 60)
    assert body(car).primary is None


@pytest.mark.parametrize(("time", "joins"), [("8:44", False), ("8:45", True), ("9:29", True)])
def test_join_is_offered_from_fifteen_minutes_before(new_car: type[Car], at: At, time: str, joins: bool) -> None:
    car = new_car()
    car.clock.wall = at(time)
    car.start().fresh()
    assert ("join" in car.offers()) is joins


def test_without_a_phone_nothing_is_offered_that_needs_one(car: Car, phone: type[PhoneState]) -> None:
    car.presenter.phone_changed(phone(connected=False))
    assert "join" not in car.offers()


def test_no_one_signed_in(new_car: type[Car]) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, accounts=(), events=())
    car.start()
    assert (body(car).title, body(car).primary) == ("Not signed in", None)
    assert body(car).lines[0].text == "Sign in when parked"
    car.drive(DrivingState.PARKED)
    assert body(car).title == "Sign in to see your meetings"
    assert "sign_in" in car.offers()


def test_several_profiles_and_none_chosen_show_no_titles(new_car: type[Car]) -> None:
    car = new_car()
    others = (Profile("p1", "Ana"), Profile("p2", "Ben"))
    car.snapshot = replace(car.snapshot, profile=None, profiles=others)
    car.start().fresh()
    assert body(car).title == "Who is driving?"
    assert "Product review" not in str(to_builtins(car.frame))
    assert "profiles" not in car.offers()
    car.drive(DrivingState.PARKED)
    assert "profiles" in car.offers()


def test_a_blocked_account_shows_times_only_and_says_so(new_car: type[Car]) -> None:
    car = new_car()
    blocked = replace(car.snapshot.accounts[0], state=AccountState.BLOCKED)
    events = tuple(replace(stored, account=blocked) for stored in car.snapshot.events)
    car.snapshot = replace(car.snapshot, accounts=(blocked,), events=events)
    car.start().fresh()
    assert body(car).title == "Meeting"
    assert body(car).lines[0].text == "9:00 – 9:30"
    assert "Titles are hidden: access is blocked" in [line.text for line in body(car).lines]
    assert car.frame.status.text.startswith("Access blocked")
    for word in ("Product", "Budget", "Hafen", "Teams", "Priya"):
        assert word not in str(body(car).title) + str(body(car).cards) + str(body(car).lines)


@pytest.mark.parametrize(
    ("mask", "aboard", "title"),
    [
        ("aboard", True, "Private meeting"),
        ("aboard", None, "Private meeting"),
        ("aboard", False, "Doctor"),
        ("always", False, "Private meeting"),
        ("never", True, "Doctor"),
    ],
)
def test_private_titles_are_masked_by_policy(
    new_car: type[Car], make: Make, mask: str, aboard: bool | None, title: str
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("Doctor", "9:00", "9:30", sensitivity=Sensitivity.PRIVATE),))
    car.start(Options(mask=mask)).fresh()
    car.presenter.set_occupants(passenger_aboard=aboard, driver_subject="")
    assert body(car).title == title


def test_an_empty_seat_is_not_believed_of_a_car_that_has_fallen_silent(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("Doctor", "9:00", "9:30", sensitivity=Sensitivity.PRIVATE),))
    car.start().fresh()
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="")
    assert body(car).title == "Doctor"
    car.drive(DrivingState.UNKNOWN)
    assert body(car).title == "Private meeting"


def test_while_the_clock_is_not_set_times_are_shown_without_countdown(new_car: type[Car]) -> None:
    car = new_car()
    car.clock.known = False
    car.clock.wall = datetime(1970, 1, 1, tzinfo=UTC)
    car.start()
    state = body(car)
    assert state.ring is None
    assert state.title == "Product review"
    assert state.lines[0].text == "Monday 23 November, 9:00 – 9:30"
    assert state.band is None
    assert (car.frame.status.clock, car.frame.status.text) == ("", "The clock is not set")


def test_minutes_since_the_last_update_are_for_a_parked_car(car: Car, at: At) -> None:
    car.fresh(as_of=at("8:44"))
    car.wait(13)
    assert car.frame.status.text == "Up to date"
    car.drive(DrivingState.PARKED)
    assert car.frame.status.text == "Updated 4 min ago"


def test_an_old_but_online_calendar_says_its_age(car: Car, at: At) -> None:
    car.fresh(as_of=at("8:20"))
    car.wait(13)
    assert (car.frame.status.text, car.frame.status.tone) == ("Last updated 8:20", Tone.WARN)


def test_the_age_of_another_day_has_a_short_form_without_its_time(car: Car, at: At) -> None:
    car.fresh(as_of=at("8:44") - timedelta(days=9))
    car.wait(13)
    assert car.frame.status.text == "Last updated Saturday 14 November 8:44"
    assert car.frame.status.short_text == "Last updated Sat 14 Nov"


def test_late_is_offered_only_with_the_permission_to_send(new_car: type[Car]) -> None:
    car = new_car()
    account = replace(car.snapshot.accounts[0], scopes=("User.Read", "Calendars.Read"))
    car.snapshot = replace(
        car.snapshot, events=tuple(replace(stored, account=account) for stored in car.snapshot.events)
    )
    car.start().fresh()
    assert body(car).secondary is None


def test_the_clock_of_the_region_is_kept(new_car: type[Car]) -> None:
    car = new_car()
    car.start(Options(region="US")).fresh()
    assert body(car).lines[0].text == "9:00\u00a0AM – 9:30\u00a0AM"


def test_a_long_title_comes_in_shorter_forms_for_a_narrow_card(new_car: type[Car], make: Make) -> None:
    car = new_car()
    long = make("Budget sync with finance and controlling", "10:15", "11:00", teams=True)
    car.snapshot = replace(car.snapshot, events=(car.snapshot.events[0], long))
    car.start().fresh()
    card = body(car).cards[0]
    assert card.title == card.titles[0]
    assert "Budget sync" in card.titles
    assert all(len(form) <= 30 for form in card.titles)


def test_a_place_is_its_first_part_at_a_glance(new_car: type[Car], make: Make) -> None:
    from carlendar.domain.place import Place

    car = new_car()
    where = Place("Hafenstraße 12, Hamburg", latitude=53.5, longitude=9.9)
    car.snapshot = replace(car.snapshot, events=(make("Lunch", "12:00", "13:00", place=where),))
    car.start().fresh()
    assert body(car).primary is not None
    assert body(car).primary.labels[0] == "Navigate"  # type: ignore[union-attr]  # checked in the line before


def test_the_clash_names_the_other_meeting_where_it_fits_and_never_loses_its_word(
    new_car: type[Car], make: Make
) -> None:
    car = new_car()
    other = "Hiring panel for the second round of senior embedded engineers in Wolfsburg"
    car.snapshot = replace(
        car.snapshot, events=(make("Review", "9:00", "9:30", teams=True), make(other, "9:00", "10:00"))
    )
    car.start().fresh()
    card = body(car).clash
    assert card is not None
    clash = card.line
    assert clash.tone is Tone.WARN
    assert len(clash.variants) > 2
    assert all(text.startswith("Clash: 9:00 ") and len(text) <= 60 for text in clash.variants[:-1])
    assert clash.variants[-1] == "Clash"
    assert not any("…" in text for text in clash.variants)


@pytest.mark.parametrize(
    ("time", "offered"), [("7:59", False), ("8:00", True), ("9:29", True), ("9:30", False), ("9:45", False)]
)
def test_late_is_offered_from_an_hour_before_until_the_end(
    new_car: type[Car], at: At, time: str, offered: bool
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=car.snapshot.events[:1])
    car.clock.wall = at(time)
    car.start(state=DrivingState.IDLING).fresh()
    assert ("late" in car.offers()) is offered
    if "agenda" in car.offers():
        car.touch("agenda")
        if "open" in car.offers():
            car.touch("open")
            assert ("late" in car.offers()) is offered


@pytest.mark.parametrize(("second", "text"), [(None, ""), ("8:47", "Up to date")])
def test_a_day_that_has_not_come_whole_is_not_called_updated(
    new_car: type[Car], at: At, second: str | None, text: str
) -> None:
    car = new_car()
    sources = (SourceStatus("c1", "a1", at("8:47"), ""), SourceStatus("c2", "a1", at(second) if second else None, ""))
    car.snapshot = replace(car.snapshot, sources=sources)
    car.start()
    assert car.frame.status.text == text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Storage full · updated 8:47"), ("de", "Speicher voll · Stand 8:47")]
)
def test_a_full_disk_is_shown_in_place_of_the_age(new_car: type[Car], at: At, language: str, text: str) -> None:
    car = new_car()
    car.start(Options(language=language, region="GB" if language == "en" else "DE"))
    car.presenter.service_said(
        SyncStatus(running=False, as_of=at("8:47").isoformat(), online=True, failing="store_full")
    )
    car.drive(DrivingState.PARKED)
    assert car.frame.status.text == text
