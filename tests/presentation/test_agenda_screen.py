"""Agenda and Event: as pictured, paged while driving, whole when parked."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.account import AccountState, Calendar, Profile
from carlendar.domain.event import Response
from carlendar.domain.hue import Hue
from carlendar.domain.timespan import DateSpan
from carlendar.presentation.agenda.view import AT_ONCE
from carlendar.presentation.options import Options
from carlendar.presentation.states import AgendaState, EventState, Look, ScreenName, Stripe, Tone
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import StoredEvent
from tests.presentation.conftest import At, Car, Make


def rows(car: Car) -> AgendaState:
    state = car.frame.body
    assert isinstance(state, AgendaState)
    return state


def test_moving_it_is_as_pictured(car: Car) -> None:
    car.touch("agenda")
    state = rows(car)
    assert [(row.time, row.title, row.detail) for row in state.rows] == [
        ("9:00", "Product review", "Teams"),
        ("10:15", "Budget sync", "Teams"),
        ("13:00", "Lunch with Ana", "Hafenstraße 12"),
        ("15:30", "Supplier call", "Webex"),
    ]
    assert [row.action.labels[0] if row.action else "" for row in state.rows] == ["Join", "", "", ""]
    assert not state.scrolls
    assert [action.labels[0] for action in state.side] == ["Now"]


def test_while_moving_the_list_ends_with_the_first_meeting_of_tomorrow(new_car: type[Car], make: Make) -> None:
    car = new_car()
    events = (make("Today", "9:00", "9:30"), make("Second", "10:00", "11:00", day=24))
    car.snapshot = replace(car.snapshot, events=(*events, make("First", "8:00", "9:00", day=24)))
    car.start().fresh()
    car.touch("agenda")
    rows = car.shown(AgendaState).rows
    assert [(row.title, row.day) for row in rows] == [("Today", ""), ("First", "Tomorrow")]


def test_moving_pages_lead_later_and_earlier_through_today(new_car: type[Car], make: Make) -> None:
    car = new_car()
    events = tuple(make(f"M{hour}", f"{hour}:00", f"{hour}:30") for hour in range(9, 20))
    car.snapshot = replace(car.snapshot, events=(*events, make("Tomorrow", "9:00", "9:30", day=24)))
    car.start().fresh()
    car.touch("agenda")
    seen = [row.title for row in rows(car).rows]
    assert [action.labels[0] for action in rows(car).side] == ["Now", "Later"]
    car.touch("later")
    assert [action.labels[0] for action in rows(car).side] == ["Now", "Earlier", "Later"]
    while "later" in car.offers():
        seen += [row.title for row in rows(car).rows]
        car.touch("later")
    seen += [row.title for row in rows(car).rows]
    assert seen == [f"M{hour}" for hour in range(9, 20)]
    assert [action.labels[0] for action in rows(car).side] == ["Now", "Earlier"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", ["", "", "6 more when parked"]), ("de", ["", "", "6 weitere im Stand"])]
)
def test_the_last_page_says_how_many_there_are_beyond_the_limits(
    new_car: type[Car], make: Make, language: str, said: list[str]
) -> None:
    car = new_car()
    halves = [(f"{hour}:{half}0", f"{hour}:{half}9") for hour in range(9, 17) for half in (0, 3)]
    car.snapshot = replace(car.snapshot, events=tuple(make(start, start, end) for start, end in halves))
    car.start(Options(language=language)).fresh()
    car.touch("agenda")
    pages = [rows(car)]
    while "later" in car.offers():
        car.touch("later")
        pages.append(rows(car))
    assert [page.left for page in pages] == said
    assert sum(len(page.rows) for page in pages) == 10
    car.drive(DrivingState.PARKED)
    assert not rows(car).left


def test_idling_shows_tomorrow_too_and_opens_a_meeting(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("A", "9:00", "9:30"), make("B", "9:00", "9:30", day=24)))
    car.start(state=DrivingState.IDLING).fresh()
    car.touch("agenda")
    assert [(row.title, row.day, row.detail) for row in rows(car).rows] == [("A", "", ""), ("B", "Tomorrow", "")]
    car.touch("open")
    assert isinstance(car.frame.body, EventState)
    assert (car.frame.body.title, car.frame.body.when) == ("A", "Monday 23 November, 9:00 – 9:30")
    car.drive(DrivingState.MOVING)
    assert car.frame.screen is ScreenName.DRIVE


def test_parked_it_is_as_pictured(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    state = rows(car)
    assert state.scrolls
    assert [(row.time, row.end, row.title, row.detail) for row in state.rows] == [
        ("", "", "Today, Monday 23 November", ""),
        ("9:00", "9:30", "Product review", "Teams · Priya Raman and 5 others"),
        ("10:15", "11:00", "Budget sync", "Teams · Jonas Weber and 2 others"),
        ("13:00", "14:00", "Lunch with Ana", "Hafenstraße 12, Hamburg"),
        ("15:30", "16:00", "Supplier call", "Webex · tentative"),
    ]
    assert [row.stripe for row in state.rows[1:]] == [Stripe.SOLID, Stripe.SOLID, Stripe.SOLID, Stripe.DASHED]
    assert [row.action.labels[0] if row.action else "" for row in state.rows[1:]] == ["Join", "", "Navigate", ""]
    assert [action.icon for action in car.frame.rail] == ["home", "calendar-month", "cog"]
    assert [action.selected for action in car.frame.rail] == [False, True, False]


def test_parked_german_headers(new_car: type[Car]) -> None:
    car = new_car()
    car.start(Options(language="de"), state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    assert rows(car).rows[0].title == "Heute, Montag, 23. November"


def test_whole_days_and_several_days_stand_in_each_of_their_days(new_car: type[Car], make: Make, at: At) -> None:
    car = new_car()
    offsite = make("Offsite", "9:00", "9:30")
    days = DateSpan(at("0:00", 23).date(), at("0:00", 25).date())
    late = make("Launch", "23:00", "23:30")
    night = replace(late.event, span=replace(late.event.span, end=at("1:00", 24)))
    offsite = replace(offsite, event=replace(offsite.event, span=days))
    car.snapshot = replace(car.snapshot, events=(offsite, replace(late, event=night)))
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    assert [(row.time, row.end, row.title) for row in rows(car).rows] == [
        ("", "", "Today, Monday 23 November"),
        ("All day", "", "Offsite"),
        ("23:00", "1:00", "Launch"),
        ("", "", "Tomorrow, Tuesday 24 November"),
        ("All day", "", "Offsite"),
        ("until", "1:00", "Launch"),
    ]
    assert len({row.key for row in rows(car).rows}) == len(rows(car).rows)


def test_declined_and_cancelled_are_struck_or_hidden(new_car: type[Car], make: Make) -> None:
    events = (
        make("Kept", "9:00", "9:30"),
        make("No", "10:00", "10:30", response=Response.DECLINED),
        make("Off", "11:00", "11:30", cancelled=True, teams=True),
    )
    car = new_car()
    car.snapshot = replace(car.snapshot, events=events)
    car.start().fresh()
    car.touch("agenda")
    assert [(row.title, row.struck, row.detail) for row in rows(car).rows] == [
        ("Kept", False, ""),
        ("No", True, "Declined"),
        ("Off", True, "Cancelled · Teams"),
    ]
    hiding = new_car()
    hiding.snapshot = car.snapshot
    hiding.start(Options(hide_declined=True)).fresh()
    hiding.touch("agenda")
    assert [row.title for row in rows(hiding).rows] == ["Kept"]


def test_a_clash_is_a_word_in_the_row(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("A", "9:00", "10:00"), make("B", "9:30", "10:30", teams=True)))
    car.start().fresh()
    car.touch("agenda")
    assert [(row.detail, row.detail_tone) for row in rows(car).rows] == [
        ("Clash", Tone.WARN),
        ("Clash · Teams", Tone.WARN),
    ]


def test_an_empty_day_says_so_and_a_stale_one_does_not_claim_it(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=())
    car.start().fresh()
    car.touch("agenda")
    assert rows(car).empty == "No more meetings today"
    car.clock.advance(30)
    car.fresh(online=False, as_of=at("7:00"))
    car.wait(60)
    assert rows(car).empty == "No known meetings"
    assert [line.text for line in rows(car).empty_lines] == ["last updated 7:00"]


def test_a_parked_event_is_as_pictured(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    state = car.frame.body
    assert isinstance(state, EventState)
    assert (state.title, state.when) == ("Product review", "Monday 23 November, 9:00 – 9:30")
    assert [(line.text, line.icon) for line in state.lines] == [
        ("Priya Raman, Jonas Weber and 4 others", "account-group"),
        ("Microsoft Teams meeting", "microsoft-teams"),
        ("+49 69 00001234 · ID 987 654 321", "phone"),
        ("You accepted", "check"),
    ]
    assert [(line.text, line.icon) for line in state.further] == [("Organiser: Priya Raman", "account-star")]
    assert state.body.startswith("Launch checklist, open risks")
    assert [action.labels[0] for action in state.actions] == [
        "Show QR code",
        "I’m late",
        "Change answer",
    ]


def test_the_answer_can_be_changed_when_parked_and_shows_at_once(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    car.touch("answer_choice")
    assert [action.labels[0] for action in car.shown(EventState).actions] == ["Accept", "Maybe", "Decline", "Cancel"]
    assert [action.selected for action in car.shown(EventState).actions] == [True, False, False, False]
    item = next(action for action in car.shown(EventState).actions if action.labels[0] == "Decline")
    car.presenter.act(item)
    (sent,) = car.put_items()
    assert (sent.kind, sent.event_id, sent.account_id) == ("decline", "id Product review", "a1")
    car.change(outbox=(sent,))
    assert "You declined" in [line.text for line in car.shown(EventState).lines]


def test_the_link_is_passed_on_as_a_code(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    car.touch("hand_over")
    assert car.shown(EventState).qr == "https://teams.microsoft.com/l/meetup-join/x"
    car.touch("dismiss_question")
    assert car.shown(EventState).qr == ""


@pytest.mark.rule("S8")
def test_scroll_position_survives_driving_off_and_parking(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED)
    car.touch("agenda")
    place = car.frame.place
    car.presenter.scrolled(place, 0.25)
    car.drive(DrivingState.MOVING)
    car.drive(DrivingState.PARKED)
    assert car.frame.screen is ScreenName.AGENDA
    assert (car.frame.place, car.presenter.offset(place)) == (place, 0.25)


@pytest.mark.rule("G4")
def test_a_low_display_has_shorter_pages_and_no_more_than_the_steps_of_a_task_reach(
    new_car: type[Car], make: Make
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=tuple(make(f"M{n}", f"1{n}:00", f"1{n}:30") for n in range(8)))
    car.start(Options(region="DE", rows_fit=2)).fresh()
    car.touch("agenda")
    seen: list[str] = []
    for _ in range(4):
        state = rows(car)
        assert len(state.rows) <= 2
        seen += [row.title for row in state.rows]
        if "later" in car.offers():
            car.touch("later")
    assert seen[:6] == [f"M{n}" for n in range(6)]
    assert seen[6:] == ["M4", "M5"], "the third page is the last: an action on it is the fourth step"
    assert "later" not in car.offers()
    assert "earlier" in car.offers()


@pytest.mark.parametrize(("fit", "number"), [(None, 4), (9, 4), (3, 3)])
def test_of_what_the_profile_allows_and_the_display_can_show_the_smaller_counts(
    new_car: type[Car], make: Make, fit: int | None, number: int
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=tuple(make(f"M{n}", f"1{n}:00", f"1{n}:30") for n in range(8)))
    car.start(Options(region="DE", rows_fit=fit)).fresh()
    car.touch("agenda")
    assert len(rows(car).rows) == number


def times(number: int) -> tuple[str, str]:
    hour, part = divmod(number, 20)
    return f"{9 + hour}:{3 * part:02}", f"{9 + hour}:{3 * part + 2:02}"


def test_a_list_of_thousands_shows_what_is_near_and_the_rest_on_a_touch(new_car: type[Car], make: Make) -> None:
    car = new_car()
    events = tuple(make(f"Meeting {n}", *times(n % 200), day=23 + n // 200) for n in range(400))
    car.snapshot = replace(car.snapshot, events=events)
    car.start(state=DrivingState.PARKED)
    car.touch("agenda")
    first = [row.title for row in rows(car).rows if not row.header]
    assert first[-1] == "Later meetings"
    assert len(first) == AT_ONCE + 1
    car.touch("later")
    car.touch("later")
    listed = [row.title for row in rows(car).rows if not row.header]
    assert len(listed) == 400
    assert listed[:AT_ONCE] == first[:-1]
    assert "later" not in car.offers()
    car.touch("home")
    car.touch("agenda")
    assert len([row for row in rows(car).rows if not row.header]) == AT_ONCE + 1


@pytest.mark.parametrize(("state", "rows"), [(DrivingState.MOVING, 1), (DrivingState.IDLING, 2)])
def test_while_restricted_whole_days_are_folded_into_one_row_after_what_has_a_time(
    new_car: type[Car], make: Make, state: DrivingState, rows: int
) -> None:
    from datetime import date

    from carlendar.domain.timespan import DateSpan

    def whole(title: str, day: int, days: int = 1, **more: object) -> object:
        made = make(title, "9:00", "9:30", **more)
        span = DateSpan(date(2026, 11, day), date(2026, 11, day + days))
        return replace(made, event=replace(made.event, span=span))

    car = new_car()
    events = (
        whole("Fair", 23, 2), whole("Offsite", 23), whole("Party", 23, cancelled=True), make("Review", "9:00", "9:30"),
    )  # fmt: skip
    car.snapshot = replace(car.snapshot, events=events)
    car.start(state=state)
    car.touch("agenda")
    shown = [(row.time, row.day, row.title, row.detail) for row in car.shown(AgendaState).rows]
    assert [row for row in shown if row[0] == "All day"] == [
        ("All day", "", "Offsite", "and 1 more"), ("All day", "Tomorrow", "Fair", ""),
    ][:rows]  # fmt: skip
    assert shown[0][:3] == ("9:00", "", "Review")


# --- list and detail -----------------------------------------------------------------------------


def wide(car: Car) -> Car:
    """The car with a display that has room for a meeting beside the list, parked in Agenda."""
    car.start(Options(region="DE", list_and_detail=True)).fresh()
    car.drive(DrivingState.PARKED)
    car.touch("agenda")
    return car


def touch_row(car: Car, title: str) -> None:
    """Touch the row of that title."""
    found = next(row.open for row in rows(car).rows if row.title == title)
    assert found is not None
    car.touch(found.intent)


def chosen_titles(car: Car) -> list[str]:
    return [row.title for row in rows(car).rows if row.chosen]


def test_a_wide_parked_display_shows_what_is_next_beside_the_list(new_car: type[Car]) -> None:
    car = wide(new_car())
    state = rows(car)
    assert state.detail is not None
    assert state.detail.title == "Product review"
    assert chosen_titles(car) == ["Product review"]
    assert state.detail.primary is not None
    assert not any(row.action for row in state.rows), "the detail has the actions"
    assert all(row.open for row in state.rows if not row.header)


def test_touching_a_row_shows_that_meeting_beside_the_list(new_car: type[Car]) -> None:
    car = wide(new_car())
    touch_row(car, "Lunch with Ana")
    state = rows(car)
    assert car.frame.screen is ScreenName.AGENDA
    assert state.detail is not None
    assert state.detail.title == "Lunch with Ana"
    assert chosen_titles(car) == ["Lunch with Ana"]


def test_a_row_opens_a_screen_of_its_own_on_other_displays(new_car: type[Car]) -> None:
    car = new_car()
    car.start(Options(region="DE")).fresh()
    car.drive(DrivingState.PARKED)
    car.touch("agenda")
    touch_row(car, "Lunch with Ana")
    assert car.shown(EventState).title == "Lunch with Ana"


@pytest.mark.parametrize("state", [DrivingState.IDLING, DrivingState.MOVING])
def test_a_car_that_is_not_parked_has_no_detail_beside_its_list(new_car: type[Car], state: DrivingState) -> None:
    car = wide(new_car())
    car.drive(state)
    assert rows(car).detail is None
    assert not chosen_titles(car)


def test_the_chosen_meeting_is_still_chosen_after_a_drive(new_car: type[Car]) -> None:
    car = wide(new_car())
    touch_row(car, "Lunch with Ana")
    car.drive(DrivingState.MOVING)
    car.drive(DrivingState.PARKED)
    assert chosen_titles(car) == ["Lunch with Ana"]


def test_choosing_a_row_keeps_the_length_of_the_list(new_car: type[Car], make: Make) -> None:
    car = new_car()
    many = tuple(
        make(f"M{n}", f"{9 + n % 9}:{n % 60:02}", f"{10 + n % 9}:{n % 60:02}", day=24) for n in range(AT_ONCE + 9)
    )
    car.snapshot = replace(car.snapshot, events=many)
    wide(car)
    car.touch("later")
    before = [row.key for row in rows(car).rows]
    touch_row(car, "M5")
    assert [row.key for row in rows(car).rows] == before


def test_questions_about_the_chosen_meeting_are_asked_beside_the_list(new_car: type[Car]) -> None:
    car = wide(new_car())
    touch_row(car, "Budget sync")
    car.touch("answer_choice")
    state = rows(car)
    assert car.frame.screen is ScreenName.AGENDA
    assert state.detail is not None
    assert [action.labels[0] for action in state.detail.actions] == ["Accept", "Maybe", "Decline", "Cancel"]
    car.touch("dismiss_question")
    assert chosen_titles(car) == ["Budget sync"]


def test_the_code_of_a_link_is_shown_beside_the_list(new_car: type[Car]) -> None:
    car = wide(new_car())
    car.touch("hand_over")
    assert car.frame.screen is ScreenName.AGENDA
    detail = rows(car).detail
    assert detail is not None
    assert detail.qr == "https://teams.microsoft.com/l/meetup-join/x"


def test_a_chosen_meeting_that_was_deleted_is_said_to_be_gone(new_car: type[Car]) -> None:
    car = wide(new_car())
    touch_row(car, "Lunch with Ana")
    car.change(events=tuple(e for e in car.snapshot.events if e.event.title != "Lunch with Ana"))
    detail = rows(car).detail
    assert detail is not None
    assert detail.title == "This meeting was moved or deleted"


# --- empty lists ---------------------------------------------------------------------------------


def emptied(new_car: type[Car], state: DrivingState = DrivingState.PARKED, **snapshot: object) -> AgendaState:
    """Agenda with another snapshot."""
    car = new_car()
    car.snapshot = replace(car.snapshot, **snapshot)
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.drive(state)
    return rows(car)


def test_an_empty_list_says_when_the_next_meeting_is_with_its_day(new_car: type[Car], make: Make) -> None:
    state = emptied(new_car, DrivingState.IDLING, events=(make("Later", "8:00", "9:00", day=26),))
    assert state.empty == "No more meetings today"
    assert [line.text for line in state.empty_lines] == ["Next: Thursday 8:00"]


@pytest.mark.parametrize(
    ("state", "title", "lines", "action"),
    [
        (DrivingState.PARKED, "Sign in to see your meetings", [], "sign_in"),
        (DrivingState.MOVING, "Not signed in", ["Sign in when parked"], None),
    ],
)
def test_a_list_without_an_account_leads_to_the_sign_in(
    new_car: type[Car], state: DrivingState, title: str, lines: list[str], action: str | None
) -> None:
    found = emptied(new_car, state, accounts=(), events=(), sources=(), calendars=())
    assert (found.empty, [line.text for line in found.empty_lines]) == (title, lines)
    assert (found.empty_action.intent.name if found.empty_action else None) == action


def test_a_list_without_a_driver_leads_to_the_choice_of_one(new_car: type[Car]) -> None:
    found = emptied(new_car, profile=None, events=())
    assert found.empty == "Who is driving?"
    assert found.empty_action is not None
    assert found.empty_action.labels[0] == "Choose driver"


def test_a_guests_list_says_what_becomes_of_the_data(new_car: type[Car]) -> None:
    guest = Profile("g", "Guest", is_guest=True)
    found = emptied(new_car, profile=guest, profiles=(guest,), accounts=(), events=(), sources=())
    assert [line.text for line in found.empty_lines] == ["Guest: removing the guest deletes everything"]
    assert found.empty_action is not None


@pytest.mark.parametrize(
    ("account_state", "title", "lines", "action"),
    [
        (AccountState.BLOCKED, "Access blocked", ["Ask your administrator"], None),
        (AccountState.SIGN_IN_NEEDED, "Sign-in needed", [], "Sign in again"),
    ],
)
def test_an_account_that_cannot_be_read_says_what_to_do(
    new_car: type[Car], account_state: AccountState, title: str, lines: list[str], action: str | None
) -> None:
    car = new_car()
    accounts = tuple(replace(account, state=account_state) for account in car.snapshot.accounts)
    car.snapshot = replace(car.snapshot, accounts=accounts, events=(), sources=(), calendars=())
    car.start(state=DrivingState.PARKED)
    car.touch("agenda")
    found = rows(car)
    assert (found.empty, [line.text for line in found.empty_lines]) == (title, lines)
    assert (found.empty_action.labels[0] if found.empty_action else None) == action


# --- calendars' colours --------------------------------------------------------------------------


def hues(new_car: type[Car], make: Make, *colors: str) -> list[Hue]:
    """Hues of the rows of one meeting in each of so many calendars, the first the default one."""
    car = new_car()
    calendars = [Calendar(f"c{n}", "a1", f"C{n}", color, is_default=not n) for n, color in enumerate(colors)]
    events = tuple(make(f"M{n}", f"{9 + n}:00", f"{9 + n}:30", calendar=each) for n, each in enumerate(calendars))
    car.snapshot = replace(car.snapshot, events=events, calendars=tuple(calendars))
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    return [row.hue for row in rows(car).rows if not row.header]


def test_a_row_bears_the_hue_of_its_calendar(new_car: type[Car], make: Make) -> None:
    assert hues(new_car, make, "#0078d4", "#498205") == [Hue.BLUE, Hue.GREEN]


def test_a_calendar_of_unknown_colour_is_neutral_beside_others_and_the_own_one_is_not(
    new_car: type[Car], make: Make
) -> None:
    assert hues(new_car, make, "", "#498205", "auto") == [Hue.ACCENT, Hue.GREEN, Hue.NEUTRAL]


def test_where_no_colour_is_known_all_rows_are_as_before(new_car: type[Car], make: Make) -> None:
    assert hues(new_car, make, "", "") == [Hue.ACCENT, Hue.ACCENT]


# --- what joining does beside joining ------------------------------------------------------------


def from_germany(car: Car) -> tuple[StoredEvent, ...]:
    """The car's events, the first by an organiser whose country is that of its number."""
    first, *others = car.snapshot.events
    assert first.join_details is not None
    return (replace(first, join_details=replace(first.join_details, organizer_country="DE")), *others)


