"""An event that cannot be composed costs only itself: the others stand, and it is shown plain with its time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry
from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.domain.days import Day
from carlendar.domain.event import Person
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.presentation.apply_limits import fits, texts
from carlendar.presentation.options import Options
from carlendar.presentation.placeholder import textless
from carlendar.presentation.states import AgendaRow, AgendaState, CallState, DriveState, EventState, ScreenName
from carlendar.presentation.view_context import ViewContext
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import ChangeNotice, StoredEvent
from tests.presentation.conftest import TEAMS, At, Car

PLAIN = "Meeting without text"
MOVING, PARKED = DrivingState.MOVING, DrivingState.PARKED
FAULTS = ("title", "place", "attendees", "organizer", "join_details", "body")


class Broken:
    """Raises whatever is asked of it, but equals itself."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        raise RecursionError

    def __len__(self) -> int:
        raise RecursionError


def broken(stored: StoredEvent, what: str) -> StoredEvent:
    """The event with something in it that cannot be composed."""
    bad: Any = Broken()
    if what == "join_details":
        return replace(
            stored, join_details=replace(stored.join_details, dial_ins=(bad,), url="") if stored.join_details else None
        )
    if what == "attendees":
        bad = (Person(bad, bad),)
    elif what == "place":
        bad = Place(bad, bad, 53.55, 9.97)
    elif what == "organizer":
        bad = Person(bad, bad)
    return replace(stored, event=replace(stored.event, **{what: bad}))


def started(new_car: type[Car], at: At, position: int, what: str, *, state: DrivingState, time: str = "8:48") -> Car:
    car = new_car()
    car.clock.wall = at(time)
    day = [broken(each, what) if number == position else each for number, each in enumerate(car.snapshot.events)]
    car.snapshot = replace(car.snapshot, events=tuple(day))
    car.start(Options(region="DE"), state=state).fresh()
    return car


def titles(car: Car) -> list[str]:
    state = car.frame.body
    assert isinstance(state, AgendaState)
    return [row.title for row in state.rows if not row.header]


DAY = ["Product review", "Budget sync", "Lunch with Ana", "Supplier call"]


@pytest.mark.parametrize("position", [0, 1, 3])
@pytest.mark.parametrize("state", [MOVING, PARKED])
def test_in_the_agenda_the_others_stand(new_car: type[Car], at: At, position: int, state: DrivingState) -> None:
    car = started(new_car, at, position, "title", state=state)
    car.touch("agenda")
    assert titles(car) == [PLAIN if number == position else title for number, title in enumerate(DAY)]
    rows = [row for row in car.shown(AgendaState).rows if not row.header]
    assert [row.time for row in rows] == ["9:00", "10:15", "13:00", "15:30"]
    assert rows[position].action is None
    assert fits(car.frame)


@pytest.mark.parametrize("what", FAULTS)
@pytest.mark.parametrize("state", [MOVING, PARKED])
def test_whatever_of_it_is_broken_every_screen_is_there(
    new_car: type[Car], at: At, what: str, state: DrivingState
) -> None:
    car = started(new_car, at, 0, what, state=state)
    assert isinstance(car.frame.body, DriveState)
    assert car.frame.body.cards
    car.touch("agenda")
    assert len(titles(car)) == 4
    if state is PARKED:
        car.touch("open")
        assert isinstance(car.frame.body, EventState)
        assert "9:00 – 9:30" in car.frame.body.when


def test_the_meeting_that_runs_is_shown_plain_with_its_time(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, 0, "title", state=MOVING, time="9:10")
    body = car.frame.body
    assert isinstance(body, DriveState)
    assert body.title == PLAIN
    assert body.lines[0].text == "Now, until 9:30"
    assert "join" not in car.offers()
    assert [card.title for card in body.cards] == ["Budget sync", "Lunch with Ana"]