@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.IDLING, DrivingState.PARKED])
def test_a_row_whose_join_calls_abroad_names_the_country(new_car: type[Car], state: DrivingState) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=from_germany(car))
    car.start(Options(region="CH"), state=state).fresh()
    car.touch("agenda")
    (row, *_) = [row for row in rows(car).rows if not row.header]
    assert row.detail.startswith("Number abroad: Germany")
    assert row.detail_tone is Tone.WARN


def test_a_row_says_that_its_number_is_confirmed_when_parked(new_car: type[Car]) -> None:
    car = new_car()
    first, *others = car.snapshot.events
    invited = replace(first, event=replace(first.event, response=Response.NOT_RESPONDED))
    car.snapshot = replace(car.snapshot, events=(invited, *others))
    car.start().fresh()
    car.touch("agenda")
    assert rows(car).rows[0].action is None
    assert rows(car).rows[0].detail.startswith("Confirm when parked")
    car.drive(DrivingState.PARKED)
    (row, *_) = [row for row in rows(car).rows if not row.header]
    assert row.detail.startswith("Not accepted")


@pytest.mark.parametrize("state", [DrivingState.IDLING, DrivingState.PARKED])
def test_a_meeting_whose_join_calls_abroad_names_the_country(new_car: type[Car], state: DrivingState) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=from_germany(car))
    car.start(Options(region="CH"), state=state).fresh()
    car.touch("agenda")
    car.touch("open")
    said = [line for line in car.shown(EventState).lines if line.tone is Tone.WARN]
    assert [line.text for line in said] == ["Calls a number in another country: Germany"]