def test_a_reminder_of_it_is_plain(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:56")
    car.snapshot = replace(car.snapshot, events=(broken(car.snapshot.events[0], "title"), *car.snapshot.events[1:]))
    car.start(quiet=False).fresh()
    body = car.frame.body
    assert isinstance(body, DriveState)
    assert body.band is not None
    assert body.title == PLAIN
    assert "late" not in car.offers()
    assert ("play", "reminder") in car.done


def test_a_notice_of_it_is_plain(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, 3, "title", state=MOVING)
    car.change(news=(ChangeNotice("a1", "id Supplier call", "moved", at("14:00")),))
    assert car.frame.toast is not None
    assert car.toast.startswith(PLAIN)


def test_a_call_into_it_goes_on(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("9:00")
    car.start().fresh()
    car.touch("join")
    number = next(str(done[1]) for done in car.done if done[0] == "dial")
    car.presenter.phone_changed(PhoneState(connected=True, calls=(Call("1", number, CallPhase.ACTIVE, 0.0),)))
    car.change(events=(broken(car.snapshot.events[0], "title"), *car.snapshot.events[1:]))
    car.wait(30)  # what is no touch changes in its pace
    body = car.frame.body
    assert car.frame.screen is ScreenName.CALL
    assert isinstance(body, CallState)
    assert body.title == PLAIN
    assert "leave" in car.offers()


def test_all_of_them_may_be_broken(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=tuple(broken(each, "title") for each in car.snapshot.events))
    car.start(state=PARKED).fresh()
    car.touch("agenda")
    assert titles(car) == [PLAIN] * 4


@pytest.mark.parametrize("position", [0, 2, 3])
def test_a_fault_before_the_event_is_looked_up_costs_that_event_too(
    new_car: type[Car], monkeypatch: pytest.MonkeyPatch, position: int
) -> None:
    from carlendar.presentation.agenda import view as agenda_view

    real, name = agenda_view._full_row, DAY[position]

    def row(view: ViewContext, held: Day, entry: AgendaEntry, clashed: frozenset[str], chosen: str) -> AgendaRow:
        if entry.event.title == name:
            raise LookupError
        return real(view, held, entry, clashed, chosen)

    monkeypatch.setattr(agenda_view, "_full_row", row)
    car = new_car()
    car.start(state=PARKED).fresh()
    car.touch("agenda")
    assert titles(car) == [PLAIN if number == position else title for number, title in enumerate(DAY)]


def test_another_version_of_it_is_shown_again(new_car: type[Car], at: At) -> None:
    car = new_car()
    whole = car.snapshot.events
    car.snapshot = replace(car.snapshot, events=(broken(whole[0], "title"), *whole[1:]))
    car.start().fresh()
    assert car.shown(DriveState).title == PLAIN
    car.change(events=whole)
    assert car.shown(DriveState).title == "Product review"


def test_what_is_no_events_fault_is_not_hidden(new_car: type[Car], monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("carlendar.presentation.frames.status", wrong)
    with pytest.raises(ZeroDivisionError):
        new_car().start()


def test_its_text_is_not_logged(new_car: type[Car], at: At, caplog: pytest.LogCaptureFixture) -> None:
    started(new_car, at, 0, "organizer", state=MOVING)
    assert "event 1 of 4 cannot be shown: TypeError" in caplog.text
    assert "review" not in caplog.text


@pytest.mark.parametrize(
    "span",
    [
        Timespan(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        Timespan(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        DateSpan(date.min, date.max),
    ],
)
def test_times_at_the_ends_of_the_calendar_cost_that_event(new_car: type[Car], span: Timespan | DateSpan) -> None:
    car = new_car()
    first = car.snapshot.events[0]
    odd = replace(first, event=replace(first.event, id="odd", span=span))
    car.snapshot = replace(car.snapshot, events=(odd, *car.snapshot.events))
    car.start(state=PARKED).fresh()
    car.touch("agenda")
    assert titles(car) == DAY


@pytest.mark.parametrize("text", ["\u200d\u200d", "\u3164", "\u2800\u2800", "\u0301" * 9, "\u2066\u2069", "\x00"])
def test_a_title_that_shows_nothing_has_a_name(new_car: type[Car], text: str) -> None:
    car = new_car()
    first = car.snapshot.events[0]
    car.snapshot = replace(car.snapshot, events=(replace(first, event=replace(first.event, title=text)),))
    car.start()
    assert car.shown(DriveState).title == "No title"


def test_a_link_too_long_for_a_code_is_not_offered_as_one(new_car: type[Car]) -> None:
    car = new_car()
    first = car.snapshot.events[0]
    long = replace(TEAMS, url="https://teams.microsoft.com/l/meetup-join/" + "x" * 2_000)
    car.snapshot = replace(car.snapshot, events=(replace(first, join_details=long),))
    car.start(state=PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    assert "hand_over" not in car.offers()


# --- a start without texts -----------------------------------------------------------------------


def test_a_textless_start_says_so_and_can_join(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:58")
    car.snapshot = textless(car.snapshot)
    car.start(Options(region="DE", textless=True)).fresh()
    assert car.shown(DriveState).title == PLAIN
    assert "join" in car.offers()
    warned = next(line for line in car.shown(DriveState).lines if line.icon == "alert")
    assert warned.text == "Texts are hidden until the next start"
    shown = " ".join(texts(car.frame))
    assert not any(word in shown for word in ("Product", "Budget", "Hafen", "Lunch"))
    assert fits(car.frame)


def test_a_textless_start_says_so_where_nothing_is_planned(new_car: type[Car]) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=())
    car.start(Options(textless=True), state=PARKED).fresh()
    assert any("failed to start" in line.text for line in car.shown(DriveState).lines)


def test_a_textless_day_holds_no_names(new_car: type[Car]) -> None:
    events = textless(new_car().snapshot).events
    assert len(events) == len(DAY)
    for stored in events:
        event = stored.event
        assert (event.title, event.body, event.attendees, event.organizer, event.place) == ("", "", (), None, None)
        assert stored.calendar.name == ""