# --- questions on Event --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        (0, "Accept only this meeting or the whole series?"),
        (1, "Maybe for only this meeting or the whole series?"),
        (2, "Decline only this meeting or the whole series?"),
    ],
)
def test_the_question_about_a_series_says_what_is_asked(
    new_car: type[Car], make: Make, answer: int, question: str
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("Stand-up", "9:00", "9:15", series_id="s1"),))
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    car.touch("answer_choice")
    assert [line.text for line in car.shown(EventState).lines] == ["What is your answer?"]
    car.touch(car.shown(EventState).actions[answer].intent)
    assert [line.text for line in car.shown(EventState).lines] == [question]
    car.touch("dismiss_question")
    assert question not in [line.text for line in car.shown(EventState).lines]


def test_how_late_is_asked_on_event_in_words(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    car.touch("late_choice")
    assert [line.text for line in car.shown(EventState).lines] == ["How late will you be?"]


def test_a_reminder_over_a_list_and_detail_leaves_one_filled_action(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:55")
    car.start(Options(region="DE", list_and_detail=True), DrivingState.PARKED, quiet=False).fresh()
    car.touch("agenda")
    assert car.frame.toast_action is not None
    assert car.frame.toast_action.labels == ("Show",)
    assert rows(car).detail is not None
    touch_row(car, "Lunch with Ana")
    assert car.frame.toast_action.intent.name == "join"
    assert car.frame.toast_action.look is Look.GO


def test_a_meeting_names_its_calendar_where_there_are_several(new_car: type[Car], make: Make) -> None:
    own, family = Calendar("c1", "a1", "Work", is_default=True), Calendar("c2", "a1", "Family", "#e3008c")
    for calendars, named in (((own, family), True), ((own,), False)):
        car = new_car()
        events = (make("Recital", "17:00", "18:00", calendar=calendars[-1]),)
        car.snapshot = replace(car.snapshot, events=events, calendars=calendars)
        car.start(state=DrivingState.PARKED).fresh()
        car.touch("agenda")
        car.touch("open")
        assert ("Family" in car.shown(EventState).words) is named
